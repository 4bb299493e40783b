"""
Every recorded answer of the real service, read by our parser and counted a second way.

The recordings lie beside the checkout; without them these tests are skipped. Expectations come from the XML itself by
XPath, which shares nothing with the parser's walk.
"""

from collections import Counter
from collections.abc import Callable
from typing import Any

from ecs import parse
from ecs.errors import (
    AccessRefused,
    CartMismatch,
    UpstreamError,
    UpstreamFault,
    UpstreamRefused,
    UpstreamThrottled,
)
from ecs.model import SearchPage
from tests.contract.recordings import Recording, beside_the_checkout, recordings

pytestmark = beside_the_checkout

READERS: dict[str, Callable[[bytes], Any]] = {
    "ItemSearch": parse.search_page,
    "ItemLookup": parse.items,
    "SimilarityLookup": parse.items,
    "BrowseNodeLookup": parse.browse_nodes,
    "CartCreate": parse.cart,
    "CartGet": parse.cart,
    "CartAdd": parse.cart,
    "CartModify": parse.cart,
    "CartClear": parse.cart,
    "ListSearch": parse.lists,
    "ListLookup": parse.lists,
    "SellerLookup": parse.sellers,
    "SellerListingSearch": parse.seller_listings,
    "SellerListingLookup": parse.seller_listings,
    "Help": parse.help_,
    "CustomerContentSearch": parse.customers,
    "CustomerContentLookup": parse.customers,
    "TagLookup": parse.tags,
    "TransactionLookup": parse.transactions,
    "VehicleSearch": parse.vehicle_entries,
    "VehiclePartSearch": parse.vehicle_entries,
    "VehiclePartLookup": parse.vehicle_entries,
}
NAMELESS = {"Errors", ""}
"""Operations of documents that name none: refused before the service knew what was asked."""
KINDS = {
    "AWS.ECommerceService.CartInfoMismatch": CartMismatch,
    "AWS.InvalidAccount": AccessRefused,
    "AWS.InvalidAssociate": AccessRefused,
    "InternalError": UpstreamFault,
    "InvalidClientTokenId": AccessRefused,
    "MissingClientTokenId": AccessRefused,
    "RequestExpired": AccessRefused,
    "RequestThrottled": UpstreamThrottled,
    "SignatureDoesNotMatch": AccessRefused,
}
HARMLESS = {
    "AWS.ECommerceService.NoExactMatches",
    "AWS.ECommerceService.NoSimilarities",
    "AWS.InvalidParameterValue",
}
VALUES = ("Cart/CartId", "Items/Item", "BrowseNodes/BrowseNode", "Lists/List", "SellerListings/SellerListing")


def outcome_of(recording: Recording) -> Any:
    """The value, or the error instead of it."""
    try:
        return READERS.get(recording.operation, parse.items)(recording.body)
    except UpstreamError as error:
        return error


def expected_error(recording: Recording) -> type[UpstreamError] | None:
    """What the codes of the answer stand for; None where they say no more than that something was not found."""
    codes = recording.codes()
    has_value = any(recording.xpath(path) for path in VALUES)
    is_early = recording.tag == "Errors" or recording.tag.endswith("ErrorResponse")
    is_refused = recording.string("*/Request/IsValid") == "False"
    if not codes or (not (is_early or is_refused) and (has_value or set(codes) <= HARMLESS)):
        return None
    return KINDS.get(codes[0], UpstreamRefused)


def test_every_operation_of_the_recordings_has_its_reader() -> None:
    """Nothing recorded is of a kind we cannot read."""
    found = recordings()

    assert len(found) == 792
    assert {recording.operation for recording in found} - set(READERS) == NAMELESS
    assert set(READERS) - {recording.operation for recording in found} == set()


def test_every_recording_gives_a_value_or_the_error_it_spells_out() -> None:
    """No answer the real service ever gave us may surprise the parser."""
    outcomes: Counter[str] = Counter()

    for recording in recordings():
        outcome = outcome_of(recording)
        expected = expected_error(recording)
        if expected is None:
            assert not isinstance(outcome, UpstreamError), (recording.name, outcome)
        else:
            assert type(outcome) is expected, (recording.name, outcome)
            assert outcome.code == recording.codes()[0], recording.name
            assert [refusal.code for refusal in outcome.refusals] == recording.codes(), recording.name
        outcomes[type(outcome).__name__] += 1

    assert outcomes == {
        "RemoteCart": 303,
        "tuple": 144,
        "SearchPage": 85,
        "ListPage": 10,
        "SellerListingPage": 3,
        "Help": 2,
        "UpstreamRefused": 186,
        "CartMismatch": 37,
        "AccessRefused": 19,
        "UpstreamThrottled": 2,
        "UpstreamFault": 1,
    }


def test_any_answer_is_read_payload_by_payload_to_the_same_values() -> None:
    """The reader that does not know what was asked must not see something else than the one that does."""
    payloads = 0

    for recording in recordings():
        outcome = outcome_of(recording)
        read = _replies(recording)
        if isinstance(read, UpstreamError):
            assert (type(read), read.code) == (type(outcome), outcome.code), recording.name
            continue
        assert len(read) == len(recording.payloads()), recording.name
        assert {reply.operation for reply in read} == {recording.operation}
        payloads += len(read)
        if len(read) > 1:
            assert tuple(item for reply in read for item in _items(reply.value)) == outcome
        elif isinstance(outcome, UpstreamError):
            assert (type(read[0].error), read[0].value) == (type(outcome), None), recording.name
        else:
            assert (read[0].value, read[0].error) == (outcome, None), recording.name

    assert payloads == 757


def test_browse_nodes_are_those_of_the_answer() -> None:
    """A node lost cuts the shop's tree."""
    seen = children = top_items = 0

    for recording in recordings():
        outcome = outcome_of(recording)
        if recording.tag == "BrowseNodeLookupResponse" and isinstance(outcome, tuple):
            nodes = recording.xpath("BrowseNodes/BrowseNode")
            assert len(outcome) == len(nodes), recording.name
            for node, element in zip(outcome, nodes, strict=True):
                assert node.node_id == recording.string("BrowseNodeId", element)
                assert len(node.children) == recording.count("Children/BrowseNode", element)
                assert len(node.ancestors) == recording.count("descendant::*/Ancestors", element) - recording.count(
                    "Children/descendant::*/Ancestors", element
                ) + recording.count("Ancestors", element)
                assert [len(top.items) for top in node.top_sets] == [
                    recording.count("TopItem", top) for top in recording.xpath("TopItemSet", element)
                ]
                seen += 1
                children += len(node.children)
                top_items += sum(len(top.items) for top in node.top_sets)

    assert (seen, children, top_items) == (16, 347, 50)


def test_lists_and_listings_are_those_of_the_answer() -> None:
    """What somebody wishes for, and what somebody sells, entry by entry."""
    lists = entries = listings = 0

    for recording in recordings():
        outcome = outcome_of(recording)
        if isinstance(outcome, UpstreamError):
            continue
        if recording.operation in {"ListSearch", "ListLookup"}:
            elements = recording.xpath("Lists/List")
            for found, element in zip(outcome.lists, elements, strict=True):
                assert found.list_id == recording.string("ListId", element)
                assert found.name == recording.string("ListName", element)
                asins = [asin.text for asin in recording.xpath("ListItem/Item/ASIN", element)]
                assert [entry.item.asin for entry in found.items] == asins, recording.name
                entries += len(asins)
            lists += len(elements)
        elif recording.operation == "SellerListingSearch":
            elements = recording.xpath("SellerListings/SellerListing")
            assert str(outcome.total_results) == recording.string("SellerListings/TotalResults")
            for found, element in zip(outcome.listings, elements, strict=True):
                assert found.exchange_id == recording.string("ExchangeId", element)
                assert found.seller.nickname == recording.string("Seller/Nickname", element)
                assert found.price.formatted == recording.string("Price/FormattedPrice", element)
            listings += len(elements)

    assert (lists, entries, listings) == (4, 21, 20)


def test_help_is_that_of_the_answer() -> None:
    """Parameters and elements in full."""
    counts: Counter[str] = Counter()

    for recording in recordings():
        outcome = outcome_of(recording)
        if recording.operation == "Help" and not isinstance(outcome, UpstreamError):
            for operation in outcome.operations:
                counts["parameters"] += len(operation.required_parameters) + len(operation.available_parameters)
                counts["groups"] += len(operation.default_response_groups) + len(operation.available_response_groups)
            for group in outcome.response_groups:
                counts["elements"] += len(group.elements)
                counts["operations"] += len(group.valid_operations)

    assert counts == {"parameters": 10, "groups": 4, "elements": 18, "operations": 1}


def _replies(recording: Recording) -> tuple[parse.Reply, ...] | UpstreamError:
    try:
        return parse.replies(recording.body)
    except UpstreamError as error:
        return error


def _items(value: Any) -> tuple[Any, ...]:
    return value.items if isinstance(value, SearchPage) else value or ()
