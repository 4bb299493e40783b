"""Every fault of the wire, at every operation, between the real client and the real service (T7)."""

import os
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count, product
from pathlib import Path
from random import Random
from typing import Any, Final
from urllib.parse import urlsplit

import pytest

from ecs.client.gateway import EcsGateway
from ecs.client.transport import network_client
from ecs.errors import UpstreamError
from ecs.model import Seen
from ecs.request import SearchQuery
from ecs.vocabulary import Operation, ResponseGroup
from persistence.engine import Database, open_database
from resolvers.customers import CUSTOMER_PREFIX
from resolvers.shop import Shop
from resolvers.sweeping import sweep
from tests.reliability.checker import IllegalHistory, check
from tests.reliability.effects import Clear, HandOver, Move, Put, Set
from tests.reliability.histories import Outcome
from tests.reliability.process import HOBBIT, RINGS, gateway_over, shop_over
from tests.reliability.proxy import KINDS, WHENS, Fault, FaultyProxy, faulty_proxy
from tests.reliability.scenes import SCENES, Scene, Story, guest_of
from tests.reliability.simulation import seeds
from tests.reliability.wishes import AddMany, Wish
from tests.support.database import DatabaseMaker
from tests.support.shopfront import settings_for
from tests.support.upstreams import faulty_upstream

IS_DEEP = bool(os.environ.get("CARTOGRAPH_DEEP"))
PARTS = 100 if IS_DEEP else 4
SEQUENCES = 20_000 if IS_DEEP else 240
PATIENCE_S: Final = 0.15
LATER_S: Final = 60.0
KEY: Final = "a-key-of-the-change"
Record = Callable[[str, object], None]
Read = Callable[[EcsGateway], Awaitable[Seen[Any]]]

FAULTS: Final[tuple[Fault, ...]] = tuple(Fault(kind, when, seconds=0.01) for kind, when in product(KINDS, WHENS))
_OF_CHANGES: Final = tuple(fault for fault in FAULTS if (fault.kind, fault.when) != ("throttled", "after"))
"""An upstream that did what was asked and says that it was asked too fast cannot be told from one that did not."""
_PASSING: Final = tuple(fault for fault in _OF_CHANGES if fault.kind != "down")
_SMALL: Final[list[ResponseGroup]] = [ResponseGroup.SMALL]
CHANGES: Final = {
    Operation.CART_CREATE: "first item",
    Operation.CART_ADD: "another item",
    Operation.CART_MODIFY: "quantity",
    Operation.CART_CLEAR: "clear",
    Operation.CART_GET: "hand over",
}
READS: Final[dict[Operation, Read]] = {
    Operation.ITEM_LOOKUP: lambda gateway: gateway.look_up([HOBBIT], [ResponseGroup.OFFER_FULL]),
    Operation.ITEM_SEARCH: lambda gateway: gateway.search(SearchQuery("Books", keywords="hobbit"), 1, _SMALL),
    Operation.SIMILARITY_LOOKUP: lambda gateway: gateway.similar([HOBBIT], "Intersection", _SMALL),
    Operation.BROWSE_NODE_LOOKUP: lambda gateway: gateway.browse(["1000"], [ResponseGroup.BROWSE_NODE_INFO]),
}
_owners = (f"{CUSTOMER_PREFIX}wire-{number}" for number in count(1))


@dataclass
class Faulty:
    """A plan: the fault for the first request of an operation."""

    operation: Operation
    fault: Fault
    is_met: bool = False

    def __call__(self, _number: int, asked: str) -> Fault | None:
        """See ``FaultyProxy``; asked for what comes next, it says whether nothing may."""
        if not asked:
            return self.fault if self.is_met and self.fault.kind == "down" else None
        if asked != self.operation or self.is_met:
            return None
        self.is_met = True
        return self.fault


@dataclass
class Luck:
    """A plan: a share of the requests meets one of the faults."""

    random: Random
    share: float
    met: Counter[str] = field(default_factory=Counter)

    def __call__(self, _number: int, asked: str) -> Fault | None:
        """See ``FaultyProxy``."""
        if not asked or self.random.random() >= self.share:
            return None
        fault = self.random.choice(_PASSING)
        self.met[fault.kind] += 1
        return fault


@dataclass
class Place:
    """A database, and an upstream behind a proxy."""

    database: Database
    gateway: EcsGateway
    patient: EcsGateway
    """Waits long: for what must go well."""
    proxy: FaultyProxy

    def shop(self, later_s: float = 0.0) -> Shop:
        """A process that has just started."""
        return shop_over(self.database, self.patient, later_s=later_s, idle=self.proxy.idle)

    def impatient(self) -> Shop:
        """The same; it waits for an answer no longer than ``PATIENCE_S``."""
        return shop_over(self.database, self.gateway, idle=self.proxy.idle)

    async def heal(self) -> None:
        """No more faults; what was on its way has arrived."""
        self.proxy.plan = _no_fault
        await self.proxy.up()
        await self.proxy.idle()

    async def fail(self, operation: Operation, fault: Fault) -> Faulty:
        """Let the first request of the operation meet the fault; what is down is so from there on."""
        faulty = Faulty(operation, fault)
        if fault.kind == "down" and fault.when == "before":
            await self.proxy.down()
            faulty.is_met = True
        self.proxy.plan = faulty
        return faulty

    async def settled(self, owner: str) -> Shop:
        """A process that has settled what was left, a minute later."""
        await self.heal()
        shop = self.shop(LATER_S)
        await sweep({"US": shop})
        for whose in (owner, guest_of(owner)):
            opening = await shop.journal.opening(whose, "US", None, None)
            assert opening.cart is None or opening.cart.hold is None, opening
        return shop


def _no_fault(_number: int, _operation: str) -> Fault | None:
    return None


@asynccontextmanager
async def a_place(url: str, folder: Path) -> AsyncIterator[Place]:
    """Both, open."""
    database = open_database(url)
    async with (
        faulty_upstream(settings_for(folder).data_dir / "ecs") as upstream,
        faulty_proxy(urlsplit(upstream.endpoint).port or 0) as proxy,
        network_client() as client,
    ):
        endpoint = f"http://127.0.0.1:{proxy.port}/onca/xml"
        yield Place(database, gateway_over(client, endpoint, PATIENCE_S), gateway_over(client, endpoint, 30.0), proxy)
    await database.close()


@pytest.fixture
async def place(quick_maker: DatabaseMaker, tmp_path: Path) -> AsyncIterator[Place]:
    """Both for a test, with a stranger's cart for an answer that is another's."""
    async with a_place(await quick_maker.migrated("sqlite"), tmp_path) as place:
        shop = place.shop()
        await Story().do(shop, Put("stranger", RINGS, 9), "stranger")
        await Story().do(shop, None, "stranger")
        place.proxy.another = place.proxy.last_body
        assert b"CartGetResponse" in place.proxy.another
        yield place


@pytest.mark.parametrize("operation", CHANGES)
async def test_every_fault_of_a_change(place: Place, operation: Operation, record_property: Record) -> None:
    """What is said is true, nothing happens twice, no other's cart is seen; the same key makes it whole."""
    scene = next(each for each in SCENES if each.name == CHANGES[operation])
    for fault in _OF_CHANGES:
        await _changed(place, scene, operation, fault)

    record_property("tried", f"faults of the wire, {operation}: {len(_OF_CHANGES)}, 0 violations")


async def _changed(place: Place, scene: Scene, operation: Operation, fault: Fault) -> None:
    owner, story = next(_owners), Story()
    await story.prepare(place.shop(), scene, owner)
    wish = scene.change(owner)
    faulty = await place.fail(operation, fault)
    await story.do(place.impatient(), wish, owner, KEY)
    assert faulty.is_met
    shop = await place.settled(owner)
    for again in (None, wish, None):
        answer = await story.do(shop, again, owner, KEY if again else None)
        assert answer.outcome is not Outcome.UNKNOWN
    try:
        check(story.history)
    except IllegalHistory as error:
        error.add_note(f"{operation}, {fault}")
        raise


@pytest.mark.parametrize("operation", READS)
async def test_every_fault_of_a_read(place: Place, operation: Operation, record_property: Record) -> None:
    """The true answer or an error that says what happened; never a part of it, nor another's."""
    read = READS[operation]
    truth = (await read(place.patient)).value
    told: Counter[str] = Counter()
    for fault in FAULTS:
        faulty = await place.fail(operation, fault)
        try:
            assert (await read(place.gateway)).value == truth, fault
            told["true"] += 1
        except UpstreamError as error:
            told[type(error).__name__] += 1
        assert faulty.is_met
        await place.heal()
        assert (await read(place.patient)).value == truth, fault

    assert 0 < told["true"] < len(FAULTS)
    record_property("tried", f"faults of the wire, {operation}: {len(FAULTS)}, {dict(told)}")


@pytest.mark.timeout(600)
@pytest.mark.parametrize("part", range(PARTS))
async def test_sequences_of_faults(place: Place, part: int, record_property: Record) -> None:
    """Several changes of one cart, any request of which may meet any fault."""
    met: Counter[str] = Counter()
    tried = 0
    for seed in (*seeds.to_replay_on_wire(), *seeds.fresh(SEQUENCES // PARTS)):
        try:
            met += await _sequence(place, Random(seed))
        except BaseException as error:
            error.add_note(f"repeat it with CARTOGRAPH_SEED={seed}; then add the seed to seeds.BAD_ON_WIRE")
            raise
        tried += 1

    record_property("tried", f"sequences on a faulty wire, part {part}: {tried}, faults {dict(met)}, 0 violations")


async def _sequence(place: Place, random: Random) -> Counter[str]:
    owner, story = next(_owners), Story()
    luck = Luck(random, random.choice((0.2, 0.5)))
    for number in range(random.randrange(3, 7)):
        place.proxy.plan = luck
        wish = _wish(random, owner)
        answer = await story.do(place.impatient(), wish, owner, f"key-{number}")
        if answer.outcome is Outcome.UNKNOWN and random.random() < 0.5:
            await story.do(place.impatient(), wish, owner, f"key-{number}")
    shop = await place.settled(owner)
    for _ in range(2):
        await story.do(shop, None, owner)
    check(story.history)
    return luck.met


def _wish(random: Random, owner: str) -> Wish | None:
    thing = random.choice((HOBBIT, RINGS))
    match random.randrange(8):
        case 0 | 1 | 2:
            return Put(owner, thing, random.randrange(1, 4))
        case 3:
            return Set(owner, thing, random.randrange(4))
        case 4:
            return Move(owner, thing, random.random() < 0.5)
        case 5:
            return AddMany(owner, (Put(owner, HOBBIT, 1), Put(owner, RINGS, 2)), is_atomic=random.random() < 0.5)
        case 6:
            return Clear(owner, random.choice((None, False, True)))
    return HandOver(owner) if random.random() < 0.5 else None
