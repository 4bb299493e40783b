"""
Every recorded answer of the real service, read by our parser and counted a second way.

The recordings lie beside the checkout; without them these tests are skipped. Expectations come from the XML itself by
XPath, which shares nothing with the parser's walk.
"""

import json
import random
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from lxml import etree

from ecs.errors import (
    AccessRefused,
    BadReply,
    CartMismatch,
    UpstreamError,
    UpstreamFault,
    UpstreamRefused,
    UpstreamThrottled,
)
from ecs.model import BrowseNode, Item, Money, RemoteCart, RemoteCartItem, SearchPage
from ecs.parse import browse_nodes, cart, items, search_page

ECS = Path(__file__).resolve().parents[3] / "shared" / "ecs"
pytestmark = pytest.mark.skipif(not (ECS / "index.json").exists(), reason="the recordings are not beside the checkout")

Value = SearchPage | tuple[Item, ...] | tuple[BrowseNode, ...] | RemoteCart
READERS: dict[str, Callable[[bytes], Value]] = {
    "ItemSearch": search_page,
    "ItemLookup": items,
    "SimilarityLookup": items,
    "BrowseNodeLookup": browse_nodes,
    "CartCreate": cart,
    "CartGet": cart,
    "CartAdd": cart,
    "CartModify": cart,
    "CartClear": cart,
}
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


class Recording:
    """One recorded answer: its bytes, and what XPath says of it."""

    def __init__(self, entry: dict[str, Any]) -> None:
        self.name: str = entry["file"]
        self.body = (ECS / self.name).read_bytes()
        self.root = etree.fromstring(self.body)
        self.tag = etree.QName(self.root).localname
        self.reader = READERS.get(self.tag.removesuffix("ErrorResponse").removesuffix("Response"))

    def xpath(self, path: str, start: Any = None) -> Any:
        """``a/b`` by local names, from the root or from ``start``."""
        steps = [f"*[local-name()='{step}']" if step.isalnum() else step for step in path.split("/")]
        return (self.root if start is None else start).xpath("/".join(steps))

    def string(self, path: str, start: Any = None) -> str | None:
        found = self.xpath(path, start)
        return (found[0].text or "").strip() if found else None

    def codes(self) -> list[str]:
        """Error codes of the answer, wherever they stand; those echoed deeper are none."""
        deep = self.xpath("*/Request/Errors/Error/Code")
        return [code.text for code in deep or self.xpath("Error/Code")]

    def read(self) -> Value | UpstreamError:
        try:
            return (self.reader or items)(self.body)
        except UpstreamError as error:
            return error


@pytest.fixture(scope="module")
def recordings() -> list[Recording]:
    """All of them."""
    return [Recording(entry) for entry in json.loads((ECS / "index.json").read_bytes())]


def test_every_recording_gives_a_value_or_the_error_it_spells_out(recordings: list[Recording]) -> None:
    """No answer the real service ever gave us may surprise the parser."""
    outcomes: Counter[str] = Counter()

    for recording in recordings:
        outcome = recording.read()
        expected = _expected_error(recording)
        if expected is None:
            assert not isinstance(outcome, UpstreamError), (recording.name, outcome)
        else:
            assert type(outcome) is expected, (recording.name, outcome)
        if isinstance(outcome, UpstreamRefused) and not isinstance(outcome, (AccessRefused, CartMismatch)):
            assert outcome.code == recording.codes()[0], recording.name
        outcomes[type(outcome).__name__] += 1

    assert outcomes == {
        "RemoteCart": 303,
        "tuple": 144,
        "SearchPage": 85,
        "UpstreamRefused": 174,
        "CartMismatch": 37,
        "BadReply": 27,
        "AccessRefused": 19,
        "UpstreamThrottled": 2,
        "UpstreamFault": 1,
    }


def test_items_and_their_prices_are_those_of_the_answer(recordings: list[Recording]) -> None:
    """An item or an offer lost in parsing is a sale lost without a trace."""
    seen = offers = 0

    for recording in recordings:
        read = recording.read()
        found = read.items if isinstance(read, SearchPage) else read
        if isinstance(found, tuple) and recording.tag in {
            "ItemSearchResponse",
            "ItemLookupResponse",
            "SimilarityLookupResponse",
        }:
            nodes = recording.xpath("Items/Item")
            assert len(found) == len(nodes), recording.name
            for item, node in zip(found, nodes, strict=True):
                assert isinstance(item, Item)
                offers += _check_item(recording, item, node)
                seen += 1

    assert (seen, offers) == (942, 497)


def test_carts_hold_the_lines_and_sums_of_the_answer(recordings: list[Recording]) -> None:
    """What the shopper is shown and what the upstream holds must be the same cart."""
    lines = saved = 0

    for recording in recordings:
        outcome = recording.read()
        if isinstance(outcome, RemoteCart):
            _check_lines(recording, outcome.items, "Cart/CartItems/CartItem")
            _check_lines(recording, outcome.saved, "Cart/SavedForLaterItems/SavedForLaterItem")
            _check_handle(recording, outcome)
            lines += len(outcome.items)
            saved += len(outcome.saved)

    assert (lines, saved) == (353, 2)


def test_browse_nodes_are_those_of_the_answer(recordings: list[Recording]) -> None:
    """A node lost cuts the shop's tree."""
    seen = 0

    for recording in recordings:
        outcome = recording.read()
        if recording.tag == "BrowseNodeLookupResponse" and isinstance(outcome, tuple):
            nodes = recording.xpath("BrowseNodes/BrowseNode")
            assert len(outcome) == len(nodes), recording.name
            for node, element in zip(outcome, nodes, strict=True):
                assert isinstance(node, BrowseNode)
                assert node.node_id == recording.string("BrowseNodeId", element)
                assert len(node.children) == len(recording.xpath("Children/BrowseNode", element))
                assert len(node.ancestors) == len(recording.xpath("descendant::*/Ancestors", element)) - len(
                    recording.xpath("Children/descendant::*/Ancestors", element)
                ) + len(recording.xpath("Ancestors", element))
                seen += 1

    assert seen == 16


def test_damaged_recordings_give_a_value_or_an_upstream_error(recordings: list[Recording]) -> None:
    """Bytes lost, doubled or changed on the way must not reach a caller as some other exception."""
    seed = 20_260_102
    chance = random.Random(seed)

    for turn in range(2000):
        recording = chance.choice(recordings)
        body = bytearray(recording.body)
        for _ in range(chance.randint(1, 5)):
            at = chance.randrange(len(body))
            if chance.random() < 0.5:
                body[at] = chance.choice(b"0-9<>/&ax \xff")
            else:
                body[at : at + chance.randint(1, 40)] = body[chance.randrange(len(body)) :][: chance.randint(0, 40)]
        try:
            (recording.reader or items)(bytes(body))
        except UpstreamError:
            continue
        except Exception as error:
            error.add_note(f"seed {seed}, turn {turn}: {recording.name}")
            raise


def _expected_error(recording: Recording) -> type[UpstreamError] | None:
    codes = recording.codes()
    if recording.tag == "Errors" or recording.tag.endswith("ErrorResponse"):
        return KINDS.get(codes[0], UpstreamRefused)
    if recording.reader is None:
        return BadReply
    payload_has_value = recording.xpath("Cart/CartId") or recording.xpath("Items/Item")
    if not codes or payload_has_value or set(codes) <= HARMLESS:
        return None
    return KINDS.get(codes[0], UpstreamRefused)


def _check_item(recording: Recording, item: Item, node: Any) -> int:
    assert item.asin == recording.string("ASIN", node), recording.name
    assert item.title == recording.string("ItemAttributes/Title", node), recording.name
    _check_money(recording, item.list_price, recording.xpath("ItemAttributes/ListPrice", node))
    if item.offer_summary is not None:
        _check_money(recording, item.offer_summary.lowest_new, recording.xpath("OfferSummary/LowestNewPrice", node))
        _check_money(recording, item.offer_summary.lowest_used, recording.xpath("OfferSummary/LowestUsedPrice", node))
    contributors = [
        (name.text or "").strip()
        for role in ("Author", "Artist", "Actor", "Director", "Creator")
        for name in recording.xpath(f"ItemAttributes/{role}", node)
    ]
    assert {one.name for one in item.contributors} == set(contributors) - {""}, recording.name
    assert len(item.features) == len(recording.xpath("ItemAttributes/Feature", node)), recording.name
    assert len(item.image_sets) == len(recording.xpath("ImageSets/ImageSet", node)), recording.name
    assert len(item.similar) == len(recording.xpath("SimilarProducts/SimilarProduct", node)), recording.name
    assert len(item.browse_nodes) == len(recording.xpath("BrowseNodes/BrowseNode", node)), recording.name
    return _check_offers(recording, item, node)


def _check_offers(recording: Recording, item: Item, node: Any) -> int:
    listings = recording.xpath("Offers/Offer/OfferListing", node)
    offers = item.offers.offers if item.offers else ()
    assert len(offers) == len(listings), recording.name
    if item.offers:
        assert str(item.offers.total) == recording.string("Offers/TotalOffers", node), recording.name
        assert str(item.offers.pages) == recording.string("Offers/TotalOfferPages", node), recording.name
    for offer, listing in zip(offers, listings, strict=True):
        assert "%" not in offer.listing_id
        _check_money(recording, offer.price, recording.xpath("SalePrice", listing) or recording.xpath("Price", listing))
    return len(offers)


def _check_money(recording: Recording, money: Money | None, elements: Any) -> None:
    if not elements:
        assert money is None, recording.name
        return
    sent = tuple(recording.string(part, elements[0]) for part in ("Amount", "CurrencyCode", "FormattedPrice"))
    assert money is not None, recording.name
    assert (str(money.amount_minor), money.currency, money.formatted) == sent, recording.name


def _check_lines(recording: Recording, lines: tuple[RemoteCartItem, ...], path: str) -> None:
    elements = recording.xpath(path)
    assert len(lines) == len(elements), recording.name
    for line, element in zip(lines, elements, strict=True):
        sent = tuple(recording.string(part, element) for part in ("CartItemId", "ASIN", "Quantity", "Title"))
        assert (line.cart_item_id, line.asin, str(line.quantity), line.title) == sent, recording.name
        assert line.seller_name == recording.string("SellerNickname", element), recording.name
        _check_money(recording, line.price, recording.xpath("Price", element))
        _check_money(recording, line.total, recording.xpath("ItemTotal", element))


def _check_handle(recording: Recording, found: RemoteCart) -> None:
    assert found.cart_id.get_secret_value() == recording.string("Cart/CartId")
    assert found.hmac.get_secret_value() == recording.string("Cart/HMAC")
    _check_money(recording, found.subtotal, recording.xpath("Cart/CartItems/SubTotal"))
    if found.subtotal is not None:
        assert found.subtotal.amount_minor == sum(line.total.amount_minor for line in found.items if line.total)
    sent_url = recording.string("Cart/PurchaseURL")
    assert (found.purchase_url is None) == (sent_url is None), recording.name
    if found.purchase_url is not None:
        query = parse_qs(urlsplit(found.purchase_url.get_secret_value()).query)
        assert query["cart-id"] == [found.cart_id.get_secret_value()], recording.name
        assert query["hmac"] == [found.hmac.get_secret_value()], recording.name
        assert query["MergeCart"] == ["False"], recording.name
