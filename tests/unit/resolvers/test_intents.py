"""What the journal keeps of a change."""

from msgspec.structs import replace

from ecs.model import Seen
from persistence.records import Placement
from resolvers.goals import Goal
from resolvers.intents import Agreed, Intent, Kind, Outcome, from_body, from_outcome, to_body, to_outcome
from resolvers.outcomes import CartOutcome, Handover, ItemOutcome, ItemResult, Notice, NoticeCode, PriceMoved
from resolvers.prices import money
from resolvers.problems import PriceProblem, Problem, ProblemCode, QuantityProblem, UnavailableProblem, VersionProblem
from tests.support.fakes import NOON, an_item


def test_an_intent_comes_back_as_it_was_written() -> None:
    """Whoever finds it carries it to its end."""
    intent = Intent(
        kind=Kind.ADD,
        goals=(
            Goal(
                "A1", 2, placement=Placement.SAVED_FOR_LATER, listing_id="offer", key="K1", line_id="l", entries=(0, 2)
            ),
            Goal("A2", 1, takes="theirs", may_replace_offer=True),
        ),
        entries=3,
        refused={1: QuantityProblem(ProblemCode.QUANTITY_INVALID, "No.", ("quantity",), max_quantity=999)},
        asked=("l",),
        is_atomic=True,
        source_cart_id="other",
        agreed=Agreed(subtotal_minor=500, accepts_rise=True),
    )

    assert from_body(to_body(intent)) == intent
    assert from_body(to_body(Intent(kind=Kind.CLEAR))) == Intent(kind=Kind.CLEAR)


def test_bytes_of_an_older_version_stay_readable() -> None:
    """An intent may be open, and a key may live, over an upgrade: fields are added with defaults."""
    oldest_intent = b"\x82\xa4kind\xa3ADD\xa5goals\x91\x82\xa4asin\xa2A1\xa8quantity\x03"
    oldest_outcome = b"\x81\xa7cart_id\xa6cart-1"

    assert from_body(oldest_intent) == Intent(kind=Kind.ADD, goals=(Goal("A1", 3),))
    assert from_outcome(oldest_outcome) == Outcome(cart_id="cart-1")


def test_an_outcome_is_kept_without_its_cart_and_its_address() -> None:
    """The cart is shown as it is by then, and the address is sealed elsewhere."""
    problems = (
        Problem(ProblemCode.CART_EMPTY, "Empty."),
        VersionProblem(ProblemCode.VERSION_CONFLICT, "Moved.", current_version=4),
        PriceProblem(ProblemCode.PRICE_CHANGED, "Dearer.", line_ids=("l",), current=money(900, "USD")),
    )
    notices = (
        Notice("n-1", NoticeCode.CART_REBUILT, "Rebuilt.", None, NOON),
        PriceMoved("n-2", NoticeCode.PRICE_ROSE, "Rose.", "l", NOON, money(1, "USD"), money(2, "USD")),
    )
    results = (ItemResult(0, ItemOutcome.ADDED, "l"), ItemResult(1, ItemOutcome.REJECTED, problems=problems[:1]))

    body = to_outcome(
        "cart-1",
        CartOutcome(
            cart=None,
            problems=problems,
            notices=notices,
            results=results,
            line_ids=("l",),
            removed_line_ids=("m",),
            handover=Handover("https://secret.example/cart", NOON, money(1234, "USD"), NOON),
        ),
    )

    assert b"secret" not in body
    assert from_outcome(body) == Outcome(
        cart_id="cart-1",
        problems=problems,
        notices=notices,
        results=results,
        line_ids=("l",),
        removed_line_ids=("m",),
        subtotal_minor=1234,
    )


def test_of_what_cannot_be_bought_only_the_reason_is_kept() -> None:
    """A whole item with its offers is no outcome."""
    problem = UnavailableProblem(ProblemCode.OUT_OF_STOCK, "Sold out.", ("item",), seen=Seen(an_item("A"), NOON))
    outcome = CartOutcome(
        cart=None, problems=(problem,), results=(ItemResult(0, ItemOutcome.REJECTED, problems=(problem,)),)
    )

    told = from_outcome(to_outcome("cart-1", outcome))

    lean = replace(problem, seen=None)
    assert told.problems == (lean,)
    assert told.results == (ItemResult(0, ItemOutcome.REJECTED, problems=(lean,)),)


def test_a_hand_over_without_a_sum_keeps_none() -> None:
    """An unknown price is not zero."""
    outcome = CartOutcome(cart=None, handover=Handover("https://shop.example", NOON, None, NOON))

    assert from_outcome(to_outcome("cart-1", outcome)).subtotal_minor is None
