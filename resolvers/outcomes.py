"""What became of a cart change: per item, per line, and what the upstream did otherwise than asked. Values only."""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from ecs.model import Money
from resolvers.problems import AnyProblem
from resolvers.views import CartView


class ItemOutcome(StrEnum):
    """What became of an added item; the names are those of the API."""

    ADDED = "ADDED"
    CAPPED = "CAPPED"
    REJECTED = "REJECTED"
    SAVED_FOR_LATER = "SAVED_FOR_LATER"
    UNKNOWN = "UNKNOWN"
    UPDATED = "UPDATED"


class ItemResult(Struct, frozen=True):
    """What became of one entry of a call; ``line_id`` is None when it went nowhere."""

    index: int
    outcome: ItemOutcome
    line_id: str | None = None
    problems: tuple[AnyProblem, ...] = ()


class NoticeCode(StrEnum):
    """What the upstream changed without being asked; the names are those of the API's CartNoticeCode."""

    BACK_IN_STOCK = "BACK_IN_STOCK"
    CART_EXPIRED = "CART_EXPIRED"
    CART_REBUILT = "CART_REBUILT"
    LINES_MERGED = "LINES_MERGED"
    LINE_REMOVED = "LINE_REMOVED"
    MOVED_TO_SAVED = "MOVED_TO_SAVED"
    OFFER_REPLACED = "OFFER_REPLACED"
    PRICE_DROPPED = "PRICE_DROPPED"
    PRICE_ROSE = "PRICE_ROSE"
    QUANTITY_CAPPED = "QUANTITY_CAPPED"


class Notice(Struct, frozen=True, tag=True):
    """Something that went otherwise than asked, on one line, or on the whole cart when ``line_id`` is None."""

    id: str
    code: NoticeCode
    message: str
    line_id: str | None
    created_at: datetime


class QuantityCapped(Notice, frozen=True):
    """Fewer units were taken than asked."""

    requested: int
    accepted: int


class PriceMoved(Notice, frozen=True):
    """The unit price moved between two answers of the upstream."""

    previous: Money
    current: Money


class Handover(Struct, frozen=True):
    """A cart on its way to the marketplace; ``url`` opens it and must not be stored or logged."""

    url: str
    expires_at: datetime
    subtotal: Money | None
    created_at: datetime

    def __repr__(self) -> str:
        return "Handover(…)"


AnyNotice = Notice | QuantityCapped | PriceMoved
"""Told apart by their tags when they are read back."""


class CartOutcome(Struct, frozen=True, kw_only=True):
    """The cart after a change, also after a failed one; ``cart`` is None when there is none."""

    cart: CartView | None
    problems: tuple[AnyProblem, ...] = ()
    notices: tuple[AnyNotice, ...] = ()
    results: tuple[ItemResult, ...] = ()
    """One for each entry of an adding call, in order."""
    line_ids: tuple[str, ...] = ()
    """Lines that the call changed or moved."""
    removed_line_ids: tuple[str, ...] = ()
    handover: Handover | None = None
    """Where to send the shopper; of a checkout alone, None when it was refused."""
