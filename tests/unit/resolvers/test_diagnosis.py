"""Finding out why the upstream would not take an item."""

from ecs.errors import NotSent
from ecs.model import Seen
from ecs.vocabulary import ResponseGroup
from resolvers.diagnosis import reason, why_rejected
from resolvers.lines import Addition
from resolvers.problems import Problem, ProblemCode, UnavailableProblem
from tests.support.fakes import NOON, FakeCatalog, an_item, an_offer


async def test_nothing_rejected_asks_nobody() -> None:
    """A good call costs no look-up."""
    catalog = FakeCatalog()

    assert await why_rejected(catalog, []) == {}
    assert catalog.calls == []


async def test_every_rejected_entry_gets_its_reason_from_one_look_up() -> None:
    """Ten entries do not cost ten calls."""
    catalog = FakeCatalog()
    catalog.stock(an_item("B", an_offer("sold-out", max_quantity=0)))

    found = await why_rejected(catalog, [Addition(4, "X", 1), Addition(2, "B", 1), Addition(3, "X", 2)])

    assert {index: problem.code for index, problem in found.items()} == {
        4: ProblemCode.PRODUCT_NOT_FOUND,
        2: ProblemCode.OUT_OF_STOCK,
        3: ProblemCode.PRODUCT_NOT_FOUND,
    }
    assert [(call.ids, call.groups) for call in catalog.calls] == [
        (("X", "B"), frozenset({ResponseGroup.SMALL, ResponseGroup.OFFER_FULL}))
    ]


async def test_a_catalog_that_does_not_answer_leaves_the_general_reason() -> None:
    """The refusal is told even when its cause cannot be found."""
    catalog = FakeCatalog(error=NotSent("down"))

    found = await why_rejected(catalog, [Addition(0, "A", 1)])

    message = "A cannot be put in a cart; choose another product or offer."
    assert found == {0: UnavailableProblem(ProblemCode.ITEM_NOT_ELIGIBLE, message, ("item",))}


def test_an_unknown_item_is_said_to_be_unknown() -> None:
    """Most often it is a typing mistake."""
    message = "There is no product A in this marketplace; check the catalog number."

    assert reason(Addition(0, "A", 1), None) == Problem(ProblemCode.PRODUCT_NOT_FOUND, message, ("item",))


def test_an_ended_offer_is_told_with_the_item_and_its_other_offers() -> None:
    """The shopper can choose another one at once."""
    seen = Seen(an_item("A", an_offer("other")), NOON)

    assert reason(Addition(0, "A", 1, "ended"), seen) == UnavailableProblem(
        ProblemCode.OFFER_NOT_FOUND, "This offer of Title of A is gone; choose another one.", ("item",), seen=seen
    )
    assert reason(Addition(0, "A", 1, "ended"), Seen(an_item("A", offers=None), NOON)).code == "OFFER_NOT_FOUND"


def test_a_sold_out_offer_is_told_although_another_seller_has_it() -> None:
    """It is the offer that was asked for."""
    seen = Seen(an_item("A", an_offer("sold-out", max_quantity=0), an_offer("other")), NOON)

    assert reason(Addition(0, "A", 1, "sold-out"), seen) == UnavailableProblem(
        ProblemCode.OUT_OF_STOCK,
        "Title of A cannot be bought now; choose another offer or try later.",
        ("item",),
        seen=seen,
    )
    assert reason(Addition(0, "A", 1), seen).code == ProblemCode.ITEM_NOT_ELIGIBLE


def test_an_item_nobody_offers_is_out_of_stock() -> None:
    """No offer, nothing to buy."""
    assert reason(Addition(0, "A", 1), Seen(an_item("A"), NOON)).code == ProblemCode.OUT_OF_STOCK


def test_what_looks_fine_is_called_not_eligible_by_name() -> None:
    """Adults-only items and downloads look like any other in the catalog."""
    seen = Seen(an_item("A", an_offer(), title=None), NOON)

    found = reason(Addition(0, "A", 1), seen)

    message = "A cannot be put in a cart; choose another product or offer."
    assert found == UnavailableProblem(ProblemCode.ITEM_NOT_ELIGIBLE, message, ("item",), seen=seen)
