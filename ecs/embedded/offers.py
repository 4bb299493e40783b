"""
The offers of a product: those the feed gives, else a made set that follows from the ASIN.

Made offers are the same in every run, process and version of Python: they come from a hash of the ASIN. Where the feed
has a price it is that of the first, cheapest new offer; every made offer is documented as such.
"""

from collections import Counter
from collections.abc import Mapping
from functools import cached_property
from hashlib import blake2b
from typing import Final

from msgspec import Struct

from ecs.embedded.made_offers import made_offers
from ecs.embedded.money import Price, converted
from ecs.embedded.product import Condition, FeedOffer, Product, Stock
from ecs.embedded.sellers import HOUSE, Seller, seller_id

CONDITIONS: Final[tuple[Condition, ...]] = ("New", "Used", "Collectible", "Refurbished")
_REMEMBERED: Final = 1024
_SUPER_SAVER_FROM: Final = Price(2500, "USD")
"""What the house ships is free of shipping charges from this price on."""


class Offer(Struct, frozen=True, gc=False):
    """One standing offer; ``amount`` in minor units of the marketplace, ``limit`` the most units of it in a cart."""

    key: str
    """Eight hexadecimal digits, stable as long as seller, condition and sub-condition are."""
    seller: Seller
    condition: Condition
    sub_condition: str
    note: str | None
    amount: int
    stock: Stock
    min_hours: int | None
    max_hours: int | None
    limit: int
    is_fulfilled: bool
    is_hidden: bool
    is_super_saver: bool

    @property
    def is_buyable(self) -> bool:
        """True unless out of stock."""
        return self.stock != "none" and self.limit > 0


class OfferBook:
    """All offers of one product in the currency of a marketplace, cheapest first."""

    def __init__(self, offers: tuple[Offer, ...], list_price: int | None) -> None:
        self.offers = offers
        self.list_price = list_price

    @cached_property
    def featured(self) -> Offer | None:
        """The offer that adding by ASIN takes: the cheapest new one to be had, else the cheapest; None if none is."""
        buyable = [offer for offer in self.offers if offer.is_buyable]
        return next((offer for offer in buyable if offer.condition == "New"), buyable[0] if buyable else None)

    def find(self, key: str) -> Offer | None:
        """The offer of that key."""
        for offer in self.offers:
            if offer.key == key:
                return offer
        return None

    @cached_property
    def lowest(self) -> Mapping[Condition, Offer]:
        """The cheapest offer of each condition that can be bought and whose price may be shown."""
        return {o.condition: o for o in reversed(self.offers) if o.is_buyable and not o.is_hidden}

    @cached_property
    def counts(self) -> Counter[Condition]:
        """How many offers of each condition there are, those out of stock included."""
        return Counter([offer.condition for offer in self.offers])


class OfferBooks:
    """The books of one catalog, remembered: pages of products ask for the same ones again and again."""

    def __init__(self) -> None:
        self._books: dict[tuple[str, str], OfferBook] = {}

    def of(self, product: Product, currency: str) -> OfferBook:
        """The offers of ``product``, one of the catalog's, as a marketplace of ``currency`` shows them."""
        key = (product.asin, currency)
        found = self._books.get(key)
        if found is None:
            if len(self._books) >= _REMEMBERED:
                self._books.clear()
            found = self._books[key] = offer_book(product, currency)
        return found


def offer_book(product: Product, currency: str) -> OfferBook:
    """The offers of ``product`` as a marketplace of ``currency`` shows them; none of what only its variations are."""
    if product.variation_dimensions:
        return OfferBook((), None)
    if product.offers:
        given, list_price = product.offers, product.list_price
    else:
        given, list_price = made_offers(product)
    super_saver_from = converted(_SUPER_SAVER_FROM, currency)
    seen: dict[str, int] = {}
    offers = []
    for position, row in enumerate(given):
        offers.append((_offer(row, product.asin, currency, super_saver_from, seen), position))
    offers.sort(key=lambda pair: (pair[0].amount, pair[1]))
    shown_list_price = converted(list_price, currency) if list_price else None
    return OfferBook(tuple(offer for offer, _ in offers), shown_list_price)


def _offer(row: FeedOffer, asin: str, currency: str, super_saver_from: int, seen: dict[str, int]) -> Offer:
    merchant = Seller(_seller_id(row), row.seller, row.seller_rating, row.seller_rating_count)
    sub_condition = row.sub_condition or ("new" if row.condition == "New" else "good")
    identity = f"{asin}:{merchant.id}:{row.condition}:{sub_condition}"
    seen[identity] = ordinal = seen.get(identity, 0) + 1
    amount = converted(row.price, currency)
    is_fulfilled = row.fulfilled_by_marketplace or merchant.id == HOUSE.id
    return Offer(
        key=blake2b(f"{identity}:{ordinal}".encode(), digest_size=4).hexdigest(),
        seller=merchant,
        condition=row.condition,
        sub_condition=sub_condition,
        note=row.note,
        amount=amount,
        stock=row.stock if row.quantity else "none",
        min_hours=row.min_hours,
        max_hours=row.max_hours,
        limit=0 if row.stock == "none" else row.quantity,
        is_fulfilled=is_fulfilled,
        is_hidden=row.price_hidden,
        is_super_saver=is_fulfilled and amount >= super_saver_from,
    )


def _seller_id(row: FeedOffer) -> str:
    # Ids are compared in upper case, as those of items are.
    return row.seller_id.upper() if row.seller_id else seller_id(row.seller)
