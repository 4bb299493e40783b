"""
Made offers for products whose feed row has none: several sellers, conditions, prices and stocks.

Everything follows from a hash of the ASIN, so two processes make the same offers. The rules, in short: one to six
offers (twelve for one product in fifty, so that paging is used; the feed's ``offer_count`` where given, up to
twenty-four); the first is new and has the feed's price, or one that is usual for the product group; further new ones
cost up to a quarter more, used and refurbished ones less, collectible ones more. One product in fifty is on
pre-order, one in forty is out of stock altogether, one further offer in fifteen is out of stock, one product in
thirty has a hidden price.
"""

from hashlib import blake2b
from struct import Struct
from types import MappingProxyType
from typing import Final

from ecs.embedded.product import Condition, FeedOffer, FeedPrice, Product, Stock
from ecs.embedded.sellers import HOUSE, OTHERS, Seller

_MOST_OFFERS: Final = 24
_COUNTS: Final = (1, 2, 2, 3, 3, 3, 4, 4, 5, 6)

# Usual prices in US dollars, lowest and highest.
_PRICES: Final = MappingProxyType(
    {
        "Apparel": (9, 90),
        "Books": (5, 40),
        "DVD": (6, 30),
        "Electronics": (12, 240),
        "Kitchen": (9, 150),
        "Music": (6, 24),
        "OfficeProducts": (4, 80),
        "PCHardware": (12, 320),
        "Photo": (20, 600),
        "Shoes": (20, 130),
        "Software": (15, 200),
        "Toys": (6, 60),
        "VHS": (3, 15),
        "Video": (5, 25),
        "VideoGames": (10, 60),
        "Watches": (25, 250),
    }
)
_OTHER_PRICES: Final = (6, 80)
_USABLE: Final = frozenset({"Books", "DVD", "Music", "VHS", "Video", "VideoGames", "Toys", "Photo"})
"""Search indexes where sellers offer used copies."""
_REFURBISHED: Final = frozenset({"Electronics", "PCHardware", "Photo", "Wireless", "Kitchen", "OfficeProducts"})
_COLLECTED: Final = frozenset({"Books", "Music", "Toys", "VideoGames"})

_USED: Final = (
    ("mint", 80, "Looks unused; no marks or folds."),
    ("verygood", 68, "Light signs of use, everything complete."),
    ("good", 55, "Some wear on the outside, clean within."),
    ("acceptable", 38, "Well used, with notes and worn corners; works as it should."),
)
_COLLECTIBLE_NOTE: Final = "From a private collection, kept in a sleeve."
_REFURBISHED_NOTE: Final = "Tested and cleaned; ships with a 90-day warranty."


_ROUND: Final = Struct(">32H")


class _Dice:
    """Numbers that follow from a text, as many as needed."""

    __slots__ = ("_left", "_round", "_text")

    def __init__(self, text: str) -> None:
        self._text = text
        self._round = 0
        self._left: list[int] = []

    def roll(self, sides: int) -> int:
        """A number from 0 to ``sides`` - 1; ``sides`` at most 65,536."""
        if not self._left:
            self._left = [*_ROUND.unpack(blake2b(f"{self._text}:{self._round}".encode(), digest_size=64).digest())]
            self._left.reverse()
            self._round += 1
        return self._left.pop() * sides >> 16


def made_offers(product: Product) -> tuple[tuple[FeedOffer, ...], FeedPrice | None]:
    """The offers of a product whose feed row has none, and its list price."""
    dice = _Dice(product.asin)
    count = _count(product, dice)
    mood = dice.roll(600)
    stock: Stock = "preorder" if mood < 12 else "none" if mood < 27 else "now"
    first = product.price or FeedPrice(_usual_price(product.search_index, dice), "USD")
    list_price = product.list_price or _list_price(product, first, dice)
    opening = HOUSE if dice.roll(100) < 65 else OTHERS[dice.roll(len(OTHERS))]
    offers = [_new(opening, first, stock, dice, is_hidden=27 <= mood < 47)]
    sellers = [seller for seller in _shuffled(dice) if seller is not opening]
    for number in range(count - 1):
        seller = sellers[number % len(sellers)]
        # What is not out yet is offered new only.
        condition: Condition = "New" if stock == "preorder" else _condition(product.search_index, dice)
        offers.append(_further(seller, first, condition, stock, dice))
    return tuple(offers), list_price


def _count(product: Product, dice: _Dice) -> int:
    made = 12 if dice.roll(50) == 0 else _COUNTS[dice.roll(len(_COUNTS))]
    return min(product.offer_count or made, _MOST_OFFERS)


def _usual_price(search_index: str, dice: _Dice) -> int:
    lowest, highest = _PRICES.get(search_index, _OTHER_PRICES)
    # The product of two rolls leans towards the low end, as prices do.
    spread = dice.roll(1000) * dice.roll(1000) // 1000
    return (lowest + (highest - lowest) * spread // 1000) * 100 + (99, 95, 49, 0)[dice.roll(4)]


def _list_price(product: Product, first: FeedPrice, dice: _Dice) -> FeedPrice | None:
    # A feed that knows its prices knows which of them are reduced.
    if product.price or dice.roll(100) >= 45:
        return None
    return FeedPrice(first.amount * (108 + dice.roll(40)) // 10_000 * 100 + 95, first.currency)


def _shuffled(dice: _Dice) -> list[Seller]:
    sellers = [*OTHERS]
    for last in range(len(sellers) - 1, 0, -1):
        other = dice.roll(last + 1)
        sellers[last], sellers[other] = sellers[other], sellers[last]
    return sellers


def _condition(search_index: str, dice: _Dice) -> Condition:
    roll = dice.roll(100)
    if search_index in _USABLE and roll < 50:
        return "Used"
    if search_index in _REFURBISHED and roll < 25:
        return "Refurbished"
    if search_index in _COLLECTED and roll >= 93:
        return "Collectible"
    return "New"


def _new(seller: Seller, price: FeedPrice, stock: Stock, dice: _Dice, *, is_hidden: bool) -> FeedOffer:
    is_house = seller is HOUSE
    quantity = (30 + dice.roll(970)) if is_house else (2 + dice.roll(29))
    hours = (0, 0) if is_house else (24, 48)
    return _row(seller, price, "New", "new", None, stock, quantity, hours, is_house, is_hidden)


def _further(seller: Seller, first: FeedPrice, condition: Condition, stock: Stock, dice: _Dice) -> FeedOffer:
    percent, sub_condition, note, quantity = _terms(condition, dice)
    price = FeedPrice(max(first.amount * percent // 100, 1), first.currency)
    roll = dice.roll(60)
    if stock == "now" and roll < 4:
        stock = "none"
    elif stock == "now" and roll < 7:
        stock = "backorder"
    hours = {"backorder": (336, 504)}.get(stock, ((24, 48), (48, 72), (96, 168))[dice.roll(3)])
    is_fulfilled = condition == "New" and dice.roll(4) == 0
    return _row(seller, price, condition, sub_condition, note, stock, quantity, hours, is_fulfilled, False)


def _terms(condition: Condition, dice: _Dice) -> tuple[int, str, str | None, int]:
    """Percent of the first price, sub-condition, note and units."""
    if condition == "Used":
        sub_condition, percent, note = _USED[dice.roll(len(_USED))]
        return percent + dice.roll(12), sub_condition, note, 1 + dice.roll(3)
    if condition == "Refurbished":
        return 70 + dice.roll(18), "refurbished", _REFURBISHED_NOTE, 1 + dice.roll(8)
    if condition == "Collectible":
        return 160 + dice.roll(200), "verygood", _COLLECTIBLE_NOTE, 1
    return 101 + dice.roll(25), "new", None, 1 + dice.roll(20)


def _row(
    seller: Seller,
    price: FeedPrice,
    condition: Condition,
    sub_condition: str,
    note: str | None,
    stock: Stock,
    quantity: int,
    hours: tuple[int, int],
    is_fulfilled: bool,
    is_hidden: bool,
) -> FeedOffer:
    is_dated = stock in ("now", "backorder")
    return FeedOffer(
        seller=seller.name,
        price=price,
        seller_id=seller.id,
        seller_rating=seller.rating,
        seller_rating_count=seller.rating_count,
        condition=condition,
        sub_condition=sub_condition,
        note=note,
        stock=stock,
        quantity=0 if stock == "none" else quantity,
        min_hours=hours[0] if is_dated else None,
        max_hours=hours[1] if is_dated else None,
        fulfilled_by_marketplace=is_fulfilled,
        price_hidden=is_hidden,
    )
