"""The style sheet and the mark of the server's pages, by the path at which the server answers them."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

_HERE: Final = Path(__file__).parent

SITE_CSS: Final = (_HERE / "site.css").read_bytes()
FAVICON: Final = (_HERE / "favicon.svg").read_bytes()


@dataclass(frozen=True, slots=True)
class Asset:
    """One file of the pages."""

    media_type: str
    content: bytes


ASSETS: Final[Mapping[str, Asset]] = MappingProxyType(
    {
        "/assets/site.css": Asset("text/css; charset=utf-8", SITE_CSS),
        "/assets/favicon.svg": Asset("image/svg+xml", FAVICON),
        # Where browsers look for the mark of a page that names none, such as the schema's text.
        "/favicon.ico": Asset("image/svg+xml", FAVICON),
    }
)
