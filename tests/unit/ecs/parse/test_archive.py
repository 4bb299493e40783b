"""What the service answered up to 2010 and no recording shows with data: customers, tags, transactions, vehicles."""

from collections.abc import Callable
from typing import Any

import pytest

from ecs import parse
from ecs.errors import BadReply, UpstreamRefused
from ecs.model import (
    Attribute,
    Customer,
    CustomerPage,
    CustomerReview,
    CustomerReviews,
    Item,
    Location,
    Money,
    Package,
    Shipment,
    Tag,
    TaggedWith,
    Transaction,
    TransactionItem,
    VehicleEntry,
)
from tests.unit.ecs.parse.answers import answer, price, request

ITEM = "<Item><ASIN>B000000001</ASIN></Item>"


def test_customers() -> None:
    """With their reviews and tags; one without an id is no customer."""
    review = "<Review><ASIN>B1</ASIN><Rating>4</Rating><Reviewer><Nickname>Ann</Nickname></Reviewer></Review>"
    customer = (
        "<Customer><CustomerId>A1</CustomerId><Nickname>Ann</Nickname><Location><UserDefinedLocation>Here"
        f"</UserDefinedLocation></Location><CustomerReviews><TotalReviews>1</TotalReviews>{review}</CustomerReviews>"
        "<Tags><Tag><Name>tea</Name></Tag><Tag/></Tags></Customer>"
    )

    page = parse.customers(
        answer("CustomerContentLookup", f"<Customers>{request()}<TotalResults>1</TotalResults>{customer}</Customers>")
    )

    reviews = CustomerReviews(count=1, reviews=(CustomerReview(4, asin="B1", reviewer="Ann"),))
    assert page == CustomerPage(
        (Customer("A1", "Ann", location=Location(text="Here"), reviews=(reviews,), tags=(Tag("tea"),)),), 1
    )
    with pytest.raises(BadReply, match="CustomerId"):
        parse.customers(answer("CustomerContentSearch", "<Customers><Customer/></Customers>"))


def test_tags() -> None:
    """With the items that bear them."""
    inside = "<Name>tea</Name><TagType>Item</TagType><TotalUsages>3</TotalUsages>"
    tag = f"<Tag>{inside}<TaggedItems>{ITEM}</TaggedItems></Tag>"

    found = parse.tags(answer("TagLookup", f"<Tags>{request()}{tag}<Tag/></Tags>"))

    assert found == (TaggedWith(Tag("tea", "Item", usages=3), (Item("B000000001"),)),)


def test_transactions() -> None:
    """Sums, lines and parcels."""
    inside = (
        "<TransactionId>T1</TransactionId><SellerId>A1</SellerId><Condition>Complete</Condition>"
        f"<TransactionDate>2008-01-02</TransactionDate><Totals>{price('Total', 700)}<Tax/></Totals><TransactionItems>"
        f"<TransactionItem><TransactionItemId>L1</TransactionItemId><Quantity>2</Quantity>{price('UnitPrice', 350)}"
        "<Title>Tea</Title></TransactionItem></TransactionItems><Shipments><Shipment><DeliveryMethod>Ship"
        "</DeliveryMethod><ShipmentItems><TransactionItemId>L1</TransactionItemId></ShipmentItems><Packages><Package>"
        "<TrackingNumber>1Z</TrackingNumber><CarrierName>Post</CarrierName></Package><Package/></Packages></Shipment>"
        "</Shipments>"
    )

    found = parse.transactions(
        answer("TransactionLookup", f"<Transactions>{request()}<Transaction>{inside}</Transaction></Transactions>")
    )

    assert found == (
        Transaction(
            "T1",
            "A1",
            condition="Complete",
            date="2008-01-02",
            sums=(("Total", Money(700, "USD", "as sent")),),
            items=(TransactionItem("L1", 2, Money(350, "USD", "as sent"), title="Tea"),),
            shipments=(Shipment(None, "Ship", ("L1",), (Package("1Z", "Post"),)),),
        ),
    )


def test_vehicles() -> None:
    """A tree of entries, whichever of the three operations was asked."""
    make = "<VehicleMakes><VehicleMake><MakeName>Acme</MakeName><MakeId>7</MakeId></VehicleMake></VehicleMakes>"
    years = f"<VehicleYears>{request()}<VehicleYear><Year>2008</Year>{make}</VehicleYear></VehicleYears>"
    parts = f"<VehicleParts>{request()}<Part>{ITEM}<HasPartCompatibility>1</HasPartCompatibility></Part></VehicleParts>"

    assert parse.vehicle_entries(answer("VehicleSearch", years)) == (
        VehicleEntry(
            "VehicleYear",
            (Attribute("Year", "2008"),),
            (
                VehicleEntry(
                    "VehicleMakes",
                    entries=(VehicleEntry("VehicleMake", (Attribute("MakeName", "Acme"), Attribute("MakeId", "7"))),),
                ),
            ),
        ),
    )
    assert parse.vehicle_entries(answer("VehiclePartSearch", parts)) == (
        VehicleEntry("Part", (Attribute("HasPartCompatibility", "1"),), item=Item("B000000001")),
    )


@pytest.mark.parametrize(
    ("read", "operation", "name"),
    [
        (parse.customers, "CustomerContentSearch", "Customers"),
        (parse.tags, "TagLookup", "Tags"),
        (parse.transactions, "TransactionLookup", "Transactions"),
        (parse.vehicle_entries, "VehicleSearch", "VehicleYears"),
        (parse.lists, "ListSearch", "Lists"),
        (parse.sellers, "SellerLookup", "Sellers"),
        (parse.seller_listings, "SellerListingSearch", "SellerListings"),
    ],
)
def test_nothing_found_is_no_error_and_a_refusal_is_one(
    read: Callable[[bytes], Any], operation: str, name: str
) -> None:
    """Empty-handed is an answer."""
    unmatched = request("AWS.ECommerceService.NoExactMatches")
    refused = request("AWS.MissingParameters", is_valid=False)

    found = read(answer(operation, f"<{name}>{unmatched}</{name}>"))

    assert found == () or not any(getattr(found, field) for field in found.__struct_fields__)
    with pytest.raises(UpstreamRefused):
        read(answer(operation, f"<{name}>{refused}</{name}>"))
