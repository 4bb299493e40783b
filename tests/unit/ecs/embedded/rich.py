"""A feed with what few feeds have: lists, sellers, variations, tracks, relations; small, so that answers are."""

from typing import Final

from tests.unit.ecs.embedded.feeds import FICTION, HARBOR, KETTLE, LANTERN, ROWS, Row, book, offer, row

SHIRT: Final = "B0SHIRT000"
SHIRT_S: Final = "B0SHIRT00S"
SHIRT_M: Final = "B0SHIRT00M"
RECORD: Final = "B0RECORD00"
AUDIOBOOK: Final = "B0AUDIO000"
GONE: Final = "B0GONE0000"

PAPER_MOON: Final = "APAPERMOON0001"

WISHES: Final = "1WISHES"
WEDDING: Final = "1WEDDING"
BABY: Final = "1BABY"
MANIA: Final = "1MANIA"


def shirt(asin: str, size: str, amount: int) -> Row:
    """One size of the shirt."""
    return row(
        asin,
        f"Lantern Shirt, {size}",
        offer(amount, "Paper Moon", seller_id=PAPER_MOON),
        product_group="Apparel",
        search_index="Apparel",
        parent=SHIRT,
        variation=[{"name": "Size", "value": size}],
    )


RICH_ROWS: Final[tuple[Row, ...]] = (
    *ROWS[:10],
    row(
        SHIRT,
        "Lantern Shirt",
        product_group="Apparel",
        search_index="Apparel",
        variation_dimensions=["Size"],
        brand="Lantern",
    ),
    shirt(SHIRT_S, "S", 1500),
    shirt(SHIRT_M, "M", 1700),
    row(
        RECORD,
        "Songs of the Lantern",
        offer(900, "Paper Moon", seller_id=PAPER_MOON),
        offer(700, "Paper Moon", seller_id=PAPER_MOON, condition="Used", note="Sleeve worn."),
        product_group="Music",
        search_index="Music",
        artists=["The Wicks"],
        discs=[["First Light", "Wick & Wax"], ["Last Light"]],
        accessories=[HARBOR, "B0NOTHERE0"],
    ),
    book(
        AUDIOBOOK,
        "The Red Lantern, Read Aloud",
        offer(2000),
        browse_nodes=[FICTION],
        related=[{"type": "AuthorityTitle", "direction": "Parents", "asins": [LANTERN, "B0NOTHERE0"]}],
    ),
    row(
        GONE,
        "Gone with the Lantern",
        offer(400, "Paper Moon", seller_id=PAPER_MOON, stock="none", quantity=0),
        product_group="Book",
        search_index="Books",
    ),
    {
        "record": "seller",
        "name": "Paper Moon",
        "id": PAPER_MOON,
        "about": "Made of paper.",
        "city": "Anytown",
        "state": "OR",
        "country": "US",
        "rating": 4.6,
        "rating_count": 6,
        "feedback": [
            {"rating": 5, "comment": f"Fine {number}.", "date": "2010-01-02", "by": "A Buyer"} for number in range(6)
        ],
    },
    {
        "record": "list",
        "id": WISHES,
        "type": "WishList",
        "name": "Things I & mine like",
        "owner": "Ann Example",
        "email": "ann@example.com",
        "city": "Anytown",
        "state": "OR",
        "created": "2009-01-01",
        "modified": "2010-02-03",
        "comment": "Any edition.",
        "items": [
            {"asin": LANTERN, "added": "2009-01-01", "desired": 3, "received": 1, "comment": "Please", "priority": 1},
            {"asin": KETTLE, "added": "2009-03-01", "desired": 1, "received": 1, "id": "IKETTLE"},
            {"asin": HARBOR, "added": "2009-02-01", "priority": 2},
            {"asin": "B0NOTHERE0", "added": "2009-04-01"},
        ],
    },
    {
        "record": "list",
        "id": WEDDING,
        "type": "WeddingRegistry",
        "name": "Ann and Bo",
        "owner": "Ann Example",
        "partner": "Bo Sample",
        "city": "Anytown",
        "event_date": "2010-06-19",
        "registry_number": "100200300",
        "items": [{"asin": KETTLE, "desired": 2, "received": 2}],
    },
    {"record": "list", "id": BABY, "type": "BabyRegistry", "name": "Soon", "owner": "Cy Example", "items": []},
    {
        "record": "list",
        "id": MANIA,
        "type": "Listmania",
        "name": "Lanterns <all>",
        "owner": "Di Example",
        "rating": 4.0,
        "votes": 3,
        "times_read": 9,
        "items": [{"asin": LANTERN}, {"asin": RECORD}],
    },
)
