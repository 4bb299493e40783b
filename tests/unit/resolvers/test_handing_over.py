"""Whether a cart may go to the marketplace's checkout, and where to."""

from typing import Any

import pytest
from pydantic import SecretStr

from persistence.records import Placement
from resolvers.handing_over import empty, no_address, purchase_address, refusal
from resolvers.intents import Agreed
from resolvers.prices import money
from resolvers.problems import PriceProblem, Problem, ProblemCode
from resolvers.shop import CheckoutSite
from resolvers.views import CartView
from tests.support.fakes import NOON, a_cart, a_line, a_remote_cart, a_remote_item

SITES = (CheckoutSite("https", "www.amazon.com"), CheckoutSite("http", "127.0.0.1:8000", "/checkout"))
GOOD = "https://www.amazon.com/gp/cart/aws-merge.html?cart-id=1&hmac=a%2Bb"


def a_cart_at(*unit_minor: int | None) -> CartView:
    """A cart of lines of one unit that were added at $10.00 and cost so much now."""
    items = [
        a_remote_item(
            f"K{number}",
            f"A{number}",
            price=None if amount is None else money(amount, "USD"),
            total=None if amount is None else money(amount, "USD"),
        )
        for number, amount in enumerate(unit_minor, start=1)
    ]
    lines = [a_line(number) for number in range(1, len(unit_minor) + 1)]
    return CartView.live(a_cart(*lines), a_remote_cart(*items), NOON)


@pytest.mark.parametrize(
    ("now", "agreed", "is_refused"),
    [
        # Without a sum, each line's price counts.
        ((1000, 1000), {}, False),
        ((1100, 1000), {}, True),
        ((900, 1000), {}, False),
        ((1100, 900), {}, True),
        ((1100, 1000), {"accepts_rise": True}, False),
        ((900, 1000), {"accepts_drop": False}, True),
        ((1100, 900), {"accepts_rise": True, "accepts_drop": False}, True),
        ((1100, 900), {"accepts_rise": True, "accepts_drop": True}, False),
        ((None, 1000), {}, False),
        # With a sum, the sum alone counts.
        ((1000, 1000), {"subtotal_minor": 2000}, False),
        ((1100, 900), {"subtotal_minor": 2000}, False),
        ((1000, 1001), {"subtotal_minor": 2000}, True),
        ((1000, 999), {"subtotal_minor": 2000}, False),
        ((1000, 999), {"subtotal_minor": 2000, "accepts_drop": False}, True),
        ((1000, 1001), {"subtotal_minor": 2000, "accepts_rise": True}, False),
        ((None, 1000), {"subtotal_minor": 2000}, True),
        ((None, 1000), {"subtotal_minor": 2000, "accepts_rise": True}, False),
    ],
)
def test_a_cart_goes_to_checkout_at_the_prices_agreed(
    now: tuple[int | None, ...], agreed: dict[str, Any], is_refused: bool
) -> None:
    """Nobody pays more than he has seen, unless he said that he would."""
    problem = refusal(a_cart_at(*now), Agreed(**agreed))

    assert (problem.code if problem else None) == (ProblemCode.PRICE_CHANGED if is_refused else None)


def test_a_refusal_for_prices_tells_the_lines_and_both_sums() -> None:
    """The client shows what moved."""
    message = "Prices have moved; show the cart again, then acknowledge its notices or send the new sum."

    by_sum = refusal(a_cart_at(1000, 1200), Agreed(subtotal_minor=2000))
    by_line = refusal(a_cart_at(1000, 1200), Agreed())

    assert by_sum == PriceProblem(
        ProblemCode.PRICE_CHANGED,
        message,
        ("expectedSubtotal",),
        line_ids=("line-2",),
        expected=money(2000, "USD"),
        current=money(2200, "USD"),
    )
    assert by_line == PriceProblem(
        ProblemCode.PRICE_CHANGED, message, None, line_ids=("line-2",), expected=None, current=money(2200, "USD")
    )


def test_a_price_that_was_acknowledged_is_no_move() -> None:
    """The shopper has let it stand."""
    remote = a_remote_cart(a_remote_item("K1", "A1", price=money(1200, "USD")))
    view = CartView.live(a_cart(a_line(1, price_accepted_minor=1200)), remote, NOON)

    assert refusal(view, Agreed()) is None


def test_saved_lines_alone_are_nothing_to_check_out() -> None:
    """Their prices do not matter either."""
    line = a_line(1, placement=Placement.SAVED_FOR_LATER)
    remote = a_remote_cart(saved=[a_remote_item("K1", "A1", saved=True, price=money(9000, "USD"))])

    assert refusal(CartView.live(a_cart(line), remote, NOON), Agreed()) == empty()
    assert empty().code is ProblemCode.CART_EMPTY


def test_a_missing_address_may_be_asked_for_again() -> None:
    """The cart is as it was."""
    assert no_address() == Problem(
        ProblemCode.UPSTREAM_REJECTED,
        "The marketplace gave no usable purchase address; the cart is unchanged, try again in a moment.",
        is_retryable=True,
    )


@pytest.mark.parametrize(
    "url", [GOOD, "HTTPS://www.amazon.com/gp/cart/aws-merge.html", "http://127.0.0.1:8000/checkout?a=b"]
)
def test_an_address_of_a_known_site_is_good(url: str) -> None:
    """Scheme, host, port and path are all expected ones."""
    assert purchase_address(a_remote_cart(purchase_url=SecretStr(url)), SITES) == url


@pytest.mark.parametrize(
    "url",
    [
        "",
        "https://",
        "/gp/cart/aws-merge.html?cart-id=1",
        "//www.amazon.com/gp/cart/aws-merge.html",
        "http://www.amazon.com/gp/cart/aws-merge.html?cart-id=1",
        "ftp://www.amazon.com/gp/cart/aws-merge.html",
        "javascript:alert(1)",
        "https://evil.example/gp/cart/aws-merge.html",
        "https://www.amazon.com.evil.example/gp/cart/aws-merge.html",
        "https://evil.example?https://www.amazon.com/gp/cart/aws-merge.html",
        "https://www.amazon.com@evil.example/gp/cart/aws-merge.html",
        "https://ann@www.amazon.com/gp/cart/aws-merge.html",
        "https://ann:secret@www.amazon.com/gp/cart/aws-merge.html",
        "https://www.amazon.com:444/gp/cart/aws-merge.html",
        "https://www.amazon.com:443/gp/cart/aws-merge.html",
        "http://127.0.0.1/checkout",
        "https://127.0.0.1:8000/checkout",
        "https://www.amazon.com/",
        "https://www.amazon.com/gp/cart/aws-merge.html/../../redirect",
        "https://www.amazon.com/gp/redirect.html?to=https://evil.example",
        "https://www.amazon.com/gp/cart/aws-merge.html?cart-id=1#fragment",
        "https://www.amazon.com/gp/cart/aws-merge.html?cart-id=1\r\nLocation: https://evil.example",
        "https://www.amazon.com/gp/cart/aws-merge.html?cart-id=1\t",
        "https://www.amazon.com/gp/cart/aws-merge.html?cart-id=\x00",
        "https://www.amazon.com/gp/cart/aws-merge.html?cart-id=1\x7f",
        " https://www.amazon.com/gp/cart/aws-merge.html",
        "https://www.amazon.com/gp/cart/aws-merge.html?cart id",
        "https:\\\\www.amazon.com\\gp\\cart\\aws-merge.html",
        "https://evil.example\\@www.amazon.com/gp/cart/aws-merge.html",
        "https://www.amazоn.com/gp/cart/aws-merge.html",
        "https://[www.amazon.com/gp/cart/aws-merge.html",
    ],
)
def test_an_address_that_leads_elsewhere_is_none(url: str) -> None:
    """The upstream's word is not enough to send a shopper somewhere."""
    assert purchase_address(a_remote_cart(purchase_url=SecretStr(url)), SITES) is None


def test_a_cart_without_an_address_has_none() -> None:
    """An empty cart's answer holds none."""
    assert purchase_address(a_remote_cart(purchase_url=None), SITES) is None
