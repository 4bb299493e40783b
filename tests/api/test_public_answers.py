"""No byte of a shopper's gets into an answer that another is given: the whole API, with answers kept."""

import ast
import json
from collections.abc import AsyncIterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    get_named_type,
    parse,
    validate,
    visit,
)

from schema.build import build_schema
from server.cache_policy import shared_for_s
from tests.support.shopfront import OPERATIONS, Shopfront, Shopper, document

TESTS = Path(__file__).parents[1]
HOBBIT = "0618260307"
RINGS = "0395193958"
PRIVATE = {"Cart", "CartLine", "Viewer", "ViewerProductState", "Node", "ProductList", "ProductListConnection"}
"""Types whose fields depend on who asks, or may: a node can be anything, and a wish list is somebody's."""


def _texts() -> list[str]:
    """Every document of graphql/operations, and every text in the tests that is a valid one."""
    schema = build_schema()._schema
    found = {path.read_text("utf-8") for path in OPERATIONS.glob("*.graphql")}
    for path in TESTS.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and "{" in node.value:
                found.add(node.value)
    return sorted(text for text in found if _is_valid(schema, text))


def _is_valid(schema: GraphQLSchema, text: str) -> bool:
    try:
        return validate(schema, parse(text)) == []
    except GraphQLError:
        return False


class _Types(Visitor):
    """The types of everything that a document selects."""

    def __init__(self, info: TypeInfo) -> None:
        super().__init__()
        self.info = info
        self.found: set[str] = set()

    def enter_field(self, node: FieldNode, *_: Any) -> None:
        kind = self.info.get_type()
        if kind is not None:
            self.found.add(get_named_type(kind).name)


def _types(schema: GraphQLSchema, ast_: DocumentNode) -> set[str]:
    info = TypeInfo(schema)
    types = _Types(info)
    visit(ast_, TypeInfoVisitor(info, types))
    return types.found


def test_a_document_is_shared_only_when_it_selects_nothing_private() -> None:
    """Judged here by the types it touches, in the server by hints: two ways to the same answer."""
    schema = build_schema()._schema
    wrong, shared = [], 0
    texts = _texts()
    for text in texts:
        ast_ = parse(text)
        operations = [node for node in ast_.definitions if isinstance(node, OperationDefinitionNode)]
        if len(operations) != 1 or "__schema" in text or "__type(" in text:
            continue
        is_query = operations[0].operation is OperationType.QUERY
        types = _types(schema, ast_)
        has_object = any(name in schema.type_map and hasattr(schema.type_map[name], "fields") for name in types)
        expected = is_query and has_object and not types & PRIVATE
        is_shared = shared_for_s(schema, ast_, operations[0]) > 0
        shared += is_shared
        if is_shared != expected:
            wrong.append(text)

    assert wrong == []
    assert len(texts) > 60
    assert shared > 20


@pytest.fixture
async def other(shopfront: Shopfront) -> AsyncIterator[Shopper]:
    """Somebody else."""
    async with shopfront.shopper() as somebody:
        yield somebody


async def _everything(shopper: Shopper, cart_id: str, product_id: str) -> dict[str, Any]:
    """The answer and the head of every query of the sequence, as this shopper gets it."""
    variables: dict[str, dict[str, Any]] = {
        "browseNode": {"nodeId": "1000"},
        "cart": {},
        "node": {"id": cart_id},
        "product": {"by": {"asin": HOBBIT}},
        "productLists": {"kind": "WISH_LIST", "owner": "ann"},
        "products": {"asins": [HOBBIT, RINGS]},
        "search": {"query": "ring"},
        "seller": {"sellerId": "nobody"},
        "service": {},
        "similar": {"to": [product_id]},
        "viewer": {},
    }
    found = {}
    for name, given in variables.items():
        answer = await shopper.post(document(name), given)
        found[name] = (answer.headers["cache-control"], answer.headers.get("set-cookie"), answer.json())
    return found


def _public(seen: dict[str, Any]) -> set[str]:
    return {name for name, (control, _, _) in seen.items() if control.startswith("public")}


async def test_two_shoppers_see_the_same_shop_and_each_their_own_cart(shopper: Shopper, other: Shopper) -> None:
    """Whoever comes first fills the memory, whoever comes second reads it: both ways round, and a guest last."""
    mine = (await shopper.run("createCart", input={"items": [{"item": {"asin": HOBBIT}, "quantity": 2}]}))["cart"]
    theirs = (await other.run("createCart", input={"items": [{"item": {"asin": RINGS}, "quantity": 3}]}))["cart"]
    product_id = (await shopper.ask(f'{{ product(by: {{asin: "{HOBBIT}"}}) {{ id }} }}'))["product"]["id"]

    first = await _everything(shopper, mine["id"], product_id)
    second = await _everything(other, mine["id"], product_id)
    third = await _everything(shopper, mine["id"], product_id)

    assert _public(first) == _public(second) == _public(third)
    assert _public(first) == {"browseNode", "products", "search", "seller", "service", "similar"}
    for name in _public(first):
        assert first[name] == second[name] == third[name]
        assert first[name][1] is None
        assert not {mine["id"], theirs["id"]} & set(json.dumps(first[name][2]).split('"'))
    assert first["cart"][2]["data"]["cart"]["totalQuantity"] == third["cart"][2]["data"]["cart"]["totalQuantity"] == 2
    assert second["cart"][2]["data"]["cart"]["totalQuantity"] == 3
    assert first["node"][2]["data"]["node"]["id"] == mine["id"]
    assert second["node"][2]["data"]["node"] is None
    viewer_states = [seen["product"][2]["data"]["product"]["viewerState"] for seen in (first, second)]
    assert [state["quantityInCart"] for state in viewer_states] == [2, 0]


async def test_a_change_is_seen_at_once_by_who_made_it(shopper: Shopper) -> None:
    """Private answers are made anew each time."""
    text = f'{{ product(by: {{asin: "{HOBBIT}"}}) {{ title viewerState {{ quantityInCart }} }} }}'
    await shopper.run("createCart", input={"items": [{"item": {"asin": HOBBIT}}]})
    before = await shopper.ask(text)
    await shopper.run("addItem", input={"item": {"asin": HOBBIT}})

    assert before["product"]["viewerState"]["quantityInCart"] == 1
    assert (await shopper.ask(text))["product"]["viewerState"]["quantityInCart"] == 2


async def test_a_known_search_goes_by_get_and_is_not_modified(shopper: Shopper) -> None:
    """What a cache in front does: it keeps the answer, and asks whether it still holds."""
    await shopper.run("search", query="ring")
    parameters = {"documentId": f"sha256:{_hash('search')}", "variables": '{"query":"ring"}'}

    got = await shopper.client.get("/graphql", params=parameters)
    again = await shopper.client.get("/graphql", params=parameters, headers={"if-none-match": got.headers["etag"]})

    assert got.status_code == 200
    assert got.headers["cache-control"].startswith("public, max-age=")
    assert (await shopper.run("search", query="ring")) == got.json()["data"]["search"]
    assert (again.status_code, again.content) == (304, b"")
    assert "x-request-id" in again.headers


async def test_a_cart_goes_by_get_for_its_owner_alone(shopper: Shopper, other: Shopper) -> None:
    """The address is the same for both, so no cache may keep it."""
    await shopper.run("createCart", input={"items": [{"item": {"asin": HOBBIT}}]})
    parameters = {"documentId": _hash("cart")}

    mine = await shopper.client.get("/graphql", params=parameters)
    theirs = await other.client.get("/graphql", params=parameters)

    assert mine.json()["data"]["cart"]["totalQuantity"] == 1
    assert theirs.json() == {"data": {"cart": None}}
    assert mine.headers["cache-control"] == theirs.headers["cache-control"] == "no-store"


def _hash(operation: str) -> str:
    return sha256(document(operation).encode()).hexdigest()
