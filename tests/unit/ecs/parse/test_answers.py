"""Whole answers: values and the four shapes of errors."""

from collections.abc import Callable
from typing import Any

import pytest

from ecs import parse
from ecs.errors import (
    AccessRefused,
    BadReply,
    CartMismatch,
    UpstreamError,
    UpstreamFault,
    UpstreamRefused,
    UpstreamThrottled,
)
from ecs.model import Refusal, SearchBin, SearchBinSet, SearchPage
from tests.unit.ecs.parse.answers import answer, early, looked_up, request

READERS: list[tuple[str, Callable[[bytes], Any]]] = [
    ("ItemSearch", parse.search_page),
    ("ItemLookup", parse.items),
    ("SimilarityLookup", parse.items),
    ("BrowseNodeLookup", parse.browse_nodes),
    ("CartCreate", parse.cart),
    ("CartGet", parse.cart),
    ("CartAdd", parse.cart),
    ("CartModify", parse.cart),
    ("CartClear", parse.cart),
]
PAYLOADS = {
    "ItemSearch": "Items",
    "ItemLookup": "Items",
    "SimilarityLookup": "Items",
    "BrowseNodeLookup": "BrowseNodes",
}
TOTALS = "<TotalResults>{}</TotalResults><TotalPages>{}</TotalPages>"


def _raised(read: Callable[[bytes], Any], body: bytes) -> UpstreamError:
    with pytest.raises(UpstreamError) as caught:
        read(body)
    return caught.value


def _searched(inside: str, request: str = request()) -> bytes:
    return answer("ItemSearch", f"<Items>{request}{inside}</Items>")


@pytest.mark.parametrize(("operation", "read"), READERS)
@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("RequestThrottled", UpstreamThrottled),
        ("AccountLimitExceeded", UpstreamThrottled),
        ("InternalError", UpstreamFault),
        ("AWS.InternalError", UpstreamFault),
        ("MissingClientTokenId", AccessRefused),
        ("InvalidClientTokenId", AccessRefused),
        ("SignatureDoesNotMatch", AccessRefused),
        ("RequestExpired", AccessRefused),
        ("AWS.InvalidAssociate", AccessRefused),
        ("Deprecated", UpstreamRefused),
    ],
)
def test_refused_at_the_gate(
    operation: str, read: Callable[[bytes], Any], code: str, kind: type[UpstreamError]
) -> None:
    """The first shape: another root, another namespace, whatever the operation."""
    error = _raised(read, early(operation, code, "with a key in it"))

    assert type(error) is kind
    assert (error.code, error.refusals) == (code, (Refusal(code, "with a key in it"),))
    assert "key" not in str(error)


@pytest.mark.parametrize(("operation", "read"), READERS)
def test_an_error_of_no_operation(operation: str, read: Callable[[bytes], Any]) -> None:
    """The plain ErrorResponse of a throttle by address, and the Errors of a wrong operation."""
    plain = b"<ErrorResponse><Error><Code>RequestThrottled</Code></Error></ErrorResponse>"
    unknown = b"<Errors><Error><Code>AWS.InvalidOperationParameter</Code><Message>m</Message></Error></Errors>"

    assert type(_raised(read, plain)) is UpstreamThrottled
    error = _raised(read, unknown)
    assert type(error) is UpstreamRefused
    assert error.code == "AWS.InvalidOperationParameter"


@pytest.mark.parametrize(("operation", "read"), READERS)
def test_refused_inside_the_request(operation: str, read: Callable[[bytes], Any]) -> None:
    """The third shape. The code is the first one's, and all are kept."""
    name = PAYLOADS.get(operation, "Cart")
    body = answer(operation, f"<{name}>{request('AWS.B', 'AWS.A', is_valid=False)}</{name}>")

    error = _raised(read, body)

    assert type(error) is UpstreamRefused
    assert error.code == "AWS.B"
    assert [refusal.code for refusal in error.refusals] == ["AWS.B", "AWS.A"]


@pytest.mark.parametrize(("operation", "read"), READERS)
def test_the_most_telling_error_names_the_kind(operation: str, read: Callable[[bytes], Any]) -> None:
    """With a wrong account no other error matters."""
    name = PAYLOADS.get(operation, "Cart")
    codes = ("AWS.MissingParameters", "RequestThrottled", "AWS.InvalidAccount")

    error = _raised(read, answer(operation, f"<{name}>{request(*codes, is_valid=False)}</{name}>"))

    assert type(error) is AccessRefused
    assert error.code == "AWS.InvalidAccount"
    assert len(error.refusals) == 3


@pytest.mark.parametrize(("operation", "read"), READERS)
def test_an_answer_of_another_kind_is_a_bad_reply(operation: str, read: Callable[[bytes], Any]) -> None:
    """A cart must not be read out of something else."""
    name = PAYLOADS.get(operation, "Cart")
    empty = f"<{name}>{request()}</{name}>"
    others = [
        answer("Help", empty),
        answer(operation, empty).replace(b"webservices.amazon.com", b"webservices.example.com"),
        f"<{operation}Response>{empty}</{operation}Response>".encode(),
        b"<html><body>Service unavailable</body></html>",
        answer(operation, ""),
        answer(operation, f"<{name}>{request(is_valid=False)}</{name}>"),
        b"<ErrorResponse/>",
    ]

    assert [type(_raised(read, body)) for body in others] == [BadReply] * 7


@pytest.mark.parametrize(("operation", "read"), READERS)
def test_errors_of_the_operation_request(operation: str, read: Callable[[bytes], Any]) -> None:
    """The schema allows them there too."""
    errors = "<Errors><Error><Code>AWS.MissingServiceParameter</Code><Message>m</Message></Error></Errors>"

    error = _raised(read, answer(operation, "", before=errors))

    assert (type(error), error.code) == (UpstreamRefused, "AWS.MissingServiceParameter")


def test_codes_and_messages_are_bounded() -> None:
    """An error is kept and logged; it must not be the body again."""
    error = _raised(parse.cart, early("CartGet", "c" * 500, "m" * 5000))

    assert error.code == "c" * 100
    assert error.refusals == (Refusal("c" * 100, "m" * 2000),)


def test_failure_tells_an_early_error_and_nothing_else() -> None:
    """With a status other than 200 the body may be anything."""
    assert type(parse.failure(early("CartGet", "RequestThrottled"))) is UpstreamThrottled
    assert parse.failure(b"<html/>") is None
    assert parse.failure(b"not xml") is None
    assert parse.failure(looked_up("<ASIN>B000000001</ASIN>")) is None


def test_a_search_page() -> None:
    """Totals, items, bins and the corrected query."""
    bins = (
        '<SearchBinSets><SearchBinSet NarrowBy="Brand"><Bin><BinName>Acme</BinName><BinItemCount>12</BinItemCount>'
        "<BinParameter><Name>Brand</Name><Value>Acme</Value></BinParameter><BinParameter><Name>x</Name></BinParameter>"
        "</Bin><Bin><BinName>Other</BinName></Bin></SearchBinSet></SearchBinSets>"
    )
    correction = "<CorrectedQuery><Keywords>tea pot</Keywords><Message>m</Message></CorrectedQuery>"
    items = "<Item><ASIN>B000000001</ASIN></Item><Item><ASIN>B000000002</ASIN></Item>"

    page = parse.search_page(_searched(correction + TOTALS.format(12, 2) + items + bins))

    assert (page.total_results, page.total_pages, page.corrected_query) == (12, 2, "tea pot")
    assert [item.asin for item in page.items] == ["B000000001", "B000000002"]
    assert page.bins == (
        SearchBinSet(
            "Brand",
            (SearchBin("Acme", 12, (("Brand", "Acme"),)), SearchBin("Other", None, ())),
        ),
    )


@pytest.mark.parametrize("totals", ["", TOTALS.format(0, 0)])
def test_a_search_without_matches_is_an_empty_page(totals: str) -> None:
    """No match is an ordinary answer, not an error."""
    body = _searched(totals, request("AWS.ECommerceService.NoExactMatches"))

    assert parse.search_page(body) == SearchPage((), 0, 0)


@pytest.mark.parametrize("totals", ["", TOTALS.format("many", 1), TOTALS.format(1, -1), TOTALS.format(1, "1" * 16)])
def test_a_search_needs_its_totals(totals: str) -> None:
    """Without them paging would end early or never."""
    assert type(_raised(parse.search_page, _searched(totals))) is BadReply


def test_a_wrong_value_is_refused_in_a_search() -> None:
    """Only of ids does it mean that something was not found."""
    error = _raised(parse.search_page, _searched("", request("AWS.InvalidParameterValue")))

    assert (type(error), error.code) == (UpstreamRefused, "AWS.InvalidParameterValue")


@pytest.mark.parametrize(
    "code",
    [
        "AWS.InvalidParameterValue",
        "AWS.ECommerceService.ItemNotAccessible",
        "AWS.ECommerceService.NoSimilarities",
        "AWS.ECommerceService.NoExactMatches",
    ],
)
def test_ids_that_are_not_known_are_left_out(code: str) -> None:
    """One unknown id must not hide the nine others."""
    item = "<ASIN>B000000001</ASIN>"

    assert [one.asin for one in parse.items(looked_up(item, request=request(code, code)))] == ["B000000001"]
    assert parse.items(looked_up(request=request(code))) == ()


def test_what_was_not_valid_was_not_carried_out() -> None:
    """IsValid False is about the request, not about the ids."""
    body = looked_up("<ASIN>B000000001</ASIN>", request=request("AWS.InvalidParameterValue", is_valid=False))

    assert type(_raised(parse.items, body)) is UpstreamRefused


def test_other_errors_beside_items_do_not_hide_them() -> None:
    """A request that was valid and brought something has failed in part at most."""
    body = looked_up("<ASIN>B000000001</ASIN>", request=request("AWS.Unheard"))

    assert len(parse.items(body)) == 1
    assert type(_raised(parse.items, looked_up(request=request("AWS.Unheard")))) is UpstreamRefused


def test_an_item_with_errors_is_none() -> None:
    """The fourth shape: the error stands where the item would."""
    error = "<Errors><Error><Code>{}</Code><Message>m</Message></Error></Errors>"
    known = error.format("AWS.ECommerceService.ItemNotAccessible")
    good = "<ASIN>B000000001</ASIN>"

    assert [one.asin for one in parse.items(looked_up(known, good))] == ["B000000001"]
    assert parse.items(looked_up(known)) == ()
    assert type(_raised(parse.items, looked_up(error.format("InternalError")))) is UpstreamFault


def test_a_batch_is_read_as_one() -> None:
    """A batch is answered with one Items for each part."""
    part = f"<Items>{request()}<Item><ASIN>{{}}</ASIN></Item></Items>"

    found = parse.items(answer("ItemLookup", part.format("B000000001") + part.format("B000000002")))

    assert [one.asin for one in found] == ["B000000001", "B000000002"]


def test_items_of_the_echo_are_no_items() -> None:
    """The request is echoed with elements of the same names."""
    echo = (
        "<Request><IsValid>True</IsValid><ItemLookupRequest><Item><ASIN>X</ASIN></Item></ItemLookupRequest></Request>"
    )

    assert parse.items(looked_up(request=echo)) == ()


def test_nodes_that_are_not_known_are_left_out() -> None:
    """The schema wants at least one BrowseNode, the service does not."""
    body = answer("BrowseNodeLookup", f"<BrowseNodes>{request('AWS.InvalidParameterValue')}</BrowseNodes>")

    assert parse.browse_nodes(body) == ()


@pytest.mark.parametrize(
    "code",
    [
        "AWS.ECommerceService.CartInfoMismatch",
        "AWS.ECommerceService.InvalidCartId",
        "AWS.ECommerceService.InvalidHMAC",
    ],
)
@pytest.mark.parametrize("echo", ["", "<CartId>000-1</CartId><HMAC>h</HMAC>"])
def test_no_such_cart(code: str, echo: str) -> None:
    """Even if the answer echoed the CartId, an empty cart must not be read from it."""
    error = _raised(parse.cart, answer("CartGet", f"<Cart>{request(code)}{echo}</Cart>"))

    assert (type(error), error.code) == (CartMismatch, code)


def test_a_missing_request_element_is_no_error() -> None:
    """Its absence says nothing."""
    assert parse.items(answer("ItemLookup", "<Items><Item><ASIN>B000000001</ASIN></Item></Items>"))[0].title is None
