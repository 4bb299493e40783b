"""Parts that few items, offers and searches have, and that no recording shows."""

import pytest

from ecs import parse
from ecs.errors import BadReply
from ecs.model import (
    AlternateVersion,
    Attribute,
    Collection,
    DepartmentHits,
    Disc,
    Excerpt,
    Item,
    ItemLink,
    ListPointer,
    Location,
    LoyaltyPoints,
    Measure,
    Money,
    Offer,
    PriceRange,
    Promotion,
    RelatedItems,
    RentalOffer,
    ShippingCharge,
    SimilarProduct,
    Tag,
    Track,
)
from tests.unit.ecs.parse.answers import answer, looked_up, price, request

PAID = Money(500, "USD", "as sent")


def _item(inside: str) -> Item:
    (item,) = parse.items(looked_up(f"<ASIN>B000000001</ASIN>{inside}"))
    return item


def _offer(beside: str, listing: str) -> Offer:
    listed = f"<OfferListing><OfferListingId>L1</OfferListingId>{listing}</OfferListing>"
    page = _item(f"<Offers><Offer>{beside}{listed}</Offer></Offers>").offers
    assert page is not None
    return page.offers[0]


def test_terms_of_an_offer() -> None:
    """Points, promotions, charges, the store, the seller's place and the price before the sale."""
    beside = (
        "<Merchant><MerchantId>A1</MerchantId><Location><CountryCode>US</CountryCode><StateCode>WA</StateCode>"
        "</Location><AverageFeedbackRating>4.9</AverageFeedbackRating><TotalFeedback>7</TotalFeedback></Merchant>"
        f"<LoyaltyPoints><Points>5</Points>{price('TypicalRedemptionValue', 5, 'JPY')}</LoyaltyPoints><Promotions>"
        "<Promotion><Summary><PromotionId>P1</PromotionId><Category>Free</Category><BenefitDescription>One free"
        "</BenefitDescription></Summary><Details><CouponCombinationType>none</CouponCombinationType></Details>"
        "</Promotion><Promotion/></Promotions>"
    )
    charge = (
        f"<ShippingType>Standard</ShippingType><IsRateTaxInclusive>1</IsRateTaxInclusive>{price('ShippingPrice', 99)}"
    )
    listing = (
        f"{price('Price', 700)}{price('SalePrice', 500)}<PricePerUnit>$1 / cup</PricePerUnit><ISPUStoreAddress><Name>"
        "Shop</Name><City>Town</City></ISPUStoreAddress><ISPUStoreHours>9 to 5</ISPUStoreHours><IsEligibleForPrime>1"
        "</IsEligibleForPrime><SalesRestriction>18</SalesRestriction>"
        f"<ShippingCharge>{charge}</ShippingCharge><ShippingCharge/>"
    )

    assert _offer(beside, listing) == Offer(
        "L1",
        None,
        "A1",
        price=PAID,
        regular_price=Money(700, "USD", "as sent"),
        price_per_unit="$1 / cup",
        is_prime=True,
        merchant_location=Location("US", "WA"),
        merchant_rating=4.9,
        merchant_ratings=7,
        sales_restriction="18",
        shipping_charges=(ShippingCharge("Standard", Money(99, "USD", "as sent"), is_tax_inclusive=True),),
        pickup_store=("Shop", "Town"),
        pickup_hours="9 to 5",
        loyalty_points=LoyaltyPoints(5, Money(5, "JPY", "as sent")),
        promotions=(
            Promotion("P1", "Free", benefit="One free", details=(Attribute("CouponCombinationType", "none"),)),
        ),
    )


def test_terms_that_cannot_be_read_are_left_out() -> None:
    """They must not cost the offer."""
    beside = "<Merchant><Location/></Merchant><LoyaltyPoints><Points>many</Points></LoyaltyPoints><Promotions/>"

    assert _offer(beside, "<QuantityRestriction/><ShippingCharge/>") == Offer("L1", None)


def test_offers_to_rent() -> None:
    """Since 2013; a period that cannot be read is none."""
    listing = f"{price('Price', 500)}<Period Units='Days'>30</Period><Disclaimer>Return it</Disclaimer>"
    offer = f"<Merchant><Name>Acme</Name></Merchant><RentalListing>{listing}</RentalListing><RentalListing/>"

    item = _item(f"<RentalOffers><RentalOffer>{offer}</RentalOffer></RentalOffers>")

    assert item.rental_offers == (
        RentalOffer(PAID, Measure(30, "Days"), "Acme", disclaimer="Return it"),
        RentalOffer(merchant_name="Acme"),
    )


def test_discs_versions_links_and_pointers() -> None:
    """What belongs to an item beside its attributes."""
    item = _item(
        "<ItemLinks><ItemLink><Description>All</Description><URL>u</URL></ItemLink><ItemLink/></ItemLinks>"
        "<Tracks><Disc Number='1'><Track Number='1'>One</Track><Track Number='x'>Two</Track><Track/></Disc></Tracks>"
        "<AlternateVersions><AlternateVersion><ASIN>B2</ASIN><Binding>Paper</Binding></AlternateVersion>"
        "<AlternateVersion/></AlternateVersions><Subjects><Subject>Tea</Subject><Subject/></Subjects>"
        "<ListmaniaLists><ListmaniaList><ListId>L1</ListId></ListmaniaList><ListmaniaList/></ListmaniaLists>"
        "<SearchInside><TotalExcerpts>2</TotalExcerpts><Excerpt><Text>tea</Text></Excerpt></SearchInside>"
        "<Tags><Tag><Name>good</Name><DistinctUsers>3</DistinctUsers></Tag></Tags>"
        "<MerchantItemAttributes><Warranty>A year</Warranty></MerchantItemAttributes>"
    )

    assert item == Item(
        "B000000001",
        links=(ItemLink("All", "u"),),
        discs=(Disc(1, (Track(1, "One"), Track(None, "Two"))),),
        alternate_versions=(AlternateVersion("B2", "B2", "Paper"),),
        subjects=("Tea",),
        listmania=(ListPointer("L1", ""),),
        excerpt=Excerpt(2, "tea"),
        tags=(Tag("good", users=3),),
        merchant_attributes=(Attribute("Warranty", "A year"),),
    )
    assert _item("<SearchInside/>").excerpt is None


def test_variations_collections_and_relatives() -> None:
    """Items around an item, with their ranges of prices."""
    item = _item(
        f"<VariationSummary>{price('LowestPrice', 500)}<SingleMerchantId>A1</SingleMerchantId></VariationSummary>"
        "<Variations><TotalVariations>7</TotalVariations><TotalVariationPages>2</TotalVariationPages>"
        "<VariationDimensions><VariationDimension>Color</VariationDimension></VariationDimensions></Variations>"
        f"<Collections><Collection><CollectionSummary>{price('LowestListPrice', 500)}</CollectionSummary>"
        "<CollectionParent><ASIN>B2</ASIN><Title>Set</Title></CollectionParent><CollectionItem><ASIN>B3</ASIN>"
        "</CollectionItem></Collection></Collections>"
        "<RelatedItems><Relationship>Children</Relationship><RelationshipType>Episode</RelationshipType>"
        "<RelatedItemCount>1</RelatedItemCount><RelatedItem><Item><ASIN>B4</ASIN></Item></RelatedItem><RelatedItem/>"
        "</RelatedItems>"
    )

    assert item == Item(
        "B000000001",
        variation_prices=PriceRange(PAID, merchant_id="A1"),
        variation_dimensions=("Color",),
        total_variations=7,
        variation_pages=2,
        collections=(Collection(PriceRange(PAID), SimilarProduct("B2", "Set"), (SimilarProduct("B3", "B3"),)),),
        related=(RelatedItems("Episode", "Children", (Item("B4"),), total=1),),
    )


def test_dates_beside_the_release_are_attributes() -> None:
    """A book is published on one day and released on another."""
    dates = "<PublicationDate>2005-03</PublicationDate><ReleaseDate>2005-04-05</ReleaseDate>"

    item = _item(f"<ItemAttributes>{dates}</ItemAttributes>")

    assert (item.release_date, item.attributes) == ("2005-04-05", (Attribute("PublicationDate", "2005-03"),))


def test_a_blended_search_tells_of_its_departments() -> None:
    """Each with its rank and its best items."""
    index = (
        "<SearchIndex><IndexName>Books</IndexName><Results>12</Results><Pages>2</Pages><RelevanceRank>1</RelevanceRank>"
        "<ASIN>B1</ASIN><ASIN>B2</ASIN></SearchIndex>"
    )
    totals = "<Qid>q</Qid><TotalResults>12</TotalResults><TotalPages>2</TotalPages>"

    page = parse.search_page(
        answer("ItemSearch", f"<Items>{request()}{totals}<SearchResultsMap>{index}</SearchResultsMap></Items>")
    )

    assert page.query_id == "q"
    assert page.departments == (DepartmentHits("Books", 1, 12, 2, ("B1", "B2")),)


def test_a_cart_line_from_a_list_with_meta_data() -> None:
    """No recording has these; the schemas do."""
    line = (
        "<CartItemId>C1</CartItemId><ASIN>B1</ASIN><SellerId>Deprecated</SellerId><Quantity>1</Quantity><ListOwner>Ann"
        "</ListOwner><ListType>WishList</ListType><MetaData><KeyValuePair><Key>k</Key><Value>v</Value></KeyValuePair>"
        "<KeyValuePair><Value>lost</Value></KeyValuePair></MetaData>"
    )
    body = f"<Cart>{request()}<CartId>1</CartId><HMAC>h</HMAC><CartItems><CartItem>{line}</CartItem></CartItems></Cart>"

    (found,) = parse.cart(answer("CartGet", body)).items

    assert (found.list_owner, found.list_type, found.meta_data) == ("Ann", "WishList", (("k", "v"),))
    assert found.seller_id is None


@pytest.mark.parametrize(
    "body",
    [
        answer("Help", ""),
        answer("NoSuchThing", "<Items/>"),
        b"<HelpResponse><Information/></HelpResponse>",
        answer("ItemLookup", "<Items><Item/></Items>"),
    ],
)
def test_what_is_no_answer_is_a_bad_reply(body: bytes) -> None:
    """Also to the reader of anything."""
    with pytest.raises(BadReply):
        parse.replies(body)
