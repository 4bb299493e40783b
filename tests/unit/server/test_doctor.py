"""The doctor: each thing looked at, well and ill."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
from pydantic import SecretStr

from ecs.embedded import load_catalog
from persistence.engine import open_database
from persistence.migrate import upgrade
from persistence.sealing import new_key
from server.doctor import Finding, examine
from server.settings import Settings
from tests.support.redis_server import REDIS_URL, redis_for_test
from tests.support.tokens import key_of, public
from tests.unit.ecs.client.upstreams import loopback

NOW = datetime(2026, 11, 20, 12, 0, 0, tzinfo=UTC)


async def _look(settings: Settings, now: datetime = NOW) -> dict[str, list[Finding]]:
    found: dict[str, list[Finding]] = {}
    for finding in await examine(settings, now):
        found.setdefault(finding.subject, []).append(finding)
    return found


async def _ready(settings: Settings, tmp_path: Path) -> None:
    database = open_database(settings.database)
    await upgrade(database)
    await database.close()
    item = {"asin": "B000000001", "title": "A Book", "product_group": "Book", "search_index": "Books"}
    (tmp_path / "one.jsonl").write_bytes(orjson.dumps(item) + b"\n")
    load_catalog(tmp_path / "one.jsonl", settings.ecs_data_dir, now=NOW)


async def test_a_healthy_shop(tmp_path: Path) -> None:
    """Every subject once, in the order in which they build on each other."""
    settings = Settings.model_validate(
        {"data_dir": tmp_path / "data", "public_url": "http://127.0.0.1:8000", "ecs_secret_key": "own"}
    )
    await _ready(settings, tmp_path)

    assert await examine(settings, NOW) == [
        Finding("ok", "settings", f"marketplace US, data folder {settings.data_dir}"),
        Finding("ok", "keys", "carts can be sealed and sessions signed"),
        Finding(
            "ok",
            "database",
            f"Database(sqlite+aiosqlite:///{settings.data_dir}/cartograph.sqlite3) can be written "
            "and its schema is up to date",
        ),
        Finding("ok", "catalog", "1 products of one.jsonl, loaded 2026-11-20 12:00 UTC"),
        Finding("ok", "upstream", "it answers signed requests"),
        Finding("ok", "clock", "2026-11-20 12:00:00 UTC"),
    ]


async def test_a_fresh_folder(settings: Settings) -> None:
    """What to run is told, and what is only worth knowing is a note."""
    found = await _look(settings)

    assert [finding.level for finding in found["settings"]] == ["ok", "note", "note"]
    assert found["settings"][1].sentence == (
        "the embedded ECS service takes the key pair of the developer guide, which everybody knows; "
        "set ECS_ACCESS_KEY_ID and ECS_SECRET_KEY"
    )
    assert found["settings"][2].sentence == "PUBLIC_URL is not set; links lead to the address served on"
    assert found["keys"] == [Finding("ok", "keys", "carts can be sealed and sessions signed")]
    assert found["database"] == [
        Finding("wrong", "database", "The database has no schema yet: run `cartograph migrate`.")
    ]
    assert found["catalog"] == [Finding("wrong", "catalog", "none is loaded; run `cartograph catalog load FILE`")]
    assert found["upstream"] == [Finding("ok", "upstream", "it answers signed requests")]


async def test_a_shared_cache_that_answers(settings: Settings) -> None:
    """Only where one is wanted."""
    async with redis_for_test():
        found = await _look(settings.model_copy(update={"cache_url": SecretStr(REDIS_URL)}))

    assert found["cache"] == [Finding("ok", "cache", "Redis answers")]


async def test_a_shared_cache_that_is_away_is_no_fault(settings: Settings) -> None:
    """The server works without it."""
    away = await _look(settings.model_copy(update={"cache_url": SecretStr("redis://127.0.0.1:9/0")}))

    assert [finding.level for finding in away["cache"]] == ["note"]
    assert away["cache"][0].sentence.startswith("Redis does not answer (ConnectionError); each process works with its")


async def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    """All that fails with it is told, each in its own words."""
    (tmp_path / "file").touch()
    found = await _look(Settings(data_dir=tmp_path / "file" / "data"))

    wrong = {subject for subject, findings in found.items() if any(each.level == "wrong" for each in findings)}
    assert wrong == {"keys", "database", "catalog"}
    assert found["catalog"][0].sentence.endswith("(Not a directory); check DATA_DIR.")
    assert list((tmp_path / "file").parent.iterdir()) == [tmp_path / "file"]


@pytest.mark.parametrize("name", ["sealing_keys", "session_keys"])
async def test_keys_that_are_none(settings: Settings, name: str) -> None:
    """The variable is named, the key is not."""
    found = await _look(settings.model_copy(update={name: SecretStr("hunter2")}))

    assert [finding.level for finding in found["keys"]] == ["wrong"]
    assert found["keys"][0].sentence.startswith(f"{name.upper()} cannot be used: ")
    assert "hunter2" not in str(found)


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("mysql://u:hunter2@h/d", "The database URL must begin with sqlite: or postgresql:."),
        ("hunter2", "The database URL is not a URL: write sqlite:///file.db or postgresql://…."),
    ],
)
async def test_a_database_url_that_is_none(settings: Settings, url: str, sentence: str) -> None:
    """Without repeating it: it may hold a password."""
    found = await _look(settings.model_copy(update={"database_url": SecretStr(url)}))

    assert found["database"] == [Finding("wrong", "database", sentence)]
    assert "hunter2" not in str(found)


async def test_keys_in_a_folder_do_not_fit_many_machines(settings: Settings) -> None:
    """PostgreSQL means several servers, and each would make keys of its own."""
    # Port 9 of this machine takes nobody: the database is away too.
    url = SecretStr("postgresql://u:hunter2@127.0.0.1:9/shop")
    alone = await _look(settings.model_copy(update={"database_url": url}))
    ring = SecretStr(new_key())
    shared = await _look(settings.model_copy(update={"database_url": url, "sealing_keys": ring, "session_keys": ring}))

    assert [(each.level, each.sentence.split("; ")[1]) for each in alone["keys"]] == [
        ("note", "set SEALING_KEYS and SESSION_KEYS on every machine")
    ]
    assert [each.level for each in shared["keys"]] == ["ok"]
    assert [each.level for each in shared["database"]] == ["wrong"]
    assert "hunter2" not in str(alone)


async def test_an_upstream_that_is_away(tmp_path: Path) -> None:
    """Port 9 of this machine takes nobody."""
    settings = Settings.model_validate({"data_dir": tmp_path / "data", "ecs_endpoint": "http://127.0.0.1:9/onca/xml"})

    found = await _look(settings)

    assert "catalog" not in found
    assert found["upstream"] == [
        Finding("wrong", "upstream", "it does not answer a look-up: no connection to the upstream (ConnectError)")
    ]


async def test_an_upstream_that_refuses_our_keys(tmp_path: Path) -> None:
    """Its code is told, and where to look."""
    body = (
        b'<?xml version="1.0"?><ItemLookupErrorResponse xmlns="http://ecs.amazonaws.com/doc/2013-08-01/"><Error>'
        b"<Code>SignatureDoesNotMatch</Code><Message>No.</Message></Error></ItemLookupErrorResponse>"
    )

    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(
            b"HTTP/1.1 403 Forbidden\r\nContent-Type: text/xml\r\nContent-Length: %d\r\n\r\n" % len(body) + body
        )
        await writer.drain()

    async with loopback(refuse) as endpoint:
        found = await _look(Settings.model_validate({"data_dir": tmp_path / "data", "ecs_endpoint": endpoint}))

    assert found["upstream"] == [
        Finding(
            "wrong",
            "upstream",
            "it refuses our credentials (SignatureDoesNotMatch); check the keys, the associate tag and this clock",
        )
    ]


@pytest.mark.parametrize(
    ("now", "level"),
    [
        (NOW, "ok"),
        (datetime(2026, 10, 31, tzinfo=UTC), "ok"),
        (datetime(2026, 10, 31, tzinfo=UTC) - timedelta(seconds=1), "wrong"),
        (datetime(1970, 1, 1, tzinfo=UTC), "wrong"),
    ],
)
async def test_a_clock_that_stands_in_the_past(settings: Settings, now: datetime, level: str) -> None:
    """A machine without a battery begins in 1970, and every signature is refused."""
    found = await _look(settings, now)

    assert [finding.level for finding in found["clock"]] == [level]


def _with_issuers(settings: Settings, *entries: dict[str, Any]) -> Settings:
    return settings.model_copy(update={"token_issuers": SecretStr(orjson.dumps(entries).decode())})


ENTRY = {"issuer": "https://id.example", "audience": "shop", "algorithms": ["RS256", "ES256"]}


async def test_issuers_that_can_sign_in(settings: Settings, tmp_path: Path) -> None:
    """By file, by secret, and by an address that answers."""
    body = orjson.dumps(public(key_of("RS256"), key_of("ES256"), key_of("EdDSA")))
    (tmp_path / "jwks.json").write_bytes(body)

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
        await writer.drain()

    async with loopback(answer) as address:
        found = await _look(
            _with_issuers(
                settings,
                ENTRY | {"jwks_url": address},
                ENTRY | {"issuer": "apps", "jwks_file": str(tmp_path / "jwks.json"), "algorithms": ["EdDSA"]},
                ENTRY | {"issuer": "backend", "secret": "hunter2" * 5, "algorithms": ["HS256"]},
            )
        )

    assert found["tokens"] == [
        Finding("ok", "tokens", "https://id.example signs customers in by ES256, RS256; keys that fit: 2"),
        Finding("ok", "tokens", "apps signs customers in by EdDSA; keys that fit: 1"),
        Finding("ok", "tokens", "backend signs customers in by HS256; keys that fit: 1"),
    ]


async def test_issuers_of_whom_nobody_can_sign_in(settings: Settings, tmp_path: Path) -> None:
    """An address that is away, a file that is missing, and keys for other algorithms; each told by itself."""
    (tmp_path / "jwks.json").write_bytes(orjson.dumps(public(key_of("EdDSA"))))
    (tmp_path / "oops.json").write_bytes(b"oops")
    found = await _look(
        _with_issuers(
            settings,
            ENTRY | {"jwks_url": "http://127.0.0.1:9/jwks.json"},
            ENTRY | {"issuer": "apps", "jwks_file": "/nowhere/jwks.json"},
            ENTRY | {"issuer": "oops", "jwks_file": str(tmp_path / "oops.json")},
            ENTRY | {"issuer": "other", "jwks_file": str(tmp_path / "jwks.json")},
        )
    )

    assert [(each.level, each.sentence) for each in found["tokens"]] == [
        ("wrong", "the keys of https://id.example at http://127.0.0.1:9/jwks.json: it does not answer (ConnectError)"),
        ("wrong", "the keys of apps at /nowhere/jwks.json: it cannot be read (No such file or directory)"),
        ("wrong", f"the keys of oops at {tmp_path}/oops.json: it is no JWK set"),
        ("wrong", "other has no key for ES256, RS256; nobody of it can sign in"),
    ]


async def test_a_setting_of_issuers_that_is_none(settings: Settings) -> None:
    """Its secret is not repeated."""
    wrong = ENTRY | {"secret": "hunter2"}
    found = await _look(_with_issuers(settings, wrong))

    assert [finding.level for finding in found["tokens"]] == ["wrong"]
    assert found["tokens"][0].sentence.startswith("TOKEN_ISSUERS entry 1: with a shared secret, ")
    assert "hunter2" not in str(found)


async def test_known_documents_that_run(settings: Settings, tmp_path: Path) -> None:
    """The shop's own and ours; without a folder there is nothing to look at."""
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "A.graphql").write_text("{ service { version } }", "utf-8")

    found = await _look(settings.model_copy(update={"documents_dir": folder}))

    (finding,) = found["documents"]
    assert finding.level == "ok"
    assert finding.sentence.endswith("; each runs")
    assert "documents" not in await _look(settings)


async def test_known_documents_that_do_not(settings: Settings, tmp_path: Path) -> None:
    """The first is told by how it begins; and so is a folder that is not there."""
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "A.graphql").write_text("query Old {\n  gone\n}", "utf-8")

    found = await _look(settings.model_copy(update={"documents_dir": folder}))
    missing = await _look(settings.model_copy(update={"documents_dir": tmp_path / "none"}))

    sentence = "one does not run (query Old { gone } …): Cannot query field 'gone' on type 'Query'."
    assert found["documents"] == [Finding("wrong", "documents", sentence)]
    assert missing["documents"][0].sentence.startswith("DOCUMENTS_DIR names no folder")
