"""Seeing what the upstream did silently."""

from persistence.records import Placement
from resolvers.notices import notices_of
from resolvers.outcomes import Notice, NoticeCode, PriceMoved, QuantityCapped
from resolvers.prices import money
from resolvers.snapshots import SeenCart
from resolvers.views import CartView
from tests.support.fakes import NOON, a_cart, a_line, a_remote_cart, a_remote_item, numbered


def test_a_cart_that_is_as_asked_has_no_notices() -> None:
    """Notices are for surprises."""
    remote = a_remote_cart(a_remote_item("K1", "A1", 2))
    view = CartView.live(a_cart(a_line(1, quantity=2)), remote, NOON)

    assert notices_of(SeenCart.of(remote), view, {"line-1": 2}, NOON, numbered()) == ()


def test_fewer_units_than_wanted_are_told() -> None:
    """The upstream caps without a word that a shopper would understand."""
    view = CartView.live(a_cart(a_line(1, quantity=3)), a_remote_cart(a_remote_item("K1", "A1", 3)), NOON)

    found = notices_of(SeenCart(), view, {"line-1": 10}, NOON, numbered())

    message = "Only 3 of 10 units of Title of A1 can be bought."
    assert found == (QuantityCapped("id-1", NoticeCode.QUANTITY_CAPPED, message, "line-1", NOON, 10, 3),)


def test_a_line_put_with_the_saved_ones_is_told() -> None:
    """What is not in stock goes there instead of into the cart."""
    line = a_line(1, placement=Placement.SAVED_FOR_LATER)
    view = CartView.live(a_cart(line), a_remote_cart(saved=[a_remote_item("K1", "A1", saved=True)]), NOON)

    found = notices_of(SeenCart(), view, {"line-1": 1}, NOON, numbered())

    message = "Title of A1 cannot be bought now; it was put with the saved lines."
    assert found == (Notice("id-1", NoticeCode.MOVED_TO_SAVED, message, "line-1", NOON),)


def test_prices_that_moved_are_told_line_by_line() -> None:
    """Saved lines move too; lines to be bought come first."""
    before = a_remote_cart(a_remote_item("K1", "A1"), saved=[a_remote_item("K2", "A2", saved=True)])
    after = a_remote_cart(
        a_remote_item("K1", "A1", price=money(1250, "USD")),
        saved=[a_remote_item("K2", "A2", saved=True, price=money(900, "USD"))],
    )
    lines = (a_line(2, placement=Placement.SAVED_FOR_LATER), a_line(1))

    found = notices_of(SeenCart.of(before), CartView.live(a_cart(*lines), after, NOON), {}, NOON, numbered())

    assert found == (
        PriceMoved(
            "id-1", NoticeCode.PRICE_ROSE, "The price of Title of A1 rose from $10.00 to $12.50.", "line-1", NOON,
            money(1000, "USD"), money(1250, "USD"),
        ),
        PriceMoved(
            "id-2", NoticeCode.PRICE_DROPPED, "The price of Title of A2 fell from $10.00 to $9.00.", "line-2", NOON,
            money(1000, "USD"), money(900, "USD"),
        ),
    )  # fmt: skip


def test_unknown_and_foreign_prices_are_not_compared() -> None:
    """A missing price is unknown, not zero."""
    before = a_remote_cart(a_remote_item("K1", "A1", price=None), a_remote_item("K2", "A2"), a_remote_item("K3", "A3"))
    after = a_remote_cart(
        a_remote_item("K1", "A1"),
        a_remote_item("K2", "A2", price=None),
        a_remote_item("K3", "A3", price=money(2000, "EUR")),
        a_remote_item("K4", "A4"),
    )
    view = CartView.live(a_cart(a_line(1), a_line(2), a_line(3), a_line(4), a_line(5)), after, NOON)

    assert notices_of(SeenCart.of(before), view, {}, NOON, numbered()) == ()
