"""
The sellers of the sample marketplace. They are made up, as are their ratings; docs/catalog-feed.md says so.

A seller's id follows from the name, so feeds that only name their sellers get lasting ids too.
"""

from hashlib import blake2b
from typing import Final

from msgspec import Struct

_ALPHABET: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


class Seller(Struct, frozen=True, gc=False):
    """Who sells. ``rating`` is the average feedback from 0 to 5 of ``rating_count`` buyers."""

    id: str
    name: str
    rating: float | None = None
    rating_count: int = 0


def base36(data: bytes, length: int) -> str:
    """``length`` letters of A–Z and 0–9 that follow from ``data``."""
    number = int.from_bytes(blake2b(data, digest_size=16).digest(), "big")
    letters = []
    for _ in range(length):
        number, digit = divmod(number, 36)
        letters.append(_ALPHABET[digit])
    return "".join(letters)


def seller_id(name: str) -> str:
    """The id of the seller of that name: ``A`` and thirteen letters or digits, whatever the case of the name."""
    return "A" + base36(f"seller:{name.casefold()}".encode(), 13)


def seller(name: str, rating: float | None = None, rating_count: int = 0) -> Seller:
    """A seller with the id that follows from the name."""
    return Seller(seller_id(name), name, rating, rating_count)


HOUSE: Final = seller("Cartograph Sample Store", 4.9, 182_340)
"""The marketplace's own shop: what ``MerchantId=Amazon`` means here."""

OTHERS: Final = (
    seller("Alder & Finch Books", 4.7, 15_210),
    seller("Bluebell Trading", 4.5, 3_904),
    seller("Cobalt Warehouse", 4.2, 48_117),
    seller("Driftwood Media", 4.8, 9_433),
    seller("Eastgate Outlet", 3.9, 1_276),
    seller("Foxglove Finds", 4.6, 720),
    seller("Granite Supply Co.", 4.4, 22_865),
    seller("Harbor Street Records", 4.9, 5_342),
    seller("Ivory Lane Collectibles", 4.8, 618),
    seller("Juniper Direct", 4.1, 12_090),
    seller("Kestrel Electronics", 4.3, 31_574),
    seller("Lantern House", 4.0, 411),
)
