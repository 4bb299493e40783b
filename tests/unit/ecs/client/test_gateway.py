"""The gateway: signed requests out, values or typed errors in."""

import hmac
import logging
from base64 import b64encode
from collections.abc import Awaitable, Callable, Mapping
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qsl

import httpx
import pytest
from pydantic import SecretStr

from ecs.client import EcsGateway
from ecs.compound import batch, two_operations
from ecs.errors import (
    AccessRefused,
    BadReply,
    CartMismatch,
    OutcomeUnknown,
    UpstreamError,
    UpstreamFault,
    UpstreamRefused,
    UpstreamThrottled,
)
from ecs.listing_request import ListingQuery, ListQuery, any_operation
from ecs.model import Item, Refusal, RemoteCart, SearchPage, Seen
from ecs.request import CartHandle, NewItem, QuantityChange, SearchQuery, item_lookup, similarity_lookup
from ecs.vocabulary import Operation, ResponseGroup
from resolvers.ports import Carts, Catalog
from tests.unit.ecs.client.upstreams import KEY_ID, NOW, SECRET, Upstream, config, loopback, now
from tests.unit.ecs.parse.answers import answer, early, looked_up, request

CART_ID = "000-1111111-2222222"
HMAC = "aGVs+bG8/="
HANDLE = CartHandle(SecretStr(CART_ID), SecretStr(HMAC))
SMALL = (ResponseGroup.SMALL,)
COMMON = {
    "Service": "AWSECommerceService",
    "AWSAccessKeyId": KEY_ID,
    "AssociateTag": "tag-20",
    "Version": "2013-08-01",
    "Timestamp": "2026-03-04T05:06:07Z",
}
Call = Callable[[EcsGateway], Awaitable[Any]]
READS: dict[str, Call] = {
    "ItemSearch": lambda gateway: gateway.search(SearchQuery("Books", keywords="tea"), 1, SMALL),
    "ItemLookup": lambda gateway: gateway.look_up(["B000000001"], SMALL),
    "SimilarityLookup": lambda gateway: gateway.similar(["B000000001"], "Random", SMALL),
    "BrowseNodeLookup": lambda gateway: gateway.browse(["1"], (ResponseGroup.BROWSE_NODE_INFO,)),
    "CartGet": lambda gateway: gateway.get(HANDLE),
    "ListSearch": lambda gateway: gateway.list_search(ListQuery("WishList", name="Ann"), 1, ()),
    "ListLookup": lambda gateway: gateway.list_look_up("L1", "WishList", 1, ()),
    "SellerLookup": lambda gateway: gateway.sellers(["A1"], ()),
    "SellerListingSearch": lambda gateway: gateway.seller_listings(ListingQuery("A1"), 1, ()),
    "SellerListingLookup": lambda gateway: gateway.seller_listing("L1", "Listing", ()),
    "Help": lambda gateway: gateway.help("Operation", "Help"),
    "TagLookup": lambda gateway: gateway.ask(any_operation(Operation.TAG_LOOKUP, {"TagName": "tea"})),
}
CHANGES: dict[str, Call] = {
    "CartCreate": lambda gateway: gateway.create([NewItem(1, asin="B000000001")]),
    "CartAdd": lambda gateway: gateway.add(HANDLE, [NewItem(1, asin="B000000001")]),
    "CartModify": lambda gateway: gateway.modify(HANDLE, [QuantityChange("C1", 0)]),
    "CartClear": lambda gateway: gateway.clear(HANDLE),
}
CALLS = READS | CHANGES
_PAYLOADS = {
    "BrowseNodeLookup": "BrowseNodes",
    "ListSearch": "Lists",
    "ListLookup": "Lists",
    "SellerLookup": "Sellers",
    "SellerListingSearch": "SellerListings",
    "SellerListingLookup": "SellerListings",
    "Help": "Information",
    "TagLookup": "Tags",
}


def _cart(operation: str, cart_id: str = CART_ID, *codes: str) -> bytes:
    inside = f"<CartId>{cart_id}</CartId><HMAC>{HMAC}</HMAC>"
    return answer(operation, f"<Cart>{request(*codes)}{inside}</Cart>")


def _good(operation: str) -> bytes:
    if operation.startswith("Cart"):
        return _cart(operation)
    totals = "<TotalResults>0</TotalResults><TotalPages>0</TotalPages>"
    name = _PAYLOADS.get(operation, "Items")
    return answer(operation, f"<{name}>{request()}{totals}</{name}>")


async def _failure(call: Call, gateway: EcsGateway) -> UpstreamError:
    with pytest.raises(UpstreamError) as caught:
        await call(gateway)
    return caught.value


def _sent(request: httpx.Request) -> Mapping[str, str]:
    """The parameters as they travelled, their signature checked."""
    query = (request.url.query if request.method == "GET" else request.content).decode("ascii")
    unsigned, _, _ = query.partition("&Signature=")
    text = f"{request.method}\n{request.headers['Host']}\n/onca/xml\n{unsigned}"
    parameters = dict(parse_qsl(query, strict_parsing=True))
    mac = b64encode(hmac.digest(SECRET.encode(), text.encode(), sha256)).decode()
    assert parameters.pop("Signature") == mac
    return parameters


def test_it_has_the_shape_of_both_ports() -> None:
    """Checked by mypy: the resolvers never see this class."""
    gateway = Upstream(b"").gateway()
    catalog: Catalog = gateway
    carts: Carts = gateway

    assert (catalog, carts) == (gateway, gateway)


@pytest.mark.parametrize("operation", CALLS)
async def test_every_operation_is_sent_once_and_signed(operation: str) -> None:
    """By GET, with what all requests share, and a signature over exactly what travelled."""
    upstream = Upstream(_good(operation))

    await CALLS[operation](upstream.gateway())

    (sent,) = upstream.requests
    assert sent.method == "GET"
    assert sent.url.raw_path.startswith(b"/onca/xml?AWSAccessKeyId=")
    parameters = _sent(sent)
    assert parameters["Operation"] == operation
    assert COMMON.items() <= parameters.items()


async def test_a_handle_travels_unharmed() -> None:
    """Plus, slash and equals sign mean other things in a query."""
    upstream = Upstream(_cart("CartGet"))

    cart = await upstream.gateway().get(HANDLE)

    assert _sent(upstream.requests[0]) == {
        **COMMON,
        "Operation": "CartGet",
        "CartId": CART_ID,
        "HMAC": HMAC,
        "ResponseGroup": "Cart",
    }
    assert b"HMAC=aGVs%2BbG8%2F%3D&" in upstream.requests[0].url.query
    assert (cart.cart_id, cart.hmac) == (HANDLE.cart_id, HANDLE.hmac)


async def test_a_long_request_is_posted() -> None:
    """Ten offer listings do not fit every proxy's address line."""
    upstream = Upstream(_cart("CartAdd"))
    items = [NewItem(1, listing_id=f"{number}" + "+/=" * 70) for number in range(10)]

    await upstream.gateway().add(HANDLE, items)

    (sent,) = upstream.requests
    assert (sent.method, sent.url.query) == ("POST", b"")
    assert sent.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert _sent(sent)["Item.10.OfferListingId"] == "9" + "+/=" * 70


async def test_catalog_answers_say_when_they_were_seen() -> None:
    """A price without its time is no price."""
    seen = await Upstream(_good("ItemSearch")).gateway().search(SearchQuery("All", keywords="tea"), 1, SMALL)

    assert seen == Seen(SearchPage((), 0, 0), as_of=NOW, source="upstream", is_stale=False, received=325)


async def test_two_pages_are_asked_for_in_one_request() -> None:
    """A batch: what both have alike is said once. Each page counts for itself."""
    found = f"<Items>{request()}<TotalResults>{{}}</TotalResults><TotalPages>2</TotalPages>{{}}</Items>"
    item = "<Item><ASIN>B000000001</ASIN></Item>"
    upstream = Upstream(answer("ItemSearch", found.format(11, "") + found.format(11, item)))

    seen = await upstream.gateway().search_pages(SearchQuery("All", keywords="tea"), [3, 4], SMALL)

    assert seen.value == (SearchPage((), 11, 2), SearchPage((Item("B000000001"),), 11, 2))
    assert _sent(upstream.requests[0]) == {
        **COMMON,
        "Operation": "ItemSearch",
        "ItemSearch.1.ItemPage": "3",
        "ItemSearch.2.ItemPage": "4",
        "ItemSearch.Shared.Condition": "All",
        "ItemSearch.Shared.Keywords": "tea",
        "ItemSearch.Shared.MerchantId": "All",
        "ItemSearch.Shared.ResponseGroup": "Small",
        "ItemSearch.Shared.SearchIndex": "All",
    }


async def test_half_of_two_pages_is_none() -> None:
    """Which of them it would be is not to be guessed; a page that was refused refuses both."""
    page = f"<Items>{request()}<TotalResults>0</TotalResults><TotalPages>0</TotalPages></Items>"
    refused = f"<Items>{request('AWS.InvalidParameterValue', is_valid=False)}</Items>"

    def both(gateway: EcsGateway) -> Awaitable[Any]:
        return gateway.search_pages(SearchQuery("All", keywords="tea"), [1, 2], SMALL)

    half = await _failure(both, Upstream(answer("ItemSearch", page)).gateway())
    other = await _failure(both, Upstream(answer("ItemSearch", page + refused)).gateway())

    assert (type(half), half.operation) == (BadReply, "ItemSearch")
    assert (type(other), other.operation, other.code) == (UpstreamRefused, "ItemSearch", "AWS.InvalidParameterValue")


async def test_a_look_up_passes_everything_on() -> None:
    """Type, index, condition and page of offers."""
    upstream = Upstream(looked_up("<ASIN>B000000001</ASIN>"))

    seen = await upstream.gateway().look_up(
        ["1234567890123"], SMALL, id_type="EAN", search_index="DVD", condition="Used", offer_page=3
    )

    assert [item.asin for item in seen.value] == ["B000000001"]
    asked = {"ItemId": "1234567890123", "IdType": "EAN", "SearchIndex": "DVD", "Condition": "Used", "OfferPage": "3"}
    assert asked.items() <= _sent(upstream.requests[0]).items()


async def test_a_large_answer_is_read_all_the_same() -> None:
    """Beside the event loop."""
    items = [f"<ASIN>B{number:09}</ASIN>{' ' * 300}" for number in range(1000)]

    seen = await CALLS["ItemLookup"](Upstream(looked_up(*items)).gateway())

    assert len(seen.value) == 1000


@pytest.mark.parametrize("operation", CALLS)
@pytest.mark.parametrize(
    ("status", "body", "kind", "code"),
    [
        (200, early("CartGet", "RequestThrottled"), UpstreamThrottled, "RequestThrottled"),
        (503, early("CartGet", "RequestThrottled"), UpstreamThrottled, "RequestThrottled"),
        (503, b"<html>busy</html>", UpstreamThrottled, None),
        (503, early("CartGet", "InternalError"), UpstreamFault, "InternalError"),
        (429, b"", UpstreamThrottled, None),
        (500, early("CartGet", "InternalError"), UpstreamFault, "InternalError"),
        (500, b"Internal Server Error", UpstreamFault, None),
        (502, b"<html/>", UpstreamFault, None),
        (403, early("CartGet", "SignatureDoesNotMatch"), AccessRefused, "SignatureDoesNotMatch"),
        (400, early("CartGet", "AWS.InvalidAssociate"), AccessRefused, "AWS.InvalidAssociate"),
        (410, early("CartGet", "Deprecated"), UpstreamRefused, "Deprecated"),
        (404, b"<html>Not here</html>", BadReply, None),
        (302, early("CartGet", "RequestThrottled"), BadReply, None),
        (204, b"", BadReply, None),
        (200, b"<html>Hotel network: please log in</html>", BadReply, None),
    ],
)
async def test_refusals_by_status_and_code(
    operation: str, status: int, body: bytes, kind: type[UpstreamError], code: str | None
) -> None:
    """The body's code decides where there is one, else the status. One attempt, whatever came."""
    upstream = Upstream(body, status, {"Retry-After": "3"})

    error = await _failure(CALLS[operation], upstream.gateway())

    assert type(error) is kind
    assert (error.operation, error.code) == (operation, code)
    assert error.retry_after_s == (None if status == 200 else 3.0)
    assert len(upstream.requests) == 1


@pytest.mark.parametrize("operation", CALLS)
async def test_only_changes_leave_an_effect_open(operation: str) -> None:
    """A look-up without answer may be sent again, an addition may not."""

    def fail(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadTimeout("late", request=request)

    gateway = EcsGateway(config(), httpx.AsyncClient(transport=httpx.MockTransport(fail)), now)

    error = await _failure(CALLS[operation], gateway)

    assert type(error) is OutcomeUnknown
    assert (error.effect, error.is_retryable) == (("unknown", False) if operation in CHANGES else ("none", True))


async def test_the_whole_call_has_a_deadline() -> None:
    """Even when the upstream keeps sending something now and then."""

    async def silent(reader: Any, writer: Any) -> None:
        await reader.read()

    async with loopback(silent) as url, httpx.AsyncClient() as client:
        error = await _failure(CALLS["CartAdd"], EcsGateway(config(url, timeout_s=0.05), client, now))

    assert type(error) is OutcomeUnknown
    assert error.operation == "CartAdd"


@pytest.mark.parametrize("operation", ["CartGet", "CartAdd", "CartModify", "CartClear"])
async def test_another_cart_is_not_accepted(operation: str) -> None:
    """An answer mixed up on the way must not show one customer's cart to another."""
    error = await _failure(CALLS[operation], Upstream(_cart(operation, "999-9999999-9999999")).gateway())

    assert type(error) is BadReply
    assert error.operation == operation


async def test_messages_do_not_repeat_what_opens_a_cart() -> None:
    """Refusals are logged, and the upstream quotes what it was sent."""
    told = f"{HMAC} and {CART_ID} of {KEY_ID} do not fit"
    errors = f"<Errors><Error><Code>AWS.X</Code><Message>{told}</Message></Error></Errors>"
    asked = f"<Request><IsValid>True</IsValid>{errors}</Request>"
    handle = f"<CartId>{CART_ID}</CartId><HMAC>{HMAC}</HMAC>"

    refused = await _failure(CALLS["CartAdd"], Upstream(answer("CartAdd", f"<Cart>{asked}</Cart>")).gateway())
    cart = await CALLS["CartAdd"](Upstream(answer("CartAdd", f"<Cart>{asked}{handle}</Cart>")).gateway())

    assert refused.refusals == (Refusal("AWS.X", "… and … of … do not fit"),)
    assert cart.refusals == refused.refusals


async def test_nothing_secret_is_logged_or_printed(caplog: pytest.LogCaptureFixture) -> None:
    """httpx would log the whole signed address of each request."""
    body = answer("CartGet", f"<Cart>{request('AWS.ECommerceService.CartInfoMismatch')}</Cart>")
    gateway = Upstream(body).gateway()

    with caplog.at_level(logging.INFO, logger="httpx"):
        error = await _failure(CALLS["CartGet"], gateway)
        logging.getLogger("httpx").warning("still heard")

    assert type(error) is CartMismatch
    assert caplog.messages == ["still heard"]
    printed = f"{error!r} {error} {vars(error)} {gateway!r} {vars(gateway)}"
    assert not [secret for secret in (SECRET, HMAC, CART_ID, KEY_ID) if secret in printed]


@pytest.mark.parametrize("count", [0, 11])
async def test_a_request_the_protocol_does_not_have_is_not_sent(count: int) -> None:
    """That is a mistake of ours, not the upstream's refusal."""
    upstream = Upstream(b"")

    with pytest.raises(ValueError, match="1 to 10"):
        await upstream.gateway().look_up(["B000000001"] * count, SMALL)

    assert upstream.requests == []


async def test_a_batch_is_answered_part_by_part() -> None:
    """One part may fail beside another, and says so without repeating what opens anything."""
    good = f"<Items>{request()}<Item><ASIN>B000000001</ASIN></Item></Items>"
    bad = f"<Items>{request('AWS.MissingParameters', is_valid=False)}</Items>"
    upstream = Upstream(answer("ItemLookup", good + bad.replace("about", f"about {KEY_ID}")))
    parts = batch(item_lookup(["B000000001"], SMALL), item_lookup(["B000000002"], SMALL))

    seen = await upstream.gateway().ask(parts)

    first, second = seen.value
    assert (first.value, first.error) == ((Item("B000000001"),), None)
    assert second.value is None
    assert second.error is not None
    assert second.error.refusals == (Refusal("AWS.MissingParameters", "about … AWS.MissingParameters"),)
    assert (second.error.operation, seen.as_of) == ("ItemLookup", NOW)
    assert _sent(upstream.requests[0])["ItemLookup.2.ItemId"] == "B000000002"


async def test_what_was_refused_beside_a_value_is_told() -> None:
    """Without what opens anything; an id that is not known does not vanish without a word."""
    errors = request("AWS.InvalidParameterValue").replace("about", f"about {KEY_ID}")
    upstream = Upstream(looked_up("<ASIN>B000000001</ASIN>", request=errors))

    (reply,) = (await upstream.gateway().ask(item_lookup(["B000000001", "B000000002"], SMALL))).value

    assert (reply.value, reply.error) == ((Item("B000000001"),), None)
    assert reply.refusals == (Refusal("AWS.InvalidParameterValue", "about … AWS.InvalidParameterValue"),)


async def test_two_operations_are_answered_in_one_document() -> None:
    """And an error of the whole belongs to the first."""
    similar = f"<SimilarityLookupResponse><Items>{request()}</Items></SimilarityLookupResponse>"
    look_up = f"<ItemLookupResponse><OperationRequest/><Items>{request()}</Items></ItemLookupResponse>"
    both = two_operations(item_lookup(["B000000001"], SMALL), similarity_lookup(["B000000001"], "Random", SMALL))

    seen = await Upstream(answer("MultiOperation", look_up + similar)).gateway().ask(both)
    failure = await _failure(lambda gateway: gateway.ask(both), Upstream(b"", 500).gateway())

    assert [reply.operation.value for reply in seen.value] == ["ItemLookup", "SimilarityLookup"]
    assert failure.operation == "ItemLookup"


async def test_a_cart_asked_for_by_its_parameters_says_nothing_that_opens_it() -> None:
    """Messages repeat what was sent."""
    body = _cart("CartGet", CART_ID, "AWS.ECommerceService.ItemAlreadyInCart").replace(b"about", HMAC.encode())

    seen = await Upstream(body).gateway().ask({"Operation": "CartGet", "CartId": CART_ID, "HMAC": HMAC})

    (reply,) = seen.value
    assert isinstance(reply.value, RemoteCart)
    assert [refusal.message for refusal in reply.value.refusals] == ["… AWS.ECommerceService.ItemAlreadyInCart"]
    assert reply.refusals == ()


async def test_an_answer_can_be_had_as_it_came() -> None:
    """For whoever looks at the wire; errors before the operation are errors still."""
    body = looked_up("<ASIN>B000000001</ASIN>")
    look_up = item_lookup(["B000000001"], SMALL)

    assert await Upstream(body).gateway().ask_raw(look_up) == body
    with pytest.raises(UpstreamThrottled):
        await Upstream(early("ItemLookup", "RequestThrottled"), 503).gateway().ask_raw(look_up)
