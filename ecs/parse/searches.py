"""The payload of item operations: items, the totals of a search, and the choices to narrow it."""

from typing import Final

from ecs.model import DepartmentHits, Item, Refusal, SearchBin, SearchBinSet, SearchPage
from ecs.parse.envelope import errors_of, is_valid
from ecs.parse.nodes import Element, children, fields, integer, needed_count, parts, text, texts
from ecs.parse.products import item_or_errors
from ecs.parse.refusals import refuse_unless_harmless
from ecs.vocabulary import ErrorCode

NO_MATCH: Final = frozenset({ErrorCode.NO_EXACT_MATCHES})
NOT_FOUND: Final = NO_MATCH | {ErrorCode.NO_SIMILARITIES, ErrorCode.INVALID_VALUE, ErrorCode.ITEM_NOT_ACCESSIBLE}


def search_page(payload: Element) -> SearchPage:
    """A page of a search; one without matches is a page without items."""
    found = parts(payload)
    items, errors = items_and_errors(payload)
    errors = errors_of(found) + errors
    refuse_unless_harmless(errors, NO_MATCH, is_valid=is_valid(found), has_value=bool(items))
    unmatched = "0" if errors else None
    corrected = fields(found.get("CorrectedQuery"))
    return SearchPage(
        items=items,
        total_results=needed_count(text(found, "TotalResults") or unmatched, "TotalResults"),
        total_pages=needed_count(text(found, "TotalPages") or unmatched, "TotalPages"),
        bins=tuple(_bin_set(child) for child in children(found.get("SearchBinSets"), "SearchBinSet")),
        corrected_query=corrected.get("Keywords"),
        more_url=text(found, "MoreSearchResultsUrl"),
        corrected_message=corrected.get("Message"),
        departments=tuple(_department(child) for child in children(found.get("SearchResultsMap"), "SearchIndex")),
        query_id=text(found, "Qid"),
        engine_query=text(found, "EngineQuery"),
    )


def looked_up(payload: Element) -> tuple[Item, ...]:
    """The items of a look-up; ids the upstream does not know are left out."""
    found = parts(payload)
    items, errors = items_and_errors(payload)
    errors = errors_of(found) + errors
    refuse_unless_harmless(errors, NOT_FOUND, is_valid=is_valid(found), has_value=bool(items))
    return items


def items_and_errors(payload: Element) -> tuple[tuple[Item, ...], tuple[Refusal, ...]]:
    """The items of a payload, and the errors of those that hold errors in place of data."""
    good: list[Item] = []
    errors: list[Refusal] = []
    for child in children(payload, "Item"):
        read = item_or_errors(child)
        if isinstance(read, Item):
            good.append(read)
        else:
            errors += read
    return tuple(good), tuple(errors)


def _bin_set(element: Element) -> SearchBinSet:
    return SearchBinSet(element.get("NarrowBy", ""), tuple(_bin(child) for child in children(element, "Bin")))


def _bin(element: Element) -> SearchBin:
    found = fields(element)
    parameters = [fields(child) for child in children(element, "BinParameter")]
    return SearchBin(
        found.get("BinName", ""),
        integer(found.get("BinItemCount")),
        tuple((one["Name"], one["Value"]) for one in parameters if "Name" in one and "Value" in one),
    )


def _department(element: Element) -> DepartmentHits:
    found, plain = parts(element), fields(element)
    return DepartmentHits(
        plain.get("IndexName", ""),
        rank=integer(plain.get("RelevanceRank")),
        total_results=integer(plain.get("Results")),
        total_pages=integer(plain.get("Pages")),
        asins=texts(element, "ASIN"),
        corrected_query=fields(found.get("CorrectedQuery")).get("Keywords"),
    )
