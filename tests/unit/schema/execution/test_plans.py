"""Plans live as long as their document, and are never too many."""

import gc
import weakref
from itertools import pairwise

from graphql import ExecutionResult, parse
from graphql.execution.values import VariableValues

from schema.execution.plans import MAX_PLANS, Plans
from tests.differential.world import SCHEMA
from tests.unit.schema.execution.conftest import Watched


def test_plans_go_with_their_document() -> None:
    """When a document leaves the server's cache, nothing of it stays."""
    plans = Plans(SCHEMA)
    document = parse("{ __typename }")
    operation = plans.operation(document, None)

    assert plans.operation(document, None) is operation
    assert len(plans) == 1
    del document, operation
    gc.collect()
    assert len(plans) == 0


def test_plans_take_no_more_than_their_room() -> None:
    """Documents could be made to fill the memory; the room comes back when one of them is forgotten."""
    plans = Plans(SCHEMA, max_text=50)
    values = VariableValues({}, {})
    documents = [parse(f"{{ {key}: __typename }}") for key in "abc"]

    made = [operation.plan(values) for each in documents if (operation := plans.operation(each, None))]
    assert [plan is not None for plan in made] == [True, True, False]
    documents[:2] = []
    gc.collect()
    last = plans.operation(documents[0], None)
    assert last is not None
    assert last.plan(values) is not None


def test_a_plan_is_gone_at_once() -> None:
    """A flood of new documents would pile up until the collector comes by; functions and their globals are a circle."""
    plans = Plans(SCHEMA)
    document = parse("{ __typename }")
    operation = plans.operation(document, None)
    plan = operation.plan(VariableValues({}, {})) if operation else None
    assert plan is not None
    step = weakref.ref(plan.steps[0])
    gc.collect()
    gc.disable()
    try:
        del operation, document
        is_there_for_a_run = step() is not None
        del plan
        is_left = step() is not None
    finally:
        gc.enable()

    assert (is_there_for_a_run, is_left) == (True, False)


def test_names_a_document_does_not_have_are_not_kept() -> None:
    """A client could send any number of them."""
    plans = Plans(SCHEMA)
    document = parse("query A { __typename }")

    assert plans.operation(document, "B") is None
    assert plans.operation(document, "A") is not None
    assert list(plans._documents[id(document)][1]) == ["A"]


async def test_each_setting_of_include_has_its_plan(watched: Watched) -> None:
    """What is left out is not asked for."""
    document = parse("query ($on: Boolean!) { late { key @include(if: $on) price @skip(if: $on) } }")

    on = await watched.run(document, on=True)
    off = await watched.run(document, on=False)

    assert [list((result.data or {})["late"]) for result in (on, off)] == [["key"], ["price"]]
    assert [path for path, _ in watched.world.journal] == ["late", "late", "late.price"]
    assert watched.left == []


async def test_an_operation_without_any_field_has_a_plan(watched: Watched) -> None:
    """A client may leave out everything."""
    result = await watched.run("query ($on: Boolean!) { __typename @include(if: $on) }", None, on=False)

    assert result == ExecutionResult({}, None)
    assert watched.left == []


async def test_no_more_than_so_many_plans_are_made(watched: Watched) -> None:
    """Else each request could make the server compile; the later ones are answered all the same."""
    flags = [f"f{number}" for number in range(4)]
    declared = ", ".join(f"${flag}: Boolean!" for flag in flags)
    body = " ".join(f"{flag}: __typename @include(if: ${flag})" for flag in flags)
    document = parse(f"query ({declared}) {{ {body} }}")

    for number in range(16):
        chosen = {flag: bool(number >> place & 1) for place, flag in enumerate(flags)}
        result = await watched.run(document, None, **chosen)
        assert result.data == {flag: "Query" for flag in flags if chosen[flag]}

    assert len(watched.left) == 16 - MAX_PLANS


async def test_fragments_that_multiply_make_no_plan(watched: Watched) -> None:
    """Twelve lines can ask for thousands of fields."""
    names = [f"F{number}" for number in range(12)]
    fragments = [
        f"fragment {name} on Thing {{ a: twin {{ ...{after} }} b: twin {{ ...{after} }} }}"
        for name, after in pairwise(names)
    ]
    document = parse(" ".join(["{ thing { ...F0 } }", *fragments, "fragment F11 on Thing { key }"]))

    result = await watched.run(document)

    assert result.errors is None
    assert len(watched.left) == 1


async def test_a_selection_too_deep_for_python_makes_no_plan(watched: Watched) -> None:
    """Python takes no more than twenty loops within each other."""
    document = parse("{ thing { " + "parts(first: 1) { " * 14 + "key" + " }" * 14 + " } }")

    result = await watched.run(document)

    assert result.errors is None
    assert len(watched.left) == 1
