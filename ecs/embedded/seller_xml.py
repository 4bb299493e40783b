"""``Seller`` and ``SellerListing``, in the order of the schemas from 2005-10-05 to 2010-12-01."""

from math import ceil
from typing import Final

from ecs.embedded.listings import SellerListing
from ecs.embedded.offer_xml import availability
from ecs.embedded.records import Feedback, SellerProfile
from ecs.embedded.versions import Version
from ecs.embedded.xml import element, escaped, price, wrapped

FEEDBACK_PER_PAGE: Final = 5


def seller(key: str, profile: SellerProfile, feedback_page: int) -> str:
    """The element with one page of feedback."""
    location = "".join(
        element(name, text)
        for name, text in (("City", profile.city), ("State", profile.state), ("Country", profile.country))
    )
    start = (feedback_page - 1) * FEEDBACK_PER_PAGE
    feedback = "".join(_feedback(entry) for entry in profile.feedback[start : start + FEEDBACK_PER_PAGE])
    return (
        f"<Seller>{element('SellerId', key)}{element('SellerName', profile.name)}{element('Nickname', profile.name)}"
        f"{element('About', profile.about)}{wrapped('Location', location)}{_rating(profile)}"
        f"{wrapped('SellerFeedback', feedback)}</Seller>"
    )


def seller_listing(listing: SellerListing, currency: str, version: Version) -> str:
    """The element of one listing."""
    product, offer = listing
    first_only = ""
    if not version.since("2007-09-21"):
        first_only = f"{element('ConditionNote', offer.note)}{element('Availability', availability(offer))}"
    later = ""
    if version.since("2007-09-21"):
        later = f"{element('UPC', product.upc)}{element('EAN', product.ean)}"
    # A price that may only be seen in the cart is left out.
    amount = "" if offer.is_hidden else price("Price", offer.amount, currency)
    return (
        f"<SellerListing><ExchangeId>{listing.exchange_id}</ExchangeId><ListingId>{listing.listing_id}</ListingId>"
        f"<ASIN>{product.asin}</ASIN>{later}<Title>{escaped(product.title)}</Title>{amount}"
        f"<Status>{'Open' if offer.is_buyable else 'Closed'}</Status><Quantity>{offer.limit}</Quantity>"
        f"<Condition>{offer.condition.lower()}</Condition><SubCondition>{escaped(offer.sub_condition)}</SubCondition>"
        f"{first_only}<Seller>{element('SellerId', offer.seller.id)}{element('Nickname', offer.seller.name)}</Seller>"
        "</SellerListing>"
    )


def _rating(profile: SellerProfile) -> str:
    if profile.rating is None:
        return ""
    pages = ceil(len(profile.feedback) / FEEDBACK_PER_PAGE)
    return (
        f"<AverageFeedbackRating>{profile.rating:.1f}</AverageFeedbackRating>"
        f"<TotalFeedback>{profile.rating_count}</TotalFeedback><TotalFeedbackPages>{pages}</TotalFeedbackPages>"
    )


def _feedback(entry: Feedback) -> str:
    return (
        f"<Feedback><Rating>{entry.rating}</Rating>{element('Comment', entry.comment)}{element('Date', entry.date)}"
        f"{element('RatedBy', entry.by)}</Feedback>"
    )
