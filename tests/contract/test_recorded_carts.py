"""The carts of every recorded answer, line by line, against what XPath finds."""

from urllib.parse import parse_qs, urlsplit

from pydantic import SecretStr

from ecs.errors import UpstreamError
from ecs.model import RemoteCart, RemoteCartItem
from ecs.parse import cart
from tests.contract.recordings import Recording, beside_the_checkout, recordings

pytestmark = beside_the_checkout


def test_carts_hold_the_lines_and_sums_of_the_answer() -> None:
    """What the shopper is shown and what the upstream holds must be the same cart."""
    lines = saved = 0

    for recording, found in _carts():
        _check_lines(recording, found.items, "Cart/CartItems/CartItem")
        _check_lines(recording, found.saved, "Cart/SavedForLaterItems/SavedForLaterItem")
        assert found.total == recording.money("Cart/SubTotal"), recording.name
        assert found.subtotal == recording.money("Cart/CartItems/SubTotal"), recording.name
        assert found.saved_subtotal == recording.money("Cart/SavedForLaterItems/SubTotal"), recording.name
        if found.subtotal is not None:
            assert found.subtotal.amount_minor == sum(line.total.amount_minor for line in found.items if line.total)
        lines += len(found.items)
        saved += len(found.saved)

    assert (lines, saved) == (353, 2)


def test_carts_open_by_what_the_answer_says() -> None:
    """CartId, HMAC and addresses, in every encoding there was."""
    addresses = mobile = 0

    for recording, found in _carts():
        assert found.cart_id.get_secret_value() == recording.string("Cart/CartId")
        assert found.hmac.get_secret_value() == recording.string("Cart/HMAC")
        addresses += _check_address(recording, found, found.purchase_url, "Cart/PurchaseURL")
        mobile += _check_address(recording, found, found.mobile_url, "Cart/MobileCartURL")

    assert (addresses, mobile) == (183, 20)


def test_what_goes_with_a_cart_is_there() -> None:
    """Five lists that a cart may bring, in the order of the answer."""
    found_in_all = 0

    for recording, found in _carts():
        for pointers, name in (
            (found.similar, "SimilarProducts"),
            (found.top_sellers, "TopSellers"),
            (found.new_releases, "NewReleases"),
            (found.similar_viewed, "SimilarViewedProducts"),
            (found.similar_elsewhere, "OtherCategoriesSimilarProducts"),
        ):
            asins = [asin.text for asin in recording.xpath(f"Cart/{name}/*/ASIN")]
            assert [pointer.asin for pointer in pointers] == asins, recording.name
            found_in_all += len(asins)

    assert found_in_all == 30


def _carts() -> list[tuple[Recording, RemoteCart]]:
    found = []
    for recording in recordings():
        if recording.operation.startswith("Cart"):
            try:
                found.append((recording, cart(recording.body)))
            except UpstreamError:
                assert not recording.xpath("Cart/CartId"), recording.name
    assert len(found) == 303
    return found


def _check_lines(recording: Recording, lines: tuple[RemoteCartItem, ...], path: str) -> None:
    elements = recording.xpath(path)
    assert len(lines) == len(elements), recording.name
    for line, element in zip(lines, elements, strict=True):
        sent = tuple(recording.string(part, element) for part in ("CartItemId", "ASIN", "Quantity", "Title"))
        assert (line.cart_item_id, line.asin, str(line.quantity), line.title) == sent, recording.name
        assert line.seller_name == recording.string("SellerNickname", element), recording.name
        assert line.seller_id == recording.string("SellerId", element), recording.name
        assert line.exchange_id == recording.string("ExchangeId", element), recording.name
        assert line.merchant_id in {recording.string("MerchantId", element), None}, recording.name
        assert line.price == recording.money("Price", start=element), recording.name
        assert line.total == recording.money("ItemTotal", start=element), recording.name


def _check_address(recording: Recording, found: RemoteCart, address: SecretStr | None, path: str) -> bool:
    assert (address is None) == (recording.string(path) is None), recording.name
    if address is None:
        return False
    query = parse_qs(urlsplit(address.get_secret_value()).query)
    assert query["cart-id"] == [found.cart_id.get_secret_value()], recording.name
    assert query["hmac"] == [found.hmac.get_secret_value()], recording.name
    assert query["MergeCart"] == ["False"], recording.name
    return True
