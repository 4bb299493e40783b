"""
Carts as last seen: what is kept of an upstream cart, as bytes without anything that opens it.

The store keeps the bytes and the instant; this module alone knows what is in them.
"""

from datetime import datetime

from msgspec import Struct, msgpack

from ecs.model import Money, RemoteCart, RemoteCartItem
from persistence.records import Snapshot


class SeenCart(Struct, frozen=True):
    """An upstream cart without CartId, HMAC and purchase address."""

    items: tuple[RemoteCartItem, ...] = ()
    saved: tuple[RemoteCartItem, ...] = ()
    subtotal: Money | None = None

    @classmethod
    def of(cls, remote: RemoteCart) -> "SeenCart":
        """What may be kept of ``remote``."""
        return cls(remote.items, remote.saved, remote.subtotal)


_encode = msgpack.Encoder().encode
_decode = msgpack.Decoder(SeenCart).decode


def to_snapshot(cart: SeenCart, observed_at: datetime) -> Snapshot:
    """``cart`` as the store keeps it."""
    return Snapshot(_encode(cart), observed_at)


def from_snapshot(snapshot: Snapshot) -> SeenCart:
    """The cart that ``to_snapshot`` put away."""
    return _decode(snapshot.body)
