"""How long answers may be shared: the shortest hint counts, and what says nothing is private."""

from pathlib import Path

import pytest
from graphql import GraphQLSchema, OperationDefinitionNode, build_schema, is_abstract_type, parse

from schema.build import build_schema as storefront_schema
from server.cache_policy import shared_for_s

OPERATIONS = Path(__file__).parents[3] / "graphql" / "operations"
PRODUCT = '{ product(by: {asin: "0618260307"}) '


@pytest.fixture(scope="module")
def schema() -> GraphQLSchema:
    """The storefront's own."""
    return storefront_schema()._schema


def _shared(schema: GraphQLSchema, text: str) -> int:
    document = parse(text)
    operation = next(node for node in document.definitions if isinstance(node, OperationDefinitionNode))
    return shared_for_s(schema, document, operation)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (PRODUCT + "{ title } }", 3600),
        (PRODUCT + "{ title image { url } images { image { url } } listPrice { formatted } } }", 3600),
        (PRODUCT + "{ title featuredOffer { id } } }", 300),
        (PRODUCT + "{ offers { edges { node { seller { name } } } } } }", 300),
        (PRODUCT + "{ parent { priceRange { min { amount } } } } }", 300),
        (PRODUCT + "{ browseNodes { name } } }", 3600),
        ('{ browseNode(nodeId: "1") { name } }', 86400),
        ('{ browseNode(nodeId: "1") { name topSellers { asin } } }', 3600),
        ('{ search(query: "a") { totalCount } }', 600),
        ('{ search(query: "a") { edges { node { title } } } }', 600),
        ('{ search(query: "a") { edges { node { featuredOffer { id } } } } }', 300),
        ('{ similar(to: ["a"]) { asin } }', 3600),
        ('{ seller(sellerId: "A") { name listings { totalCount } } }', 3600),
        ('{ seller(sellerId: "A") { listings { edges { node { id } } } } }', 300),
        ("{ service { version limits { maxCost } } }", 10),
        ('{ __typename service { version } browseNode(nodeId: "1") { __typename } }', 10),
    ],
)
def test_the_shortest_hint_of_the_selection_counts(schema: GraphQLSchema, text: str, expected: int) -> None:
    """An answer is as old as its shortest-lived part allows."""
    assert _shared(schema, text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "{ cart { id } }",
        "{ viewer { id } }",
        "{ viewer { __typename } }",
        PRODUCT + "{ title viewerState { quantityInCart } } }",
        PRODUCT + "{ title } cart { id } }",
        PRODUCT + "{ title ...F } } fragment F on Product { viewerState { isSavedForLater } }",
        PRODUCT + "{ title ... on Product { viewerState { isSavedForLater } } } }",
        PRODUCT + "{ title ... @include(if: false) { viewerState { isSavedForLater } } } }",
        PRODUCT + "{ title viewerState @skip(if: true) { isSavedForLater } } }",
        PRODUCT + "{ parent { parent { harmless: viewerState { isSavedForLater } } } } }",
        "query ($no: Boolean = false) { service { version } viewer @include(if: $no) { id } }",
        '{ node(id: "x") { id } }',
        '{ node(id: "x") { ... on Product { title } } }',
        '{ nodes(ids: ["x"]) { __typename } }',
        '{ productLists(kind: WISH_LIST, owner: "a") { totalCount } }',
        'mutation { addItem(input: {item: {asin: "a"}}) { outcome } }',
        'mutation { addItem(input: {item: {asin: "a"}}) { line { product { title } } } }',
        "{ __typename }",
        "{ __schema { types { name } } }",
        "{ service { version } __schema { types { name } } }",
    ],
)
def test_anything_private_makes_the_whole_answer_private(schema: GraphQLSchema, text: str) -> None:
    """Wherever it stands, under whatever name, and whether or not it will be left out."""
    assert _shared(schema, text) == 0


def test_what_gives_no_hint_is_private() -> None:
    """A type that somebody adds is not shared by oversight."""
    plain = build_schema("type Query { a: A b: Int } type A { c: Int }")

    assert (_shared(plain, "{ a { c } }"), _shared(plain, "{ b }")) == (0, 0)


def test_an_operation_the_schema_does_not_have_is_private() -> None:
    """Validation has refused it."""
    assert _shared(build_schema("type Query { a: Int }"), "mutation { a }") == 0


SHARED = {
    "browseNode": 3600,
    "products": 300,
    "search": 300,
    "seller": 300,
    "service": 10,
    "similar": 300,
}


@pytest.mark.parametrize("path", sorted(OPERATIONS.glob("*.graphql")), ids=lambda path: path.stem)
def test_the_documents_of_the_sequence(schema: GraphQLSchema, path: Path) -> None:
    """Which of them are shared is written down here, so that a change of it shows."""
    assert _shared(schema, path.read_text("utf-8")) == SHARED.get(path.stem, 0)


PRIVATE_TYPES = {"Cart", "CartLine", "Viewer", "ViewerProductState", "ProductList", "ProductListItem", "Mutation"}


def test_no_type_of_a_shoppers_own_is_public(schema: GraphQLSchema) -> None:
    """And none of an interface, whose members nobody has looked at."""
    hinted = {
        name: [each for each in definition.directives or () if hasattr(each, "inherit_max_age")]
        for name, kind in schema.type_map.items()
        if (definition := kind.extensions.get("strawberry-definition")) is not None
        and hasattr(definition, "directives")
    }
    public = {name for name, hints in hinted.items() if hints and getattr(hints[0].scope, "value", None) != "PRIVATE"}

    assert public & PRIVATE_TYPES == set()
    assert [name for name in public if is_abstract_type(schema.type_map[name])] == []
    assert [name for name in public if name.endswith(("Payload", "Notice", "Error"))] == []
