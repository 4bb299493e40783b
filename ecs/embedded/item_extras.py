"""
Parts of an ``Item`` that lead to other products: variations, related items, accessories, lists; and tracks.

Products within a product are written by the caller's ``write``, so that this module need not know how.
"""

from collections.abc import Callable, Iterable, Sequence
from math import ceil
from typing import Final, Protocol

from msgspec import Struct

from ecs.embedded.list_xml import listmania
from ecs.embedded.offers import OfferBook
from ecs.embedded.product import Product, Relation
from ecs.embedded.versions import Version
from ecs.embedded.xml import element, elements, escaped, price, wrapped

PER_PAGE: Final = 10
VARIATION_GROUPS: Final = frozenset(
    {"Variations", "VariationImages", "VariationMatrix", "VariationMinimum", "VariationOffers", "VariationSummary"}
)
_WITHIN: Final = (
    ("VariationImages", frozenset({"Images"})),
    ("VariationMatrix", frozenset({"VariationMatrix", "ItemAttributes"})),
    ("VariationOffers", frozenset({"Offers"})),
)
"""Variation group → what it brings to each variation."""

Write = Callable[[Product, frozenset[str]], str]
"""The element of a product with the parts of these response groups."""


class Shelf(Protocol):
    """Where other products are found."""

    def by_asins(self, asins: Sequence[str]) -> list[Product]:
        """Those of these ASINs that there are."""
        ...

    def titles(self, asins: Sequence[str]) -> list[tuple[str, str]]:
        """ASIN and title of those that there are."""
        ...

    def variations(self, asin: str) -> list[Product]:
        """The variations of a product."""
        ...

    def recommending(self, asin: str) -> list[tuple[str, str]]:
        """Id and name of the Listmania lists that hold a product."""
        ...


class Paging(Struct, frozen=True):
    """Pages of variations (None for all of them) and of related items, and the relations asked for."""

    variation_page: int | None = None
    related_page: int = 1
    relation_types: tuple[str, ...] = ()


def expanded_variations(groups: frozenset[str]) -> frozenset[str]:
    """``groups`` with those that ``Variations`` stands for."""
    return groups | VARIATION_GROUPS if "Variations" in groups else groups


def variation_attributes(product: Product, groups: frozenset[str], version: Version) -> str:
    """What tells a variation from its sisters."""
    if not version.since("2009-11-01") or not groups & {"ItemAttributes", "VariationMatrix"}:
        return ""
    attributes = "".join(
        f"<VariationAttribute>{element('Name', attribute.name)}{element('Value', attribute.value)}</VariationAttribute>"
        for attribute in product.variation
    )
    return wrapped("VariationAttributes", attributes)


def variations(
    product: Product,
    groups: frozenset[str],
    version: Version,
    shelf: Shelf,
    page: int | None,
    *,
    books: Callable[[Product], OfferBook],
    currency: str,
    write: Write,
) -> str:
    """VariationSummary and Variations of a product that has some."""
    if not product.variation_dimensions or not groups & VARIATION_GROUPS:
        return ""
    found = shelf.variations(product.asin)
    summary = _summary([books(one) for one in found], currency) if "VariationSummary" in groups else ""
    if not groups & (VARIATION_GROUPS - {"VariationSummary"}):
        return summary
    within = frozenset[str]().union(*(parts for group, parts in _WITHIN if group in groups))
    if groups & {"VariationMatrix", "Variations"} and version.since("2007-09-21"):
        dimensions = wrapped("VariationDimensions", elements("VariationDimension", product.variation_dimensions))
    else:
        dimensions = ""
    shown = found if page is None else found[(page - 1) * PER_PAGE : page * PER_PAGE]
    return (
        f"{summary}<Variations><TotalVariations>{len(found)}</TotalVariations>"
        f"<TotalVariationPages>{ceil(len(found) / PER_PAGE)}</TotalVariationPages>{dimensions}"
        f"{''.join(write(one, within) for one in shown)}</Variations>"
    )


def related_items(product: Product, groups: frozenset[str], paging: Paging, shelf: Shelf, write: Write) -> str:
    """One element for each relation asked for; each holds a page of products."""
    within = groups - VARIATION_GROUPS - {"RelatedItems"}
    return "".join(
        _relation(relation, paging.related_page, shelf, within, write)
        for relation in product.related
        if relation.type in paging.relation_types
    )


def accessories(product: Product, shelf: Shelf, most: int) -> str:
    """Products that go with this one."""
    if not product.accessories:
        return ""
    return wrapped("Accessories", _pairs("Accessory", shelf.titles(product.accessories[:most])))


def tracks(product: Product) -> str:
    """Titles of the tracks by disc, both numbered from 1."""
    discs = "".join(
        f'<Disc Number="{number}">'
        + "".join(f'<Track Number="{place}">{escaped(title)}</Track>' for place, title in enumerate(titles, start=1))
        + "</Disc>"
        for number, titles in enumerate(product.discs, start=1)
        if titles
    )
    return wrapped("Tracks", discs)


def listmania_lists(product: Product, shelf: Shelf, version: Version) -> str:
    """The Listmania lists that hold the product; they ended with 2010-12-01."""
    return "" if version.is_late else wrapped("ListmaniaLists", listmania(shelf.recommending(product.asin)))


def _summary(books: Iterable[OfferBook], currency: str) -> str:
    amounts = [offer.amount for book in books if (offer := book.featured)]
    if not amounts:
        return ""
    lowest, highest = price("LowestPrice", min(amounts), currency), price("HighestPrice", max(amounts), currency)
    return f"<VariationSummary>{lowest}{highest}</VariationSummary>"


def _relation(relation: Relation, page: int, shelf: Shelf, within: frozenset[str], write: Write) -> str:
    found = shelf.by_asins(relation.asins)
    shown = found[(page - 1) * PER_PAGE : page * PER_PAGE]
    return (
        f"<RelatedItems><Relationship>{relation.direction}</Relationship>{element('RelationshipType', relation.type)}"
        f"<RelatedItemCount>{len(found)}</RelatedItemCount>"
        f"<RelatedItemPageCount>{ceil(len(found) / PER_PAGE)}</RelatedItemPageCount>"
        f"<RelatedItemPage>{page}</RelatedItemPage>"
        f"{''.join(f'<RelatedItem>{write(one, within)}</RelatedItem>' for one in shown)}</RelatedItems>"
    )


def _pairs(name: str, products: Iterable[tuple[str, str]]) -> str:
    return "".join(f"<{name}><ASIN>{asin}</ASIN><Title>{escaped(title)}</Title></{name}>" for asin, title in products)
