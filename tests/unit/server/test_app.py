"""The application put together: its addresses and their answers, over real HTTP messages on real files."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import httpx
import orjson
import pytest
from redis.asyncio import Redis

from ecs.embedded import load_catalog
from persistence.engine import open_database
from persistence.migrate import upgrade
from schema.build import sdl
from server import VERSION, explorer
from server.app import app_from_environment, create_app
from server.settings import Settings, SettingsWrong, load_settings
from server.supply import PREFIX
from tests.support.redis_server import REDIS_URL, redis_for_test
from tests.unit.server.storefront import errors_of, running

HTML = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
JSON = {"content-type": "application/json"}
PUBLIC_URL = "http://127.0.0.1:8000"
BY_GET = "GET runs documents that are known by their hash only; send this one by POST, as JSON."
ITEM = {
    "asin": "B000000001",
    "title": "A Book",
    "product_group": "Book",
    "search_index": "Books",
    "browse_nodes": [{"id": "1", "name": "Books", "ancestors": []}],
    "authors": ["A. Uthor"],
    "sales_rank": 1,
}
SAFE = {"x-content-type-options": "nosniff", "referrer-policy": "no-referrer", "x-frame-options": "DENY"}


async def _migrated(settings: Settings) -> None:
    database = open_database(settings.database)
    await upgrade(database)
    await database.close()


def _load(settings: Settings, feed: Path) -> None:
    feed.write_bytes(orjson.dumps(ITEM) + b"\n")
    load_catalog(feed, settings.ecs_data_dir, now=datetime(2026, 11, 20, tzinfo=UTC))


@asynccontextmanager
async def _opened(settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    """A client of a shop with these settings, whose database is up to date."""
    await _migrated(settings)
    async with running(create_app(settings, public_url=PUBLIC_URL)) as http:
        yield http


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A shop with one product; its tests change nothing that another of them looks at."""
    folder = tmp_path_factory.mktemp("shop")
    settings = Settings(data_dir=folder / "data", cors_origins=("https://front.example",))
    asyncio.run(_migrated(settings))
    _load(settings, folder / "one.jsonl")
    return settings


@pytest.fixture
async def http(shop: Settings) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the running shop."""
    async with running(create_app(shop, public_url=PUBLIC_URL)) as http:
        yield http


def _is_safe(answer: httpx.Response) -> bool:
    return SAFE.items() <= dict(answer.headers).items()


async def test_graphql_reaches_the_embedded_service(http: httpx.AsyncClient) -> None:
    """From the query through signature, XML and catalog, and back."""
    query = '{ product(by: {asin: "B000000001"}) { title } service { version upstream { state } } }'

    answer = await http.post("/graphql", json={"query": query})

    assert answer.json() == {
        "data": {
            "product": {"title": "A Book"},
            "service": {"version": VERSION, "upstream": {"state": "UP"}},
        }
    }


@pytest.mark.parametrize("accept", ["*/*", "application/json", "application/graphql-response+json"])
async def test_operations_do_not_go_by_get(http: httpx.AsyncClient, accept: str) -> None:
    """A link must not run anything."""
    answer = await http.get(
        "/graphql", params={"query": "mutation { checkout(input: {}) { purchaseUrl } }"}, headers={"accept": accept}
    )

    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
    assert answer.json() == {"errors": [{"message": BY_GET, "extensions": {"code": "METHOD_NOT_ALLOWED"}}]}


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
async def test_other_methods_are_refused(http: httpx.AsyncClient, method: str) -> None:
    """With the methods that are taken."""
    answer = await http.request(method, "/graphql")

    assert answer.status_code == 405
    assert set(answer.headers["allow"].split(", ")) == {"GET", "HEAD", "POST"}
    assert errors_of(answer) == ["METHOD_NOT_ALLOWED"]


@pytest.mark.parametrize("path", ["/", "/schema.graphql", "/healthz", "/readyz", "/assets/site.css"])
async def test_pages_are_for_reading_only(http: httpx.AsyncClient, path: str) -> None:
    """Each also answers HEAD, with the head of GET and no body."""
    got, head, posted = await http.get(path), await http.head(path), await http.post(path)

    assert (got.status_code, head.status_code, posted.status_code) == (200, 200, 405)
    assert head.content == b""
    assert head.headers["content-type"] == got.headers["content-type"]
    assert errors_of(posted) == ["METHOD_NOT_ALLOWED"]


async def test_the_explorer_that_is_not_built_says_so(http: httpx.AsyncClient) -> None:
    """GraphQL works all the same, so the server runs."""
    answer = await http.get("/graphql", headers=HTML)

    assert answer.status_code == 503
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.text == explorer.missing_page()
    assert _is_safe(answer)


@pytest.mark.parametrize("path", ["/explorer", "/explorer/", "/explorer/index.html", "/explorer/assets/none.js"])
async def test_files_of_an_explorer_that_is_not_built_are_missing(http: httpx.AsyncClient, path: str) -> None:
    """A missing folder is no fault of the server."""
    answer = await http.get(path)

    assert answer.status_code == 404
    assert errors_of(answer) == ["BAD_REQUEST"]


async def test_an_explorer_built_later_is_served_without_a_restart(tmp_path: Path) -> None:
    """`make explorer` runs beside a running server."""
    settings = Settings(data_dir=tmp_path / "data")
    await _migrated(settings)
    folder = settings.data_dir / "explorer"
    async with running(create_app(settings, public_url=PUBLIC_URL)) as http:
        assert (await http.get("/explorer/assets/a.js")).status_code == 404

        (folder / "assets").mkdir(parents=True)
        (folder / "index.html").write_text("<title>GraphiQL</title>")
        (folder / "assets" / "a.js").write_text("1")

        page, script = await http.get("/graphql", headers=HTML), await http.get("/explorer/assets/a.js")
        outside = await http.get("/explorer/%2e%2e/keys.json")

    assert (page.status_code, page.text) == (200, "<title>GraphiQL</title>")
    assert page.headers["content-security-policy"] == explorer.CONTENT_SECURITY_POLICY
    assert _is_safe(page)
    assert (script.status_code, script.text) == (200, "1")
    assert outside.status_code == 404
    assert "k" + ":" not in outside.text
    assert "sealing" not in outside.text


async def test_the_landing_page_shows_the_shop(http: httpx.AsyncClient) -> None:
    """Somebody who opens the address finds the way."""
    answer = await http.get("/", headers={**HTML, "host": "shop.example:8123"})

    assert answer.status_code == 200
    assert "Embedded ECS service, in this process" in answer.text
    assert "one.jsonl" in answer.text
    assert "http://shop.example:8123/graphql" in answer.text
    assert _is_safe(answer)


async def test_a_host_cannot_write_into_the_landing_page(http: httpx.AsyncClient) -> None:
    """The Host header is what the client says."""
    answer = await http.get("/", headers={"host": '"><script>alert(1)</script>'})

    assert "<script" not in answer.text


async def test_the_schema_is_published(http: httpx.AsyncClient) -> None:
    """Also where introspection is off."""
    answer = await http.get("/schema.graphql")

    assert answer.text == sdl()
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert _is_safe(answer)


async def test_static_files_are_few_and_known(http: httpx.AsyncClient) -> None:
    """Nothing is read from a folder by a client's name for it."""
    style = await http.get("/assets/site.css")
    missing = await http.get("/assets/site.css.bak")

    assert (style.status_code, style.headers["content-type"]) == (200, "text/css; charset=utf-8")
    assert style.headers["cache-control"] == "max-age=3600"
    assert _is_safe(style)
    assert missing.status_code == 404


async def test_a_wrong_address_is_a_page_for_people(http: httpx.AsyncClient) -> None:
    """And an error for programs."""
    page = await http.get("/nothing", headers=HTML)
    error = await http.get("/nothing/<b>")

    assert (page.status_code, page.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert _is_safe(page)
    assert error.status_code == 404
    assert error.json() == {
        "errors": [
            {
                "message": "There is nothing at /nothing/&lt;b&gt;; GraphQL is at /graphql.",
                "extensions": {"code": "BAD_REQUEST"},
            }
        ]
    }


@pytest.mark.parametrize("path", ["/graphql/", "/healthz/", "/schema.graphql/"])
async def test_a_slash_too_many_leads_nowhere(http: httpx.AsyncClient, path: str) -> None:
    """A redirect would go to whatever host the request names."""
    answer = await http.get(path, headers={"host": "evil.example"})

    assert answer.status_code == 404
    assert "location" not in answer.headers
    assert "evil.example" not in answer.text


async def test_health_says_that_the_process_answers(http: httpx.AsyncClient) -> None:
    """Nothing else: a database that is away is no reason to be killed."""
    answer = await http.get("/healthz")

    assert (answer.status_code, answer.json()) == (200, {"status": "ok", "version": VERSION})


async def test_ready_says_that_there_is_a_shop(http: httpx.AsyncClient) -> None:
    """A balancer sends shoppers here."""
    answer = await http.get("/readyz")

    assert answer.status_code == 200
    assert answer.json() == {"status": "ready", "upstream": "UP", "problems": []}


async def test_a_shop_without_a_catalog_is_not_ready(tmp_path: Path) -> None:
    """It runs all the same, and says what to do."""
    settings = Settings(data_dir=tmp_path / "data")
    async with _opened(settings) as http:
        before = await http.get("/readyz")
        landing = await http.get("/")

    assert before.status_code == 503
    assert before.json() == {
        "status": "unready",
        "upstream": "UP",
        "problems": ["The embedded service has no catalog for US: run `cartograph catalog load FILE`."],
    }
    assert landing.status_code == 200


async def test_a_database_that_was_never_migrated_stops_the_start(tmp_path: Path) -> None:
    """Better than failing at the first shopper."""
    app = create_app(Settings(data_dir=tmp_path / "data"), public_url=PUBLIC_URL)

    with pytest.raises(RuntimeError, match="run `cartograph migrate`"):
        async with running(app):
            pass


@pytest.mark.parametrize("path", ["/onca/xml?Service=AWSECommerceService", "/dp/B000000001", "/gp/cart/aws-merge.html"])
async def test_the_embedded_service_has_its_own_addresses(http: httpx.AsyncClient, path: str) -> None:
    """It answers there itself, in its own language, and its requests are logged like others."""
    answer = await http.get(path)

    assert answer.headers["content-type"].split(";")[0] in {"text/xml", "text/html"}
    assert "x-request-id" in answer.headers
    assert b'"errors"' not in answer.content


async def test_with_a_remote_upstream_its_addresses_are_free(tmp_path: Path) -> None:
    """No service runs here then."""
    settings = Settings.model_validate({"data_dir": tmp_path / "data", "ecs_endpoint": "http://127.0.0.1:9/onca/xml"})
    async with _opened(settings) as http:
        ready, page, xml = await http.get("/readyz"), await http.get("/"), await http.get("/onca/xml")
        answer = await http.post("/graphql", json={"query": '{ product(by: {asin: "B000000001"}) { title } }'})

    assert (ready.status_code, xml.status_code) == (200, 404)
    assert "ECS service over the network" in page.text
    assert errors_of(answer) == ["UPSTREAM_UNAVAILABLE"]
    assert not (settings.data_dir / "ecs").exists()


PREFLIGHT = {
    "access-control-request-method": "POST",
    "access-control-request-headers": "content-type,cartograph-session",
}


async def test_an_allowed_frontend_passes_the_preflight(http: httpx.AsyncClient) -> None:
    """With cookies, so the origin is named and never `*`."""
    answer = await http.options("/graphql", headers={**PREFLIGHT, "origin": "https://front.example"})

    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == "https://front.example"
    assert answer.headers["access-control-allow-credentials"] == "true"


async def test_another_frontend_does_not(http: httpx.AsyncClient) -> None:
    """The browser then sends nothing."""
    answer = await http.options("/graphql", headers={**PREFLIGHT, "origin": "https://evil.example"})

    assert answer.status_code == 400
    assert "access-control-allow-origin" not in answer.headers


async def test_a_frontend_may_read_its_session_and_request_id(http: httpx.AsyncClient) -> None:
    """Headers a script may not read might as well not be there."""
    answer = await http.post(
        "/graphql", json={"query": "{ service { version } }"}, headers={"origin": "https://front.example"}
    )

    assert answer.headers["access-control-expose-headers"] == "cartograph-session, etag, x-request-id"
    assert "origin" in answer.headers["vary"].lower()


async def test_without_frontends_there_is_no_cors(tmp_path: Path) -> None:
    """The default lets nobody in."""
    settings = Settings(data_dir=tmp_path / "data")
    async with _opened(settings) as http:
        answer = await http.options("/graphql", headers={**PREFLIGHT, "origin": "https://front.example"})

    assert answer.status_code == 405
    assert "access-control-allow-origin" not in answer.headers


async def test_a_fault_outside_graphql_is_masked(tmp_path: Path) -> None:
    """A page that cannot be read answers an id to report, and nothing of why."""
    settings = Settings(data_dir=tmp_path / "data")
    (settings.data_dir / "explorer").mkdir(parents=True)
    (settings.data_dir / "explorer" / "index.html").write_bytes(b"\xff\xfe broken")
    async with _opened(settings) as http:
        answer = await http.get("/graphql", headers=HTML)

    assert answer.status_code == 500
    assert answer.json() == {
        "errors": [
            {
                "message": "Something went wrong here.",
                "extensions": {"code": "INTERNAL_SERVER_ERROR", "requestId": answer.headers["x-request-id"]},
            }
        ]
    }


async def test_the_setting_closes_introspection(tmp_path: Path) -> None:
    """From the environment to the endpoint."""
    settings = Settings(data_dir=tmp_path / "data", introspection=False)
    async with _opened(settings) as http:
        answer = await http.post("/graphql", json={"query": "{ __schema { queryType { name } } }"})

    assert set(errors_of(answer)) == {"GRAPHQL_VALIDATION_FAILED"}


async def test_a_number_no_cost_can_hold_is_refused_politely(http: httpx.AsyncClient) -> None:
    """Both once answered 500: the cost was larger than the answer's JSON can tell."""
    by_variable = orjson.dumps(
        {
            "query": 'query ($n: Int) { search(query: "a", first: $n) { edges { node { asin } } } }',
            "variables": {"n": 2**64 - 1},
        }
    )
    huge = 2**31 - 1
    by_literal = (
        f'{{ search(query: "a", first: {huge}) {{ edges {{ node {{ similar(first: {huge}) {{ similar(first: {huge}) '
        "{ featuredOffer { id } } } } } } }"
    )

    first = await http.post("/graphql", content=by_variable, headers=JSON)
    second = await http.post("/graphql", json={"query": by_literal})

    assert (first.status_code, errors_of(first)) == (200, ["BAD_USER_INPUT"])
    assert (second.status_code, errors_of(second)) == (400, ["COST_LIMIT_EXCEEDED"])


@pytest.mark.parametrize("narrowing", ['{minPrice: "abc"}', "{minPrice: 3}", "{facets: [3]}"])
async def test_a_value_no_scalar_takes_is_the_clients_fault(http: httpx.AsyncClient, narrowing: str) -> None:
    """It was once told as a fault of ours."""
    query = '{ search(query: "a", filter: ' + narrowing + ") { totalCount } }"

    answer = await http.post("/graphql", json={"query": query})

    assert errors_of(answer) == ["GRAPHQL_VALIDATION_FAILED"]


async def test_a_worker_makes_the_application_from_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`serve` tells its workers by the environment alone."""
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("LOG_LEVEL", "error")
    with pytest.raises(SettingsWrong, match="PUBLIC_URL is not set; start the server with `cartograph serve`"):
        app_from_environment()

    monkeypatch.setenv("PUBLIC_URL", "http://127.0.0.1:8000/")
    await _migrated(load_settings())
    async with running(app_from_environment()) as http:
        answer = await http.get("/healthz")

    assert answer.status_code == 200


async def _kept(client: Redis) -> AsyncIterator[tuple[bytes, bytes]]:
    """Names and values that servers of this version keep in Redis."""
    async for name in client.scan_iter(match=f"{PREFIX}*", count=1000):
        value = await client.get(name)
        if isinstance(name, bytes) and isinstance(value, bytes):
            yield name, value


async def test_replicas_share_whole_answers_in_redis(tmp_path: Path) -> None:
    """What lies there under the question's name is what the second server gives, without making it."""
    title = uuid4().hex
    settings = Settings.model_validate({"data_dir": tmp_path / "data", "cache_url": REDIS_URL})
    feed = tmp_path / "one.jsonl"
    feed.write_bytes(orjson.dumps({**ITEM, "title": title}) + b"\n")
    load_catalog(feed, settings.ecs_data_dir, now=datetime.now(UTC))
    query = {"query": '{ product(by: {asin: "B000000001"}) { title } }'}

    async with redis_for_test() as (client, _):
        async with _opened(settings) as first:
            made = await first.post("/graphql", json=query, headers=JSON)
        kept = {name: value async for name, value in _kept(client) if title.encode() in value}
        (whole,) = [name for name in kept if name.startswith(f"{PREFIX}answer:".encode())]
        await client.set(whole, kept[whole].replace(title.encode(), title[::-1].encode()), px=60_000)
        async with _opened(settings) as second:
            given = await second.post("/graphql", json=query, headers=JSON)
        await client.delete(*kept)

    assert made.json() == {"data": {"product": {"title": title}}}
    assert given.json() == {"data": {"product": {"title": title[::-1]}}}
