"""
One history: shoppers at two processes over one store and one upstream, in a world that fails as its seed has it.

What must hold is judged at the end, when the network is healed, every process runs again and a minute has passed: the
checker finds an order for the history (I1, I2, I3, I6, I7), every active cart is at the upstream as it was last shown
(I4), nobody has two carts (I5), no cart was touched after it was handed over (I8), and no intent is open (I13). On the
way, a line that is seen beside a change bears the id that it has after it.
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
from persistence.records import CartRecord, CartStatus
from resolvers.customers import CUSTOMER_PREFIX
from resolvers.shop import Shop
from tests.reliability.checker import check
from tests.reliability.effects import Put
from tests.reliability.histories import Call, History, Outcome
from tests.reliability.ordering import MOST_STEPS, TooHard
from tests.reliability.points import journal_store_and_carts
from tests.reliability.simulation import driver
from tests.reliability.simulation.driver import UNKNOWN, Answer, Step
from tests.reliability.simulation.loop import VirtualLoop
from tests.reliability.simulation.network import Harm, Network
from tests.reliability.simulation.shoppers import THINGS, Shopper, Wishes
from tests.reliability.wishes import SOLD_OUT, Acknowledge, CheckOut, MergeCart, effects_of, is_unordered
from tests.support.fake_carts import FakeCarts, Goods
from tests.support.memory_journal import MemoryStore

ANN: Final = f"{CUSTOMER_PREFIX}ann"
"""Signed in; the others are guests."""
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
class Tally:
    """What was tried, over many histories."""

    histories: int = 0
    unjudged: tuple[int, ...] = ()
    """Seeds of histories that the checker gave up: too many calls at once that may or may not have happened."""
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
        seeds = f" (seeds {', '.join(map(str, self.unjudged))})" if self.unjudged else ""
        return (
            f"{self.histories} histories, 0 violations, {len(self.unjudged)} given up{seeds}; calls: {calls}; "
            f"{self.kills} kills; requests: {fates}; "
            f"{self.callbacks} callbacks, {self.checker_steps} steps of the checker"
        )


class World:
    """A seed's world. ``run`` raises when something does not hold."""

    def __init__(
        self, seed: int, *, steps: int = STEPS, processes: int = 2, has_trouble: bool = True, harm: Harm | None = None
    ) -> None:
        self._seed = seed
        self.random = Random(seed)
        draw = self.random.random
        self.loop = VirtualLoop(self.random, mixing=self.random.choice((0.0, 0.3, 1.0)), max_callbacks=_MOST_CALLBACKS)
        goods = [Goods(thing, max_quantity=LIMITS.get(thing, 999)) for thing in THINGS]
        self.upstream = FakeCarts([*goods, Goods(SOLD_OUT, is_available=False)], unavailable="refused")
        self.network = Network(self.loop, self.random, self.upstream, draw() * 0.4 if has_trouble else 0.0)
        self.store = MemoryStore()
        self.store_trouble = self.random.choice((0.0, 0.02)) if has_trouble else 0.0
        self.history = History()
        self.lapses_left = self.random.choice((0, 0, 1, 2)) if has_trouble else 0
        self.lapsed: set[str] = set()
        """Ids of upstream carts that are gone."""
        self._under_way: list[Call] = []
        self._shown_beside: list[Answer] = []
        """Carts that were shown while a change of them is under way."""
        self._wishes = Wishes(self.random, self.store.records)
        self.kills_left = self.random.randrange(4) if has_trouble else 0
        self.kills = 0
        self.impatience = self.random.choice((0.0, 0.1)) if has_trouble else 0.0
        self._steps_left = steps
        self.network.harm = harm
        self._ids = count(1)
        self._lives = count(1)
        self._processes: list[Process | None] = [None] * processes

    def run(self, most_steps: int = MOST_STEPS) -> Tally:
        """Live through it, and judge: the checker gives up after so many steps."""
        self.loop.run(self._live())
        if self.lapsed:
            # A change that is not acknowledged yet may be seen, and then be lost with the cart it was made in.
            for call in self._under_way:
                call.observed = None
        steps = 0
        unjudged: tuple[int, ...] = ()
        try:
            steps = check(self.history, LIMITS, most_steps)
        except TooHard:
            unjudged = (self._seed,)
        return Tally(
            histories=1,
            unjudged=unjudged,
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
        for shopper in shoppers:
            if (await self._do(shopper, Step(shopper.owner))).is_stale:
                # The upstream has forgotten the cart: the next change builds it anew.
                await self._do(shopper, Step(shopper.owner, Put(shopper.owner, "A", 1)))
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
            self._let_things_happen()
            step = self._wishes.next_step(shopper)
            answer = await self._do(shopper, step)
            while answer.outcome is Outcome.UNKNOWN and step.key is not None and random.random() < 0.7:
                answer = await self._do(shopper, step)
            if answer.outcome is Outcome.OK and step.key is not None and random.random() < 0.1:
                await self._try_key_again(shopper, step)

    def _let_things_happen(self) -> None:
        """Prices move, and the upstream forgets a cart."""
        dice = self.random.random()
        if dice < 0.05:
            self.random.choice(self.upstream.goods).price_minor = self.random.choice((900, 1000, 1100))
        elif dice < 0.15 and self.lapses_left > 0:
            self.lapses_left -= 1
            active = [cart for cart in self.store.records.values() if cart.status is CartStatus.ACTIVE and cart.handle]
            if active:
                cart = self.random.choice(active)
                self.lapsed.add(_remote_id(cart))
                self.upstream.carts.pop(_remote_id(cart), None)

    def _keys_kept(self) -> set[str]:
        return {intent.request_key.key for intent in self.store.intents.values() if intent.request_key}

    async def _try_key_again(self, shopper: Shopper, step: Step) -> None:
        """A key that is used for something else is refused, whatever has become of its first call."""
        if isinstance(step.wish, MergeCart) and step.key not in self._keys_kept():
            # To join a cart that is one's own already is no change, and nothing is kept of it.
            return
        other = Put(step.owner, "A", 7)
        answer = await self._do(shopper, Step(step.owner, other, step.key), is_refused=True)
        if answer.outcome is Outcome.OK or answer.code not in {None, "IDEMPOTENCY_KEY_REUSED", "CART_BUSY"}:
            raise Violated(f"I6: {step.key} was used for {step.wish}, then for {other}: {answer}")

    async def _do(self, shopper: Shopper, step: Step, *, is_refused: bool = False) -> Answer:
        process = self._any_process()
        while process is None:
            await asyncio.sleep(0.5)
            process = self._any_process()
        effects = () if is_refused else effects_of(step.wish)
        who, key = f"p{process.number} {shopper.name}", None if is_refused else step.key
        call = self.history.invoke(who, step.owner, *effects, key=key, is_unordered=is_unordered(step.wish))
        acknowledged = frozenset(shopper.acknowledged)
        answer = await self._asked(process, shopper, step)
        if answer.outcome is Outcome.OK:
            if answer.refused:
                call.effects = effects_of(step.wish, answer.refused)
            if answer.held_by and not answer.is_stale:
                self._under_way.append(call)
            self.history.ok(call, answer.observed, is_stale=answer.is_stale)
        elif answer.outcome is Outcome.FAILED:
            self.history.failed(call)
        else:
            self.history.unknown(call)
        shopper.told(answer)
        self._judge_answer(shopper, step, answer, acknowledged)
        return answer

    def _judge_answer(self, shopper: Shopper, step: Step, answer: Answer, acknowledged: frozenset[str]) -> None:
        if answer.address is not None:
            self.network.closed.add(parse_qs(urlsplit(answer.address).query)["cart-id"][0])
        if answer.outcome is not Outcome.OK:
            return
        if answer.notice_ids & acknowledged:
            raise Violated(f"I1: {shopper.name} sees notices again that he has acknowledged: {answer}")
        match step.wish:
            case Acknowledge(_, notice_ids):
                shopper.acknowledged |= notice_ids
            case CheckOut(_, most) if answer.handed_minor is not None and answer.handed_minor > most:
                raise Violated(f"I1: {shopper.name} agreed to {most}, and was handed over for {answer.handed_minor}")

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
            # What is shown as last seen may be of long ago: its lines were stored under these ids then.
            if answer.held_by and not answer.is_stale:
                self._shown_beside.append(answer)
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
        self._judge_shown_beside()
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

    def _judge_shown_beside(self) -> None:
        """A line that was shown while a change is under way is stored under that id once it is done, if it stays."""
        under_way = []
        for answer in self._shown_beside:
            cart = self.store.records[answer.cart_id or ""]
            if cart.hold is not None and cart.hold.intent_id == answer.held_by:
                under_way.append(answer)
                continue
            shown = answer.line_ids or {}
            for line in cart.lines:
                if shown.get(line.asin, line.id) != line.id:
                    raise Violated(f"R1: {line.asin} of {cart.id} is {line.id}, and was shown as {shown[line.asin]}")
        self._shown_beside = under_way

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
            if remote is None and (cart.handle is None or _remote_id(cart) not in self.lapsed):
                raise Violated(f"I4: {cart.id} is not at the upstream")
        if self.network.touched_after_closing:
            raise Violated(f"I8: {self.network.touched_after_closing} after the hand-over")


def _remote_id(cart: CartRecord) -> str:
    return "" if cart.handle is None else cart.handle.cart_id.get_secret_value()


async def _sweeping(shop: Shop) -> None:
    while True:
        await driver.sweep_once(shop)
        await asyncio.sleep(driver.SWEEP_EVERY_S)
