"""Seeing what the upstream did silently."""

from collections.abc import Sequence

import pytest
from msgspec.structs import replace

from persistence.records import LineRecord, Placement
from resolvers.goals import Goal
from resolvers.notices import MAX_KEPT, Making, joined, kept, merged, notices_of, shown, to_keep
from resolvers.outcomes import AnyNotice, Notice, NoticeCode, PriceMoved, QuantityCapped
from resolvers.prices import money
from resolvers.snapshots import SeenCart
from resolvers.views import CartView
from tests.support.fakes import NOON, a_cart, a_line, a_remote_cart, a_remote_item, numbered

SAVED = Placement.SAVED_FOR_LATER


def found_in(
    *after: LineRecord,
    before: Sequence[LineRecord] = (),
    goals: Sequence[Goal] = (),
    is_rebuild: bool = False,
) -> tuple[AnyNotice, ...]:
    """Notices on a cart of these lines at their old prices."""
    cart = a_cart(*after)
    view = CartView.remembered(cart)
    return notices_of(before, view.seen, view, goals, Making(NOON, numbered()), is_rebuild=is_rebuild)


def told(*notices: AnyNotice) -> list[tuple[str, str, str | None]]:
    """Code, sentence and line of each."""
    return [(notice.code.value, notice.message, notice.line_id) for notice in notices]


def moved(number: int, line_id: str, previous: int, current: int) -> PriceMoved:
    """A notice of a price that went up or down."""
    code = NoticeCode.PRICE_ROSE if current > previous else NoticeCode.PRICE_DROPPED
    return PriceMoved(f"n-{number}", code, "…", line_id, NOON, money(previous, "USD"), money(current, "USD"))


def test_a_cart_that_is_as_asked_has_no_notices() -> None:
    """Notices are for surprises."""
    goal = Goal("A1", 2, key="K1", line_id="line-1", quantity_before=1)

    assert found_in(a_line(1, quantity=2), before=[a_line(1)], goals=[goal]) == ()


def test_fewer_units_than_wanted_are_told() -> None:
    """The upstream caps without a word that a shopper would understand."""
    found = found_in(a_line(1, quantity=3), goals=[Goal("A1", 10, key="K1")])

    message = "Only 3 of 10 units of Title of A1 can be bought."
    assert found == (QuantityCapped("id-1", NoticeCode.QUANTITY_CAPPED, message, "line-1", NOON, 10, 3),)


def test_a_line_put_with_the_saved_ones_is_told() -> None:
    """What is not in stock goes there instead of into the cart."""
    found = found_in(a_line(1, placement=SAVED), goals=[Goal("A1", 1, key="K1")])

    message = "Title of A1 cannot be bought now; it was put with the saved lines."
    assert found == (Notice("id-1", NoticeCode.MOVED_TO_SAVED, message, "line-1", NOON),)


def test_a_line_that_was_put_aside_as_wished_is_no_surprise() -> None:
    """Fewer units matter only among what is to be bought."""
    goal = Goal("A1", 5, placement=SAVED, key="K1", line_id="line-1", quantity_before=5)

    assert found_in(a_line(1, placement=SAVED, quantity=3), before=[a_line(1, quantity=5)], goals=[goal]) == ()


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (
            {"quantity": 3}, {"quantity": 2},
            [("QUANTITY_CAPPED", "Only 2 of 3 units of Title of A1 can be bought.", "line-1")],
        ),
        ({"quantity": 2}, {"quantity": 3}, []),
        (
            {}, {"placement": SAVED},
            [("MOVED_TO_SAVED", "Title of A1 cannot be bought now; it was put with the saved lines.", "line-1")],
        ),
        (
            {"placement": SAVED}, {},
            [("BACK_IN_STOCK", "Title of A1 can be bought again; it went back to the cart.", "line-1")],
        ),
        (
            {"listing_id": "gone"}, {},
            [("OFFER_REPLACED", "The offer of Title of A1 is gone; another seller's offer took its place. "
              "Check price and seller.", "line-1")],
        ),
        (
            {"upstream_key": "K7"}, {},
            [("OFFER_REPLACED", "The offer of Title of A1 is gone; another seller's offer took its place. "
              "Check price and seller.", "line-1")],
        ),
    ],
)  # fmt: skip
def test_what_nobody_asked_for_is_told(
    before: dict[str, object], after: dict[str, object], expected: list[tuple[str, str, str | None]]
) -> None:
    """A line changed by itself: the upstream's doing, or another session's."""
    assert told(*found_in(replace(a_line(1), **after), before=[replace(a_line(1), **before)])) == expected


def test_a_line_that_another_session_put_there_is_no_surprise_of_ours() -> None:
    """There is nothing to compare it with."""
    assert found_in(a_line(1, placement=SAVED)) == ()


def test_a_line_that_is_gone_is_told_unless_it_was_to_go() -> None:
    """It has no id any more; its name and units are in the sentence."""
    before = [a_line(1), a_line(2, quantity=4)]

    found = found_in(before=before, goals=[Goal("A1", 0, key="K1", line_id="line-1", quantity_before=1)])

    assert told(*found) == [("LINE_REMOVED", "The marketplace took Title of A2 (4) out of the cart.", None)]


def test_a_rebuilt_cart_is_told_once_and_new_keys_are_no_other_offers() -> None:
    """Every line has another key in another upstream cart."""
    goal = Goal("A1", 1, key="N1", line_id="line-1")

    found = found_in(a_line(1, upstream_key="N1"), before=[a_line(1)], goals=[goal], is_rebuild=True)

    message = "The marketplace had let go of this cart; it was built anew from our record. Check the prices."
    assert told(*found) == [("CART_REBUILT", message, None)]


def test_lines_that_came_from_another_cart_are_told() -> None:
    """The shopper wonders where they come from."""
    assert merged("From there.", Making(NOON, numbered())) == Notice(
        "id-1", NoticeCode.LINES_MERGED, "From there.", None, NOON
    )


def test_prices_that_moved_are_told_line_by_line() -> None:
    """Saved lines move too; lines to be bought come first."""
    before = a_remote_cart(a_remote_item("K1", "A1"), saved=[a_remote_item("K2", "A2", saved=True)])
    after = a_remote_cart(
        a_remote_item("K1", "A1", price=money(1250, "USD")),
        saved=[a_remote_item("K2", "A2", saved=True, price=money(900, "USD"))],
    )
    lines = (a_line(2, placement=SAVED), a_line(1))
    view = CartView.live(a_cart(*lines), after, NOON)

    found = notices_of(lines, SeenCart.of(before), view, (), Making(NOON, numbered()))

    assert found == (
        PriceMoved(
            "id-1", NoticeCode.PRICE_ROSE, "The price of Title of A1 rose from $10.00 to $12.50.", "line-1", NOON,
            money(1000, "USD"), money(1250, "USD"),
        ),
        PriceMoved(
            "id-2", NoticeCode.PRICE_DROPPED, "The price of Title of A2 fell from $10.00 to $9.00.", "line-2", NOON,
            money(1000, "USD"), money(900, "USD"),
        ),
    )  # fmt: skip


def test_unknown_and_foreign_prices_are_not_compared() -> None:
    """A missing price is unknown, not zero."""
    before = a_remote_cart(a_remote_item("K1", "A1", price=None), a_remote_item("K2", "A2"), a_remote_item("K3", "A3"))
    after = a_remote_cart(
        a_remote_item("K1", "A1"),
        a_remote_item("K2", "A2", price=None),
        a_remote_item("K3", "A3", price=money(2000, "EUR")),
        a_remote_item("K4", "A4"),
    )
    lines = [a_line(number) for number in range(1, 6)]
    view = CartView.live(a_cart(*lines), after, NOON)

    assert notices_of(lines, SeenCart.of(before), view, (), Making(NOON, numbered())) == ()


def test_notices_are_kept_as_bytes_and_read_back() -> None:
    """Each with its own data."""
    notices = (
        Notice("n-1", NoticeCode.CART_REBUILT, "Rebuilt.", None, NOON),
        QuantityCapped("n-2", NoticeCode.QUANTITY_CAPPED, "Capped.", "line-1", NOON, 9, 5),
        moved(3, "line-1", 1000, 1100),
    )

    assert kept(a_cart(notices=to_keep(notices))) == notices
    assert (to_keep(()), kept(a_cart())) == (b"", ())


def test_a_line_keeps_one_notice_of_a_kind_and_the_latest() -> None:
    """Five caps of one line are one piece of news."""
    old = QuantityCapped("n-1", NoticeCode.QUANTITY_CAPPED, "Capped.", "line-1", NOON, 9, 5)
    other = replace(old, id="n-2", line_id="line-2")
    new = replace(old, id="n-3", accepted=4)

    assert joined([old, other], [new], [a_line(1), a_line(2)]) == [other, new]


def test_a_price_is_told_from_where_it_first_stood() -> None:
    """Twice up is one rise; up and down again is none."""
    line = a_line(1)

    rose = joined([moved(1, "line-1", 1000, 1100)], [moved(2, "line-1", 1100, 1300)], [line])
    fell = joined([moved(1, "line-1", 1000, 1100)], [moved(2, "line-1", 1100, 800)], [line])
    back = joined([moved(1, "line-1", 1000, 1100)], [moved(2, "line-1", 1100, 1000)], [line])

    assert told(*rose) == [("PRICE_ROSE", "The price of Title of A1 rose from $10.00 to $13.00.", "line-1")]
    assert told(*fell) == [("PRICE_DROPPED", "The price of Title of A1 fell from $10.00 to $8.00.", "line-1")]
    assert back == []


def test_notices_of_a_line_that_is_gone_go_with_it() -> None:
    """But that it is gone stays, once for each line."""
    capped = QuantityCapped("n-1", NoticeCode.QUANTITY_CAPPED, "Capped.", "line-1", NOON, 9, 5)
    gone = Notice("n-2", NoticeCode.LINE_REMOVED, "A1 is gone.", None, NOON)
    other = replace(gone, id="n-3", message="A2 is gone.")

    assert joined([capped], [gone, other, replace(gone, id="n-4")], []) == [other, replace(gone, id="n-4")]


def test_a_notice_of_the_whole_cart_is_kept_once_for_each_kind() -> None:
    """Two merges are told by the later one's sentence, beside what else was told."""
    first = Notice("n-1", NoticeCode.LINES_MERGED, "One line came in.", None, NOON)
    rebuilt = Notice("n-2", NoticeCode.CART_REBUILT, "Built anew.", None, NOON)
    second = replace(first, id="n-3", message="Two lines came in.")

    assert joined([first, rebuilt], [second], []) == [rebuilt, second]


def test_a_cart_keeps_a_hundred_notices() -> None:
    """The oldest go first."""
    notices = [Notice(f"n-{number}", NoticeCode.LINE_REMOVED, f"{number}", None, NOON) for number in range(103)]

    found = joined(notices[:50], notices[50:], [])

    assert (len(found), found[0].id, found[-1].id) == (MAX_KEPT, "n-3", "n-102")


@pytest.mark.parametrize("is_forgotten", [False, True])
def test_a_cart_that_the_upstream_let_go_of_says_so_after_what_it_keeps(is_forgotten: bool) -> None:
    """It is not kept: the next change builds the cart anew, and says that instead."""
    told_before = Notice("n-1", NoticeCode.LINES_MERGED, "Lines came in.", None, NOON)
    cart = a_cart(a_line(1), notices=to_keep([told_before]))
    message = "The marketplace has let go of this cart; the next change builds it anew from our record."
    expired = Notice("expired", NoticeCode.CART_EXPIRED, message, None, NOON)

    found = shown(CartView.remembered(cart, is_forgotten=is_forgotten))

    assert found == ((told_before, expired) if is_forgotten else (told_before,))
