"""
Parts of items that are written when a catalog is loaded, as the storefront asks for them again and again.

They are in the version it asks for, in the reference currency, with all offers of all merchants; whoever asks for
anything else is written to on the spot. Put one after the other they are the item as a search for cards has it. Packed
by themselves they take a tenth of their size, and unpacking takes a tenth of writing them: deflate with a dictionary
that the first products of the feed make.
"""

import zlib
from functools import cached_property
from typing import Any, Final

from msgspec import Struct

from ecs.embedded.item_attributes import attributes
from ecs.embedded.item_links import page_links
from ecs.embedded.item_pictures import pictures
from ecs.embedded.money import REFERENCE_CURRENCY
from ecs.embedded.offer_xml import OfferChoice, offer_summary, offers
from ecs.embedded.offers import OfferBook
from ecs.embedded.product import Product
from ecs.embedded.versions import Version, version_of
from ecs.embedded.xml import escaped
from ecs.vocabulary import SELLER_VERSION

PREPARED_VERSION: Final = version_of(SELLER_VERSION)
_CHOICE: Final = OfferChoice(condition="All", merchant="All")
_SITE: Final = "\x01"
"""In place of the service's address, which may be another tomorrow; XML has no such character."""
_BETWEEN: Final = "\x00"
PACKING_TABLE: Final = "CREATE TABLE packing (dictionary BLOB NOT NULL);"
_DICTIONARY_BYTES: Final = 32_768
_LEVEL: Final = 3
_RAW: Final = -zlib.MAX_WBITS


class Prepared(Struct, frozen=True, gc=False):
    """The parts of one item, each as it stands in the document."""

    head: str
    """What stands before the pictures; empty when the item has more to it: variations, a parent, relations."""
    pictures: str
    attributes: str
    summary: str
    offers: str


def suits(version: Version, currency: str, choice: OfferChoice) -> bool:
    """Whether parts that were prepared are what is asked for."""
    return version.name == PREPARED_VERSION.name and currency == REFERENCE_CURRENCY and choice == _CHOICE


def prepared(product: Product, book: OfferBook) -> str:
    """The parts of a product, to be packed; ``book`` in the reference currency."""
    version, currency = PREPARED_VERSION, REFERENCE_CURRENCY
    return _BETWEEN.join(
        (
            _head(product, version),
            pictures(product, _SITE, version),
            attributes(product, book.list_price, currency, version),
            offer_summary(book, currency),
            offers(product.asin, book, _CHOICE, currency, version, _SITE, is_full=True),
        )
    )


def _head(product: Product, version: Version) -> str:
    if product.parent or product.variation or product.variation_dimensions or product.related:
        return ""
    return f"<ASIN>{product.asin}</ASIN>{page_links(product.asin, _SITE, version)}"


class Packing:
    """Packs and unpacks with one dictionary."""

    def __init__(self, dictionary: bytes) -> None:
        self._dictionary = dictionary

    @cached_property
    def _packer(self) -> Any:
        return zlib.compressobj(_LEVEL, zlib.DEFLATED, _RAW, zdict=self._dictionary)

    def packed(self, text: str) -> bytes:
        """The text in few bytes."""
        # A copy knows the dictionary already, which takes half of the time.
        packer = self._packer.copy()
        return bytes(packer.compress(text.encode()) + packer.flush())

    def unpacked(self, data: bytes, site: str) -> Prepared:
        """The parts again, with the address of the service in them."""
        return Prepared(*self._text(data, site).split(_BETWEEN))

    def card(self, data: bytes, site: str) -> str | None:
        """The item as a search for cards has it; None when it has more to it."""
        text = self._text(data, site)
        return None if text.startswith(_BETWEEN) else f"<Item>{text.replace(_BETWEEN, '')}</Item>"

    def _text(self, data: bytes, site: str) -> str:
        text = zlib.decompressobj(_RAW, self._dictionary).decompress(data).decode()
        return text.replace(_SITE, escaped(site))


def dictionary_of(texts: list[str]) -> bytes:
    """A dictionary for texts like these; as long as deflate can use one."""
    return "".join(texts).encode()[-_DICTIONARY_BYTES:]
