"""
Shoppers at a real server over HTTP, each a guest with a token of his own, who repeat a change under its key until they
know what became of it. The server they talk to may be another one at any time, or die while they wait.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any, Final

import httpx

from tests.reliability.effects import Cart, Clear, HandOver, Move, Put, Set
from tests.reliability.histories import History, Outcome
from tests.reliability.simulation.driver import FAILED, UNKNOWN, Answer, Step
from tests.reliability.whims import step
from tests.reliability.wishes import Wish, effects_of

_CART: Final = """cart {
  status freshness { isStale }
  lines { edges { node { ...Line } } } savedForLater { edges { node { ...Line } } }
}"""
_LINE: Final = "fragment Line on CartLine { id asin quantity placement }"
_NOT_KNOWN: Final = {"OUTCOME_UNKNOWN", "IDEMPOTENCY_KEY_IN_PROGRESS"}
_PARTLY: Final = "Only part of the change was made"
_ASK_AGAIN_S: Final = 0.5
_PAUSE_S: Final = 0.1
_TIMEOUT_S: Final = 30.0


def plan(seed: int, name: str) -> Iterator[tuple[Step, float]]:
    """What a shopper asks for, one step after the other without end, and the pause in seconds that follows each."""
    # A chance of his own: of a common one, each would get what the others' timing leaves him.
    random = Random(f"{seed} {name}")
    while True:
        yield step(random, name), random.random() * _PAUSE_S


@dataclass
class Shoppers:
    """Everybody who shops, and the history of what they were told."""

    url: Callable[[], str]
    """Where they find a server at the moment."""
    seed: int
    history: History = field(default_factory=History)
    is_open: bool = True
    """While it is, they wish for more; then they only find out what became of their last wish."""
    errors: Counter[str] = field(default_factory=Counter)
    """Answers lost, by kind."""
    codes: Counter[str] = field(default_factory=Counter)
    """Why changes were refused, or not known of."""
    repeats: int = 0

    async def shop(self, client: httpx.AsyncClient, name: str) -> None:
        """One shopper's visit, from his first cart to a last look; the history knows him as ``name``."""
        shopper = _Shopper(self, client, name)
        await shopper.begin()
        for wanted, pause_s in plan(self.seed, name):
            if not self.is_open:
                break
            await shopper.carry_through(wanted)
            await asyncio.sleep(pause_s)
        answer = await shopper.carry_through(Step(name))
        assert not answer.is_stale, name


class _Shopper:
    def __init__(self, shoppers: Shoppers, client: httpx.AsyncClient, name: str) -> None:
        self._shoppers = shoppers
        self._client = client
        self._name = name
        self._token = "new"
        self._line_ids: Mapping[str, str] = {}

    async def begin(self) -> None:
        """Get a token."""
        while self._token == "new":
            try:
                answer = await self._post("{ cart { id } }", None)
            except httpx.TransportError:
                await asyncio.sleep(_ASK_AGAIN_S)
                continue
            self._token = answer.headers.get("cartograph-session", "new")

    async def carry_through(self, step: Step) -> Answer:
        """Ask until it is known what came of it."""
        # Whoever asks again must ask for the same: what he was shown meanwhile does not count.
        line_ids = self._line_ids
        while (answer := await self._do(step, line_ids)).outcome is Outcome.UNKNOWN:
            self._shoppers.repeats += 1
            await asyncio.sleep(_ASK_AGAIN_S)
        return answer

    async def _do(self, step: Step, line_ids: Mapping[str, str]) -> Answer:
        history = self._shoppers.history
        call = history.invoke("http", self._name, *effects_of(step.wish), key=step.key)
        answer = await self._asked(step, line_ids)
        match answer.outcome:
            case Outcome.OK:
                history.ok(call, answer.observed, is_stale=answer.is_stale)
            case Outcome.FAILED:
                history.failed(call)
            case Outcome.UNKNOWN:
                history.unknown(call)
        if answer.line_ids is not None:
            self._line_ids = answer.line_ids
        return answer

    async def _asked(self, step: Step, line_ids: Mapping[str, str]) -> Answer:
        try:
            if step.wish is None:
                response = await self._post(f"{{ {_CART} }} {_LINE}", None)
            else:
                response = await self._post(*_mutation(step.wish, step.key, line_ids))
        except httpx.TransportError as error:
            self._shoppers.errors[type(error).__name__] += 1
            return UNKNOWN
        told = response.json()
        if told.get("errors"):
            self._shoppers.errors[str(told["errors"][0]["extensions"]["code"])] += 1
            return UNKNOWN
        return self._read(told["data"]) if step.wish is None else self._changed(told["data"]["change"])

    def _read(self, data: Any) -> Answer:
        return Answer(Outcome.OK, frozenset(), line_ids={}) if data["cart"] is None else _shown(data["cart"])

    def _changed(self, payload: Any) -> Answer:
        problems = payload["userErrors"]
        if problems:
            self._shoppers.codes[problems[0]["code"]] += 1
            is_unknown = any(each["code"] in _NOT_KNOWN or each["message"].startswith(_PARTLY) for each in problems)
            return UNKNOWN if is_unknown else FAILED
        return Answer(Outcome.OK) if payload["cart"] is None else _shown(payload["cart"])

    async def _post(self, query: str, variables: Any) -> httpx.Response:
        return await self._client.post(
            f"{self._shoppers.url()}/graphql",
            json={"query": query, "variables": {"input": variables} if variables else {}},
            headers={"cartograph-session": self._token},
            timeout=_TIMEOUT_S,
        )


def _mutation(wish: Wish, key: str | None, line_ids: Mapping[str, str]) -> tuple[str, Any]:
    name, given = _input(wish, line_ids)
    kind = f"{name[0].upper()}{name[1:]}Input"
    text = (
        f"mutation M($input: {kind}!) {{ change: {name}(input: $input) {{ {_CART} userErrors {{ code message }} }} }}"
    )
    return f"{text} {_LINE}", {**given, "idempotencyKey": key}


def _input(wish: Wish, line_ids: Mapping[str, str]) -> tuple[str, dict[str, Any]]:
    match wish:
        case Put(_, thing, units):
            return "addItem", {"item": {"asin": thing}, "quantity": units}
        case Set(_, thing, units):
            return "modifyItem", {"lineId": line_ids.get(thing, _NO_LINE), "quantity": units}
        case Move(_, thing, is_saved):
            return ("saveForLater" if is_saved else "moveToCart"), {"lineIds": [line_ids.get(thing, _NO_LINE)]}
        case Clear(_, saved):
            return "clearCart", {"scope": _SCOPES[saved]}
        case HandOver():
            return "checkout", {}
    raise AssertionError(wish)


_NO_LINE: Final = "Q2FydExpbmUfVVMfbm9uZQ"
"""The id of a line that nobody has."""
_SCOPES: Final = {None: "ALL_LINES", False: "ACTIVE_LINES", True: "SAVED_LINES"}


def _shown(cart: Any) -> Answer:
    if cart["status"] != "ACTIVE":
        # A repetition under its key tells of a cart that is closed by now; a hand-over leaves none.
        return Answer(Outcome.OK, line_ids={})
    nodes = [edge["node"] for part in ("lines", "savedForLater") for edge in cart[part]["edges"]]
    observed: Cart = frozenset((node["asin"], node["quantity"], node["placement"] != "ACTIVE") for node in nodes)
    line_ids = {node["asin"]: node["id"] for node in nodes}
    return Answer(Outcome.OK, observed, cart["freshness"]["isStale"], line_ids)
