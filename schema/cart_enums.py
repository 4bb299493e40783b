"""Enumerations of carts. A member's value is what the resolvers call it."""

from enum import Enum

import strawberry
from strawberry import enum_value


@strawberry.enum(description="State of a cart.")
class CartStatus(Enum):
    """State of a cart."""

    ACTIVE = enum_value("ACTIVE", description="Being filled.")
    EXPIRED = enum_value("EXPIRED", description="Archived after long rest.")
    HANDED_OVER = enum_value("HANDED_OVER", description="Sent to the marketplace for purchase.")
    MERGED = enum_value("MERGED", description="Its lines went into another cart.")


@strawberry.enum(description="Where a line stands.")
class CartLinePlacement(Enum):
    """Where a line stands."""

    ACTIVE = enum_value("ACTIVE", description="Counted and bought at checkout.")
    SAVED_FOR_LATER = enum_value("SAVED_FOR_LATER", description="Put aside.")


@strawberry.enum(description="Reasons of a notice.")
class CartNoticeCode(Enum):
    """Reasons of a notice."""

    BACK_IN_STOCK = enum_value("BACK_IN_STOCK", description="The line can be bought again and went back to the cart.")
    CART_EXPIRED = enum_value(
        "CART_EXPIRED", description="The upstream cart is gone; the next change builds it anew from our record."
    )
    CART_REBUILT = enum_value(
        "CART_REBUILT", description="The upstream cart was gone and was built anew from our record."
    )
    LINES_MERGED = enum_value("LINES_MERGED", description="Lines came in from another cart.")
    LINE_REMOVED = enum_value("LINE_REMOVED", description="The upstream took a line out.")
    MOVED_TO_SAVED = enum_value("MOVED_TO_SAVED", description="The line cannot be bought and went to the saved lines.")
    OFFER_REPLACED = enum_value(
        "OFFER_REPLACED", description="The offer is gone; another seller's offer took its place."
    )
    PRICE_DROPPED = enum_value("PRICE_DROPPED", description="The price fell.")
    PRICE_ROSE = enum_value("PRICE_ROSE", description="The price rose.")
    QUANTITY_CAPPED = enum_value("QUANTITY_CAPPED", description="Fewer units were taken than asked.")


@strawberry.enum(description="Reasons a cart mutation fails.")
class CartErrorCode(Enum):
    """Reasons a cart mutation fails."""

    CART_BUSY = enum_value("CART_BUSY", description="Too many changes of the cart wait already.")
    CART_CLOSED = enum_value("CART_CLOSED", description="The cart is handed over, merged or expired.")
    CART_EMPTY = enum_value("CART_EMPTY", description="Nothing to check out.")
    CART_FULL = enum_value("CART_FULL", description="No room for another line.")
    CART_NOT_FOUND = enum_value("CART_NOT_FOUND", description="No such cart for this session.")
    IDEMPOTENCY_KEY_IN_PROGRESS = enum_value(
        "IDEMPOTENCY_KEY_IN_PROGRESS", description="The first call under this idempotency key is still under way."
    )
    IDEMPOTENCY_KEY_REUSED = enum_value(
        "IDEMPOTENCY_KEY_REUSED", description="The same idempotency key came with another input."
    )
    ITEM_NOT_ELIGIBLE = enum_value("ITEM_NOT_ELIGIBLE", description="The item cannot be sold through a cart.")
    LINE_NOT_FOUND = enum_value("LINE_NOT_FOUND", description="No such line in this cart.")
    MARKETPLACE_MISMATCH = enum_value("MARKETPLACE_MISMATCH", description="The item belongs to another marketplace.")
    NOT_AUTHENTICATED = enum_value("NOT_AUTHENTICATED", description="The mutation needs a known customer.")
    OFFER_NOT_FOUND = enum_value("OFFER_NOT_FOUND", description="No such offer, or it is gone.")
    OUTCOME_UNKNOWN = enum_value(
        "OUTCOME_UNKNOWN", description="The upstream's answer was lost; whether the change was made is not known yet."
    )
    OUT_OF_STOCK = enum_value("OUT_OF_STOCK", description="The item cannot be bought now.")
    PRICE_CHANGED = enum_value("PRICE_CHANGED", description="A price moved beyond what the call accepts.")
    PRODUCT_NOT_FOUND = enum_value("PRODUCT_NOT_FOUND", description="No such product.")
    QUANTITY_INVALID = enum_value("QUANTITY_INVALID", description="Zero, negative or above the limit.")
    RATE_LIMITED = enum_value("RATE_LIMITED", description="The shop asks to slow down.")
    TOO_MANY_ITEMS = enum_value("TOO_MANY_ITEMS", description="Too many entries in one call.")
    UPSTREAM_REJECTED = enum_value(
        "UPSTREAM_REJECTED", description="The upstream refused for a reason not listed here."
    )
    UPSTREAM_UNAVAILABLE = enum_value("UPSTREAM_UNAVAILABLE", description="The upstream did not answer.")
    VERSION_CONFLICT = enum_value("VERSION_CONFLICT", description="The cart changed since `expectedVersion`.")


@strawberry.enum(description="What became of an added item.")
class ItemOutcome(Enum):
    """What became of an added item."""

    ADDED = enum_value("ADDED", description="A new line holds it.")
    CAPPED = enum_value("CAPPED", description="A new or old line holds fewer units than asked.")
    REJECTED = enum_value("REJECTED", description="Nothing changed.")
    SAVED_FOR_LATER = enum_value(
        "SAVED_FOR_LATER", description="It cannot be bought now and was put with the saved lines."
    )
    UNKNOWN = enum_value("UNKNOWN", description="The upstream's answer was lost; it is not known yet.")
    UPDATED = enum_value("UPDATED", description="An old line holds it now too.")


@strawberry.enum(description="Which lines `clearCart` takes out.")
class ClearScope(Enum):
    """Which lines `clearCart` takes out."""

    ACTIVE_LINES = enum_value("ACTIVE_LINES", description="Lines to be bought; saved ones stay.")
    ALL_LINES = enum_value("ALL_LINES", description="Every line.")
    SAVED_LINES = enum_value("SAVED_LINES", description="Saved lines only.")


@strawberry.enum(description="What to do with a product that is in both carts.")
class MergeStrategy(Enum):
    """What to do with a product that is in both carts."""

    KEEP_SOURCE = enum_value(
        "KEEP_SOURCE", description="Keep only the source's lines; the target's go to the saved lines."
    )
    KEEP_TARGET = enum_value(
        "KEEP_TARGET", description="Keep only the target's lines; the source's go to the saved lines."
    )
    MAX_QUANTITY = enum_value("MAX_QUANTITY", description="The larger quantity.")
    SUM_QUANTITIES = enum_value("SUM_QUANTITIES", description="Both quantities together, up to the limit.")


@strawberry.enum(description="Which price moves a checkout accepts.")
class PricePolicy(Enum):
    """Which price moves a checkout accepts."""

    ACCEPT_ALL = enum_value("ACCEPT_ALL", description="Any.")
    ACCEPT_DROPS = enum_value("ACCEPT_DROPS", description="Lower prices only.")
    REFUSE_ALL = enum_value("REFUSE_ALL", description="None.")
