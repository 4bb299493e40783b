"""Every operation of every change fails once, in each way it can fail (T4)."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count
from typing import Any

import httpx
import pytest

from ecs.client.gateway import EcsGateway
from ecs.client.transport import in_process_client
from ecs.embedded import EcsService
from ecs.errors import NotSent, OutcomeUnknown
from persistence.engine import Database, open_database
from persistence.errors import StoreUnavailable
from resolvers.customers import CUSTOMER_PREFIX
from resolvers.shop import Shop
from resolvers.sweeping import sweep
from tests.reliability.checker import IllegalHistory, check
from tests.reliability.histories import Outcome
from tests.reliability.points import KINDS, At, Kind, NthPoint
from tests.reliability.process import gateway_over, nowhere, shop_over
from tests.reliability.scenes import SCENES, Scene, Story, guest_of
from tests.support.database import DatabaseMaker

IS_DEEP = bool(os.environ.get("CARTOGRAPH_DEEP"))
LATER_S = 60.0
KEY = "a-key-of-the-change"
ENDPOINT = "http://127.0.0.1/onca/xml"
Record = Callable[[str, object], None]


class Failure:
    """The ``number``-th point fails in one way; whoever waits has had enough as soon as nothing goes on."""

    def __init__(self, number: int, kind: Kind) -> None:
        self._point = NthPoint(number, kind, _error_at)
        self._kind = kind
        self._deadline = asyncio.timeout(None)

    @property
    def at(self) -> str | None:
        """The point that failed."""
        return self._point.failed_at

    async def __call__(self, name: str) -> None:
        """As ``At``."""
        if self._kind == "time-out" and self._point.is_next:
            self._deadline.reschedule(asyncio.get_running_loop().time())
        await self._point(name)

    async def met_by(self, work: Coroutine[Any, Any, Any]) -> None:
        """Do ``work``, which may not come to its end."""

        async def bounded() -> None:
            async with self._deadline:
                await work

        (done,) = await asyncio.gather(asyncio.create_task(bounded()), return_exceptions=True)
        assert done is None or isinstance(done, _ENDS), repr(done)


_ENDS = (asyncio.CancelledError, TimeoutError, StoreUnavailable)


def _error_at(name: str) -> Exception:
    match name.split(".")[0]:
        case "before carts":
            return NotSent(name)
        case "after carts":
            return OutcomeUnknown(name)
        case "before wire":
            return httpx.ConnectError(name)
        case "after wire":
            return httpx.ReadError(name)
    return StoreUnavailable(name)


@dataclass
class Wire:
    """The way to the service, with a point before and after it; ``at`` is that of the process at work."""

    service: EcsService
    at: At = nowhere

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """ASGI."""
        await self.service(scope, receive, send)

    def wrap(self, inner: httpx.AsyncBaseTransport) -> httpx.AsyncBaseTransport:
        """Stand before the transport."""
        return _Watched(inner, self)


class _Watched(httpx.AsyncBaseTransport):
    def __init__(self, inner: httpx.AsyncBaseTransport, wire: Wire) -> None:
        self._inner, self._wire = inner, wire

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await self._wire.at("before wire")
        answer = await self._inner.handle_async_request(request)
        await self._wire.at("after wire")
        return answer


@dataclass
class Place:
    """A database and an upstream, where each run has an owner of its own."""

    database: Database
    gateway: EcsGateway
    wire: Wire

    def shop(self, at: At = nowhere, later_s: float = 0.0) -> Shop:
        """A process that has just started."""
        self.wire.at = at
        return shop_over(self.database, self.gateway, at, later_s)

    async def ran(self, scene: Scene, first: Failure, second: Failure | None = None) -> Story:
        """The scene's change while something fails, and a sweep while ``second`` does; then all must be well."""
        owner, key = next(_owners), KEY if scene.takes_key else None
        story = Story()
        await story.prepare(self.shop(), scene, owner)
        wish = story.meant(scene.change(owner))
        await first.met_by(story.do(self.shop(first), wish, owner, key))
        if second is not None:
            await second.met_by(sweep({"US": self.shop(second, LATER_S)}))
        later = self.shop(later_s=2 * LATER_S)
        await sweep({"US": later})
        for whose in (owner, guest_of(owner)):
            opening = await later.journal.opening(whose, "US", None, None)
            assert opening.cart is None or opening.cart.hold is None, opening
        for again in (None, wish, None):
            answer = await story.do(later, again, owner, key if again else None)
            assert answer.outcome is not Outcome.UNKNOWN
        await story.do(later, None, guest_of(owner))
        try:
            check(story.history)
        except IllegalHistory as error:
            error.add_note(f"{scene.name}, failed {first.at}, then {second and second.at}")
            raise
        return story


_owners = (f"{CUSTOMER_PREFIX}nth-{number}" for number in count(1))


@asynccontextmanager
async def a_place(url: str, service: EcsService) -> AsyncIterator[Place]:
    """Both, open."""
    database = open_database(url)
    wire = Wire(service)
    async with in_process_client(wire, wrap=wire.wrap) as client:
        yield Place(database, gateway_over(client, ENDPOINT), wire)
    await database.close()


@pytest.mark.timeout(3600 if IS_DEEP else 120)
@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
async def test_every_operation_fails_in_every_way(
    quick_maker: DatabaseMaker, service: EcsService, scene: Scene, record_property: Record
) -> None:
    """What is said is true, nothing happens twice, nothing is left open; the same key makes it whole."""
    runs = pairs = 0
    async with a_place(await quick_maker.migrated("sqlite"), service) as place:
        for kind in KINDS:
            for number in count(1):
                first = Failure(number, kind)
                await place.ran(scene, first)
                if first.at is None:
                    break
                runs += 1
                pairs += await _in_pairs(place, scene, number, kind) if IS_DEEP else 0

    assert runs >= 3 * 6, runs
    record_property("tried", f"failures of each operation, {scene.name}: {runs}, and {pairs} pairs, 0 violations")


async def _in_pairs(place: Place, scene: Scene, number: int, kind: Kind) -> int:
    """With the failure, each operation of the sweep after it; how many."""
    for second_number in count(1):
        second = Failure(second_number, "exception")
        await place.ran(scene, Failure(number, kind), second)
        if second.at is None:
            return second_number - 1
    return 0
