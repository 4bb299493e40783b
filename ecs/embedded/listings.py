"""
Seller listings: offers seen from their sellers.

A search answers one listing for each product, the cheapest of the seller's offers of it; looking up an ASIN of a seller
answers all of them. ExchangeId and ListingId say which product and which offer, so both can be looked up.
"""

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

import tantivy

from ecs.embedded.catalog import Catalog
from ecs.embedded.hits import rows, total
from ecs.embedded.offers import Offer, OfferBook
from ecs.embedded.product import Product
from ecs.embedded.sorts import Order
from ecs.embedded.tokens import exchange_id
from ecs.embedded.words import variants, words

LISTINGS_PER_PAGE: Final = 10
_EXCHANGE: Final = re.compile(r"Y([0-9A-F]{8})M([0-9A-Z]{4,20})")
_LISTING: Final = re.compile(r"([0-9A-F]{8})L([0-9A-Z]{4,20})")
_MUST: Final = tantivy.Occur.Must

Query = tantivy.Query


class SellerListing(NamedTuple):
    """A product and one offer of it."""

    product: Product
    offer: Offer

    @property
    def exchange_id(self) -> str:
        """The ExchangeId."""
        return exchange_id(self.product.asin, self.offer.key)

    @property
    def listing_id(self) -> str:
        """The ListingId: the offer, ``L``, the ASIN."""
        return f"{self.offer.key.upper()}L{self.product.asin}"


class ListingSearch(NamedTuple):
    """What listings are searched by. ``seller`` is an id, None for any seller; ``is_open`` means it can be bought."""

    seller: str | None
    keywords: str = ""
    title: str = ""
    is_open: bool = True
    order: Order | None = None
    page: int = 1


def named_by(id_type: str, name: str) -> tuple[str, str] | None:
    """ASIN and key of the offer an ExchangeId (``Exchange``) or a ListingId (``Listing``) stands for."""
    match = (_EXCHANGE if id_type == "Exchange" else _LISTING).fullmatch(name.upper())
    return (match[2], match[1].lower()) if match else None


def of_seller(book: OfferBook, seller: str | None, *, is_open: bool = True) -> list[Offer]:
    """The offers of a seller that can, or can not, be bought; the cheapest first."""
    return [offer for offer in book.offers if seller in (None, offer.seller.id.upper()) and offer.is_buyable == is_open]


def find_listings(catalog: Catalog, wanted: ListingSearch) -> tuple[int, Sequence[Product]]:
    """How many products match, and those of one page; the most relevant, or most popular, first."""
    schema = catalog.schema
    field = "seller" if wanted.is_open else "sold_out_by"
    clauses = []
    if wanted.seller:
        clauses.append(Query.term_query(schema, field, wanted.seller, "basic"))
    elif wanted.is_open:
        clauses.append(Query.term_query(schema, "available", 1))
    else:
        clauses.append(Query.term_query(schema, "available", 0))
    clauses += [Query.term_set_query(schema, "title", [word, *variants(word)]) for word in words(wanted.title)]
    for word in words(wanted.keywords):
        forms = [word, *variants(word)]
        clauses.append(
            Query.disjunction_max_query(
                [Query.term_set_query(schema, "title", forms), Query.term_set_query(schema, "text", forms)]
            )
        )
    result = catalog.searcher.search(
        Query.boolean_query([(_MUST, clause) for clause in clauses]),
        limit=LISTINGS_PER_PAGE,
        offset=(wanted.page - 1) * LISTINGS_PER_PAGE,
        order_by_field=wanted.order.field if wanted.order else None,
        order=wanted.order.direction if wanted.order else tantivy.Order.Desc,
        weight_by_field=None if wanted.order else "weight",
    )
    return total(result), catalog.by_rows(rows(catalog.searcher, result))
