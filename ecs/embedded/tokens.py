"""
Names under which offers travel: OfferListingId, and the part of a CartItemId that never changes.

An OfferListingId is opaque and looks like the original's, base64 with ``+``, ``/`` and ``=``. It holds the ASIN and
the key of the offer, and a check so that a made-up one is told from a real one. It is no secret.
"""

from base64 import b64decode, b64encode
from functools import lru_cache
from hashlib import blake2b
from typing import Final, NamedTuple
from urllib.parse import unquote

from ecs.embedded.sellers import base36

_CHECK_BYTES: Final = 12


class Listing(NamedTuple):
    """What an OfferListingId stands for."""

    asin: str
    offer_key: str


def listing_id(asin: str, offer_key: str) -> str:
    """The OfferListingId of an offer, decoded (as a client sends it after decoding once)."""
    text = f"{asin}:{offer_key}".encode()
    check = _digest(text, _CHECK_BYTES)
    return b64encode(check + _masked(text, check)).decode()


@lru_cache(maxsize=4096)
def encoded_listing_id(asin: str, offer_key: str) -> str:
    """The OfferListingId percent-encoded, as the original put it in its XML."""
    # Base64 has three signs that are encoded; the general way costs ten times as much.
    return listing_id(asin, offer_key).replace("+", "%2B").replace("/", "%2F").replace("=", "%3D")


def listing_of(token: str) -> Listing | None:
    """What ``token`` stands for, whether it comes decoded or still percent-encoded; None when it is not one of ours."""
    # A form reader that took a raw plus sign for a space is forgiven: base64 holds no spaces.
    plain = (unquote(token) if "%" in token else token).replace(" ", "+")
    try:
        data = b64decode(plain, validate=True)
    except ValueError:
        return None
    check, masked = data[:_CHECK_BYTES], data[_CHECK_BYTES:]
    text = _masked(masked, check)
    if _digest(text, _CHECK_BYTES) != check:
        return None
    asin, _, offer_key = text.decode().partition(":")
    return Listing(asin, offer_key)


def exchange_id(asin: str, offer_key: str) -> str:
    """The ExchangeId of an offer as a seller's listing: ``Y``, the offer, ``M``, the ASIN."""
    return f"Y{offer_key.upper()}M{asin}"


def cart_item_key(asin: str, offer_key: str, marketplace: str) -> str:
    """
    The thirteen letters and digits after the first letter of a CartItemId.

    They are the same for one offer of one marketplace in every cart, as the original's were.
    """
    return base36(f"cart-item:{marketplace}:{asin}:{offer_key}".encode(), 13)


def _digest(text: bytes, size: int) -> bytes:
    return blake2b(text, digest_size=size, person=b"offer-listing").digest()


def _masked(text: bytes, check: bytes) -> bytes:
    # A mask as long as the text, so that neighbouring offers have ids without a common beginning.
    size = len(text)
    mask = b"".join([_digest(check + bytes([block]), 64) for block in range(size // 64 + 1)])
    return (int.from_bytes(text, "big") ^ int.from_bytes(mask[:size], "big")).to_bytes(size, "big")
