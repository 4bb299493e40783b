"""A cart as the storefront shows it."""

from datetime import timedelta

from persistence.records import CartStatus, Placement
from resolvers.prices import money
from resolvers.snapshots import SeenCart, to_snapshot
from resolvers.views import CartView
from tests.support.fakes import NOON, a_cart, a_line, a_remote_cart, a_remote_item

LATER = NOON + timedelta(hours=2)


def test_lines_stand_with_what_the_upstream_says_of_them() -> None:
    """Our ids and places, the upstream's prices."""
    record = a_cart(a_line(1, quantity=2), a_line(2, placement=Placement.SAVED_FOR_LATER))
    remote = a_remote_cart(a_remote_item("K1", "A1", 2), saved=[a_remote_item("K2", "A2", saved=True)])

    view = CartView.live(record, remote, LATER)

    assert [line.record.id for line in view.lines] == ["line-1"]
    assert [line.record.id for line in view.saved] == ["line-2"]
    assert (view.lines[0].unit_price, view.lines[0].total) == (money(1000, "USD"), money(2000, "USD"))
    assert view.total_quantity == 2
    assert view.subtotal == money(2000, "USD")
    assert (view.source, view.is_stale, view.as_of) == ("upstream", False, LATER)


def test_a_line_the_upstream_lost_has_no_price() -> None:
    """Unknown is not zero."""
    line = CartView.live(a_cart(a_line(1)), a_remote_cart(), NOON).lines[0]

    assert (line.remote, line.unit_price, line.total) == (None, None, None)
    assert line.price_when_added == money(1000, "USD")


def test_a_line_added_without_a_price_has_none_from_then() -> None:
    """A hidden price was not shown then either."""
    view = CartView.live(a_cart(a_line(1, price_when_added_minor=None)), a_remote_cart(), NOON)

    assert view.lines[0].price_when_added is None


def test_a_subtotal_waits_for_every_price() -> None:
    """A sum of some lines would be wrong."""
    remote = a_remote_cart(a_remote_item("K1", "A1"), a_remote_item("K2", "A2", total=None))

    assert CartView.live(a_cart(a_line(1), a_line(2)), remote, NOON).subtotal is None


def test_nothing_to_buy_costs_nothing() -> None:
    """Saved lines do not count."""
    record = a_cart(a_line(1, placement=Placement.SAVED_FOR_LATER), currency="JPY")
    view = CartView.live(record, a_remote_cart(saved=[a_remote_item("K1", "A1", saved=True)]), NOON)

    assert view.subtotal == money(0, "JPY")
    assert view.total_quantity == 0


def test_a_remembered_cart_is_stale_while_it_is_active() -> None:
    """Once handed over, what was last seen is final."""
    seen = SeenCart.of(a_remote_cart(a_remote_item("K1", "A1")))
    record = a_cart(a_line(1), snapshot=to_snapshot(seen, NOON), updated_at=LATER)

    active = CartView.remembered(record)
    done = CartView.remembered(a_cart(a_line(1), status=CartStatus.HANDED_OVER, handle=None))

    assert (active.source, active.is_stale, active.as_of) == ("snapshot", True, NOON)
    assert active.subtotal == money(1000, "USD")
    assert active.expires_at == LATER + timedelta(days=90)
    assert (done.source, done.is_stale) == ("snapshot", False)


def test_a_line_is_found_by_its_id_wherever_it_stands() -> None:
    """Payloads name the lines a call touched."""
    view = CartView.remembered(a_cart(a_line(1), a_line(2, placement=Placement.SAVED_FOR_LATER)))

    found = view.line("line-2")

    assert found is view.saved[0]
    assert view.line("line-3") is None


def test_an_empty_cart_lapses_sooner() -> None:
    """The upstream keeps a cart with items for 90 days, and one without for seven."""
    filled = CartView.remembered(a_cart(a_line(1)))
    empty = CartView.remembered(a_cart())

    assert filled.expires_at - filled.record.updated_at == timedelta(days=90)
    assert empty.expires_at - empty.record.updated_at == timedelta(days=7)


def test_a_price_that_was_let_stand_is_the_one_to_compare_with() -> None:
    """Acknowledged since, or the one it was added at, or none that is known."""
    lines = (a_line(1, price_accepted_minor=900), a_line(2), a_line(3, price_when_added_minor=None))
    remote = a_remote_cart(a_remote_item("K1", "A1"), a_remote_item("K2", "A2"), a_remote_item("K3", "A3"))

    view = CartView.live(a_cart(*lines), remote, NOON)

    assert [line.price_accepted for line in view.lines] == [money(900, "USD"), money(1000, "USD"), None]
    assert [line.price_rise_minor for line in view.lines] == [100, 0, 0]
