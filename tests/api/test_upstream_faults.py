"""An upstream that is down, slow, throttles or answers nonsense: a typed error each time, and nothing lost."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from server.settings import Settings
from tests.support.shopfront import Shopper, serving, settings_for
from tests.support.upstreams import Fault, FaultyUpstream, faulty_upstream

HOBBIT = "0618260307"
RINGS = "0395193958"
READ = '{ product(by: {asin: "0618260307"}) { title } }'


@asynccontextmanager
async def shop_behind(upstream: FaultyUpstream, folder: Path) -> AsyncIterator[Shopper]:
    values = settings_for(folder).model_dump() | {
        "ecs_endpoint": upstream.endpoint,
        "ecs_timeout_s": 0.3,
        # Waiting for turns and pausing is tested in virtual time.
        "ecs_requests_per_s": 0,
        # Answers that are kept would hide from the tests what the upstream does.
        "answer_cache_mb": 0,
    }
    async with serving(Settings(**values)) as running, running.shopper() as shopper:
        yield shopper


@pytest.fixture
async def upstream(tmp_path: Path) -> AsyncIterator[FaultyUpstream]:
    async with faulty_upstream(settings_for(tmp_path / "upstream").ecs_data_dir) as running:
        yield running


@pytest.fixture
async def shopper(upstream: FaultyUpstream, tmp_path: Path) -> AsyncIterator[Shopper]:
    """A guest at a server whose upstream can misbehave."""
    async with shop_behind(upstream, tmp_path / "shop") as somebody:
        yield somebody


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ("failing", "UPSTREAM_UNAVAILABLE"),
        ("broken", "UPSTREAM_UNAVAILABLE"),
        ("doctype", "UPSTREAM_UNAVAILABLE"),
        ("silent", "UPSTREAM_UNAVAILABLE"),
    ],
)
async def test_read_says_what_is_wrong(shopper: Shopper, upstream: FaultyUpstream, fault: Fault, code: str) -> None:
    """A read fails with a code, and works again as soon as the upstream does."""
    upstream.script.append(fault)

    errors = await shopper.errors(READ)

    assert [each for each, _ in errors] == [code]
    assert await shopper.ask(READ) == {"product": {"title": "The Hobbit"}}


async def test_throttled_read_says_when_to_come_back(shopper: Shopper, upstream: FaultyUpstream) -> None:
    """Retry-After travels on to the client, and until then the upstream is not asked again."""
    upstream.script.append("throttled")

    answers = [(await shopper.post(READ)).json() for _ in range(2)]

    for answer in answers:
        assert answer["errors"][0]["extensions"] == {"code": "UPSTREAM_THROTTLED", "retryAfter": 7}
        assert answer["errors"][0]["path"] == ["product"]
        assert answer["data"] == {"product": None}
    assert upstream.operations == ["ItemLookup"]


async def test_upstream_that_is_away(tmp_path: Path, upstream: FaultyUpstream) -> None:
    """Nothing listens there: reads fail, and a change says that nothing was done and may be tried again."""
    values = settings_for(tmp_path / "away").model_dump() | {"ecs_endpoint": "http://127.0.0.1:9/onca/xml"}
    async with serving(Settings(**values)) as running, running.shopper() as shopper:
        errors = await shopper.errors(READ)
        payload = await shopper.run("createCart", input={"items": [{"item": {"asin": HOBBIT}}]})

    assert [code for code, _ in errors] == ["UPSTREAM_UNAVAILABLE"]
    assert [(error["code"], error["isRetryable"]) for error in payload["userErrors"]] == [
        ("UPSTREAM_UNAVAILABLE", True)
    ]
    assert payload["cart"] is None


async def test_lines_of_a_cart_in_an_outage(shopper: Shopper, upstream: FaultyUpstream) -> None:
    """The cart comes from our snapshot; products that were seen are there, only the others are missing."""
    text = "{ cart { lines { edges { node { title product { title } } } } } }"
    await shopper.run("createCart", input={"items": [{"item": {"asin": HOBBIT}}]})
    await shopper.ask(text)
    await shopper.run("addItem", input={"item": {"asin": RINGS}})
    upstream.script.extend(["silent", "silent"])

    answer = (await shopper.post(text)).json()

    lines = [edge["node"] for edge in answer["data"]["cart"]["lines"]["edges"]]
    assert [line["product"] for line in lines] == [{"title": "The Hobbit"}, None]
    assert lines[1]["title"] != ""
    assert [error["path"] for error in answer["errors"]] == [["cart", "lines", "edges", 1, "node", "product"]]


@pytest.mark.parametrize("fault", ["throttled", "failing", "broken", "silent"])
async def test_cart_is_shown_as_last_seen(shopper: Shopper, upstream: FaultyUpstream, fault: Fault) -> None:
    """An outage does not empty the cart: it comes from our snapshot, marked stale."""
    made = await shopper.run("createCart", input={"items": [{"item": {"asin": HOBBIT}}]})
    upstream.script.append(fault)

    cart = await shopper.run("cart")

    assert cart["lines"] == made["cart"]["lines"]
    assert (cart["freshness"]["source"], cart["freshness"]["isStale"]) == ("SNAPSHOT", True)
    assert cart["readiness"] == {"isReady": False, "blockers": ["UPSTREAM_UNAVAILABLE"]}


@pytest.mark.parametrize(
    ("faults", "code", "is_retryable", "outcome"),
    [
        (["throttled"], "RATE_LIMITED", True, "REJECTED"),
        (["failing", "failing"], "OUTCOME_UNKNOWN", False, "UNKNOWN"),
        (["broken", "broken"], "OUTCOME_UNKNOWN", False, "UNKNOWN"),
        (["silent", "silent"], "OUTCOME_UNKNOWN", False, "UNKNOWN"),
    ],
)
async def test_change_that_fails_changes_nothing(
    shopper: Shopper, upstream: FaultyUpstream, faults: list[Fault], code: str, is_retryable: bool, outcome: str
) -> None:
    """Only a change that surely did not happen is called retryable; the cart is as it was, or as last seen."""
    await shopper.run("createCart", input={"items": [{"item": {"asin": HOBBIT}}]})
    upstream.script.extend(faults)

    payload = await shopper.run("addItem", input={"item": {"asin": RINGS}})

    assert [(error["code"], error["isRetryable"]) for error in payload["userErrors"]] == [(code, is_retryable)]
    assert payload["outcome"] == outcome
    assert (await shopper.run("cart"))["totalQuantity"] == 1


async def test_lost_answer_is_found_out(shopper: Shopper, upstream: FaultyUpstream) -> None:
    """The upstream added the item and its answer was lost: the cart is read, and the addition is reported as done."""
    await shopper.run("createCart", input={"items": [{"item": {"asin": HOBBIT}}]})
    upstream.script.append("lost")
    upstream.operations.clear()

    payload = await shopper.run("addItem", input={"item": {"asin": RINGS}})

    assert (payload["outcome"], payload["userErrors"]) == ("ADDED", [])
    assert upstream.operations == ["CartAdd", "CartGet"]
    assert (await shopper.run("cart"))["totalQuantity"] == 2


async def test_lost_answer_without_a_second_look(shopper: Shopper, upstream: FaultyUpstream) -> None:
    """When the look fails too the shopper is told that it is not known; the next read shows the truth."""
    await shopper.run("createCart", input={"items": [{"item": {"asin": HOBBIT}}]})
    upstream.script.extend(["lost", "silent"])

    payload = await shopper.run("addItem", input={"item": {"asin": RINGS}})
    cart = await shopper.run("cart")

    assert [(error["code"], error["isRetryable"]) for error in payload["userErrors"]] == [("OUTCOME_UNKNOWN", False)]
    assert "not known" in payload["userErrors"][0]["message"]
    assert cart["totalQuantity"] == 2


async def test_checkout_during_an_outage(shopper: Shopper, upstream: FaultyUpstream) -> None:
    """The cart is not handed over unseen; afterwards checkout works."""
    await shopper.run("createCart", input={"items": [{"item": {"asin": HOBBIT}}]})
    upstream.script.append("silent")

    refused = await shopper.run("checkout", input={})

    assert [error["code"] for error in refused["userErrors"]] == ["UPSTREAM_UNAVAILABLE"]
    assert (refused["handover"], refused["cart"]["status"]) == (None, "ACTIVE")


async def test_service_tells_the_state(shopper: Shopper, upstream: FaultyUpstream) -> None:
    """`service.upstream` follows what was seen; after five failures the upstream is left alone, and that is told."""
    states = []
    faults: tuple[Fault, ...] = ("ok", "failing", "failing", "failing", "failing", "failing", "ok")
    for place, fault in enumerate(faults):
        upstream.script.append(fault)
        await shopper.post(READ.replace("0618260307", f"061826030{place}"))
        states.append((await shopper.run("service"))["upstream"]["state"])
    refused = (await shopper.post(READ)).json()["errors"][0]

    assert states == ["UP", "DEGRADED", "DEGRADED", "DEGRADED", "DEGRADED", "DOWN", "DOWN"]
    assert len(upstream.operations) == 6
    assert refused["message"] == "The marketplace does not answer; try again in a moment."
    assert refused["extensions"] == {"code": "UPSTREAM_UNAVAILABLE", "retryAfter": 10}


async def test_seen_products_are_shown_while_the_upstream_is_away(shopper: Shopper, upstream: FaultyUpstream) -> None:
    """Out of the cache, with the instant at which they were read; what was never seen is an error of its own field."""
    both = f'{{ seen: product(by: {{asin: "{HOBBIT}"}}) {{ title freshness {{ source isStale asOf }} }} '
    both += f'unseen: product(by: {{asin: "{RINGS}"}}) {{ title freshness {{ source isStale asOf }} }} }}'
    first = (await shopper.ask(READ.replace("title", "title freshness { source asOf }")))["product"]
    upstream.script.extend(["silent"])

    answer = (await shopper.post(both)).json()

    assert first["freshness"]["source"] == "UPSTREAM"
    assert answer["data"]["seen"] == {
        "title": "The Hobbit",
        "freshness": {"source": "CACHE", "isStale": False, "asOf": first["freshness"]["asOf"]},
    }
    assert answer["data"]["unseen"] is None
    assert [(error["path"], error["extensions"]["code"]) for error in answer["errors"]] == [
        (["unseen"], "UPSTREAM_UNAVAILABLE")
    ]


async def test_cart_the_upstream_has_forgotten(shopper: Shopper, upstream: FaultyUpstream, tmp_path: Path) -> None:
    """A read says so; the next change builds the cart anew under the same ids, and tells it."""
    await shopper.run("createCart", input={"items": [{"item": {"asin": HOBBIT}}]})
    for file in (tmp_path / "upstream" / "ecs").glob("carts.sqlite3*"):
        assert file.exists()
    upstream.service.close()
    for file in (tmp_path / "upstream" / "ecs").glob("carts.sqlite3*"):
        file.unlink()
    upstream.service = type(upstream.service)(upstream.service.config)

    cart = await shopper.run("cart")
    added = await shopper.run("addItem", input={"item": {"asin": RINGS}})

    assert (cart["totalQuantity"], cart["freshness"]["isStale"]) == (1, True)
    assert [notice["code"] for notice in cart["notices"]] == ["CART_EXPIRED"]
    assert (added["userErrors"], added["outcome"], added["cart"]["totalQuantity"]) == ([], "ADDED", 2)
    assert [notice["code"] for notice in added["notices"]] == ["CART_REBUILT"]
    assert added["cart"]["id"] == cart["id"]
    line_ids = [edge["node"]["id"] for edge in added["cart"]["lines"]["edges"]]
    assert line_ids[0] == cart["lines"]["edges"][0]["node"]["id"]
