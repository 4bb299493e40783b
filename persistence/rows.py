"""Records to rows and back. What is secret is sealed on its way in and opened on its way out."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

from pydantic import SecretStr

from persistence.prepared import Parameters, Rows
from persistence.records import (
    CartRecord,
    CartStatus,
    Held,
    Hold,
    IntentRecord,
    IntentState,
    LineRecord,
    Placement,
    RequestKey,
    Snapshot,
    UpstreamHandle,
)
from persistence.sealing import KeyRing, Place

# Where the columns of `cart_statements.cart_columns` lie in a row; an intent's follow the line's.
_CART_ID, _SNAPSHOT = 0, 16
_LINE, _INTENT = 17, 31


def cart_row(cart: CartRecord, key_ring: KeyRing) -> Parameters:
    """Every column of a new cart."""
    return {
        "id": cart.id,
        "customer_id": cart.customer_id,
        "marketplace": cart.marketplace,
        "created_at": cart.created_at,
        "fence": cart.fence,
        "open_intent": None if cart.hold is None else cart.hold.intent_id,
        "lease_until": None if cart.hold is None else cart.hold.lease_until,
        **settled_cart(cart),
        **sealed_handle(cart, key_ring),
    }


def settled_cart(cart: CartRecord) -> Parameters:
    """The columns that the end of an intent may change, without the handle's."""
    return {"status": cart.status.value, "currency": cart.currency, "made_with": cart.made_with, **seen_cart(cart)}


def seen_cart(cart: CartRecord) -> Parameters:
    """The columns that a read of the upstream may change."""
    return {
        "version": cart.version,
        "updated_at": cart.updated_at,
        "observed_at": cart.snapshot.observed_at,
        "snapshot": cart.snapshot.body,
        "notices": cart.notices,
    }


def sealed_handle(cart: CartRecord, key_ring: KeyRing) -> Parameters:
    """The handle's columns, and when it was handed over."""
    handle = cart.handle
    return {
        "sealed_cart_id": handle and seal(handle.cart_id, Place("carts", "sealed_cart_id", cart.id), key_ring),
        "sealed_hmac": handle and seal(handle.hmac, Place("carts", "sealed_hmac", cart.id), key_ring),
        "handed_over_at": cart.updated_at if cart.status is CartStatus.HANDED_OVER else None,
    }


def line_row(line: LineRecord, cart_id: str) -> Parameters:
    """Every column of a line."""
    return {
        "id": line.id,
        "cart_id": cart_id,
        "upstream_key": line.upstream_key,
        "asin": line.asin,
        "listing_id": line.listing_id,
        "title": line.title,
        "seller_name": line.seller_name,
        "quantity": line.quantity,
        "placement": line.placement.value,
        "position": line.position,
        "price_when_added_minor": line.price_when_added_minor,
        "price_accepted_minor": line.price_accepted_minor,
        "price_moved_at": line.price_moved_at,
        "added_at": line.added_at,
        "updated_at": line.updated_at,
    }


def intent_row(intent: IntentRecord, key_ring: KeyRing) -> Parameters:
    """Every column of a new intent."""
    key = intent.request_key
    return {
        "id": intent.id,
        "cart_id": intent.cart_id,
        "customer_id": intent.customer_id,
        "kind": intent.kind,
        "created_at": intent.created_at,
        "state": intent.state.value,
        "request_key": key and key.key,
        "fingerprint": key and key.fingerprint,
        "parent_id": intent.parent_id,
        **settled_intent(intent, key_ring),
    }


def settled_intent(intent: IntentRecord, key_ring: KeyRing) -> Parameters:
    """The columns that the end of an intent changes."""
    place = Place("intents", "sealed_address", intent.id)
    return {
        "body": intent.body,
        "outcome": intent.outcome,
        "sealed_address": intent.address and seal(intent.address, place, key_ring),
        "settled_at": intent.settled_at,
    }


def cart_record(rows: Rows, key_ring: KeyRing) -> CartRecord | None:
    """
    The cart that rows of cart and line hold, its lines by placement and position; None when they hold none.

    Raises:
        SealBroken: the handle does not open.
    """
    if not rows or rows[0][_CART_ID] is None:
        return None
    # What is long comes with one row, whichever the database numbered first.
    first = next(row for row in rows if row[_SNAPSHOT] is not None)
    cart_id, customer_id, marketplace, currency, status, version, created_at, updated_at, observed_at = first[:9]
    sealed_cart_id, sealed_hmac, open_intent, lease_until, fence, made_with, notices, snapshot = first[9:_LINE]
    lines = [_line(row[_LINE:_INTENT]) for row in rows if row[_LINE] is not None]
    lines.sort(key=lambda line: (line.placement, line.position))
    return CartRecord(
        id=cart_id,
        customer_id=customer_id,
        marketplace=marketplace,
        currency=currency,
        status=CartStatus(status),
        version=version,
        created_at=created_at,
        updated_at=updated_at,
        snapshot=Snapshot(body=snapshot, observed_at=observed_at),
        lines=tuple(lines),
        handle=_handle(cart_id, sealed_cart_id, sealed_hmac, key_ring),
        hold=None if open_intent is None else Hold(intent_id=open_intent, lease_until=lease_until),
        fence=fence,
        notices=notices,
        made_with=made_with,
    )


def cart_records(rows: Rows, key_ring: KeyRing) -> list[CartRecord]:
    """The carts of rows that lie together by cart."""
    found = (cart_record(each, key_ring) for each in by_cart(rows))
    return [cart for cart in found if cart is not None]


def intent_record(rows: Rows, key_ring: KeyRing) -> IntentRecord | None:
    """
    The intent that rows of cart, line and intent hold; None when they hold none.

    Raises:
        SealBroken: the address does not open.
    """
    first = next((row[_INTENT:] for row in rows if row[-2] is not None), None)
    if first is None:
        return None
    intent_id, cart_id, customer_id, kind, created_at, state, key, fingerprint, parent_id, settled_at = first[:10]
    sealed_address, body, outcome = first[10:]
    return IntentRecord(
        id=intent_id,
        cart_id=cart_id,
        customer_id=customer_id,
        kind=kind,
        body=body,
        created_at=created_at,
        state=IntentState(state),
        request_key=None if key is None else RequestKey(key=key, fingerprint=fingerprint),
        parent_id=parent_id,
        outcome=outcome,
        address=sealed_address and unseal(sealed_address, Place("intents", "sealed_address", intent_id), key_ring),
        settled_at=settled_at,
    )


def held_record(rows: Rows, key_ring: KeyRing) -> Held | None:
    """The cart and the intent of rows of both; None when there are none. Raises as both do."""
    cart, intent = cart_record(rows, key_ring), intent_record(rows, key_ring)
    return None if cart is None or intent is None else Held(cart=cart, intent=intent)


def by_cart(rows: Rows) -> Iterable[Rows]:
    """Rows that lie together by cart, cart by cart."""
    return (list(each) for _, each in groupby(rows, itemgetter(_CART_ID)))


def seal(clear: SecretStr, place: Place, key_ring: KeyRing) -> bytes:
    """A secret for its column."""
    return key_ring.seal(clear.get_secret_value().encode(), place)


def unseal(sealed: bytes, place: Place, key_ring: KeyRing) -> SecretStr:
    """The secret of a column."""
    return SecretStr(key_ring.open(sealed, place).decode())


def _line(columns: Sequence[Any]) -> LineRecord:
    line_id, upstream_key, asin, title, quantity, placement, *rest = columns
    return LineRecord(line_id, upstream_key, asin, title, quantity, Placement(placement), *rest)


def _handle(
    cart_id: str, sealed_cart_id: bytes | None, sealed_hmac: bytes | None, key_ring: KeyRing
) -> UpstreamHandle | None:
    if sealed_cart_id is None or sealed_hmac is None:
        return None
    return UpstreamHandle(
        cart_id=unseal(sealed_cart_id, Place("carts", "sealed_cart_id", cart_id), key_ring),
        hmac=unseal(sealed_hmac, Place("carts", "sealed_hmac", cart_id), key_ring),
    )
