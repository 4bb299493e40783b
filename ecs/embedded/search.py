"""
Searching the catalog: words, filters, order, page.

All words must match, in the title (which counts most) or elsewhere. When nothing matches, unknown words are corrected;
when that does not help either, products that have most of the words are taken, then those that have any. A filter
never loosens the words: what it leaves empty is empty.
"""

from collections.abc import Hashable, Iterator, Mapping
from typing import Final, NamedTuple

import tantivy
from msgspec import Struct
from msgspec.structs import astuple, replace

from ecs.embedded import spelling
from ecs.embedded.catalog import Catalog
from ecs.embedded.fields import NAME_FIELDS, reference_price
from ecs.embedded.hits import rows, total
from ecs.embedded.sellers import HOUSE, seller_id
from ecs.embedded.sorts import Order
from ecs.embedded.words import folded, variants, words
from ecs.search_indexes import SPANNING
from ecs.vocabulary import ITEMS_PER_PAGE

_MUST: Final = tantivy.Occur.Must
_SHOULD: Final = tantivy.Occur.Should
_TITLE_BOOST: Final = 3.0
_VARIANT_BOOST: Final = 0.8
_PHRASE_BOOST: Final = 2.0
_MOST_WORDS: Final = 24
"""Further words of a query are not looked at."""

Query = tantivy.Query


class Wanted(Struct, frozen=True, kw_only=True):
    """A search. Prices are minor units of ``currency``, inclusive; ``names`` is by request parameter (Brand …)."""

    currency: str
    search_index: str
    keywords: str = ""
    title: str = ""
    names: Mapping[str, str] = {}
    node: str | None = None
    min_price: int | None = None
    max_price: int | None = None
    condition: str | None = None
    merchant: str | None = None
    min_rating: int | None = None
    is_available: bool = False
    order: Order | None = None
    page: int = 1


class Found(NamedTuple):
    """Rows of the page's products, matches in all, the query that found them, and a correction of the keywords."""

    rows: list[int]
    total: int
    query: Query
    corrected: str | None


def search(catalog: Catalog, wanted: Wanted) -> Found:
    """One page of ten."""
    found: Found | None = catalog.ahead.take(_key(wanted, wanted.page))
    if found is None:
        found = _found(catalog, wanted)
        if len(found.rows) > ITEMS_PER_PAGE:
            catalog.ahead.keep(_key(wanted, wanted.page + 1), found._replace(rows=found.rows[ITEMS_PER_PAGE:]))
    return found._replace(rows=found.rows[:ITEMS_PER_PAGE])


def _key(wanted: Wanted, page: int) -> Hashable:
    # Of these two neither can be hashed.
    order = wanted.order and (wanted.order.field, str(wanted.order.direction))
    return (*astuple(replace(wanted, names=(), order=None, page=page)), order, *sorted(wanted.names.items()))


def _found(catalog: Catalog, wanted: Wanted) -> Found:
    """The page, with the one after it where it is the first of two."""
    asked = words(wanted.keywords)[:_MOST_WORDS]
    filters = list(_filters(catalog, wanted))
    query = _all(filters, [_word(catalog, word) for word in asked], _phrase(catalog, asked))
    corrected = None
    result = _page(catalog, wanted, query)
    if asked and not total(result):
        query, corrected = _other_query(catalog, wanted, asked, filters, query)
        result = _page(catalog, wanted, query)
    return Found(rows(catalog.searcher, result), total(result), query, corrected)


def _page(catalog: Catalog, wanted: Wanted, query: Query) -> tantivy.SearchResult:
    return catalog.searcher.search(
        query,
        limit=2 * ITEMS_PER_PAGE if wanted.page % 2 else ITEMS_PER_PAGE,
        offset=(wanted.page - 1) * ITEMS_PER_PAGE,
        order_by_field=wanted.order.field if wanted.order else None,
        order=wanted.order.direction if wanted.order else tantivy.Order.Desc,
        weight_by_field=None if wanted.order else "weight",
    )


def _other_query(
    catalog: Catalog, wanted: Wanted, asked: list[str], filters: list[Query], strict: Query
) -> tuple[Query, str | None]:
    """The query to take where ``strict`` has no match, and the corrected words if it is by them."""
    department = [] if wanted.search_index in SPANNING else [_exactly(catalog, "search_index", wanted.search_index)]
    if filters != department and _matches(catalog, _all(department, [_word(catalog, word) for word in asked])):
        return strict, None
    better = spelling.corrected(catalog.searcher, catalog.schema, asked)
    if better != asked:
        query = _all(filters, [_word(catalog, word) for word in better], _phrase(catalog, better))
        if _matches(catalog, query):
            return query, " ".join(better)
    return _loosened(catalog, better, filters) or strict, None if better == asked else " ".join(better)


def _loosened(catalog: Catalog, asked: list[str], filters: list[Query]) -> Query | None:
    """The query that wants as many of the words as some product has; None when no product has any."""
    choices = [(_SHOULD, _word(catalog, word)) for word in asked]
    for wanted in range(len(asked) - 1, 0, -1):
        query = _all(filters, [Query.boolean_query(choices, minimum_number_should_match=wanted)])
        if _matches(catalog, query):
            return query
    return None


def _all(filters: list[Query], scored: list[Query], bonus: Query | None = None) -> Query:
    # A filter decides but does not rank; without words, popularity alone ranks.
    clauses = [(_MUST, Query.const_score_query(query, 0.0)) for query in filters]
    clauses += [(_MUST, query) for query in scored or [Query.const_score_query(Query.all_query(), 1.0)]]
    if bonus is not None:
        clauses.append((_SHOULD, bonus))
    return Query.boolean_query(clauses)


def _word(catalog: Catalog, word: str) -> Query:
    forms = [(word, 1.0), *((form, _VARIANT_BOOST) for form in variants(word))]
    choices = []
    for form, boost in forms:
        choices.append(Query.boost_query(Query.term_query(catalog.schema, "title", form, "freq"), boost * _TITLE_BOOST))
        choices.append(Query.boost_query(Query.term_query(catalog.schema, "text", form, "freq"), boost))
    return Query.disjunction_max_query(choices, tie_breaker=0.1)


def _phrase(catalog: Catalog, asked: list[str]) -> Query | None:
    if len(asked) < 2:
        return None
    return Query.boost_query(Query.phrase_query(catalog.schema, "title", list(asked), slop=1), _PHRASE_BOOST)


def _matches(catalog: Catalog, query: Query) -> bool:
    return bool(catalog.searcher.search(query, limit=1, count=False).hits)


def _filters(catalog: Catalog, wanted: Wanted) -> Iterator[Query]:
    schema = catalog.schema
    if wanted.search_index not in SPANNING:
        yield _exactly(catalog, "search_index", wanted.search_index)
    for word in words(wanted.title):
        yield Query.term_set_query(schema, "title", [word, *variants(word)])
    for parameter, name in wanted.names.items():
        yield _named(catalog, parameter, name)
    if wanted.node:
        yield _exactly(catalog, "node", wanted.node)
    if wanted.condition:
        yield _exactly(catalog, "condition", wanted.condition)
    if wanted.merchant:
        yield _sold_by(catalog, wanted.merchant)
    if wanted.min_price is not None or wanted.max_price is not None:
        yield _priced(catalog, wanted)
    if wanted.min_rating:
        yield Query.range_query(schema, "rating", tantivy.FieldType.Unsigned, wanted.min_rating * 10, None)
    if wanted.is_available:
        yield Query.term_query(schema, "available", 1)


def _exactly(catalog: Catalog, field: str, value: str) -> Query:
    return Query.term_query(catalog.schema, field, value, "basic")


def _named(catalog: Catalog, parameter: str, name: str) -> Query:
    """The name as a whole where some product has it so, as the bins give it; else all of its words."""
    exact = f"{parameter}={folded(name)}"
    if catalog.searcher.doc_freq("exact", exact):
        return _exactly(catalog, "exact", exact)
    terms = [Query.term_query(catalog.schema, NAME_FIELDS[parameter], word, "freq") for word in words(name)]
    return Query.boolean_query([(_MUST, term) for term in terms]) if terms else Query.empty_query()


def _sold_by(catalog: Catalog, merchant: str) -> Query:
    """``Amazon`` is the house; otherwise an id, or the name, of a seller."""
    ids = [HOUSE.id] if merchant == "Amazon" else [merchant, merchant.upper(), seller_id(merchant)]
    return Query.term_set_query(catalog.schema, "seller", ids)


def _priced(catalog: Catalog, wanted: Wanted) -> Query:
    lowest, highest = (
        None if bound is None else reference_price(bound, wanted.currency)
        for bound in (wanted.min_price, wanted.max_price)
    )
    return Query.range_query(catalog.schema, "price", tantivy.FieldType.Unsigned, lowest, highest)
