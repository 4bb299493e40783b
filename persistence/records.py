"""
What the store keeps and gives back, as frozen values.

Ids are ours: opaque, hard to guess, never an upstream id. Instants are aware and in UTC.
"""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct
from pydantic import SecretStr


class CartStatus(StrEnum):
    """
    Life of a cart: ``PENDING`` while its first items are on their way to the upstream, then ``ACTIVE`` until it is
    handed over, merged into another, or archived. A pending cart is shown to nobody.
    """

    PENDING = "PENDING"
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
    price_accepted_minor: int | None = None
    """The price the shopper has seen last and let stand; None for the one it was added at."""
    price_moved_at: datetime | None = None
    """When a price other than the accepted one was first seen; None while it stands."""


class Snapshot(Struct, frozen=True):
    """The upstream's cart as last seen: opaque bytes without secrets, and when."""

    body: bytes
    observed_at: datetime


class UpstreamHandle(Struct, frozen=True):
    """What opens the cart at the upstream; sealed at rest."""

    cart_id: SecretStr
    hmac: SecretStr


class Hold(Struct, frozen=True):
    """A cart's one open intent, and until when its owner may act on it."""

    intent_id: str
    lease_until: datetime


class CartRecord(Struct, frozen=True):
    """
    A cart as the store knows it.

    ``handle`` is None while the cart is pending, and once it is handed over: then it is forgotten for good.
    """

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
    handle: UpstreamHandle | None = None
    hold: Hold | None = None
    fence: int = 0
    """Grows with every claim and take-over; a late owner is told by it."""
    notices: bytes = b""
    """What the shopper has not acknowledged yet: opaque bytes."""
    made_with: str = ""
    """Fingerprint of the upstream and associate tag that the handle belongs to."""


class CustomerRecord(Struct, frozen=True):
    """
    Someone who has, or had, a cart.

    ``ended_at`` is when a guest came to his end: what was his is a customer's since, and nothing is kept for him again.
    """

    id: str
    created_at: datetime
    ended_at: datetime | None = None


class IntentState(StrEnum):
    """``OPEN`` from the record until the outcome is known and committed."""

    OPEN = "OPEN"
    SETTLED = "SETTLED"


class RequestKey(Struct, frozen=True):
    """The client's name for one mutation, and what it asked for: a SHA-256 over field and input."""

    key: str
    fingerprint: bytes


class IntentRecord(Struct, frozen=True):
    """
    An entry of the journal: what is to become of a cart, written before the upstream hears of it.

    ``body`` and ``outcome`` are opaque bytes without secrets; ``address`` is sealed at rest.
    """

    id: str
    cart_id: str
    customer_id: str
    kind: str
    body: bytes
    created_at: datetime
    state: IntentState = IntentState.OPEN
    request_key: RequestKey | None = None
    parent_id: str | None = None
    """For a cart that is merged into another: the intent of the other, which settles both."""
    outcome: bytes | None = None
    address: SecretStr | None = None
    settled_at: datetime | None = None


class Opening(Struct, frozen=True):
    """What a change starts from: the cart it is meant for, and the intent its request key was used for before."""

    cart: CartRecord | None
    earlier: IntentRecord | None


class Held(Struct, frozen=True):
    """An open intent with the cart it holds, as they are stored."""

    cart: CartRecord
    intent: IntentRecord


class Settlement(Struct, frozen=True, kw_only=True):
    """
    The end of an intent, written in one transaction.

    ``before`` is the cart as it was held (its lines are those stored, its fence the owner's); ``after`` the cart from
    now on, None for a pending cart that came to nothing. ``intent`` carries the outcome. ``opened`` is a new active
    cart that takes the place of ``after``; ``source`` the cart whose lines went into ``after``, before and after.
    """

    intent: IntentRecord
    before: CartRecord
    after: CartRecord | None
    opened: CartRecord | None = None
    source: tuple[Held, CartRecord] | None = None
