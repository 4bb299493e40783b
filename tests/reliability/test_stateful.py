"""Two customers, one of whom was a guest, do anything in any order, two of them at once if need be (T3)."""

import asyncio
import os
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any, ClassVar, Final

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from ecs.client.transport import in_process_client
from ecs.embedded import EcsService
from persistence.engine import Database, open_database
from persistence.records import CartStatus
from resolvers.customers import CUSTOMER_PREFIX
from resolvers.shop import Shop
from tests.reliability.checker import check
from tests.reliability.effects import Clear, HandOver, Merge, Move, Put, Set
from tests.reliability.histories import Outcome
from tests.reliability.process import HOBBIT, RINGS, gateway_over, shop_over
from tests.reliability.scenes import LAST, Story
from tests.reliability.whims import LIMITS
from tests.reliability.wishes import SOLD_OUT, Acknowledge, AddMany, Create, MergeCart, Restore, Wish, is_hidden
from tests.support.database import DatabaseMaker

IS_DEEP: Final = bool(os.environ.get("CARTOGRAPH_DEEP"))
EXAMPLES: Final = 5_000 if IS_DEEP else 300
STEPS: Final = 50
KINDS: Final = ("sqlite", "postgresql") if IS_DEEP else ("sqlite",)
PATIENCE_S: Final = 300.0
"""Nothing is lost here: a machine with many times the work it can do answers late, and no answer is to be unknown."""
Record = Callable[[str, object], None]
_numbers = count(1)
_who = st.sampled_from(["ann", "guest", "bob"])
_things = st.sampled_from([HOBBIT, RINGS])
_units = st.integers(1, 5)
_keys = st.booleans()


class Shopping(RuleBasedStateMachine):
    """Each example has owners of its own; the database and the upstream stay."""

    runner: ClassVar[asyncio.Runner]
    database: ClassVar[Database]
    make_shop: ClassVar[Callable[[], Shop]]
    calls: ClassVar[Counter[str]]

    def __init__(self) -> None:
        super().__init__()
        number = next(_numbers)
        names = {
            "ann": f"{CUSTOMER_PREFIX}ann-{number}",
            "guest": f"guest-{number}",
            "bob": f"{CUSTOMER_PREFIX}{number}",
        }
        self._owners = names
        self._story = Story()
        self._shop = type(self).make_shop()
        self._keys = count(1)
        self._done: list[tuple[Wish, str]] = []

    @rule(who=_who, thing=_things, units=_units, has_key=_keys)
    def put(self, who: str, thing: str, units: int, has_key: bool) -> None:
        self._do(Put(self._owners[who], thing, units), has_key)

    @rule(who=_who, thing=_things, units=st.integers(0, 5), has_key=_keys)
    def set_units(self, who: str, thing: str, units: int, has_key: bool) -> None:
        self._do(Set(self._owners[who], thing, units), has_key)

    @rule(who=_who, thing=_things, is_saved=st.booleans(), has_key=_keys)
    def move(self, who: str, thing: str, is_saved: bool, has_key: bool) -> None:
        self._do(Move(self._owners[who], thing, is_saved), has_key)

    @rule(who=_who, saved=st.sampled_from([None, False, True]), has_key=_keys)
    def clear(self, who: str, saved: bool | None, has_key: bool) -> None:
        self._do(Clear(self._owners[who], saved), has_key)

    @rule(who=_who, units=st.tuples(_units, _units), is_atomic=st.booleans(), has_bad=st.booleans(), has_key=_keys)
    def put_several(self, who: str, units: tuple[int, int], is_atomic: bool, has_bad: bool, has_key: bool) -> None:
        owner = self._owners[who]
        puts = (Put(owner, HOBBIT, units[0]), Put(owner, SOLD_OUT if has_bad else RINGS, units[1]))
        self._do(AddMany(owner, puts, is_atomic), has_key)

    @rule(who=_who, thing=_things, units=_units, has_key=_keys)
    def create(self, who: str, thing: str, units: int, has_key: bool) -> None:
        owner = self._owners[who]
        self._do(Create(owner, (Put(owner, thing, units),)), has_key)

    @rule(who=_who, has_key=_keys)
    def hand_over(self, who: str, has_key: bool) -> None:
        self._do(HandOver(self._owners[who]), has_key)

    @rule()
    def sign_in(self) -> None:
        self._do(Merge(self._owners["guest"], self._owners["ann"]), has_key=False)

    @rule(who=st.sampled_from(["ann", "bob"]), has_key=_keys)
    def merge(self, who: str, has_key: bool) -> None:
        self._do(MergeCart(self._owners["guest"], self._owners[who], LAST), has_key)

    @rule(who=_who, has_key=_keys)
    def restore(self, who: str, has_key: bool) -> None:
        self._do(Restore(self._owners[who], LAST, ()), has_key)

    @rule(who=_who)
    def acknowledge(self, who: str) -> None:
        self._do(Acknowledge(self._owners[who], frozenset()), has_key=False)

    @rule(who=_who)
    def look(self, who: str) -> None:
        self._run(self._story.do(self._shop, None, self._owners[who]))

    @rule(who=_who)
    def start_anew(self, who: str) -> None:
        self._shop = type(self).make_shop()

    @rule(pick=st.integers(0, 50))
    def repeat(self, pick: int) -> None:
        if self._done:
            wish, key = self._done[pick % len(self._done)]
            answer = self._run(self._story.do(self._shop, wish, wish.owner, key))
            assert answer.outcome is Outcome.OK

    @rule(who=_who, units=st.tuples(_units, _units), has_key=_keys)
    def put_at_once(self, who: str, units: tuple[int, int], has_key: bool) -> None:
        owner = self._owners[who]
        wishes = [Put(owner, HOBBIT, units[0]), Put(owner, RINGS, units[1])]

        async def both() -> None:
            shops = self._shop, type(self).make_shop()
            await asyncio.gather(*(self._story.do(*each, owner) for each in zip(shops, wishes, strict=True)))

        self._run(both())

    def teardown(self) -> None:
        """Everybody looks once more; the whole story must have an order."""
        for owner in self._owners.values():
            self._run(self._story.do(self._shop, None, owner))
            active = [CartStatus.PENDING, CartStatus.ACTIVE]
            _, number = self._run(self._shop.store.carts(owner, "US", active, 0, 10))
            assert number <= 1
        check(self._story.history, LIMITS)
        type(self).calls.update(call.outcome.value for call in self._story.history.calls)

    def _do(self, wish: Wish, has_key: bool) -> None:
        needs = wish.source if isinstance(wish, MergeCart) else wish.owner
        if isinstance(wish, MergeCart | Restore | Acknowledge) and needs not in self._story.last:
            return
        meant = self._story.meant(wish)
        key = f"key-{next(self._keys)}" if has_key else None
        answer = self._run(self._story.do(self._shop, meant, meant.owner, key))
        assert answer.outcome is not Outcome.UNKNOWN
        if key is not None and answer.outcome is Outcome.OK and not is_hidden(meant):
            self._done.append((meant, key))

    def _run(self, work: Any) -> Any:
        return self.runner.run(work)


async def _a_moment() -> None:
    """A pause moves the clock; the other process gets on meanwhile."""
    await asyncio.sleep(0.001)


@contextmanager
def _running(url: str, service: EcsService) -> Iterator[None]:
    with asyncio.Runner() as runner:
        database = open_database(url)
        client = in_process_client(service)
        gateway = gateway_over(client, "http://127.0.0.1/onca/xml", timeout_s=PATIENCE_S)
        Shopping.runner, Shopping.database, Shopping.calls = runner, database, Counter()
        Shopping.make_shop = staticmethod(lambda: shop_over(database, gateway, idle=_a_moment))
        try:
            yield
        finally:
            runner.run(client.aclose())
            runner.run(database.close())


@pytest.mark.timeout(3600 if IS_DEEP else 300)
@pytest.mark.parametrize("database_kind", KINDS)
def test_any_order_of_calls(
    quick_maker: DatabaseMaker, service: EcsService, database_kind: str, record_property: Record
) -> None:
    """Every answer is what the calls before it make of the carts, for each customer alone."""
    url = asyncio.run(quick_maker.migrated(database_kind))
    with _running(url, service):
        run_state_machine_as_test(
            Shopping,
            settings=settings(
                max_examples=EXAMPLES,
                stateful_step_count=STEPS,
                deadline=None,
                database=None,
                print_blob=True,
                phases=[Phase.generate, Phase.shrink],
                suppress_health_check=list(HealthCheck),
            ),
        )
        record_property("tried", f"stateful, {database_kind}: {EXAMPLES} x {STEPS} steps, calls {dict(Shopping.calls)}")
    asyncio.run(quick_maker.give_back(url))
