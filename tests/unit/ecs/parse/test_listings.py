"""Lists, sellers and their listings, in full."""

from ecs import parse
from ecs.model import (
    FeedbackCount,
    Help,
    Image,
    Item,
    ListItem,
    ListPage,
    Location,
    Money,
    OperationHelp,
    ProductList,
    Seller,
    SellerFeedback,
    SellerListing,
    SellerListingPage,
    SellerPage,
    UniversalItem,
)
from tests.unit.ecs.parse.answers import answer, price, request


def test_a_list_with_an_item_of_the_catalog_and_one_from_elsewhere() -> None:
    """Every part of a registry."""
    inside = (
        "<ListId>L1</ListId><ListURL>https://x.example/l</ListURL><RegistryNumber>42</RegistryNumber><ListName>Ours"
        "</ListName><ListType>WeddingRegistry</ListType><TotalItems>2</TotalItems><TotalPages>1</TotalPages>"
        "<OccasionDate>2010-06-07</OccasionDate><CustomerName>Ann</CustomerName><PartnerName>Ben</PartnerName>"
        "<Image><URL>u</URL><Height>1</Height><Width>2</Width></Image><AverageRating>4.5</AverageRating>"
    )
    own = (
        "<ListItem><ListItemId>I1</ListItemId><DateAdded>2010-01-02</DateAdded><Comment>Blue</Comment><QuantityDesired>"
        "4</QuantityDesired><QuantityReceived>1</QuantityReceived><Priority>High</Priority><Item><ASIN>B1</ASIN></Item>"
        "</ListItem>"
    )
    other = f"<ListItem><UniversalListItem><Title>Cup</Title>{price('SavedPrice', 900)}</UniversalListItem></ListItem>"

    page = parse.lists(
        answer(
            "ListLookup", f"<Lists>{request()}<TotalResults>1</TotalResults><List>{inside}{own}{other}</List></Lists>"
        )
    )

    assert page == ListPage(
        (
            ProductList(
                "L1",
                "Ours",
                "WeddingRegistry",
                url="https://x.example/l",
                registry_number="42",
                total_items=2,
                total_pages=1,
                occasion_date="2010-06-07",
                owner="Ann",
                partner="Ben",
                image=Image("u", 1, 2),
                average_rating=4.5,
                items=(
                    ListItem("I1", Item("B1"), None, "2010-01-02", "Blue", 4, 1, "High"),
                    ListItem(universal=UniversalItem("Cup", saved_price=Money(900, "USD", "as sent"))),
                ),
            ),
        ),
        total_results=1,
    )


def test_a_seller_with_feedback() -> None:
    """Counted by period and kind, and in words."""
    inside = (
        "<SellerId>A1</SellerId><Nickname>Acme</Nickname><Location><City>Town</City><Country>US</Country></Location>"
        "<AverageFeedbackRating>4.8</AverageFeedbackRating><TotalFeedback>120</TotalFeedback><SellerFeedbackSummary>"
        "<FeedbackDateRange Period='30'><SellerFeedbackRating Type='Positive'><Count>9</Count><Percentage>90"
        "</Percentage></SellerFeedbackRating></FeedbackDateRange></SellerFeedbackSummary><SellerFeedback><Feedback>"
        "<Rating>5</Rating><Comment>Good</Comment><RatedBy>Ben</RatedBy></Feedback></SellerFeedback>"
    )

    page = parse.sellers(answer("SellerLookup", f"<Sellers>{request()}<Seller>{inside}</Seller></Sellers>"))

    assert page == SellerPage(
        (
            Seller(
                "A1",
                nickname="Acme",
                location=Location("US", None, "Town"),
                rating=4.8,
                ratings=120,
                feedback_counts=(FeedbackCount("30", "Positive", 9, 90),),
                feedback=(SellerFeedback(5, "Good", rated_by="Ben"),),
            ),
        )
    )


def test_a_listing() -> None:
    """With its flags and its seller."""
    inside = (
        f"<ExchangeId>Y1</ExchangeId><ASIN>B1</ASIN><WillShipExpedited>1</WillShipExpedited>{price('Price', 500)}"
        "<Status>Open</Status><Quantity>3</Quantity><Seller><SellerId>A1</SellerId></Seller>"
    )
    payload = f"<SellerListings>{request()}<SellerListing>{inside}</SellerListing></SellerListings>"

    page = parse.seller_listings(answer("SellerListingLookup", payload))

    assert page == SellerListingPage(
        (
            SellerListing(
                "Y1",
                asin="B1",
                price=Money(500, "USD", "as sent"),
                status="Open",
                quantity=3,
                ships_expedited=True,
                seller=Seller("A1"),
            ),
        )
    )


def test_help() -> None:
    """About an operation."""
    inside = "<Name>Help</Name><RequiredParameters><Parameter>About</Parameter></RequiredParameters>"
    payload = f"<Information>{request()}<OperationInformation>{inside}</OperationInformation></Information>"

    told = parse.help_(answer("Help", payload))

    assert told == Help((OperationHelp("Help", required_parameters=("About",)),))
