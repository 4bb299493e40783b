"""
How long an answer may be shown. Pure.

The licence: prices and availability an hour, everything else a day (the hard age). Past its soft age an answer is still
shown while it is read anew; a little before that, by chance, so that what was read together is not read anew together.
What was not found is believed for a minute.
"""

from collections.abc import Collection
from typing import Final

from msgspec import Struct

EARLIEST: Final = 0.8
"""The share of the soft age from which on an answer may be read anew."""


class Ages(Struct, frozen=True):
    """Seconds since the upstream gave an answer."""

    soft_s: float
    """From here on it is read anew in the background, and marked stale while that fails."""
    hard_s: float
    """From here on it is not shown."""


PRICES: Final = Ages(soft_s=600, hard_s=3_600)
CONTENT: Final = Ages(soft_s=6 * 3_600, hard_s=24 * 3_600)
NOTHING: Final = Ages(soft_s=60, hard_s=60)

_PRICED: Final = frozenset(
    {
        "Large",
        "Medium",
        "OfferFull",
        "OfferListings",
        "OfferSummary",
        "Offers",
        "VariationSummary",
        "Variations",
        "ListFull",
        "ListItems",
        "SellerListing",
    }
)
"""Response groups with prices at which something can be bought. A list price is part of a product's description."""


class Lifetime(Struct, frozen=True):
    """Instants in the life of an answer, in seconds since 1970."""

    due_at: float
    """From here on it is read anew."""
    soft_at: float
    hard_at: float


def ages_of(groups: Collection[str]) -> Ages:
    """The ages of an answer with these response groups."""
    return CONTENT if _PRICED.isdisjoint(groups) else PRICES


def lifetime(read_at: float, ages: Ages, luck: float) -> Lifetime:
    """The life of an answer that the upstream gave at ``read_at``; ``luck``, 0 to 1, decides when it is read anew."""
    due_s = ages.soft_s * (EARLIEST + (1 - EARLIEST) * luck)
    return Lifetime(read_at + due_s, read_at + ages.soft_s, read_at + ages.hard_s)
