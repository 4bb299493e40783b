"""A small feed with known offers, so that tests can state exact prices, limits and orders."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

Row = dict[str, Any]

BOOKS_ROOT = {"id": "100", "name": "Books"}
FICTION = {"id": "9000000011", "name": "Fiction", "ancestors": [BOOKS_ROOT]}
MYSTERY = {"id": "9000000012", "name": "Mystery", "ancestors": [{"id": "9000000011", "name": "Fiction"}, BOOKS_ROOT]}
COOKING = {"id": "9000000013", "name": "Cooking", "ancestors": [BOOKS_ROOT]}
AUDIO = {"id": "9000000021", "name": "Audio", "ancestors": [{"id": "200", "name": "Electronics"}]}

LANTERN = "B000000001"
HARBOR = "B000000002"
KETTLE = "B000000003"
SOLD_OUT = "B000000004"
HIDDEN = "B000000005"
PREORDER = "B000000006"
HEADPHONES = "B000000007"
SPEAKER = "B000000008"
CABLE = "B000000009"
UNOFFERED = "B00000000A"


def offer(amount: int, seller: str = "Cartograph Sample Store", **fields: Any) -> Row:
    """One offer in dollars."""
    return {"seller": seller, "price": {"amount": amount, "currency": "USD"}, **fields}


def row(asin: str, title: str, *offers: Row, **fields: Any) -> Row:
    """One product."""
    return {"asin": asin, "title": title, "offers": list(offers), **fields}


def book(asin: str, title: str, *offers: Row, **fields: Any) -> Row:
    """One book."""
    return row(asin, title, *offers, product_group="Book", search_index="Books", **fields)


def device(asin: str, title: str, *offers: Row, **fields: Any) -> Row:
    """One electronic device."""
    return row(asin, title, *offers, product_group="CE", search_index="Electronics", browse_nodes=[AUDIO], **fields)


FILLERS = tuple(f"B0FILLER{number:02}" for number in range(60))
"""Sixty books that cost 100 cents and more by one each, for carts that are full and searches of many pages."""

ROWS: tuple[Row, ...] = (
    book(
        LANTERN,
        "The Red Lantern & the <Sea>",
        offer(1250, quantity=5),
        offer(800, "Paper Moon", condition="Used", sub_condition="good", note="A name inside.", quantity=1),
        offer(1400, "Paper Moon", seller_rating=4.25, seller_rating_count=77, min_hours=24, max_hours=48),
        authors=["Ann Writer"],
        publisher="North Press",
        publication_date="2001-05-01",
        isbn="0306406152",
        ean="9780306406157",
        sales_rank=30,
        rating=4.5,
        review_count=20,
        pages=320,
        language="English",
        browse_nodes=[MYSTERY],
        similar=[HARBOR, "B0NOTHERE0"],
        description="A lighthouse, a letter, a storm.",
        list_price={"amount": 2500, "currency": "USD"},
        alternate_versions=[{"asin": "B0ALTERNAT", "binding": "Hardcover"}],
    ),
    book(
        HARBOR,
        "Harbor Lights",
        offer(999),
        authors=["Ann Writer", "Bo Second"],
        publication_date="2010",
        sales_rank=10,
        rating=3.0,
        review_count=400,
        browse_nodes=[MYSTERY],
        images={"large": "http://pictures.example/l.jpg", "small": "http://pictures.example/s.jpg"},
    ),
    book(
        KETTLE,
        "Kettle Cooking for Everyone",
        offer(3100),
        authors=["Cy Cook"],
        publication_date="1999-12-31",
        sales_rank=20,
        rating=5.0,
        review_count=2,
        browse_nodes=[COOKING],
    ),
    book(SOLD_OUT, "Sold Out Lantern", offer(500, stock="none", quantity=0), browse_nodes=[FICTION]),
    book(HIDDEN, "Secret Bargain", offer(700, price_hidden=True), browse_nodes=[FICTION]),
    book(PREORDER, "Tomorrow Lantern", offer(1500, stock="preorder", quantity=3), browse_nodes=[FICTION]),
    device(HEADPHONES, "Philips Headphones Blue", offer(4500, quantity=999), brand="Philips", ean="8712581424312"),
    device(
        SPEAKER,
        "Philips Speaker",
        offer(9900),
        offer(7000, "Second Chance", condition="Refurbished"),
        brand="PHILIPS",
        upc="012345678905",
    ),
    device(CABLE, "Sönder Cable", offer(300), brand="Sönder"),
    row(UNOFFERED, "Made Offers Puzzle", product_group="Toy", search_index="Toys", offer_count=23),
    *(
        book(asin, f"Filler Volume {number:02}", offer(100 + number), sales_rank=1000 + number)
        for number, asin in enumerate(FILLERS)
    ),
)


def written(path: Path, rows: Iterable[Row] = ROWS) -> Path:
    """The feed at ``path``."""
    path.write_text("".join(f"{json.dumps(entry)}\n" for entry in rows), encoding="utf-8")
    return path
