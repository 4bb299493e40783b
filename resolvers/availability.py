"""What an offer's availability means to a shopper. Pure."""

from enum import StrEnum
from typing import Final

from ecs.model import Item, Offer


class Availability(StrEnum):
    """Coarse availability; the names are those of the API's AvailabilityStatus."""

    BACKORDER = "BACKORDER"
    IN_STOCK = "IN_STOCK"
    OUT_OF_STOCK = "OUT_OF_STOCK"
    PREORDER = "PREORDER"
    UNKNOWN = "UNKNOWN"


_BACKORDER_FROM_HOURS: Final = 24 * 14
"""An offer that takes two weeks or more to ship is not lying in a warehouse."""


def availability_of(offer: Offer) -> Availability:
    """The coarse state, from AvailabilityAttributes alone: the wording is localised."""
    if offer.is_preorder:
        return Availability.PREORDER
    if offer.max_quantity == 0:
        return Availability.OUT_OF_STOCK
    if offer.availability_type == "now":
        is_late = offer.min_hours is not None and offer.min_hours >= _BACKORDER_FROM_HOURS
        return Availability.BACKORDER if is_late else Availability.IN_STOCK
    if offer.availability_type == "futureDate":
        return Availability.BACKORDER
    return Availability.UNKNOWN


def is_buyable(offer: Offer) -> bool:
    """True unless the offer is known to be out of stock."""
    return availability_of(offer) is not Availability.OUT_OF_STOCK


def featured_offer(item: Item) -> Offer | None:
    """The offer a plain add-to-cart takes: the first new one that can be bought, else the first that can."""
    offers = [offer for offer in (item.offers.offers if item.offers else ()) if is_buyable(offer)]
    return next((offer for offer in offers if offer.condition == "New"), offers[0] if offers else None)
