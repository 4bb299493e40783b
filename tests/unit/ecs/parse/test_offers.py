"""Offers and prices."""

import pytest

from ecs import parse
from ecs.model import Item, Money, Offer, OfferPage, OfferSummary
from tests.unit.ecs.parse.answers import looked_up, price


def _item(inside: str) -> Item:
    (item,) = parse.items(looked_up(f"<ASIN>B1</ASIN>{inside}"))
    return item


def _offer(listing: str, beside: str = "") -> Offer:
    listing = f"<OfferListing><OfferListingId>L1</OfferListingId>{listing}</OfferListing>"
    item = _item(f"<Offers><TotalOffers>1</TotalOffers><Offer>{beside}{listing}</Offer></Offers>")
    assert item.offers is not None
    (offer,) = item.offers.offers
    return offer


def test_the_summary() -> None:
    """A lowest price that may not be shown is None, its number of offers stays."""
    hidden = "<LowestNewPrice><FormattedPrice>Too low to display</FormattedPrice></LowestNewPrice>"

    item = _item(
        f"<OfferSummary>{hidden}{price('LowestUsedPrice', 100)}<TotalNew>3</TotalNew><TotalUsed>2</TotalUsed>"
        "<TotalCollectible>0</TotalCollectible><TotalRefurbished>x</TotalRefurbished></OfferSummary>"
    )

    assert item.offer_summary == OfferSummary(
        lowest_used=Money(100, "USD", "as sent"),
        total_new=3,
        total_used=2,
    )


def test_an_offer_in_full() -> None:
    """Every part, as the seller's version sends it."""
    beside = (
        "<Merchant><MerchantId>A1</MerchantId><Name>Acme</Name></Merchant><OfferAttributes><Condition>used</Condition>"
        "<SubCondition>verygood</SubCondition><ConditionNote>Ours &amp; good</ConditionNote></OfferAttributes>"
    )
    listing = (
        price("Price", 500)
        + price("AmountSaved", 100)
        + "<PercentageSaved>17</PercentageSaved><Availability>Usually ships in 24 hours</Availability>"
        "<AvailabilityAttributes><AvailabilityType>futureDate</AvailabilityType><IsPreorder>1</IsPreorder>"
        "<MinimumHours>0</MinimumHours><MaximumHours>24</MaximumHours></AvailabilityAttributes><Quantity>12</Quantity>"
        "<IsEligibleForSuperSaverShipping>1</IsEligibleForSuperSaverShipping>"
        "<IsFulfilledByAmazon>true</IsFulfilledByAmazon>"
        "<QuantityRestriction><QuantityLimit>3</QuantityLimit></QuantityRestriction>"
    )

    assert _offer(listing, beside) == Offer(
        listing_id="L1",
        merchant_name="Acme",
        merchant_id="A1",
        condition="Used",
        sub_condition="verygood",
        condition_note="Ours & good",
        price=Money(500, "USD", "as sent"),
        saved=Money(100, "USD", "as sent"),
        percent_saved=17,
        availability="Usually ships in 24 hours",
        availability_type="futureDate",
        is_preorder=True,
        min_hours=0,
        max_hours=24,
        max_quantity=3,
        is_super_saver=True,
        is_fulfilled_by_amazon=True,
        max_per_order=3,
    )


def test_a_bare_offer() -> None:
    """2013 answers say little; what was not said is not known."""
    assert _offer("") == Offer(listing_id="L1", merchant_name=None)


@pytest.mark.parametrize(
    ("beside", "name", "merchant_id"),
    [
        ("<Seller><SellerId>S1</SellerId><Nickname>Nick</Nickname></Seller>", "Nick", "S1"),
        ("<Merchant><Name>Acme</Name></Merchant>", "Acme", None),
        ("<Merchant><MerchantId>Deprecated</MerchantId><Name>Acme</Name></Merchant>", "Acme", None),
        ("<Merchant/><Seller><Nickname>Nick</Nickname></Seller>", "Nick", None),
    ],
)
def test_who_sells(beside: str, name: str, merchant_id: str | None) -> None:
    """A merchant or a seller, by whatever is told."""
    offer = _offer("", beside)

    assert (offer.merchant_name, offer.merchant_id) == (name, merchant_id)


def test_the_sale_price_is_what_the_customer_pays() -> None:
    """Price stays the usual one."""
    assert _offer(price("Price", 500) + price("SalePrice", 400)).price == Money(400, "USD", "as sent")


@pytest.mark.parametrize(
    "listing",
    [
        "<Price><FormattedPrice>Too low to display</FormattedPrice></Price>",
        price("Price", 500) + "<SalePrice><FormattedPrice>Too low to display</FormattedPrice></SalePrice>",
        price("Price", 500) + "<IsMapViolated>1</IsMapViolated>",
    ],
)
def test_a_price_that_may_not_be_shown_is_hidden(listing: str) -> None:
    """The maker forbids it; another price in its place would be a wrong one."""
    offer = _offer(listing)

    assert (offer.price, offer.is_price_hidden) == (None, True)


@pytest.mark.parametrize(
    ("sent", "money"),
    [
        (price("Price", 1980, "JPY", "￥ 1,980"), Money(1980, "JPY", "￥ 1,980")),
        ("<Price><Amount>1980</Amount><CurrencyCode>JPY</CurrencyCode></Price>", Money(1980, "JPY", "JPY 1980")),
        ("<Price><Amount>1905</Amount><CurrencyCode>USD</CurrencyCode></Price>", Money(1905, "USD", "USD 19.05")),
        (price("Price", "19.80"), None),
        ("<Price><Amount>1980</Amount></Price>", None),
    ],
)
def test_money(sent: str, money: Money | None) -> None:
    """Minor units as sent, yen being whole; no guess where a part is missing."""
    assert _offer(sent).price == money


@pytest.mark.parametrize(
    ("sent", "most"),
    [
        ("<Quantity>-1</Quantity>", None),
        ("<Quantity>5</Quantity>", 5),
        ("<Quantity>-1</Quantity><QuantityRestriction>2</QuantityRestriction>", 2),
        ("<Quantity/><QuantityRestriction/>", None),
    ],
)
def test_a_stock_of_minus_one_is_not_known(sent: str, most: int | None) -> None:
    """Read as a number it would forbid every quantity."""
    assert _offer(sent).max_quantity == most


@pytest.mark.parametrize("sent", ["a%2Bb%2Fc%3D", "a+b/c="])
def test_a_listing_id_is_decoded_once(sent: str) -> None:
    """It comes percent-encoded inside the XML; our request encodes it anyway."""
    listing = f"<OfferListing><OfferListingId>{sent}</OfferListingId></OfferListing>"

    item = _item(f"<Offers><Offer>{listing}</Offer></Offers>")

    assert item.offers == OfferPage(1, 1, (Offer("a+b/c=", None),))


def test_an_offer_that_no_cart_can_name_is_left_out() -> None:
    """Every listing of an offer is an offer of its own; one without an id is of no use."""
    listings = "<OfferListing/><OfferListing><OfferListingId>1</OfferListingId></OfferListing>"
    listings += "<OfferListing><OfferListingId>2</OfferListingId></OfferListing>"

    item = _item(
        f"<Offers><TotalOffers>12</TotalOffers><TotalOfferPages>2</TotalOfferPages><Offer>{listings}</Offer></Offers>"
    )

    assert item.offers == OfferPage(12, 2, (Offer("1", None), Offer("2", None)))


def test_nothing_on_offer() -> None:
    """Not buyable now (zero offers) is not the same as not asked for (None)."""
    assert _item("<Offers><TotalOffers>0</TotalOffers></Offers>").offers == OfferPage(0, 0)
    assert _item("").offers is None
