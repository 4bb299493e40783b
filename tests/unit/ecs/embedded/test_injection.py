"""Throttle and faults by configuration."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from math import inf, nan
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from ecs.embedded import NO_FAULTS, EcsService, Faults, ServiceConfig, share_of
from ecs.embedded.injection import FAULT_KINDS, Injector
from tests.unit.ecs.embedded.caller import KEY, SECRET, SITE, START, Caller, Clock
from tests.unit.ecs.embedded.feeds import HARBOR, LANTERN

Opened = Callable[..., Any]


@pytest.fixture
def failing(data_dir: Path, clock: Clock) -> Opened:
    """Opens a service that fails, and a client of it."""

    @asynccontextmanager
    async def opened(
        faults: Faults, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    ) -> AsyncIterator[Caller]:
        config = ServiceConfig(
            data_dir=data_dir, site_url=SITE, credentials={KEY: SECRET, "OTHER": SECRET}, now=clock, faults=faults
        )
        service = EcsService(config, sleep=sleep)
        async with Caller(service, clock) as caller:
            yield caller
        service.close()

    return opened


async def _statuses(ecs: Caller, count: int, **parameters: str) -> list[int]:
    return [(await ecs("ItemLookup", ItemId=LANTERN, **parameters)).status for _ in range(count)]


async def test_throttle_lets_each_key_pass_at_its_rate(failing: Opened, clock: Clock) -> None:
    """As recorded, with 503 and the key in the message; another key is not held back."""
    async with failing(Faults(requests_per_second=2)) as ecs:
        first = await _statuses(ecs, 3)
        refused = await ecs("CartGet")
        other = await _statuses(ecs, 1, AWSAccessKeyId="OTHER")
        clock.move(seconds=0.5)
        later = await _statuses(ecs, 2)

    assert (first, other, later) == ([200, 200, 503], [200], [200, 503])
    assert (refused.status, refused.name) == (503, "CartGetErrorResponse")
    assert refused.first("Error/Code") == "RequestThrottled"
    assert refused.first("Error/Message") == (
        f"AWS Access Key ID: {KEY}. You are submitting requests too quickly."
        " Please retry your requests at a slower rate."
    )


async def test_slow_rate_lets_one_pass_at_a_time(failing: Opened, clock: Clock) -> None:
    """Less than one a second still lets the first pass."""
    async with failing(Faults(requests_per_second=0.5)) as ecs:
        first = await _statuses(ecs, 2)
        clock.move(seconds=2)
        later = await _statuses(ecs, 2)

    assert (first, later) == ([200, 503], [200, 503])


@pytest.mark.parametrize(
    ("kind", "status"),
    [("InternalError", 500), ("RequestThrottled", 503), ("AccountLimitExceeded", 503), ("AWS.InvalidAssociate", 400)],
)
async def test_scripted_refusals(failing: Opened, kind: str, status: int) -> None:
    """A test of a client says what comes when; after the script all is well."""
    async with failing(Faults(script=("Ok", kind))) as ecs:
        fine = await ecs("ItemLookup", ItemId=LANTERN)
        refused = await ecs("ItemLookup", ItemId=LANTERN)
        after = await ecs("ItemLookup", ItemId=LANTERN)

    assert (fine.status, refused.status, after.status) == (200, status, 200)
    assert (refused.name, refused.first("Error/Code")) == ("ItemLookupErrorResponse", kind)
    assert refused.namespace == "http://ecs.amazonaws.com/doc/2013-08-01/"


async def test_service_that_is_away_answers_without_a_document(failing: Opened) -> None:
    """What a load balancer says is no XML."""
    async with failing(Faults(script=("Unavailable",))) as ecs:
        response = await ecs.http.get("/onca/xml")

    assert (response.status_code, response.text) == (503, "Service Unavailable")


async def test_broken_answer_is_whole_for_http_and_not_for_xml(failing: Opened) -> None:
    """A client must not take half an answer for one."""
    async with failing(Faults(script=("Broken",))) as ecs:
        query = ecs.signed(ecs.parameters("ItemLookup", {"ItemId": LANTERN}))
        response = await ecs.http.get(f"/onca/xml?{query}")

    assert response.status_code == 200
    assert int(response.headers["content-length"]) > 0
    with pytest.raises(etree.XMLSyntaxError):
        etree.fromstring(response.content)


async def test_cut_answer_ends_in_the_middle(failing: Opened) -> None:
    """Fewer bytes than announced, and no end: the server must drop the connection."""
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request"}

    async def send(message: Any) -> None:
        sent.append(message)

    async with failing(Faults(script=("Cut",))) as ecs:
        query = ecs.signed(ecs.parameters("ItemLookup", {"ItemId": LANTERN}))
        headers = [(b"host", ecs.host.encode())]
        scope = {"type": "http", "method": "GET", "path": "/onca/xml", "query_string": query.encode()}
        await ecs.service({**scope, "headers": headers}, receive, send)

    start, body = sent
    length = int(dict(start["headers"])[b"content-length"])
    assert (start["status"], body["more_body"]) == (200, True)
    assert len(body["body"]) == length // 2 > 100


async def test_latency_holds_every_answer_back(failing: Opened) -> None:
    """Errors as well; the time is slept outside of the threads that work."""
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    async with failing(Faults(latency_s=0.2, script=("InternalError",)), sleep) as ecs:
        statuses = await _statuses(ecs, 2)

    assert statuses == [500, 200]
    assert slept == [0.2, 0.2]


async def test_pages_are_spared(failing: Opened) -> None:
    """A customer is no test case."""
    async with failing(Faults(shares={"InternalError": 1.0})) as ecs:
        response = await ecs.http.get(f"/dp/{LANTERN}")

    assert response.status_code == 200


async def test_struck_cart_request_changes_nothing_unless_it_was_answered(failing: Opened) -> None:
    """A refusal comes before the operation; a broken answer after it, as when a connection fails."""
    async with failing(Faults(script=("Ok", "InternalError", "Ok", "Unavailable"))) as ecs:
        created = await ecs.create((LANTERN, 1))
        item = {"Item.1.ASIN": HARBOR, "Item.1.Quantity": "1"}
        refused = await ecs("CartAdd", {**created.handle, **item})
        seen = await ecs("CartGet", created.handle)

    assert refused.status == 500
    assert seen.texts("CartItem/ASIN") == [LANTERN]


async def test_carts_can_be_made_to_expire(failing: Opened, clock: Clock) -> None:
    """Nobody waits ninety days to see what a client does then."""
    async with failing(Faults(cart_lifetime=timedelta(seconds=30))) as ecs:
        created = await ecs.create((LANTERN, 1))
        clock.move(seconds=20)
        used = await ecs("CartGet", created.handle)
        clock.move(seconds=20)
        still = await ecs("CartGet", created.handle)
        clock.move(seconds=31)
        gone = await ecs("CartGet", created.handle)

    assert (used.codes, still.codes) == ([], [])
    assert gone.codes == ["AWS.ECommerceService.CartInfoMismatch"]


def test_same_seed_same_faults() -> None:
    """Shares are kept by and large, and a run can be repeated."""
    faults = Faults(shares={"InternalError": 0.05, "Cut": 0.1}, seed=7)

    def struck() -> list[str | None]:
        injector = Injector(faults)
        return [injector.next_fault(KEY, START) for _ in range(1000)]

    first = struck()

    assert first == struck()
    assert 30 <= first.count("InternalError") <= 70
    assert 70 <= first.count("Cut") <= 130
    assert first.count(None) == 1000 - first.count("InternalError") - first.count("Cut")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"shares": {"Nonsense": 0.1}}, "No fault is named Nonsense"),
        ({"script": ("Ok", "Nonsense")}, "No fault is named Nonsense"),
        ({"shares": {"Ok": 0.1}}, "No fault is named Ok"),
        ({"shares": {"Cut": 0.6, "Broken": 0.6}}, "together at most 100 %"),
        ({"shares": {"Cut": -0.1}}, "together at most 100 %"),
        ({"requests_per_second": 0.0}, "Requests per second are more than 0."),
        ({"shares": {"Cut": nan}}, "together at most 100 %"),
        ({"requests_per_second": nan}, "Requests per second are more than 0."),
        ({"requests_per_second": inf}, "Requests per second are more than 0."),
        ({"latency_s": -1.0}, "A latency is not less than 0."),
        ({"latency_s": nan}, "A latency is not less than 0."),
        ({"cart_lifetime": timedelta()}, "A cart's lifetime is more than 0."),
    ],
)
def test_wrong_faults_are_refused(wrong: dict[str, Any], said: str) -> None:
    """Told when the service starts, not when the fault should come."""
    with pytest.raises(ValueError, match=said):
        Faults(**wrong)


def test_share_as_a_command_takes_it() -> None:
    """With a share, or all requests."""
    assert share_of("InternalError:5%") == ("InternalError", 0.05)
    assert share_of("Cut:2.5") == ("Cut", 0.025)
    assert share_of("Broken") == ("Broken", 1.0)
    with pytest.raises(ValueError, match="Cut:often is no fault; write it as InternalError:5%"):
        share_of("Cut:often")


def test_nothing_goes_wrong_by_itself() -> None:
    """The default is a service that works."""
    injector = Injector(NO_FAULTS)

    assert {injector.next_fault(KEY, START) for _ in range(100)} == {None}
    assert len(FAULT_KINDS) == len(set(FAULT_KINDS)) == 7
