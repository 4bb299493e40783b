"""What became of a cart change: per item, per line, and what the upstream did otherwise than asked. Values only."""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from ecs.model import Money
from resolvers.problems import Problem
from resolvers.views import CartView


class ItemOutcome(StrEnum):
    """What became of an added item; the names are those of the API."""

    ADDED = "ADDED"
    CAPPED = "CAPPED"
    REJECTED = "REJECTED"
    SAVED_FOR_LATER = "SAVED_FOR_LATER"
    UPDATED = "UPDATED"


class ItemResult(Struct, frozen=True):
    """What became of one entry of a call; ``line_id`` is None when it went nowhere."""

    index: int
    outcome: ItemOutcome
    line_id: str | None = None
    problems: tuple[Problem, ...] = ()


class NoticeCode(StrEnum):
    """What the upstream changed without being asked; the names are those of the API's CartNoticeCode."""

    MOVED_TO_SAVED = "MOVED_TO_SAVED"
    PRICE_DROPPED = "PRICE_DROPPED"
    PRICE_ROSE = "PRICE_ROSE"
    QUANTITY_CAPPED = "QUANTITY_CAPPED"


class Notice(Struct, frozen=True):
    """Something that went otherwise than asked, on one line."""

    id: str
    code: NoticeCode
    message: str
    line_id: str
    created_at: datetime


class QuantityCapped(Notice, frozen=True):
    """Fewer units were taken than asked."""

    requested: int
    accepted: int


class PriceMoved(Notice, frozen=True):
    """The unit price moved between two answers of the upstream."""

    previous: Money
    current: Money


class CartOutcome(Struct, frozen=True, kw_only=True):
    """The cart after a change, also after a failed one; ``cart`` is None when there is none."""

    cart: CartView | None
    problems: tuple[Problem, ...] = ()
    notices: tuple[Notice, ...] = ()
    results: tuple[ItemResult, ...] = ()
    """One for each entry of an adding call, in order."""
    line_ids: tuple[str, ...] = ()
    """Lines that the call changed or moved."""
    removed_line_ids: tuple[str, ...] = ()


class Handover(Struct, frozen=True):
    """A cart on its way to the marketplace; ``url`` opens it and must not be stored or logged."""

    url: str
    expires_at: datetime
    subtotal: Money | None
    created_at: datetime

    def __repr__(self) -> str:
        return "Handover(…)"


class CheckoutOutcome(Struct, frozen=True, kw_only=True):
    """The cart after a checkout, and where to send the shopper unless a problem stopped it."""

    cart: CartView | None
    handover: Handover | None = None
    problems: tuple[Problem, ...] = ()
