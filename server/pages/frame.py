"""
The frame around every page, and pages that say one thing.

Templates are string.Template files beside this module; values are escaped where they are filled in, and only there.
"""

from html import escape
from pathlib import Path
from string import Template
from typing import Final

CONTENT_SECURITY_POLICY: Final = "; ".join(
    [
        "default-src 'none'",
        "style-src 'self'",
        "img-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    ]
)

_HERE: Final = Path(__file__).parent


def template(name: str) -> Template:
    """The template file of that name."""
    return Template((_HERE / name).read_text(encoding="utf-8"))


_FRAME: Final = template("frame.html")
_MESSAGE: Final = template("message.html")


def framed(*, title: str, content: str) -> str:
    """A whole page. `content` is HTML that is already safe; `title` is plain text."""
    return _FRAME.substitute(title=escape(title), content=content)


def message_page(*, title: str, lead: str, body: str = "") -> str:
    """A page that says one thing. `title` and `lead` are plain text; `body` is HTML that is already safe."""
    return framed(
        title=f"{title} · Cartograph",
        content=_MESSAGE.substitute(title=escape(title), lead=escape(lead), body=f"<p>{body}</p>" if body else ""),
    )


def not_found() -> str:
    """The page for an address that leads nowhere. It does not repeat the address, which may hold anything."""
    return message_page(
        title="Nothing at this address",
        lead="The address may be mistyped, or what it led to is gone.",
        body='The <a href="/">start page</a> lists everything that is here.',
    )
