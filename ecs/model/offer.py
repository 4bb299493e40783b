"""Offers of an item, of every era: who sells it, how, and for how much."""

from msgspec import Struct

from ecs.model.values import Attribute, Measure, Money


class OfferSummary(Struct, frozen=True, gc=False):
    """Lowest price and number of offers of each condition."""

    lowest_new: Money | None = None
    lowest_used: Money | None = None
    lowest_collectible: Money | None = None
    lowest_refurbished: Money | None = None
    total_new: int = 0
    total_used: int = 0
    total_collectible: int = 0
    total_refurbished: int = 0


class Location(Struct, frozen=True, gc=False):
    """Where a merchant or seller is, as far as the answer says; ``text`` is the place in its own words."""

    country: str | None = None
    state: str | None = None
    city: str | None = None
    text: str | None = None


class LoyaltyPoints(Struct, frozen=True, gc=False):
    """Points that buying the offer earns (Japan), and what they are usually worth."""

    points: int
    value: Money | None = None


class Promotion(Struct, frozen=True, gc=False):
    """A promotion the offer takes part in; ``details`` are the leaves of its Details as a flat list."""

    promotion_id: str
    category: str | None = None
    start_date: str | None = None
    end_date: str | None = None
    requirement: str | None = None
    benefit: str | None = None
    terms: str | None = None
    details: tuple[Attribute, ...] = ()


class ShippingCharge(Struct, frozen=True, gc=False):
    """What sending costs; ``kind`` is the wire's ShippingType."""

    kind: str
    price: Money
    is_tax_inclusive: bool = False


class Offer(Struct, frozen=True, gc=False):
    """One seller's standing offer. ``listing_id`` is a token decoded once, good for a cart, not a lasting key."""

    listing_id: str
    merchant_name: str | None = None
    merchant_id: str | None = None
    condition: str = "New"
    sub_condition: str | None = None
    condition_note: str | None = None
    price: Money | None = None
    """What the customer pays (the sale price where there is one); None when it may not be shown or was not sent."""
    is_price_hidden: bool = False
    """True when the maker forbids showing the price before the item is in a cart."""
    saved: Money | None = None
    percent_saved: int | None = None
    availability: str | None = None
    """Upstream wording, localised."""
    availability_type: str | None = None
    """``now``, ``futureDate``, ``unknown`` …"""
    is_preorder: bool = False
    min_hours: int | None = None
    max_hours: int | None = None
    max_quantity: int | None = None
    is_super_saver: bool = False
    is_fulfilled_by_amazon: bool = False
    max_per_order: int | None = None
    """QuantityLimit: how many one customer may order."""
    regular_price: Money | None = None
    """The price without the sale, while there is a sale."""
    price_per_unit: str | None = None
    """Localised text, such as ``$0.52 / Ounce``."""
    is_prime: bool = False
    is_prime_video: bool = False
    exchange_id: str | None = None
    merchant_url: str | None = None
    """The merchant's page at the shop (GlancePage)."""
    merchant_location: Location | None = None
    merchant_rating: float | None = None
    """Average feedback from 0 to 5."""
    merchant_ratings: int | None = None
    """How many rated the merchant."""
    sales_restriction: str | None = None
    shipping_charges: tuple[ShippingCharge, ...] = ()
    pickup_store: tuple[str, ...] = ()
    """Lines of the address where the item can be picked up."""
    pickup_hours: str | None = None
    loyalty_points: LoyaltyPoints | None = None
    promotions: tuple[Promotion, ...] = ()


class OfferPage(Struct, frozen=True, gc=False):
    """One page (10) of an item's offers and how many there are in all."""

    total: int
    pages: int
    offers: tuple[Offer, ...] = ()
    more_url: str | None = None
    """Where the shop lists all offers (from 2011-08-01)."""


class RentalOffer(Struct, frozen=True, gc=False):
    """An offer to rent (2013-08-01); ``period`` is what the price is for."""

    price: Money | None = None
    period: Measure | None = None
    merchant_name: str | None = None
    is_fulfilled_by_amazon: bool = False
    disclaimer: str | None = None
