"""Limits of a document: each at its value and one above, and bombs that are small on paper."""

import time
from itertools import pairwise
from pathlib import Path

import pytest
from graphql import get_introspection_query, parse

from server.limits import (
    LIMITS,
    MAX_BODY_BYTES,
    MAX_CHARACTERS,
    MAX_DIGITS,
    MAX_DIRECTIVES,
    MAX_FIELDS,
    MAX_ROOT_FIELDS,
    TooLarge,
    check,
)

OPERATIONS = Path(__file__).parents[3] / "graphql" / "operations"


def _refusal(text: str) -> str | None:
    try:
        check(parse(text))
    except TooLarge as error:
        return str(error)
    return None


def _more_than(limit: int, what: str) -> str:
    return f"The document has more than {limit} {what}; split it into several requests."


def _nested(levels: int) -> str:
    return "{" + "a{" * (levels - 1) + "b" + "}" * (levels - 1) + "}"


def _repeated(count: int, text: str = "b ") -> str:
    return "{a{" + text * count + "}}"


def test_figures_are_those_of_the_decision() -> None:
    """They are told in the documentation and by `service.limits`."""
    assert (LIMITS.max_aliases, LIMITS.max_cost, LIMITS.max_depth, LIMITS.max_tokens) == (15, 1000, 10, 1000)
    assert (MAX_BODY_BYTES, MAX_CHARACTERS, MAX_FIELDS, MAX_ROOT_FIELDS) == (100_000, 10_000, 250, 10)
    assert (MAX_DIRECTIVES, MAX_DIGITS) == (20, 32)


@pytest.mark.parametrize(
    ("at_limit", "above", "sentence"),
    [
        (_nested(10), _nested(11), _more_than(10, "levels of selection")),
        (_repeated(249), _repeated(250), _more_than(250, "fields")),
        ("{" + "a " * 10 + "}", "{" + "a " * 11 + "}", _more_than(10, "root fields in an operation")),
        (_repeated(15, "x: b "), _repeated(16, "x: b "), _more_than(15, "aliases")),
        ("{a" + " @d" * 20 + "}", "{a" + " @d" * 21 + "}", _more_than(20, "directives")),
        ("{a(b: " + "9" * 32 + ")}", "{a(b: " + "9" * 33 + ")}", _more_than(32, "digits in a number")),
        ("{a(b: 1." + "9" * 30 + ")}", "{a(b: 1." + "9" * 31 + ")}", _more_than(32, "digits in a number")),
    ],
    ids=["depth", "fields", "root fields", "aliases", "directives", "integer", "float"],
)
def test_each_limit_holds_to_the_unit(at_limit: str, above: str, sentence: str) -> None:
    """What the documentation promises is taken, and not one more."""
    assert _refusal(at_limit) is None
    assert _refusal(above) == sentence


def test_root_fields_are_counted_through_fragments() -> None:
    """Hiding them in a fragment gains nothing."""
    text = "query { ...F a a } fragment F on Query {" + "a " * 8 + "}"

    assert _refusal(text) is None
    assert _refusal(text.replace("...F", "...F a")) == _more_than(10, "root fields in an operation")


def test_each_operation_has_its_own_root_fields() -> None:
    """Only one of them will run."""
    assert _refusal("query A {" + "a " * 10 + "} query B {" + "a " * 10 + "}") is None


def test_fields_are_counted_over_all_operations() -> None:
    """Validation reads them all."""
    one = "query %s {a{" + "b " * 124 + "}}"

    assert _refusal(one % "A" + one % "B") is None
    assert _refusal(one % "A" + one % "B" + "query C {a}") == _more_than(250, "fields")


def test_a_fragment_counts_as_often_as_it_is_spread() -> None:
    """It runs as often."""
    text = "{ a { %s } } fragment F on T { x: b y: b z: b }"

    assert _refusal(text % ("...F " * 5)) is None
    assert _refusal(text % ("...F " * 6)) == _more_than(15, "aliases")


def test_depth_goes_on_inside_a_fragment() -> None:
    """A fragment is no new beginning."""
    deep = "fragment F on T {" + "a{" * 8 + "b" + "}" * 8 + "}"

    assert _refusal("{a{...F}}" + deep) is None
    assert _refusal("{a{a{...F}}}" + deep) == _more_than(10, "levels of selection")


@pytest.mark.parametrize(
    "text",
    [
        "query @d%s {a}",
        "{...F} fragment F on T @d%s {a}",
        "{...F @d%s} fragment F on T {a}",
        "{... @d%s {a}}",
        "query ($x: Int @d%s) {a}",
    ],
)
def test_directives_count_wherever_they_stand(text: str) -> None:
    """Validation compares each with each."""
    assert _refusal(text % (" @d" * 19)) is None
    assert _refusal(text % (" @d" * 20)) == _more_than(20, "directives")


def test_spreads_are_counted_at_the_root_too() -> None:
    """Once each, up to 250."""
    assert _refusal("{" + "...E " * 250 + "}") is None
    assert _refusal("{" + "...E " * 251 + "}") == _more_than(250, "spread fragments")


def test_fragments_that_double_are_stopped() -> None:
    """Twenty lines of text would be a million selections, without a single field."""
    names = [f"F{number}" for number in range(20)]
    chain = [f"fragment {a} on Q {{ ...{b} ...{b} }}" for a, b in pairwise(names)]
    text = "{ ...F0 } " + " ".join(chain) + " fragment F19 on Q { __typename }"

    started = time.perf_counter()
    sentence = _refusal(text)

    assert sentence == _more_than(250, "spread fragments")
    assert time.perf_counter() - started < 0.5


def test_fragments_in_fragments_are_bounded() -> None:
    """Their nesting is the walk's own recursion."""
    inline = "{" + "...{" * 20 + "a" + "}" * 20 + "}"

    assert _refusal(inline) is None
    assert _refusal("{...{" + inline[1:-1] + "}}") == _more_than(20, "nested fragments")


@pytest.mark.parametrize(
    "text",
    [
        "{...A} fragment A on Q {...A}",
        "{...A} fragment A on Q {a ...B} fragment B on Q {b ...A}",
        "{a{...A}} fragment A on Q {a{...A}}",
        "{...Missing}",
    ],
)
def test_a_fragment_that_spreads_itself_is_left_to_validation(text: str) -> None:
    """It is counted once and refused there with its place."""
    assert _refusal(text) is None


def test_fields_of_a_fragment_nobody_spreads_are_counted() -> None:
    """Validation compares them all the same, each with each."""
    text = "{a} fragment F on T {" + "b " * 250 + "}"

    assert _refusal(text) == _more_than(250, "fields")


def test_introspection_has_no_depth() -> None:
    """Explorers and code generators ask for all of it at once."""
    assert _refusal(get_introspection_query(input_value_deprecation=True, specified_by_url=True)) is None
    assert _refusal("{ __schema" + _nested(30) + " }") is None
    assert _refusal('{ __type(name: "A")' + _nested(30) + " }") is None


def test_introspection_counts_its_fields_as_written() -> None:
    """Two hundred overlapping fields cost validation a quarter of a second."""
    assert _refusal("{__schema{" + "types{name}" * 125 + "}}") == _more_than(250, "fields")


def test_beside_introspection_everything_counts() -> None:
    """The exemption is for what lies below."""
    assert _refusal("{ __schema { a } " + _nested(11)[1:]) == _more_than(10, "levels of selection")


def test_documents_without_operations_pass() -> None:
    """Validation tells what is wrong with them."""
    assert _refusal("fragment F on T { a }") is None
    assert _refusal("type Query { a: Int }") is None


def test_documents_without_places_are_counted_too() -> None:
    """Numbers are measured in the text; a document built in code has none."""
    check(parse("{a}", no_location=True))


@pytest.mark.parametrize("path", sorted(OPERATIONS.glob("*.graphql")), ids=lambda path: path.stem)
def test_our_own_documents_stay_below_half_the_size(path: Path) -> None:
    """Clients copy them and add to them."""
    text = path.read_text("utf-8")

    document = parse(text, max_tokens=LIMITS.max_tokens // 2)

    check(document)
    assert len(text) <= MAX_CHARACTERS // 2
