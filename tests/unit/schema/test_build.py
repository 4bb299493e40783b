"""The schema put together, and its text; compared with the design where that lies beside the checkout."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from graphql import (
    DirectiveNode,
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    GraphQLUnionType,
    build_schema,
    print_ast,
)

from schema import build

DESIGN = Path(__file__).resolve().parents[4] / "shared" / "design" / "schema.graphql"

ADDED_ENUM_VALUES = frozenset({
    f"SearchIndex.{name}"
    for name in ("APPLIANCES", "GROCERY", "HOME_GARDEN", "INDUSTRIAL", "PET_SUPPLIES", "SHOES", "WATCHES")
}) | {
    "CartErrorCode.CART_BUSY",
    "CartErrorCode.IDEMPOTENCY_KEY_IN_PROGRESS",
    "CartErrorCode.OUTCOME_UNKNOWN",
    "CartNoticeCode.CART_EXPIRED",
    "CartNoticeCode.LINE_REMOVED",
    "ItemOutcome.UNKNOWN",
}  # fmt: skip
"""
Departments of the last guide that the sample catalog needs and the design left out, and what a journal can tell
(decision 0007): an outcome that is not known, a cart that is busy, a cart and a line that the upstream let go.
"""

KEYED = ("AddItem", "AddItems", "Checkout", "ClearCart", "CreateCart", "MergeCarts", "ModifyItem", "MoveToCart",
         "RestoreCart", "SaveForLater")  # fmt: skip

REWORDED = frozenset({
    "CartLine.image", "Product.similar", "Product.viewerState", *(f"{name}Input.idempotencyKey" for name in KEYED),
})  # fmt: skip
"""
The line's picture is today's, the session's lists come with a later issue, and keys live for 72 hours, not a day: each
says what is there now. Similar products of several products are fewer (docs/decisions/0053).
"""

Lines = dict[str, str]


@pytest.fixture(scope="module")
def ours() -> GraphQLSchema:
    """The schema's text, read as a client reads it."""
    return build_schema(build.sdl())


@pytest.fixture(scope="module")
def design() -> GraphQLSchema:
    """The design's schema."""
    if not DESIGN.is_file():
        pytest.skip("the design does not lie beside this checkout")
    return build_schema(DESIGN.read_text("utf-8"))


def own_types(schema: GraphQLSchema) -> list[GraphQLNamedType]:
    """Every type but introspection and the built-in scalars."""
    builtin = {"Boolean", "Float", "ID", "Int", "String"}
    return [each for name, each in schema.type_map.items() if not name.startswith("__") and name not in builtin]


def members(each: GraphQLNamedType) -> Iterator[tuple[str, Any]]:
    """Fields, input fields, arguments and enum values of a type, each with its full name."""
    if isinstance(each, GraphQLEnumType):
        yield from ((f"{each.name}.{name}", value) for name, value in each.values.items())
    if isinstance(each, GraphQLObjectType | GraphQLInterfaceType | GraphQLInputObjectType):
        yield from ((f"{each.name}.{name}", field) for name, field in each.fields.items())
    if isinstance(each, GraphQLObjectType | GraphQLInterfaceType):
        for name, field in each.fields.items():
            yield from ((f"{each.name}.{name}({argument}:)", value) for argument, value in field.args.items())


def collected(schema: GraphQLSchema, line_of: Callable[[Any], str]) -> Lines:
    """One line for each type and member."""
    lines = {each.name: line_of(each) for each in own_types(schema)}
    return lines | {name: line_of(member) for each in own_types(schema) for name, member in members(each)}


def differences(ours: Lines, design: Lines) -> dict[str, tuple[str, str]]:
    """What both have and tell differently: ours, then the design's."""
    return {name: (line, design[name]) for name, line in ours.items() if name in design and line != design[name]}


def interface_words(schema: GraphQLSchema, name: str) -> set[str | None]:
    """What the interfaces of a field's type say of it."""
    type_name, _, field = name.partition(".")
    owner = schema.type_map[type_name]
    interfaces = owner.interfaces if isinstance(owner, GraphQLObjectType) else ()
    return {each.fields[field].description for each in interfaces if field in each.fields}


def test_the_text_is_a_valid_schema_with_both_roots(ours: GraphQLSchema) -> None:
    """Clients and gateways build from it."""
    assert ours.query_type
    assert ours.mutation_type
    assert (ours.query_type.name, ours.mutation_type.name, ours.subscription_type) == ("Query", "Mutation", None)
    assert sorted(ours.mutation_type.fields) == [
        "acknowledgeNotices", "addItem", "addItems", "checkout", "clearCart", "createCart", "mergeCarts", "modifyItem",
        "moveToCart", "restoreCart", "saveForLater",
    ]  # fmt: skip


def test_the_text_is_the_same_each_time_and_ends_with_a_line_feed() -> None:
    """It is exported, hashed and compared."""
    assert build.sdl() == build.sdl()
    assert build.sdl().endswith("}\n")
    assert build.build_schema() is build.build_schema()


def test_everything_is_described(ours: GraphQLSchema) -> None:
    """A field without words cannot be used without reading code."""
    silent = [
        name for name, line in collected(ours, lambda member: member.description or "").items() if not line.strip()
    ]

    assert [name for name in silent if not name.endswith(":)")] == []


def test_an_undescribed_directive_does_not_slip_in(ours: GraphQLSchema) -> None:
    """Only ours and those of the specification."""
    assert sorted(directive.name for directive in ours.directives if directive.description is None) == []
    assert {"cost", "listSize", "semanticNonNull"} <= {directive.name for directive in ours.directives}


def test_every_type_and_member_of_ours_is_in_the_design(ours: GraphQLSchema, design: GraphQLSchema) -> None:
    """What is there has the names of the design; the departments added on purpose are listed above."""
    added = set(collected(ours, str)) - set(collected(design, str))

    assert added == ADDED_ENUM_VALUES


def test_kinds_types_and_nullability_are_the_designs(ours: GraphQLSchema, design: GraphQLSchema) -> None:
    """A client written against the design works with the server."""

    def line_of(member: Any) -> str:
        return str(member.type) if hasattr(member, "type") else type(member).__name__

    assert differences(collected(ours, line_of), collected(design, line_of)) == {}


def test_defaults_are_the_designs(ours: GraphQLSchema, design: GraphQLSchema) -> None:
    """What is left out means the same."""

    def line_of(member: Any) -> str:
        node = getattr(member, "ast_node", None)
        default = getattr(node, "default_value", None)
        return print_ast(default) if default else ""

    assert differences(collected(ours, line_of), collected(design, line_of)) == {}


def test_interfaces_are_the_designs(ours: GraphQLSchema, design: GraphQLSchema) -> None:
    """Refetching and errors rest on them."""

    def line_of(member: Any) -> str:
        return " ".join(sorted(each.name for each in getattr(member, "interfaces", ())))

    assert differences(collected(ours, line_of), collected(design, line_of)) == {}


def test_descriptions_are_the_designs(ours: GraphQLSchema, design: GraphQLSchema) -> None:
    """The words state limits, units and when a field is null."""
    found = differences(
        collected(ours, lambda member: member.description or ""),
        collected(design, lambda member: member.description or ""),
    )

    # A field of an interface has the interface's words in every type of ours.
    assert {name for name in found if found[name][0] not in interface_words(ours, name)} == REWORDED


def test_costs_and_nullability_directives_are_the_designs(ours: GraphQLSchema, design: GraphQLSchema) -> None:
    """Budgets are reckoned from them, and typed clients read them."""

    def line_of(member: Any) -> str:
        node = getattr(member, "ast_node", None)
        given: tuple[DirectiveNode, ...] = getattr(node, "directives", None) or ()
        # Shared caches come with a later issue.
        return " ".join(sorted(print_ast(each) for each in given if each.name.value != "cacheControl"))

    assert differences(collected(ours, line_of), collected(design, line_of)) == {}


def test_scalars_are_specified_where_the_design_says(ours: GraphQLSchema, design: GraphQLSchema) -> None:
    """Code generators go by the address."""

    def specified(schema: GraphQLSchema) -> dict[str, str | None]:
        scalars = (each for each in own_types(schema) if isinstance(each, GraphQLScalarType))
        return {each.name: each.specified_by_url for each in scalars}

    found = specified(ours)

    assert found == {name: url for name, url in specified(design).items() if name in found}


def test_inputs_that_take_one_of_several_say_so(ours: GraphQLSchema) -> None:
    """Two names of one product would be a contradiction."""
    inputs = (each for each in own_types(ours) if isinstance(each, GraphQLInputObjectType))

    assert {each.name for each in inputs if each.is_one_of} == {"ItemRef", "ProductBy"}
    assert not [each for each in own_types(ours) if isinstance(each, GraphQLUnionType)]
