"""
The search index: which fields it has and what a product puts in them.

Documents are added in order of popularity and in one segment, so among equals the more popular product comes first.
Fields to sort by hold a value for every product; what a product lacks sorts last in both directions.
"""

from typing import Final

import tantivy

from ecs.embedded.money import REFERENCE_CURRENCY, Price, converted
from ecs.embedded.offers import OfferBook
from ecs.embedded.product import NodeRef, Product
from ecs.embedded.words import ANALYZER, TOKENIZER, folded

LAST: Final = 2**40
"""Greater than any value of a field that is sorted upwards."""

# Request parameter → field of words for it.
NAME_FIELDS: Final = {
    "Actor": "actor",
    "Artist": "artist",
    "Author": "author",
    "Brand": "brand",
    "Director": "director",
    "Manufacturer": "manufacturer",
    "Publisher": "publisher",
}


def schema() -> tantivy.Schema:
    """The index's fields."""
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("row", fast=True)
    for name in ("title", "text", *NAME_FIELDS.values()):
        builder.add_text_field(name, tokenizer_name=TOKENIZER, index_option="position" if name == "title" else "freq")
    for name in ("exact", "seller", "sold_out_by"):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    for name in ("search_index", "node", "condition", "brand_name", "creator_name"):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic", fast=True)
    for name in ("price", "rating", "available"):
        builder.add_unsigned_field(name, indexed=True, fast=True)
    for name in ("by_price", "by_price_down", "by_title", "by_rank", "by_date", "by_date_down", "by_rating"):
        builder.add_unsigned_field(name, fast=True)
    builder.add_float_field("weight", fast=True)
    return builder.build()


def create(path: str) -> tantivy.Index:
    """A new, empty index in the directory ``path``."""
    index = tantivy.Index(schema(), path)
    index.register_tokenizer(TOKENIZER, ANALYZER)
    return index


def opened(path: str) -> tantivy.Index:
    """The index in the directory ``path``; fails when its fields are not those of this version."""
    index = tantivy.Index(schema(), path)
    index.register_tokenizer(TOKENIZER, ANALYZER)
    return index


def document(product: Product, book: OfferBook, row: int, title_rank: int) -> tantivy.Document:
    """What the index keeps of a product; ``book`` in the reference currency, ``title_rank`` its place from A to Z."""
    lowest = book.lowest.get("New")
    price = lowest.amount if lowest else None
    date = date_number(product.date)
    sellers = {offer.seller.id for offer in book.offers if offer.is_buyable}
    fields: dict[str, object] = {
        "row": row,
        "title": product.title,
        "text": _texts(product),
        "search_index": product.search_index,
        "node": _nodes(product),
        "exact": [f"{parameter}={folded(name)}" for parameter, names in _names(product) for name in names],
        "seller": sorted(sellers),
        "sold_out_by": sorted({offer.seller.id for offer in book.offers} - sellers),
        "condition": sorted({offer.condition for offer in book.offers if offer.is_buyable}),
        "available": int(book.featured is not None),
        "rating": round((product.rating or 0) * 10),
        "by_price": LAST if price is None else price,
        "by_price_down": price or 0,
        "by_title": title_rank,
        "by_rank": product.sales_rank or LAST,
        "by_date": date or LAST,
        "by_date_down": date or 0,
        "by_rating": round((product.rating or 0) * 10) * 10**8 + min(product.review_count or 0, 10**8 - 1),
        "weight": _weight(product),
    }
    for parameter, names in _names(product):
        fields[NAME_FIELDS[parameter]] = list(names)
    if price is not None:
        fields["price"] = price
    if product.brand or product.manufacturer:
        fields["brand_name"] = product.brand or product.manufacturer
    if product.creators:
        fields["creator_name"] = list(dict.fromkeys(product.creators))
    return tantivy.Document.from_dict(fields, schema=_SCHEMA)


def reference_price(amount: int, currency: str) -> int:
    """An amount of the marketplace's currency as the index compares it."""
    return converted(Price(amount, currency), REFERENCE_CURRENCY)


def date_number(date: str | None) -> int | None:
    """``2005``, ``2005-03`` or ``2005-03-14`` as a number that sorts by time, None when it is no date."""
    digits = "".join(letter for letter in (date or "")[:10] if letter.isdigit())
    return int(digits.ljust(8, "0")) if len(digits) in (4, 6, 8) else None


def popularity(product: Product) -> int:
    """A number that is smaller for what is wanted more: the sales rank, else what the number of ratings says."""
    if product.sales_rank is not None:
        return product.sales_rank
    # Half a million products stand between one that nobody rated and one that hundreds did.
    return 1_000_000 - min(product.review_count or 0, 5_000) * 100 - round((product.rating or 0) * 1_000)


def _weight(product: Product) -> float:
    """Factor of the relevance: popular products gain up to a quarter."""
    return 1.0 + 0.25 * max(0.0, 1.0 - popularity(product) / 1_000_000)


def _names(product: Product) -> tuple[tuple[str, tuple[str, ...]], ...]:
    def one(name: str | None) -> tuple[str, ...]:
        return (name,) if name else ()

    return (
        ("Actor", product.actors),
        ("Artist", product.artists),
        ("Author", product.authors),
        ("Brand", one(product.brand or product.manufacturer)),
        ("Director", product.directors),
        ("Manufacturer", one(product.manufacturer)),
        ("Publisher", one(product.publisher or product.manufacturer)),
    )


def _texts(product: Product) -> list[str]:
    single = (
        product.brand,
        product.manufacturer,
        product.publisher,
        product.model,
        product.mpn,
        product.color,
        product.binding,
        product.platform,
        product.asin,
        product.isbn,
        product.ean,
        product.upc,
        product.description,
    )
    nodes = (node.name for node in product.browse_nodes)
    return [*product.creators, *filter(None, single), *nodes, *product.features]


def _nodes(product: Product) -> list[str]:
    refs: list[NodeRef] = []
    for node in product.browse_nodes:
        refs += [node, *node.ancestors]
    return list(dict.fromkeys(ref.id for ref in refs))


_SCHEMA: Final = schema()
