"""Records to rows and back. The handle is sealed on its way in and opened on its way out."""

from collections.abc import Sequence
from typing import Any

from pydantic import SecretStr
from sqlalchemy import Row

from persistence.records import CartRecord, CartStatus, LineRecord, Placement, Snapshot, UpstreamHandle
from persistence.sealing import KeyRing, Place

Parameters = dict[str, Any]


def cart_row(cart: CartRecord, key_ring: KeyRing) -> Parameters:
    """Every column of a new cart."""
    return {
        "id": cart.id,
        "customer_id": cart.customer_id,
        "marketplace": cart.marketplace,
        "currency": cart.currency,
        "status": cart.status.value,
        "version": cart.version,
        "sealed_cart_id": _seal(cart, "cart_id", key_ring),
        "sealed_hmac": _seal(cart, "hmac", key_ring),
        "observed_at": cart.snapshot.observed_at,
        "created_at": cart.created_at,
        "updated_at": cart.updated_at,
        "handed_over_at": None,
        "snapshot": cart.snapshot.body,
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
        "added_at": line.added_at,
        "updated_at": line.updated_at,
    }


def line_record(row: Row[Any]) -> LineRecord:
    """The line a row holds."""
    return LineRecord(
        id=row.id,
        upstream_key=row.upstream_key,
        asin=row.asin,
        title=row.title,
        quantity=row.quantity,
        placement=Placement(row.placement),
        position=row.position,
        added_at=row.added_at,
        updated_at=row.updated_at,
        listing_id=row.listing_id,
        seller_name=row.seller_name,
        price_when_added_minor=row.price_when_added_minor,
    )


def cart_record(rows: Sequence[Row[Any]], key_ring: KeyRing) -> CartRecord:
    """
    The cart that rows of cart and line hold, its lines by placement and position.

    Raises:
        SealBroken: the handle does not open.
    """
    first = rows[0]
    # The snapshot comes with one row, whichever the database numbered first.
    body = next(row.snapshot for row in rows if row.snapshot is not None)
    lines = [line_record(row) for row in rows if row.id is not None]
    lines.sort(key=lambda line: (line.placement, line.position))
    return CartRecord(
        id=first.id_of_cart,
        customer_id=first.customer_id,
        marketplace=first.marketplace,
        currency=first.currency,
        status=CartStatus(first.status),
        version=first.version,
        created_at=first.cart_created_at,
        updated_at=first.cart_updated_at,
        snapshot=Snapshot(body=body, observed_at=first.observed_at),
        lines=tuple(lines),
        handle=_handle(first, key_ring),
    )


def _seal(cart: CartRecord, part: str, key_ring: KeyRing) -> bytes | None:
    if cart.handle is None:
        return None
    clear: SecretStr = getattr(cart.handle, part)
    return key_ring.seal(clear.get_secret_value().encode(), Place("carts", f"sealed_{part}", cart.id))


def _handle(row: Row[Any], key_ring: KeyRing) -> UpstreamHandle | None:
    if row.sealed_cart_id is None:
        return None
    cart_id = key_ring.open(row.sealed_cart_id, Place("carts", "sealed_cart_id", row.id_of_cart))
    hmac = key_ring.open(row.sealed_hmac, Place("carts", "sealed_hmac", row.id_of_cart))
    return UpstreamHandle(cart_id=SecretStr(cart_id.decode()), hmac=SecretStr(hmac.decode()))
