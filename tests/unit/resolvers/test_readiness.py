"""Whether a cart could be handed over now."""

from persistence.records import CartStatus, Placement
from resolvers.prices import money
from resolvers.problems import ProblemCode
from resolvers.readiness import blockers
from resolvers.views import CartView
from tests.support.fakes import NOON, a_cart, a_line, a_remote_cart, a_remote_item


def test_a_live_cart_with_something_to_buy_is_ready() -> None:
    """Nothing stands in the way."""
    assert blockers(CartView.live(a_cart(a_line(1)), a_remote_cart(a_remote_item("K1", "A1")), NOON)) == []


def test_saved_lines_alone_are_nothing_to_buy() -> None:
    """They are not bought at checkout."""
    cart = a_cart(a_line(1, placement=Placement.SAVED_FOR_LATER))

    assert blockers(CartView.live(cart, a_remote_cart(), NOON)) == [ProblemCode.CART_EMPTY]


def test_a_cart_as_last_seen_waits_for_the_upstream() -> None:
    """Checkout reads it afresh."""
    assert blockers(CartView.remembered(a_cart())) == [ProblemCode.CART_EMPTY, ProblemCode.UPSTREAM_UNAVAILABLE]


def test_a_closed_cart_is_closed_and_nothing_more() -> None:
    """What else is wrong with it does not matter."""
    assert blockers(CartView.remembered(a_cart(status=CartStatus.HANDED_OVER))) == [ProblemCode.CART_CLOSED]


def test_a_risen_price_is_to_be_let_stand_first() -> None:
    """A dearer line stands in the way of a checkout, a cheaper one does not."""
    dearer = a_remote_cart(a_remote_item("K1", "A1", price=money(1001, "USD")))
    cheaper = a_remote_cart(a_remote_item("K1", "A1", price=money(999, "USD")))

    assert blockers(CartView.live(a_cart(a_line(1)), dearer, NOON)) == [ProblemCode.PRICE_CHANGED]
    assert blockers(CartView.live(a_cart(a_line(1)), cheaper, NOON)) == []


def test_a_cart_the_upstream_forgot_is_not_waited_for() -> None:
    """The next change builds it anew."""
    view = CartView.remembered(a_cart(a_line(1)), is_forgotten=True)

    assert blockers(view) == [ProblemCode.UPSTREAM_REJECTED]
