"""
Damaged answers: bytes changed, lost, doubled, cut off or nested on the way.

20,000 in each run of the tests, 1,000,000 with ``CARTOGRAPH_DEEP=1``; of the recordings where they are beside the
checkout, else of documents of our own. A failure names its seed and turn, which repeat it.
"""

import os
import random
import time
from collections.abc import Callable
from typing import Any, Final

import pytest

from ecs import parse
from ecs.errors import UpstreamError
from tests.contract.recordings import PRESENT, recordings
from tests.unit.ecs.parse.answers import answer, early, looked_up, price, request

SEED: Final = 20_260_102
TURNS: Final = 1_000_000 if os.environ.get("CARTOGRAPH_DEEP") == "1" else 20_000
CHUNK: Final = 2_500
LONGEST_S_PER_KB: Final = 0.05
"""Against hangs only: the usual is below a thousandth."""

_ITEM: Final = (
    "<ASIN>B000000001</ASIN><ItemAttributes><Title>Tea</Title><Creator Role='Editor'>A</Creator>"
    f"{price('ListPrice', 500)}<PackageDimensions><Height Units='cm'>3</Height></PackageDimensions></ItemAttributes>"
    f"<Offers><TotalOffers>1</TotalOffers><TotalOfferPages>1</TotalOfferPages><Offer><OfferListing>"
    f"<OfferListingId>a%2Bb</OfferListingId>{price('Price', 400)}</OfferListing></Offer></Offers>"
    "<BrowseNodes><BrowseNode><BrowseNodeId>1</BrowseNodeId><Name>N</Name></BrowseNode></BrowseNodes>"
)
_LINE: Final = (
    "<CartItemId>C1</CartItemId><ASIN>B000000001</ASIN><Quantity>2</Quantity><Title>Tea</Title>"
    f"{price('Price', 100)}{price('ItemTotal', 200)}"
)
_OWN: Final = (
    looked_up(_ITEM, _ITEM, request=request("AWS.InvalidParameterValue")),
    answer(
        "CartGet",
        f"<Cart>{request()}<CartId>1</CartId><HMAC>h</HMAC><CartItems><CartItem>{_LINE}</CartItem></CartItems></Cart>",
    ),
    answer(
        "ListLookup",
        f"<Lists>{request()}<List><ListId>1</ListId><ListItem><Item>{_ITEM}</Item></ListItem></List></Lists>",
    ),
    answer("SellerLookup", f"<Sellers>{request()}<Seller><SellerId>1</SellerId></Seller></Sellers>"),
    answer(
        "Help", f"<Information>{request()}<OperationInformation><Name>Help</Name></OperationInformation></Information>"
    ),
    early("CartAdd", "RequestThrottled"),
)
_INSERTS: Final = (
    b"<x>",
    b"</x>",
    b"&lt;",
    b"<!--",
    b"]]>",
    b"-1",
    b"\xc3\xa9",
    b"\x00",
    b"&amp;",
    b"<Item>",
    b"</Item>",
)


@pytest.mark.parametrize("chunk", range(TURNS // CHUNK))
def test_damage_gives_a_value_or_an_upstream_error(chunk: int) -> None:
    """What the network does to bytes must not reach a caller as some other exception, nor hold it for long."""
    sources = tuple(recording.body for recording in recordings()) if PRESENT else _OWN
    chance = random.Random(SEED + chunk)
    outcomes = {"value": 0, "error": 0}

    for turn in range(CHUNK):
        body = _damaged(chance, chance.choice(sources))
        begun = time.process_time()
        try:
            outcomes["value" if parse.replies(body) else "nothing"] += 1
        except UpstreamError:
            outcomes["error"] += 1
        except Exception as error:
            error.add_note(f"seed {SEED + chunk}, turn {turn}: {body[:2000]!r}")
            raise
        took = time.process_time() - begun
        assert took < LONGEST_S_PER_KB * (20 + len(body) / 1024), f"seed {SEED + chunk}, turn {turn}: {took} s"

    assert sum(outcomes.values()) == CHUNK
    assert min(outcomes.values()) > CHUNK // 50, "damage is all or nothing"


@pytest.mark.skipif(not PRESENT, reason="the recordings are not beside the checkout")
def test_every_recording_cut_off_is_an_error() -> None:
    """Half an answer is never taken for a whole one: a cart cut off would look like a smaller cart."""
    chance = random.Random(SEED)

    for recording in recordings():
        at = chance.randrange(len(recording.body.rstrip()))
        with pytest.raises(UpstreamError):
            parse.replies(recording.body[:at])


def _damaged(chance: random.Random, body: bytes) -> bytes:
    damaged = bytearray(body)
    for _ in range(chance.choice((1, 1, 1, 2, 3, 5))):
        chance.choice(_DAMAGES)(chance, damaged)
        if not damaged:
            break
    return bytes(damaged)


def _change_a_byte(chance: random.Random, body: bytearray) -> None:
    body[chance.randrange(len(body))] = chance.choice(b"0-9<>/&ax \xff\x00")


def _change_a_text(chance: random.Random, body: bytearray) -> None:
    """Inside a text: the document stays well-formed and says something else."""
    end = body.find(b"</", chance.randrange(len(body)))
    start = body.rfind(b">", 0, end) + 1
    if 0 < start < end:
        body[start:end] = chance.choice(
            (b"", b"-1", b"1.5", b"9" * 30, b"NaN", b"x", b" ", b"\xd9\xa3", b"True", b"%2")
        )


def _rename_an_element(chance: random.Random, body: bytearray) -> None:
    end = body.find(b"</", chance.randrange(len(body)))
    name = bytes(body[end + 2 : body.find(b">", end)])
    if end > 0 and name:
        other = chance.choice((b"Item", b"ASIN", b"Errors", b"Request", b"Price", b"x", name[::-1]))
        start = body.rfind(b"<" + name, 0, end)
        body[end + 2 : end + 2 + len(name)] = other
        if start >= 0:
            body[start + 1 : start + 1 + len(name)] = other


def _lose_an_element(chance: random.Random, body: bytearray) -> None:
    end = body.find(b"</", chance.randrange(len(body)))
    close = body.find(b">", end)
    start = body.rfind(b"<" + bytes(body[end + 2 : close]), 0, end)
    if 0 < start < end:
        del body[start : close + 1]


def _nest_an_element(chance: random.Random, body: bytearray) -> None:
    end = body.find(b"</", chance.randrange(len(body)))
    close = body.find(b">", end)
    start = body.rfind(b"<" + bytes(body[end + 2 : close]), 0, end)
    if 0 < start < end:
        piece = bytes(body[start : close + 1])
        times = chance.choice((1, 2, 60))
        body[end:end] = piece * times if len(piece) * times < 200_000 else piece


def _lose_bytes(chance: random.Random, body: bytearray) -> None:
    at = chance.randrange(len(body))
    del body[at : at + chance.randint(1, 60)]


def _cut_off(chance: random.Random, body: bytearray) -> None:
    del body[chance.randrange(len(body)) :]


def _insert(chance: random.Random, body: bytearray) -> None:
    at = chance.randrange(len(body))
    body[at:at] = chance.choice(_INSERTS)


def _double(chance: random.Random, body: bytearray) -> None:
    at = chance.randrange(len(body))
    body[at:at] = body[chance.randrange(len(body)) :][: chance.randint(1, 60)]


_DAMAGES: Final[tuple[Callable[[random.Random, bytearray], Any], ...]] = (
    _change_a_byte,
    _change_a_text,
    _change_a_text,
    _rename_an_element,
    _lose_an_element,
    _nest_an_element,
    _lose_bytes,
    _cut_off,
    _insert,
    _double,
)


_KEPT: Final = (b"<Offers><TotalOffers>", b"<ImageSet ", b"<CartItem><CartItemId>")


@pytest.mark.parametrize("chunk", range(max(1, TURNS // CHUNK // 4)))
def test_damage_is_read_alike_from_markup_and_from_a_tree(chunk: int) -> None:
    """A comment at its end has a document read as a whole: offers, pictures and lines of carts come out the same."""
    sources = tuple(recording.body for recording in recordings()) if PRESENT else _OWN
    sources = tuple(body for body in sources if any(sign in body for sign in _KEPT))
    chance = random.Random(SEED + chunk)

    for turn in range(CHUNK):
        body = _damaged(chance, chance.choice(sources))
        by_markup, as_a_tree = _outcome(body), _outcome(body.rstrip() + b"<!-- -->")
        assert by_markup == as_a_tree, f"seed {SEED + chunk}, turn {turn}: {body[:2000]!r}"


def _outcome(body: bytes) -> object:
    try:
        return parse.replies(body)
    except UpstreamError as error:
        return type(error)
