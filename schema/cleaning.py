"""
Editorial HTML made safe to show: a short list of harmless elements is kept without attributes, everything else goes.

The texts come from the upstream and end in shoppers' browsers, so nothing is trusted: the output is written anew from
what the standard library's parser understood, never passed through.
"""

from html import escape
from html.parser import HTMLParser
from typing import Final

_KEPT: Final = frozenset({"b", "br", "em", "h3", "h4", "i", "li", "ol", "p", "strong", "ul"})
_VOID: Final = frozenset({"br"})
_DROPPED_WHOLE: Final = frozenset({"script", "style", "iframe", "object", "template", "title", "svg", "math"})
_BLOCKS: Final = frozenset({"br", "div", "h3", "h4", "li", "ol", "p", "tr", "ul"})
MAX_LENGTH: Final = 64 * 1024
"""Longer texts are cut before they are read."""


def clean_html(text: str) -> str:
    """``text`` with nothing but harmless elements, each closed."""
    cleaner = _Cleaner(keeps_markup=True)
    return cleaner.cleaned(text)


def plain_text(text: str) -> str:
    """``text`` without markup, white space folded."""
    cleaner = _Cleaner(keeps_markup=False)
    return " ".join(cleaner.cleaned(text).split())


class _Cleaner(HTMLParser):
    def __init__(self, *, keeps_markup: bool) -> None:
        super().__init__(convert_charrefs=True)
        self._keeps_markup = keeps_markup
        self._parts: list[str] = []
        self._open: list[str] = []
        self._dropping = 0

    def cleaned(self, text: str) -> str:
        self.feed(text[:MAX_LENGTH])
        self.close()
        self._parts += [f"</{tag}>" for tag in reversed(self._open)]
        return "".join(self._parts).strip()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _DROPPED_WHOLE:
            self._dropping += 1
        elif not self._keeps_markup:
            self._parts.append(" " if tag in _BLOCKS else "")
        elif tag in _KEPT and not self._dropping:
            self._parts.append(f"<{tag}>")
            if tag not in _VOID:
                self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in _DROPPED_WHOLE:
            self._dropping = max(0, self._dropping - 1)
        elif not self._keeps_markup:
            self._parts.append(" " if tag in _BLOCKS else "")
        elif tag in self._open and not self._dropping:
            while True:
                closed = self._open.pop()
                self._parts.append(f"</{closed}>")
                if closed == tag:
                    return

    def handle_data(self, data: str) -> None:
        if not self._dropping:
            self._parts.append(escape(data, quote=False) if self._keeps_markup else data)
