"""The application put together: settings in, an ASGI callable out."""

import gc
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Final
from uuid import uuid4

from graphql import execute
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware

from ecs.vocabulary import LOCALES
from persistence.engine import Database, open_database
from persistence.journal import SqlJournal
from persistence.revisions import require_head
from persistence.sealing import KeyRing
from persistence.store import SqlCartStore
from resolvers.shop import LEASE, Shop
from schema.build import build_schema, sdl
from schema.execution import CompiledExecutor
from server.answers import Answers, MemoryAnswers
from server.documents import Documents
from server.endpoint import GraphQLEndpoint
from server.front import Front, Services
from server.identity import SESSION_HEADER, Sessions
from server.issuers import load_issuers
from server.keys import load_keys
from server.marketplaces import MARKETPLACE_HEADER, Shops
from server.messages import App
from server.observability import RequestLog, access_log, configure_logging
from server.persisted import PersistedDocuments, known_documents
from server.preparing import Preparation
from server.settings import Settings, SettingsWrong, load_settings
from server.shared_answers import StoredAnswers
from server.site import Site, failed
from server.status import ServerStatus
from server.supply import Supply
from server.sweeper import Sweeper
from server.tokens import Tokens
from server.upstream import Watch, checkout_sites, embedded_service, gateway, made_with

_COLLECTED_AFTER: Final = (10_000, 5, 2)
"""
Objects made and still there before the collector looks at the young ones (a twentieth of a search's time), and how
often it does so before it looks at those that stayed, and at all. What validating a document leaves behind is circles,
some of which wait for the last: it comes every few ten thousand requests and takes ten milliseconds.
"""


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """This instant, aware and in UTC."""
        return datetime.now(UTC)


def new_id() -> str:
    """A random, unguessable id (122 bits)."""
    return uuid4().hex


def create_app(settings: Settings, *, public_url: str, database: Database | None = None) -> App:
    """
    The server as an ASGI app; files and connections are opened here and closed when the app shuts down.

    ``database`` is the settings' own unless another is given, which the app closes all the same.

    Raises:
        SettingsWrong, ValueError: a setting cannot be used.
        StoreUnavailable: the database file cannot be made.
    """
    clock = SystemClock()
    keys = load_keys(settings)
    tokens = Tokens(load_issuers(settings), clock.now)
    database = database or open_database(settings.database)
    watch = Watch(clock.now)
    key_ring = KeyRing.parse(keys.sealing.get_secret_value())
    store, journal = SqlCartStore(database, key_ring), SqlJournal(database, key_ring)
    services = {code: embedded_service(settings, public_url, code) for code in settings.served if settings.is_embedded}
    upstreams = {code: gateway(settings, services.get(code), watch, clock.now, code) for code in settings.served}
    supply = Supply(settings, database, clock.now, monotonic)
    supplied = {code: supply.of(code, upstream, services.get(code)) for code, (upstream, _) in upstreams.items()}
    watch.guards = tuple(each.guard for each in supplied.values())
    shops = Shops.of(
        *(
            Shop(
                marketplace=code,
                currency=LOCALES[code].currency,
                catalog=each.catalog,
                directory=each.catalog,
                carts=each.carts,
                store=store,
                journal=journal,
                clock=clock,
                new_id=new_id,
                checkout_sites=checkout_sites(settings, public_url, code),
                extended_search=settings.is_embedded,
                made_with=made_with(settings, code),
                lease=max(LEASE, 3 * timedelta(seconds=settings.ecs_timeout_s)),
            )
            for code, each in supplied.items()
        )
    )
    # What was left open goes before everything else that wants the upstream.
    settling = {code: replace(shop, carts=supplied[code].settling) for code, shop in shops.by_code.items()}
    sweeper = Sweeper(settling, store)
    built = build_schema()
    schema = built._schema
    status = ServerStatus(database, watch, services, sdl())
    shared = _shared_answers(supply, public_url, status.schema_hash)
    endpoint = GraphQLEndpoint(
        schema,
        Preparation(
            Documents(schema, introspection=settings.introspection),
            PersistedDocuments(known_documents(settings.documents_dir), known_only=settings.known_documents_only),
        ),
        Answers(MemoryAnswers(settings.answer_cache_mb * 1_000_000, time.time), time.time, shared),
        shops,
        Sessions(keys.session, clock.now, new_id),
        status,
        frozenset(settings.cors_origins),
        tokens=tokens,
        requires_keys=settings.require_idempotency_keys,
        execute=CompiledExecutor(built).execute if settings.compiled_executor else execute,
    )

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        try:
            await require_head(database)
            sweeper.start()
            yield
        finally:
            await sweeper.stop()
            await supply.aclose()
            for upstream in upstreams.values():
                await upstream[1].aclose()
            await tokens.aclose()
            await database.close()
            for service in services.values():
                service.close()

    site = Site(settings, status)
    app = Starlette(
        routes=site.routes(),
        exception_handlers={HTTPException: failed, Exception: failed},
        lifespan=lifespan,
    )
    # The redirect would lead to whatever host the request names.
    app.router.redirect_slashes = False
    shop = Services(_with_cors(Front(endpoint, app), settings), services)
    return RequestLog(shop, access_log(settings.log_level, settings.log_format))


def _shared_answers(supply: Supply, public_url: str, schema: str) -> StoredAnswers | None:
    """Where replicas share whole answers; None without CACHE_URL."""
    if supply.store is None:
        return None
    # What answers hold that comes from neither question nor catalog.
    own = f"{schema} {public_url}"
    return StoredAnswers(supply.store, lambda: f"{own} {supply.edition()}", time.time)


def _with_cors(app: App, settings: Settings) -> App:
    if not settings.cors_origins:
        return app
    return CORSMiddleware(
        app,
        allow_origins=list(settings.cors_origins),
        allow_credentials=True,
        allow_methods=["GET", "POST"],
        allow_headers=["authorization", "content-type", "if-none-match", SESSION_HEADER, MARKETPLACE_HEADER],
        expose_headers=[SESSION_HEADER, "etag", "x-request-id"],
    )


def app_from_environment() -> App:
    """The server with the settings of the environment, as a worker process makes it."""
    settings = load_settings()
    configure_logging(settings.log_level, settings.log_format)
    if settings.public_url is None:
        raise SettingsWrong("PUBLIC_URL is not set; start the server with `cartograph serve`")
    app = create_app(settings, public_url=str(settings.public_url).rstrip("/"))
    # What is there now stays until the end: the collector need not look at it again with every full turn.
    gc.collect()
    gc.freeze()
    # Reading an answer makes thousands of objects that are gone in a moment; as a rule they hold no circles.
    gc.set_threshold(*_COLLECTED_AFTER)
    return app
