"""
What the store keeps and gives back, as frozen values.

Ids are ours: random, opaque, never an upstream id. Instants are aware and in UTC.
"""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct
from pydantic import SecretStr


class CartStatus(StrEnum):
    """Life of a cart: ``ACTIVE`` until it is handed over, merged into another, or archived."""

    ACTIVE = "ACTIVE"
    EXPIRED = "EXPIRED"
    HANDED_OVER = "HANDED_OVER"
    MERGED = "MERGED"


class Placement(StrEnum):
    """Where a line stands."""

    ACTIVE = "ACTIVE"
    SAVED_FOR_LATER = "SAVED_FOR_LATER"


class LineRecord(Struct, frozen=True):
    """A line of a cart. ``position`` orders the cart's lines; ``upstream_key`` tells lines of one cart apart."""

    id: str
    upstream_key: str
    asin: str
    title: str
    quantity: int
    placement: Placement
    position: int
    added_at: datetime
    updated_at: datetime
    listing_id: str | None = None
    """The offer it was added by; None when it was added by catalog number."""
    seller_name: str | None = None
    price_when_added_minor: int | None = None


class Snapshot(Struct, frozen=True):
    """The upstream's cart as last seen: opaque bytes without secrets, and when."""

    body: bytes
    observed_at: datetime


class UpstreamHandle(Struct, frozen=True):
    """What opens the cart at the upstream; sealed at rest."""

    cart_id: SecretStr
    hmac: SecretStr


class CartRecord(Struct, frozen=True):
    """A cart as the store knows it. ``handle`` is None once the cart is handed over: it is forgotten for good."""

    id: str
    customer_id: str
    marketplace: str
    currency: str
    status: CartStatus
    version: int
    created_at: datetime
    updated_at: datetime
    snapshot: Snapshot
    lines: tuple[LineRecord, ...]
    handle: UpstreamHandle | None
