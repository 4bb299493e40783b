"""
One history: shoppers at two processes over one store and one upstream, in a world that fails as its seed has it.

What must hold is judged at the end, when the network is healed, every process runs again and a minute has passed: the
checker finds an order for the history (I1, I2, I3, I6, I7), every active cart is at the upstream as it was last shown
(I4), nobody has two carts (I5), no cart was touched after it was handed over (I8), and no intent is open (I13).
"""

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from random import Random
from typing import Final
from urllib.parse import parse_qs, urlsplit

from persistence.errors import StoreUnavailable
from persistence.records import CartStatus
from resolvers.customers import CUSTOMER_PREFIX
from resolvers.shop import Shop
from tests.reliability.checker import TooHard, check
from tests.reliability.histories import (
    Clear,
    Effect,
    HandOver,
    History,
    Merge,
    Move,
    Outcome,
    Put,
    Set,
    effects_of,
)
from tests.reliability.points import journal_store_and_carts
from tests.reliability.simulation import driver
from tests.reliability.simulation.driver import UNKNOWN, Answer, Step
from tests.reliability.simulation.loop import VirtualLoop
from tests.reliability.simulation.network import Harm, Network
from tests.support.fake_carts import FakeCarts, Goods
from tests.support.memory_journal import MemoryStore

ANN: Final = f"{CUSTOMER_PREFIX}ann"
"""Signed in; the others are guests."""
THINGS: Final = ("A", "B", "C")
LIMITS: Final = {"C": 5}
"""The upstream sells no more of it to one shopper."""
STEPS: Final = 30
SETTLED_WITHIN_S: Final = 30.0
_PATIENCE_S: Final = 60.0
_MOST_CALLBACKS: Final = 60_000
"""Thirty times what a history of 30 steps needs."""


class Violated(AssertionError):
    """An invariant does not hold; the message names it."""


@dataclass
class Process:
    """One life of a server process."""

    number: int
    shop: Shop
    waiting: list["asyncio.Future[Answer]"] = field(default_factory=list)
    """Those who wait for its answers."""


@dataclass
class Shopper:
    """Somebody at a device, who knows the lines he was shown last."""

    name: str
    owner: str
    guest: str | None = None
    """Whom he was before he signed in: that one's cart becomes his now and then."""
    line_ids: dict[str, str] = field(default_factory=dict)


@dataclass
class Tally:
    """What was tried, over many histories."""

    histories: int = 0
    unjudged: int = 0
    """Histories that the checker gave up: too many calls at once that may or may not have happened."""
    calls: Counter[str] = field(default_factory=Counter)
    kills: int = 0
    fates: Counter[str] = field(default_factory=Counter)
    callbacks: int = 0
    checker_steps: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        """Both together."""
        return Tally(
            self.histories + other.histories,
            self.unjudged + other.unjudged,
            self.calls + other.calls,
            self.kills + other.kills,
            self.fates + other.fates,
            self.callbacks + other.callbacks,
            self.checker_steps + other.checker_steps,
        )

    def __str__(self) -> str:
        """In one line."""
        calls = ", ".join(f"{number} {outcome}" for outcome, number in self.calls.items())
        fates = ", ".join(f"{number} {fate}" for fate, number in self.fates.items())
        return (
            f"{self.histories} histories, 0 violations, {self.unjudged} given up; calls: {calls}; "
            f"{self.kills} kills; requests: {fates}; "
            f"{self.callbacks} callbacks, {self.checker_steps} steps of the checker"
        )


class World:
    """A seed's world. ``run`` raises when something does not hold."""

    def __init__(
        self, seed: int, *, steps: int = STEPS, processes: int = 2, has_trouble: bool = True, harm: Harm | None = None
    ) -> None:
        self.random = Random(seed)
        draw = self.random.random
        self.loop = VirtualLoop(self.random, mixing=self.random.choice((0.0, 0.3, 1.0)), max_callbacks=_MOST_CALLBACKS)
        goods = [Goods(thing, max_quantity=LIMITS.get(thing, 999)) for thing in THINGS]
        self.upstream = FakeCarts(goods)
        self.network = Network(self.loop, self.random, self.upstream, draw() * 0.4 if has_trouble else 0.0)
        self.store = MemoryStore()
        self.store_trouble = self.random.choice((0.0, 0.02)) if has_trouble else 0.0
        self.history = History()
        self.kills_left = self.random.randrange(4) if has_trouble else 0
        self.kills = 0
        self.impatience = self.random.choice((0.0, 0.1)) if has_trouble else 0.0
        self._steps_left = steps
        self.network.harm = harm
        self._ids = count(1)
        self._lives = count(1)
        self._processes: list[Process | None] = [None] * processes

    def run(self) -> Tally:
        """Live through it, and judge."""
        self.loop.run(self._live())
        steps, is_judged = 0, True
        try:
            steps = check(self.history, LIMITS)
        except TooHard:
            is_judged = False
        return Tally(
            histories=1,
            unjudged=int(not is_judged),
            calls=Counter(call.outcome.value for call in self.history.calls),
            kills=self.kills,
            fates=Counter(self.network.fates),
            callbacks=self.loop.callbacks,
            checker_steps=steps,
        )

    async def _live(self) -> None:
        for place in range(len(self._processes)):
            self._start(place)
        self._plan_kill()
        shoppers = [
            Shopper("ann's phone", ANN),
            Shopper("ann's desk", ANN, guest="guest"),
            Shopper("guest's desk", "guest"),
            Shopper("bob's phone", "bob"),
        ]
        await asyncio.gather(*(self._shop(shopper) for shopper in shoppers))
        await self._heal()
        # Twice: by the second time nothing may come later any more.
        for shopper in (*shoppers, *shoppers):
            await self._do(shopper, Step(shopper.owner))
        self._judge()

    async def _heal(self) -> None:
        self.network.trouble = self.impatience = self.store_trouble = 0.0
        self.kills_left = 0
        for place, process in enumerate(self._processes):
            if process is None:
                self._start(place)
        await asyncio.sleep(SETTLED_WITHIN_S)

    async def _shop(self, shopper: Shopper) -> None:
        random = self.random
        while self._steps_left > 0:
            self._steps_left -= 1
            if random.random() < 0.5:
                await asyncio.sleep(random.random() * 3)
            effect = self._wish(shopper)
            has_key = effect is not None and not isinstance(effect, Merge)
            key = f"key-{next(self._ids)}" if has_key and random.random() < 0.5 else None
            step = Step(shopper.owner, effect, key)
            answer = await self._do(shopper, step)
            while answer.outcome is Outcome.UNKNOWN and key is not None and random.random() < 0.7:
                answer = await self._do(shopper, step)

    def _wish(self, shopper: Shopper) -> Effect | None:
        random, owner = self.random, shopper.owner
        thing, dice = random.choice(THINGS), random.random()
        if dice < 0.05 and shopper.guest is not None:
            return Merge(shopper.guest, owner)
        if dice < 0.2:
            return None
        if dice < 0.6 or not shopper.line_ids:
            return Put(owner, thing, random.randrange(1, 4))
        if dice < 0.8:
            return Set(owner, thing, random.randrange(6))
        if dice < 0.9:
            return Move(owner, thing, random.random() < 0.5)
        if dice < 0.95:
            return Clear(owner, random.choice((None, False, True)))
        return HandOver(owner)

    async def _do(self, shopper: Shopper, step: Step) -> Answer:
        process = self._any_process()
        while process is None:
            await asyncio.sleep(0.5)
            process = self._any_process()
        effects = effects_of(step.effect)
        call = self.history.invoke(f"p{process.number} {shopper.name}", step.owner, *effects, key=step.key)
        answer = await self._asked(process, shopper, step)
        if answer.outcome is Outcome.OK:
            self.history.ok(call, answer.observed, is_stale=answer.is_stale)
        elif answer.outcome is Outcome.FAILED:
            self.history.failed(call)
        else:
            self.history.unknown(call)
        if answer.line_ids is not None:
            shopper.line_ids = dict(answer.line_ids)
        if answer.address is not None:
            self.network.closed.add(parse_qs(urlsplit(answer.address).query)["cart-id"][0])
        return answer

    async def _asked(self, process: Process, shopper: Shopper, step: Step) -> Answer:
        """What the shopper is told; a process that dies tells him nothing."""
        reply: asyncio.Future[Answer] = self.loop.create_future()
        process.waiting.append(reply)

        async def handle() -> None:
            try:
                answer = await driver.perform(process.shop, step, shopper.line_ids)
            except asyncio.CancelledError:
                answer = UNKNOWN
            except Exception as error:  # noqa: BLE001 - whatever escapes is a finding, and ends the history
                reply.set_exception(error)
                return
            if not reply.done():
                reply.set_result(answer)

        handling = self.loop.spawn(process.number, handle())
        if self.random.random() < self.impatience:
            self.loop.call_later(self.random.random() * 3, handling.cancel)
        else:
            self.loop.call_later(_PATIENCE_S, handling.cancel)
        answer = await reply
        process.waiting.remove(reply)
        return answer

    def _any_process(self) -> Process | None:
        return self.random.choice(self._processes) or next((each for each in self._processes if each), None)

    def _start(self, place: int) -> None:
        number = next(self._lives)
        ids = self._ids
        carts = self.network.for_process()
        journal, store, _ = journal_store_and_carts(self.store, self.store, carts, self._at_store)
        shop = driver.shop_over(journal, store, carts, self.loop, lambda: f"id-{next(ids)}")
        self._processes[place] = Process(number, shop)
        self.loop.spawn(number, _sweeping(shop))

    async def _at_store(self, point: str) -> None:
        """The database may fail before a transaction, and after it: then nobody knows that it was committed."""
        if point[0] == "a":
            # Before it the store yields by itself.
            await asyncio.sleep(0)
        if self.store_trouble and self.random.random() < self.store_trouble:
            raise StoreUnavailable(point)

    def _plan_kill(self) -> None:
        if self.kills_left > 0:
            self.kills_left -= 1
            self.loop.interrupt(self.random.randrange(5, 400), self._kill)

    def _kill(self) -> None:
        """End a process between any two of its steps; it is started again some seconds later."""
        self._plan_kill()
        place = self.random.randrange(len(self._processes))
        process = self._processes[place]
        if process is None or self.network.trouble == 0.0:
            return
        self.kills += 1
        self._processes[place] = None
        self.loop.kill(process.number)
        for reply in process.waiting:
            if not reply.done():
                reply.set_result(UNKNOWN)
        self.loop.call_later(self.random.random() * 10, self._restart(place))

    def _restart(self, place: int) -> Callable[[], None]:
        def start() -> None:
            if self._processes[place] is None:
                self._start(place)

        return start

    def _judge(self) -> None:
        active: set[str] = set()
        for cart in self.store.records.values():
            if cart.hold is not None:
                raise Violated(f"I13: {cart.id} is still held by {cart.hold.intent_id}")
            if cart.status is not CartStatus.ACTIVE:
                continue
            if cart.customer_id in active:
                raise Violated(f"I5: {cart.customer_id} has two carts")
            active.add(cart.customer_id)
            remote = cart.handle and self.upstream.carts.get(cart.handle.cart_id.get_secret_value())
            if remote is None:
                raise Violated(f"I4: {cart.id} is not at the upstream")
        if self.network.touched_after_closing:
            raise Violated(f"I8: {self.network.touched_after_closing} after the hand-over")


async def _sweeping(shop: Shop) -> None:
    while True:
        await driver.sweep_once(shop)
        await asyncio.sleep(driver.SWEEP_EVERY_S)
