"""
Markup in its plain form: elements one after the other without anything between them, texts without odd characters.

Patterns for it are put together from the names of the elements. They match only what a parser would read in the same
way, so that a part which matches as a whole needs none.
"""

from typing import Final

_CHARACTER: Final = r"[^<>&\x00-\x1f\x7f-\x9f\ufffe\uffff]"
TEXT: Final = f"({_CHARACTER}*(?:&(?:amp|lt|gt|quot|apos);{_CHARACTER}*)*)"
"""A group for the text of an element, to be put through ``unescaped``."""
NUMBER: Final = r"([0-9]{1,15})"
_REFERENCES: Final = (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&"))


def leaf(name: str, content: str = TEXT) -> str:
    """The pattern of an element without others in it."""
    return f"<{name}>{content}</{name}>"


def optional(*patterns: str) -> str:
    """The pattern of what may be left out as a whole."""
    return f"(?:{''.join(patterns)})?"


def unescaped(text: str) -> str:
    """What the markup of a text stands for."""
    if "&" in text:
        for reference, character in _REFERENCES:
            text = text.replace(reference, character)
    return text
