"""What additions and changes do to the lines of a cart."""

from msgspec.structs import replace

from ecs.embedded.cart_rules import Addition, Change, Line, with_additions, with_changes
from ecs.vocabulary import MAX_CART_LINES, ErrorCode


def _line(key: str, quantity: int = 1, *, is_saved: bool = False) -> Line:
    return Line(key, f"ASIN{key}", "offer", quantity, is_saved, "Title", "Book", "SELLER", "Seller", 100)


def _addition(key: str, quantity: int = 1, *, limit: int = 999, is_buyable: bool = True) -> Addition:
    return Addition(_line(key, quantity), limit, is_buyable, f"name of {key}")


def test_later_additions_come_first_in_the_order_asked() -> None:
    """Recorded carts show what was added last at the top."""
    outcome = with_additions([_line("A")], [_addition("B"), _addition("C")])

    assert [line.key for line in outcome.lines] == ["B", "C", "A"]
    assert outcome.faults == ()


def test_quantity_above_the_limit_is_lowered_and_said() -> None:
    """The shopper must learn that there will be fewer."""
    outcome = with_additions([], [_addition("A", 7, limit=5)])

    assert [line.quantity for line in outcome.lines] == [5]
    assert [fault.code for fault in outcome.faults] == [ErrorCode.INVALID_QUANTITY]
    assert outcome.faults[0].message.endswith("following items: name of A.")


def test_item_that_is_there_stays_as_it_is() -> None:
    """Adding twice must not double, wherever the item stands."""
    lines = (_line("A", 2), _line("B", 3, is_saved=True))

    outcome = with_additions(lines, [_addition("A", 5), _addition("B", 5)])

    assert outcome.lines == lines
    assert [fault.code for fault in outcome.faults] == [
        ErrorCode.INVALID_QUANTITY,
        ErrorCode.ITEM_ALREADY_IN_CART,
    ] * 2


def test_item_out_of_stock_is_saved_silently() -> None:
    """As the guides have it: what cannot be bought waits, with the quantity asked."""
    outcome = with_additions([], [_addition("A", 7, limit=0, is_buyable=False)])

    assert outcome.lines == (_line("A", 7, is_saved=True),)
    assert outcome.faults == ()


def test_fifty_first_line_is_refused() -> None:
    """Saved lines count: they may come back."""
    lines = tuple(_line(f"{number}", is_saved=number % 2 == 0) for number in range(MAX_CART_LINES - 1))

    outcome = with_additions(lines, [_addition("A"), _addition("B")])

    assert len(outcome.lines) == MAX_CART_LINES
    assert outcome.lines[0].key == "A"
    assert [(fault.code, fault.message) for fault in outcome.faults] == [
        (ErrorCode.EXCEEDED_CART_ITEMS, "You may not add more than 50 items to the cart.")
    ]


def test_changes_apply_one_after_the_other() -> None:
    """One request may name a line twice; both take effect, as recorded."""
    changes = [Change("A", action="SaveForLater"), Change("A", quantity=7)]

    outcome = with_changes([_line("A")], changes, lambda line: 999)

    assert outcome.lines == (_line("A", 7, is_saved=True),)


def test_zero_takes_out_and_unknown_lines_are_passed_over() -> None:
    """Repeating a removal must be harmless."""
    changes = [Change("A", quantity=0), Change("A", quantity=3), Change("Z", action="MoveToCart")]

    outcome = with_changes([_line("A"), _line("B")], changes, lambda line: 999)

    assert outcome == ((_line("B"),), ())


def test_line_out_of_stock_cannot_come_back() -> None:
    """Nothing in the cart proper that cannot be bought."""
    saved = _line("A", 2, is_saved=True)

    outcome = with_changes([saved], [Change("A", action="MoveToCart")], lambda line: 0)

    assert outcome.lines == (saved,)
    assert [fault.code for fault in outcome.faults] == [ErrorCode.ITEM_NOT_ELIGIBLE]


def test_line_that_comes_back_is_capped() -> None:
    """Stock may have gone down while it was saved."""
    saved = _line("A", 9, is_saved=True)

    outcome = with_changes([saved], [Change("A", action="MoveToCart")], lambda line: 4)
    free = with_changes([saved], [Change("A", action="MoveToCart")], lambda line: None)

    assert outcome.lines == (replace(saved, is_saved=False, quantity=4),)
    assert free.lines == (replace(saved, is_saved=False),)


def test_quantity_of_a_line_is_capped_where_there_is_stock() -> None:
    """What is out of stock keeps the wish of the shopper."""
    change = [Change("A", quantity=9)]

    capped = with_changes([_line("A")], change, lambda line: 4)
    waiting = with_changes([_line("A", is_saved=True)], change, lambda line: 0)

    assert [line.quantity for line in (*capped.lines, *waiting.lines)] == [4, 9]
    assert [fault.code for fault in capped.faults] == [ErrorCode.INVALID_QUANTITY]
    assert waiting.faults == ()
