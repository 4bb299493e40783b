"""
What ``cartograph doctor`` looks at.

Settings, keys, issuers of tokens, known documents, database, shared cache, catalog, upstream and clock.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final, Literal

from ecs.embedded import CatalogState
from ecs.errors import AccessRefused, UpstreamError
from ecs.vocabulary import ResponseGroup
from persistence.engine import open_database
from persistence.errors import StoreError
from persistence.revisions import require_head
from persistence.sealing import KeyRing
from schema.build import build_schema
from server.documents import DocumentRefused, Documents
from server.issuers import TokenIssuer, load_issuers
from server.keys import load_keys
from server.keysets import Keys, fitting, key_set, secret_key
from server.keysources import FileKeys, KeysUnreadable, http_client, read_address
from server.persisted import known_documents
from server.redis_store import FAILURES, redis_client
from server.settings import EXAMPLE_SECRET, Settings, SettingsWrong
from server.upstream import Watch, embedded_service, gateway

_PROJECT_BEGAN: Final = datetime(2026, 11, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: ``ok``, worth a ``note``, or ``wrong``."""

    level: Literal["ok", "note", "wrong"]
    subject: str
    sentence: str


async def examine(settings: Settings, now: datetime) -> list[Finding]:
    """Look at everything; nothing is changed but for files that a first start would make anyway."""
    return [
        *_settings(settings),
        _keys(settings),
        *await _tokens(settings),
        *_documents(settings),
        await _database(settings),
        *await _cache(settings),
        *await _upstreams(settings),
        _clock(now),
    ]


def _settings(settings: Settings) -> list[Finding]:
    found = [Finding("ok", "settings", f"marketplace {settings.marketplace}, data folder {settings.data_dir}")]
    if settings.is_embedded and settings.ecs_secret_key == EXAMPLE_SECRET:
        sentence = "the embedded ECS service takes the key pair of the developer guide, which everybody knows"
        found.append(Finding("note", "settings", f"{sentence}; set ECS_ACCESS_KEY_ID and ECS_SECRET_KEY"))
    if settings.public_url is None:
        found.append(Finding("note", "settings", "PUBLIC_URL is not set; links lead to the address served on"))
    return found


def _keys(settings: Settings) -> Finding:
    try:
        keys = load_keys(settings)
        KeyRing.parse(keys.sealing.get_secret_value())
        KeyRing.parse(keys.session.get_secret_value())
    except (SettingsWrong, ValueError) as error:
        return Finding("wrong", "keys", str(error))
    if settings.sealing_keys is None and settings.database.startswith("postgres"):
        sentence = (
            "they lie in the data folder of this machine alone; set SEALING_KEYS and SESSION_KEYS on every machine"
        )
        return Finding("note", "keys", sentence)
    return Finding("ok", "keys", "carts can be sealed and sessions signed")


async def _tokens(settings: Settings) -> list[Finding]:
    try:
        issuers = load_issuers(settings)
    except SettingsWrong as error:
        return [Finding("wrong", "tokens", str(error))]
    return [await _issuer(issuer) for issuer in issuers]


async def _issuer(issuer: TokenIssuer) -> Finding:
    algorithms = ", ".join(sorted(issuer.algorithms))
    try:
        keys = await _keys_of(issuer)
    except (KeysUnreadable, ValueError) as error:
        where = issuer.jwks_url or issuer.jwks_file
        return Finding("wrong", "tokens", f"the keys of {issuer.name} at {where}: {error}")
    fit = {key for algorithm in issuer.algorithms for key in fitting(keys, algorithm, None)}
    if not fit:
        return Finding("wrong", "tokens", f"{issuer.name} has no key for {algorithms}; nobody of it can sign in")
    return Finding("ok", "tokens", f"{issuer.name} signs customers in by {algorithms}; keys that fit: {len(fit)}")


async def _keys_of(issuer: TokenIssuer) -> Keys:
    if issuer.secret is not None:
        return (secret_key(issuer.secret.get_secret_value()),)
    if issuer.jwks_file is not None:
        return await FileKeys(issuer.jwks_file).keys()
    async with http_client() as client:
        return key_set(await read_address(client, str(issuer.jwks_url)))


def _documents(settings: Settings) -> list[Finding]:
    if settings.documents_dir is None:
        return []
    try:
        known = known_documents(settings.documents_dir)
    except SettingsWrong as error:
        return [Finding("wrong", "documents", str(error))]
    documents = Documents(build_schema()._schema, introspection=settings.introspection)
    for text in sorted(known.texts):
        try:
            documents.ready(text)
        except DocumentRefused as refused:
            beginning = " ".join(text.split())[:60]
            return [Finding("wrong", "documents", f"one does not run ({beginning} …): {refused.errors[0].message}")]
    return [Finding("ok", "documents", f"known: {len(known.texts)}; each runs")]


async def _database(settings: Settings) -> Finding:
    try:
        database = open_database(settings.database)
    except (ValueError, StoreError) as error:
        return Finding("wrong", "database", str(error))
    try:
        await database.ping()
        await require_head(database)
    except StoreError as error:
        return Finding("wrong", "database", str(error))
    finally:
        await database.close()
    return Finding("ok", "database", f"{database!r} can be written and its schema is up to date")


async def _cache(settings: Settings) -> list[Finding]:
    """Nothing without CACHE_URL. A shared cache that is away is worth a note: the server works without it."""
    if settings.cache_url is None:
        return []
    client = redis_client(settings.cache_url.get_secret_value())
    try:
        await client.ping()
    except FAILURES as error:
        sentence = (
            f"Redis does not answer ({type(error).__name__}); each process works with its own memory until it does"
        )
        return [Finding("note", "cache", sentence)]
    finally:
        await client.aclose()
    return [Finding("ok", "cache", "Redis answers")]


async def _upstreams(settings: Settings) -> list[Finding]:
    found = []
    for code in settings.served:
        of_market = "" if code == settings.marketplace else f" {code}"
        found += [replace(finding, subject=finding.subject + of_market) for finding in await _upstream(settings, code)]
    return found


async def _upstream(settings: Settings, marketplace: str) -> list[Finding]:
    found = []
    service = None
    if settings.is_embedded:
        try:
            service = embedded_service(settings, "http://127.0.0.1", marketplace)
        except SettingsWrong as error:
            return [Finding("wrong", "catalog", str(error))]
        found.append(_catalog(service.catalog_state()))
    client, http_client = gateway(settings, service, Watch(_utc_now), _utc_now, marketplace)
    try:
        await client.look_up(["0000000000"], frozenset({ResponseGroup.ITEM_IDS}))
    except AccessRefused as error:
        sentence = f"it refuses our credentials ({error.code}); check the keys, the associate tag and this clock"
        found.append(Finding("wrong", "upstream", sentence))
    except UpstreamError as error:
        found.append(Finding("wrong", "upstream", f"it does not answer a look-up: {error}"))
    else:
        found.append(Finding("ok", "upstream", "it answers signed requests"))
    finally:
        await http_client.aclose()
        if service is not None:
            service.close()
    return found


def _catalog(state: CatalogState | None) -> Finding:
    if state is None:
        return Finding("wrong", "catalog", "none is loaded; run `cartograph catalog load FILE`")
    sentence = f"{state.products:,} products of {state.source}, loaded {state.loaded_at:%Y-%m-%d %H:%M} UTC"
    return Finding("ok", "catalog", sentence)


def _clock(now: datetime) -> Finding:
    if now < _PROJECT_BEGAN - timedelta(days=1):
        sentence = f"it says {now:%Y-%m-%d}, before this program was written; signatures will be refused"
        return Finding("wrong", "clock", sentence)
    return Finding("ok", "clock", f"{now:%Y-%m-%d %H:%M:%S} UTC")


def _utc_now() -> datetime:
    return datetime.now(UTC)
