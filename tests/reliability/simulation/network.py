"""
A network between a process and the upstream's carts that loses, delays, repeats and distorts.

A request that has left is the network's: it arrives although its sender was killed or has given up. It arrives within
``TIMEOUT_S`` of being sent, the longest that the client waits, plus ``late_s``: past that no request of a dead
connection is expected to take effect.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from copy import copy
from dataclasses import dataclass, field
from random import Random
from typing import Final, Literal, get_args

from msgspec.structs import replace
from pydantic import SecretStr

from ecs.errors import BadReply, NotSent, OutcomeUnknown, UpstreamError, UpstreamFault, UpstreamThrottled
from ecs.model import RemoteCart
from ecs.request import CartChange, CartHandle, NewItem
from ecs.vocabulary import CHANGES, Operation
from resolvers.ports import Carts
from tests.reliability.simulation.loop import VirtualLoop
from tests.support.fake_carts import FakeCarts

TIMEOUT_S: Final = 10.0
"""As ``ClientConfig.timeout_s``."""

Effect = Callable[[], Awaitable[RemoteCart]]
Fate = Literal[
    "ok",
    "not sent",
    "request lost",
    "reply lost",
    "slow",
    "twice",
    "throttled",
    "failed before",
    "failed after",
    "broken",
]
FATES: Final[tuple[Fate, ...]] = get_args(Fate)
_TROUBLES: Final = FATES[1:]


Harm = Literal["change dropped", "change doubled", "another's cart"]
"""What no network does: a fault of ours, put in to see that it is found. Three requests in ten have it."""


@dataclass
class Network:
    """What every process sends through. ``trouble`` is the share of requests that do not go well, 0 to 1."""

    loop: VirtualLoop
    random: Random
    upstream: FakeCarts
    trouble: float = 0.0
    late_s: float = 0.0
    harm: Harm | None = None
    fates: dict[Fate, int] = field(default_factory=lambda: dict.fromkeys(FATES, 0))
    closed: set[str] = field(default_factory=set)
    """Ids of carts that were handed over."""
    touched_after_closing: list[str] = field(default_factory=list)
    """Changes sent for such a cart; a read that began before the hand-over may still come after it."""

    def for_process(self) -> Carts:
        """The port as a process has it."""
        return _Sender(self)

    async def carry(self, operation: Operation, handle: CartHandle | None, effect: Effect) -> RemoteCart:
        """Send one request and wait for its answer, or for the end of the client's patience."""
        if operation in CHANGES and handle is not None and handle.cart_id.get_secret_value() in self.closed:
            self.touched_after_closing.append(operation.value)
        random = self.random.random
        fate: Fate = _TROUBLES[int(random() * len(_TROUBLES))] if random() < self.trouble else "ok"
        self.fates[fate] += 1
        if self.harm is not None and random() < 0.3:
            effect = self._harmed(operation, handle, effect)
        answer: asyncio.Future[RemoteCart] = self.loop.create_future()
        self.loop.spawn(0, self._deliver(fate, effect, answer))
        try:
            return await answer
        except UpstreamError as error:
            error.belong_to(operation)
            raise

    def _harmed(self, operation: Operation, handle: CartHandle | None, effect: Effect) -> Effect:
        if handle is None or (operation in CHANGES) is (self.harm == "another's cart"):
            return effect
        carts = self.upstream.carts
        cart = carts[handle.cart_id.get_secret_value()]

        async def harmed() -> RemoteCart:
            if self.harm == "another's cart":
                other = self.random.choice([each for each in carts.values() if each is not cart] or [cart])
                seen = await self.upstream.get(CartHandle(SecretStr(other.cart_id), SecretStr(other.hmac)))
                return replace(seen, cart_id=handle.cart_id, hmac=handle.hmac)
            before = [copy(line) for line in cart.lines]
            answer = await effect()
            if self.harm == "change dropped":
                cart.lines[:] = before
            elif cart.lines:
                cart.lines[-1].quantity += 1
            return answer

        return harmed

    async def _deliver(self, fate: Fate, effect: Effect, answer: asyncio.Future[RemoteCart]) -> None:
        random, began = self.random.random, self.loop.time()
        await asyncio.sleep(random() * 0.2)
        match fate:
            case "not sent":
                _fail(answer, NotSent("no connection"))
            case "throttled":
                _fail(answer, UpstreamThrottled("too fast"))
            case "failed before":
                _fail(answer, UpstreamFault("failed"))
            case "request lost":
                await self._give_up(answer, began)
            case "slow":
                # It may arrive at any time until nobody waits for it any more, and a little after.
                await asyncio.sleep(random() * (TIMEOUT_S + self.late_s))
                if self.loop.time() < began + TIMEOUT_S:
                    await _whatever_comes(effect)
                    await self._give_up(answer, began)
                else:
                    _fail(answer, OutcomeUnknown("no answer in time"))
                    await _whatever_comes(effect)
            case "reply lost":
                await _whatever_comes(effect)
                await self._give_up(answer, began)
            case "failed after" | "broken":
                await _whatever_comes(effect)
                _fail(answer, UpstreamFault("failed") if fate == "failed after" else BadReply("cut off"))
            case "ok" | "twice":
                if fate == "twice":
                    await _whatever_comes(effect)
                await self._answer(effect, answer)

    async def _answer(self, effect: Effect, answer: asyncio.Future[RemoteCart]) -> None:
        try:
            cart = await effect()
        except UpstreamError as error:
            await asyncio.sleep(self.random.random() * 0.2)
            _fail(answer, error)
            return
        await asyncio.sleep(self.random.random() * 0.2)
        if not answer.done():
            answer.set_result(cart)

    async def _give_up(self, answer: asyncio.Future[RemoteCart], began: float) -> None:
        await asyncio.sleep(max(0.0, began + TIMEOUT_S - self.loop.time()))
        _fail(answer, OutcomeUnknown("no answer in time"))


async def _whatever_comes(effect: Effect) -> None:
    try:
        await effect()
    except UpstreamError:
        return


def _fail(answer: asyncio.Future[RemoteCart], error: UpstreamError) -> None:
    if not answer.done():
        answer.set_exception(error)
        # Whoever asked may have been killed; an error that nobody takes is no finding then.
        answer.exception()


class _Sender:
    """``resolvers.ports.Carts`` over the network."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._upstream = network.upstream

    async def create(self, items: Sequence[NewItem]) -> RemoteCart:
        """CartCreate."""
        return await self._network.carry(Operation.CART_CREATE, None, lambda: self._upstream.create(items))

    async def get(self, handle: CartHandle) -> RemoteCart:
        """CartGet."""
        return await self._network.carry(Operation.CART_GET, handle, lambda: self._upstream.get(handle))

    async def add(self, handle: CartHandle, items: Sequence[NewItem]) -> RemoteCart:
        """CartAdd."""
        return await self._network.carry(Operation.CART_ADD, handle, lambda: self._upstream.add(handle, items))

    async def modify(self, handle: CartHandle, changes: Sequence[CartChange]) -> RemoteCart:
        """CartModify."""
        return await self._network.carry(Operation.CART_MODIFY, handle, lambda: self._upstream.modify(handle, changes))

    async def clear(self, handle: CartHandle) -> RemoteCart:
        """CartClear."""
        return await self._network.carry(Operation.CART_CLEAR, handle, lambda: self._upstream.clear(handle))
