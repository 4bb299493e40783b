"""A cart with the prices of the moment: what its XML and the purchase page show."""

from msgspec import Struct

from ecs.embedded.cart_rules import Line
from ecs.embedded.carts import Cart
from ecs.embedded.shop import Shop
from ecs.embedded.tokens import Listing


class PricedLine(Struct, frozen=True):
    """A line and what one unit costs now; where the offer has ended, what it cost when the line was added."""

    line: Line
    amount: int

    @property
    def total(self) -> int:
        """Price of all units."""
        return self.amount * self.line.quantity


class PricedCart(Struct, frozen=True):
    """Active and saved lines, each in order."""

    cart: Cart
    active: tuple[PricedLine, ...]
    saved: tuple[PricedLine, ...]

    @property
    def lines(self) -> tuple[PricedLine, ...]:
        """All lines, the active ones first."""
        return self.active + self.saved


def total(lines: tuple[PricedLine, ...]) -> int:
    """The sum of the lines."""
    return sum(line.total for line in lines)


def priced(cart: Cart, shop: Shop) -> PricedCart:
    """``cart`` with the prices of its offers."""
    lines = tuple(PricedLine(line, _amount(line, shop)) for line in cart.lines)
    return PricedCart(
        cart,
        tuple(line for line in lines if not line.line.is_saved),
        tuple(line for line in lines if line.line.is_saved),
    )


def _amount(line: Line, shop: Shop) -> int:
    found = shop.offer(Listing(line.asin, line.offer_key))
    return found[1].amount if found else line.amount
