"""Of the lines, only what changed is written, in an order in which no row stands in another's way."""

from collections.abc import Sequence

from persistence.line_changes import LineChange, line_runs
from persistence.prepared import Parameters
from persistence.programs import Run
from tests.unit.persistence.carts import a_line


def planned(*changes: LineChange) -> list[tuple[str, list[tuple[str, str]]]]:
    """Each statement's first word with the cart and line of each of its rows."""
    return [(run.statement.sqlite.text.split()[0], [_line_of(row) for row in _rows(run)]) for run in line_runs(changes)]


def _rows(run: Run) -> Sequence[Parameters]:
    assert not isinstance(run.parameters, dict)
    return run.parameters


def _line_of(row: Parameters) -> tuple[str, str]:
    return (row["cart_id"], row["id"]) if "id" in row else (row["the_cart"], row["the_line"])


def test_lines_as_they_were_are_not_written() -> None:
    """A read that finds nothing new costs one statement, for the cart."""
    lines = (a_line(1), a_line(2))

    assert planned(LineChange("cart-1", lines, lines)) == []


def test_each_line_is_written_by_what_became_of_it() -> None:
    """Gone, changed and new lines, each kind in one statement."""
    before = (a_line(1), a_line(2), a_line(3))
    after = (a_line(2, quantity=9), a_line(3), a_line(4))

    assert planned(LineChange("cart-1", before, after)) == [
        ("DELETE", [("cart-1", "line-1")]),
        ("UPDATE", [("cart-1", "line-2")]),
        ("INSERT", [("cart-1", "line-4")]),
    ]


def test_lines_that_swap_keys_are_taken_out_and_put_back() -> None:
    """Row by row they would clash."""
    before = (a_line(1), a_line(2))
    after = (a_line(1, upstream_key="U2"), a_line(2, upstream_key="U1"))

    both = [("cart-1", "line-1"), ("cart-1", "line-2")]
    assert planned(LineChange("cart-1", before, after)) == [("DELETE", both), ("INSERT", both)]


def test_a_line_that_moves_leaves_one_cart_before_it_enters_the_other() -> None:
    """In whatever order the carts are named."""
    gains = LineChange("cart-1", (a_line(1),), (a_line(1, quantity=5), a_line(2)))
    loses = LineChange("cart-2", (a_line(2),), ())

    wanted = [
        ("DELETE", [("cart-2", "line-2")]),
        ("UPDATE", [("cart-1", "line-1")]),
        ("INSERT", [("cart-1", "line-2")]),
    ]
    assert planned(gains, loses) == planned(loses, gains) == wanted
