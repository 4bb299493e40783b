"""Cost: the weights of the schema, lists, variables, fragments and connections, to the unit."""

from pathlib import Path
from typing import Any

import pytest
from graphql import (
    GraphQLNonNull,
    GraphQLSchema,
    OperationDefinitionNode,
    build_schema,
    is_enum_type,
    is_input_object_type,
    is_list_type,
    is_non_null_type,
    is_required_input_field,
    parse,
    type_from_ast,
)

from schema.build import build_schema as storefront_schema
from server.cost import MAX_TOLD, cost_plan
from server.limits import LIMITS

OPERATIONS = Path(__file__).parents[3] / "graphql" / "operations"


@pytest.fixture(scope="module")
def schema() -> GraphQLSchema:
    """The storefront's own."""
    return storefront_schema()._schema


def _cost(schema: GraphQLSchema, text: str, **variables: Any) -> int:
    document = parse(text)
    operation = next(node for node in document.definitions if isinstance(node, OperationDefinitionNode))
    return cost_plan(schema, document, operation).cost(variables)


PRODUCT = '{ product(by: {asin: "0618260307"}) '
SEARCH = '{ search(query: "hobbit"%s) '


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{ __typename }", 0),
        ("{ __schema { types { name fields { name } } } }", 0),
        # viewer has no weight of its own and a selection
        ("{ viewer { id } }", 1),
        ("{ service { version limits { maxCost } } }", 2),
        # product weighs 2, its plain fields nothing
        (PRODUCT + "{ asin title } }", 2),
        (PRODUCT + "{ asin } again: product(by: {asin: \"0395193958\"}) { asin } }", 4),
        # images: one object, at most ten times
        (PRODUCT + "{ images { image { url } } } }", 2 + 1 + 10 * 1),
        # 10 for the search, then ten edges of 1, each with a node of 1 that holds leaves
        (SEARCH % "" + "{ edges { node { asin } } } }", 10 + 1 + 10 * 1),
        (SEARCH % ", first: 3" + "{ edges { node { asin } } } }", 10 + 1 + 3 * 1),
        (SEARCH % ", last: 3" + "{ edges { node { asin } } } }", 10 + 1 + 3 * 1),
        (SEARCH % ", first: null, last: 4" + "{ edges { node { asin } } } }", 10 + 1 + 4 * 1),
        (SEARCH % ", first: 0" + "{ edges { node { asin } } } }", 10 + 1),
        (SEARCH % ", first: -7" + "{ edges { node { asin } } } }", 10 + 1),
        # what stands beside the edges is counted once
        (SEARCH % ", first: 50" + "{ totalCount pageInfo { endCursor } freshness { asOf } } }", 10 + 1 + 1),
        # lists in lists multiply
        (SEARCH % ", first: 5" + "{ edges { node { similar(first: 4) { asin images { image { url } } } } } } }",
         10 + 1 + 5 * (1 + 5 + 4 * (1 + 10 * 1))),
        # a plain list: its own size, its length times what lies below
        (PRODUCT + "{ similar(first: 4) { asin featuredOffer { id } } } }", 2 + 5 + 4 * 1),
        (PRODUCT + "{ similar { featuredOffer { id } } } }", 2 + 5 + 10 * 1),
        ('{ products(asins: ["a"]) { featuredOffer { id } } }', 2 + 50 * 1),
        ('{ nodes(ids: ["a"]) { ... on Product { featuredOffer { id } } } }', 1 + 50 * 1),
        # cart: 3, and fifty lines unless fewer are asked for
        ("{ cart { lines { edges { node { id } } } } }", 3 + 1 + 1 + 50 * 1),
        ("{ cart { lines(first: 2) { edges { node { id } } } } }", 3 + 1 + 1 + 2 * 1),
    ],
)  # fmt: skip
def test_documents_cost_what_the_weights_say(schema: GraphQLSchema, text: str, expected: int) -> None:
    """The budget is published, so clients must be able to reckon it themselves."""
    assert _cost(schema, text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('mutation { addItem(input: {item: {asin: "a"}}) { outcome } }', 20),
        ('mutation { a: addItem(input: {item: {asin: "a"}}) { cart { id } } b: checkout(input: {}) { purchaseUrl } }',
         20 + 1 + 20),
        ("mutation { addItems(input: {items: []}) { cart { lines(first: 1) { edges { node { id } } } } } }",
         30 + 1 + 1 + 1 + 1),
    ],
)  # fmt: skip
def test_changes_weigh_more(schema: GraphQLSchema, text: str, expected: int) -> None:
    """Each is a call to the upstream, which takes one a second."""
    assert _cost(schema, text) == expected


@pytest.mark.parametrize(
    ("declared", "variables", "size"),
    [
        ("$n: Int", {"n": 3}, 3),
        ("$n: Int", {"n": 3.0}, 3),
        ("$n: Int!", {"n": 50}, 50),
        ("$n: Int", {}, 10),
        ("$n: Int", {"n": None}, 10),
        ("$n: Int = 50", {}, 50),
        ("$n: Int = 50", {"n": 2}, 2),
        ("$n: Int = 50", {"n": None}, 10),
        ("$n: Int", {"n": 3, "unknown": 900}, 3),
    ],
)
def test_variables_count_as_they_will_be_used(
    schema: GraphQLSchema, declared: str, variables: dict[str, Any], size: int
) -> None:
    """A default or a number like 50.0 is no way around the limit."""
    text = f'query ({declared}) {{ search(query: "a", first: $n) {{ edges {{ node {{ asin }} }} }} }}'

    assert _cost(schema, text, **variables) == 10 + 1 + size


@pytest.mark.parametrize("wrong", ["3", True, 2**31, 2**64, 1.5, [3], {"n": 3}])
def test_variables_that_do_not_fit_count_as_left_out(schema: GraphQLSchema, wrong: object) -> None:
    """They are refused before anything runs, and that refusal is the better answer."""
    text = 'query ($n: Int) { search(query: "a", first: $n) { edges { node { asin } } } }'

    assert _cost(schema, text, n=wrong) == 10 + 1 + 10


def test_a_plan_serves_every_request(schema: GraphQLSchema) -> None:
    """The document is walked once; what it costs depends on the variables of each request alone."""
    text = (
        'query ($n: Int = 4, $m: Int) { search(query: "a", first: $n) { edges { node { similar(first: $m) '
        "{ featuredOffer { id } } } } } }"
    )
    document = parse(text)
    operation = next(node for node in document.definitions if isinstance(node, OperationDefinitionNode))
    plan = cost_plan(schema, document, operation)

    costs = [plan.cost(each) for each in ({}, {"n": 2, "m": 3}, {"n": 0}, {"m": 0}, {"n": -1, "m": 9})]

    assert costs == [11 + 4 * (1 + 5 + 10), 11 + 2 * (1 + 5 + 3), 11, 11 + 4 * (1 + 5), 11]


def test_fragments_cost_what_they_hold_each_time(schema: GraphQLSchema) -> None:
    """Named or inline, with a condition or without."""
    fragment = " fragment F on Product { similar(first: 2) { images { image { url } } } }"

    assert _cost(schema, PRODUCT + "{ ...F } }" + fragment) == 2 + 5 + 2 * (1 + 10)
    assert _cost(schema, PRODUCT + "{ ...F ... { ...F } } }" + fragment) == 2 + 2 * (5 + 2 * (1 + 10))
    assert _cost(schema, "{ ... on Query { viewer { id } } ... { viewer { id } } }") == 2


def test_edges_are_found_through_fragments(schema: GraphQLSchema) -> None:
    """A connection's size holds wherever its edges are written."""
    inline = SEARCH % ", first: 7" + "{ ... { edges { node { asin } } } } }"
    spread = SEARCH % ", first: 7" + "{ ...C } } fragment C on SearchConnection { edges { node { asin } } }"

    assert _cost(schema, inline) == _cost(schema, spread) == 10 + 1 + 7


def test_each_type_of_an_interface_is_counted(schema: GraphQLSchema) -> None:
    """Which one comes is not known before it runs."""
    cart = "lines(first: 1) { edges { cursor } }"
    text = '{ node(id: "x") { ... on Product { featuredOffer { id } } ... on Cart {' + cart + "} } }"

    assert _cost(schema, text) == 1 + 1 + 1 + 1


def test_numbers_beyond_reason_stay_numbers(schema: GraphQLSchema) -> None:
    """The cost is told in the answer, where every JSON reader must be able to take it."""
    huge = 2**31 - 1
    text = (
        f'{{ search(query: "a", first: {huge}) {{ edges {{ node {{ similar(first: {huge}) {{ similar(first: {huge}) '
        "{ featuredOffer { id } } } } } } }"
    )

    assert _cost(schema, text) == MAX_TOLD == 9_007_199_254_740_991


def test_a_schema_without_weights_counts_objects() -> None:
    """One for each field with a selection."""
    plain = build_schema("type Query { a: A } type A { b: [A!]! c: Int }")

    assert _cost(plain, "{ a { b { c b { c } } c } }") == 3


def test_an_operation_the_schema_does_not_have_costs_nothing() -> None:
    """Validation has refused it."""
    assert _cost(build_schema("type Query { a: Int }"), "mutation { a }") == 0


def test_unknown_fields_cost_nothing(schema: GraphQLSchema) -> None:
    """Validation has refused them."""
    assert _cost(schema, "{ nothing { like { this } } }") == 0


@pytest.mark.parametrize("path", sorted(OPERATIONS.glob("*.graphql")), ids=lambda path: path.stem)
def test_our_own_documents_are_affordable(schema: GraphQLSchema, path: Path) -> None:
    """The documents of the shopping sequence run as they are."""
    document = parse(path.read_text("utf-8"))
    for operation in document.definitions:
        if isinstance(operation, OperationDefinitionNode):
            variables = {
                each.variable.name.value: _any(schema, type_from_ast(schema, each.type))
                for each in operation.variable_definitions or ()
            }
            assert 0 < cost_plan(schema, document, operation).cost(variables) <= LIMITS.max_cost


def _any(schema: GraphQLSchema, kind: Any) -> object:
    """A value of an input type with as little as it needs."""
    if not is_non_null_type(kind):
        return None
    inner = kind.of_type
    if is_list_type(inner):
        return [_any(schema, inner.of_type)]
    if is_enum_type(inner):
        return next(iter(inner.values))
    if not is_input_object_type(inner):
        return 1 if inner.name == "Int" else "a"
    required = {name: field for name, field in inner.fields.items() if is_required_input_field(field)}
    if not required:
        # Strawberry checks @oneOf by itself and does not tell graphql-core: one field is right either way.
        name, field = next(iter(inner.fields.items()))
        return {name: _any(schema, GraphQLNonNull(field.type))}
    return {name: _any(schema, field.type) for name, field in required.items()}
