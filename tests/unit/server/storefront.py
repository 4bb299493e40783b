"""A small GraphQL server for the tests: real HTTP and identity, a schema whose fields do what their name says."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from time import monotonic
from types import SimpleNamespace
from typing import Any, cast

import httpx
import orjson
from graphql import GraphQLSchema, build_schema
from pydantic import SecretStr

from ecs.errors import UpstreamThrottled
from ecs.resilience.deadlines import deadline_or
from resolvers.errors import BadInput
from resolvers.ports import Carts, CartStore, Catalog, Directory, Journal
from resolvers.shop import Shop
from schema.cache_hint import CacheHint
from schema.context import Context, Limits, Status, UpstreamState
from schema.directives import Cost, ListSize, public
from server.answers import Answers, MemoryAnswers, SharedAnswers
from server.documents import Documents
from server.endpoint import GraphQLEndpoint
from server.identity import Sessions
from server.issuers import TokenIssuer
from server.limits import LIMITS
from server.marketplaces import Shops
from server.messages import App
from server.persisted import KnownDocuments, PersistedDocuments
from server.preparing import Preparation
from server.tokens import Tokens

NOW = datetime(2026, 11, 20, 12, 0, 0, tzinfo=UTC)
KEY = "k1:" + "A" * 43 + "="
OTHER_KEY = "k2:" + "B" * 43 + "="
CANARY = "canary-7f3a"

_SDL = """
type Query {
  hello(name: String, count: Int): String
  viewer: String
  known: String
  boom: String
  bad: String
  busy: String
  slow: String
  sure: String!
  echo(count: Int!): Int
  refuse(times: Int = 1): String
  open(n: Int, s: String): String
  brief: String
  stale: String
  nosy: String
  broken: String
  late: String
  remaining: Float
}
type Mutation { slow: String, remaining: Float, viewer: String, boom: String, dear(first: Int): [Dear] }
type Dear { id: ID, own: Dear }
"""


PUBLIC = {"open": 60, "brief": 60, "stale": 60, "nosy": 60, "broken": 60, "late": 60}
"""Fields whose answers may be shared, and for how many seconds."""


class MovableClock:
    """A clock that stands still until it is moved."""

    def __init__(self, now: datetime = NOW) -> None:
        self.at = now

    def now(self) -> datetime:
        """The instant it was set to."""
        return self.at

    def move(self, by: timedelta) -> None:
        """Go on, or back."""
        self.at += by


class Ids:
    """guest-1, guest-2, …"""

    def __init__(self) -> None:
        self.made = 0

    def __call__(self) -> str:
        self.made += 1
        return f"guest-{self.made}"


@dataclass(frozen=True)
class FixedStatus:
    """A status that never changes."""

    version: str = "0.0.0"
    schema_hash: str = "00"
    upstream_state: UpstreamState = "UP"
    last_success_at: datetime | None = None
    limits: Limits = LIMITS


def ring(*keys: str) -> SecretStr:
    """A key ring as the settings have it."""
    return SecretStr(",".join(keys or (KEY,)))


def shop() -> Shop:
    """A shop nobody asks anything: the fields of the small schema use none of it."""
    nothing = object()
    return Shop(
        marketplace="US",
        currency="USD",
        catalog=cast("Catalog", nothing),
        directory=cast("Directory", nothing),
        carts=cast("Carts", nothing),
        store=cast("CartStore", nothing),
        journal=cast("Journal", nothing),
        clock=MovableClock(),
        new_id=Ids(),
        checkout_sites=(),
        extended_search=False,
    )


def schema(done: list[str]) -> GraphQLSchema:
    """The small schema; what ran to its end is noted in ``done``."""
    built = build_schema(_SDL)

    async def slow(_: object, info: Any) -> str:
        # Gives way until long after the time-out of the tests, which is zero.
        for _unused in range(50):
            await asyncio.sleep(0)
        done.append(info.parent_type.name)
        return "done"

    resolvers: Mapping[str, Callable[..., Any]] = {
        "hello": lambda _, __, name="you", count=1: f"hello {name}" * count,
        "viewer": lambda _, info: cast("Context", info.context).session.establish(),
        "known": lambda _, info: cast("Context", info.context).session.customer_id,
        "boom": _raise(RuntimeError(f"password={CANARY}")),
        "bad": _raise(BadInput("`bad` is never good; leave it out.")),
        "busy": _raise(UpstreamThrottled("503", retry_after_s=2.6)),
        "slow": slow,
        "remaining": lambda _, __: deadline_or(monotonic() - 1.0) - monotonic(),
        "sure": _raise(BadInput("`sure` is not.")),
        "echo": lambda _, __, count: count,
        "refuse": _raise(ValueError(CANARY)),
        "dear": lambda _, __, first=0: [],
        "open": lambda _, __, n=0, s="": _noted(done, f"open {n} {s}"),
        "brief": lambda _, info: cast("CacheHint", info.context.cache_hint).shorten(5),
        "stale": lambda _, info: cast("CacheHint", info.context.cache_hint).saw(NOW, True),
        "nosy": lambda _, info: cast("Context", info.context).session.customer_id,
        "broken": lambda _, __: _noted(done, None) or _raise(BadInput("`broken` is broken."))(),
        "late": slow,
    }
    for owner in (built.query_type, built.mutation_type):
        assert owner is not None
        for name, each in owner.fields.items():
            each.resolve = resolvers[name]
    assert built.mutation_type is not None
    # Strawberry leaves its definition of a field, with the directives, where the cost is read.
    weights = SimpleNamespace(directives=[Cost(weight="0"), ListSize(slicing_arguments=["first"])])
    built.mutation_type.fields["dear"].extensions["strawberry-definition"] = weights
    assert built.query_type is not None
    for name, lifetime_s in PUBLIC.items():
        built.query_type.fields[name].extensions["strawberry-definition"] = SimpleNamespace(
            directives=[public(lifetime_s)]
        )
    return built


def _noted(done: list[str], value: Any) -> Any:
    done.append(str(value))
    return value


def _raise(error: Exception) -> Callable[..., Any]:
    def resolve(*_: object, **__: object) -> None:
        raise error

    return resolve


@dataclass
class Storefront:
    """The small server with everything a test wants to look at."""

    origins: frozenset[str] = frozenset()
    introspection: bool = True
    query_timeout_s: float = 8.0
    known: KnownDocuments = field(default_factory=lambda: KnownDocuments({}, frozenset()))
    known_only: bool = False
    answer_bytes: int = 1_000_000
    shared_answers: SharedAnswers | None = None
    clock: MovableClock = field(default_factory=MovableClock)
    ids: Ids = field(default_factory=Ids)
    done: list[str] = field(default_factory=list)
    issuers: tuple[TokenIssuer, ...] = ()
    key_client: httpx.AsyncClient | None = None

    def __post_init__(self) -> None:
        built = schema(self.done)
        self.sessions = Sessions(ring(), self.clock.now, self.ids)
        self.endpoint = GraphQLEndpoint(
            built,
            Preparation(
                Documents(built, introspection=self.introspection),
                PersistedDocuments(self.known, known_only=self.known_only),
            ),
            Answers(MemoryAnswers(self.answer_bytes, self._epoch), self._epoch, self.shared_answers),
            Shops.of(shop()),
            self.sessions,
            cast("Status", FixedStatus()),
            self.origins,
            tokens=Tokens(self.issuers, self.clock.now, client=self.key_client),
            query_timeout_s=self.query_timeout_s,
        )
        self.app: App = self.endpoint

    def _epoch(self) -> float:
        return self.clock.now().timestamp()

    async def get(self, headers: Mapping[str, str] | None = None, /, **parameters: str) -> httpx.Response:
        """The answer to one GET."""
        async with client(self.app) as http:
            del http.headers["accept"]
            return await http.get("/graphql", params=parameters, headers=headers)

    async def post(
        self,
        body: bytes | dict[str, Any] | str,
        headers: Mapping[str, str] | list[tuple[str, str]] | None = None,
        *,
        base_url: str = "http://127.0.0.1:8000",
    ) -> httpx.Response:
        """
        The answer to one POST; a text is a document, a dictionary a body, bytes are sent as they are.

        Content-Type is that of JSON unless ``headers`` say otherwise; an empty one is not sent.
        """
        payload = {"query": body} if isinstance(body, str) else body
        content = payload if isinstance(payload, bytes) else orjson.dumps(payload)
        given = list(headers.items()) if isinstance(headers, Mapping) else list(headers or ())
        names = {name.lower() for name, _ in given}
        if "content-type" not in names:
            given.append(("content-type", "application/json"))
        async with client(self.app, base_url) as http:
            # httpx would ask for */* by itself.
            del http.headers["accept"]
            return await http.post(
                "/graphql", content=content, headers=[(name, value) for name, value in given if value]
            )


def client(app: Any, base_url: str = "http://127.0.0.1:8000") -> httpx.AsyncClient:
    """A client of an application in this process; its failures are answers, as they are on the wire."""
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app, raise_app_exceptions=False), base_url=base_url, trust_env=False
    )


@asynccontextmanager
async def running(app: App) -> AsyncIterator[httpx.AsyncClient]:
    """
    A client of the application between its start and its shutdown.

    Raises:
        RuntimeError: the application refuses to start; says why.
    """
    inbox: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    told: asyncio.Queue[Any] = asyncio.Queue()
    task = asyncio.create_task(_lifespan(app, inbox, told))
    await inbox.put({"type": "lifespan.startup"})
    started = await told.get()
    if started["type"] != "lifespan.startup.complete":
        await asyncio.wait([task])
        raise RuntimeError(started["message"]) from task.exception()
    try:
        async with client(app) as http:
            yield http
    finally:
        await inbox.put({"type": "lifespan.shutdown"})
        await told.get()
        await task


async def _lifespan(app: App, inbox: asyncio.Queue[dict[str, Any]], told: asyncio.Queue[Any]) -> None:
    await app({"type": "lifespan", "asgi": {"version": "3.0"}, "state": {}}, inbox.get, told.put)


def errors_of(answer: httpx.Response) -> list[str]:
    """The codes of an answer's errors."""
    return [each["extensions"]["code"] for each in answer.json().get("errors", [])]
