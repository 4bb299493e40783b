"""One line for each request, an id to find it by, and nothing secret in either."""

import io
import json
import logging
import sys
from contextlib import redirect_stderr, suppress
from typing import Any

import httpx
import pytest
import structlog
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from server.identity import SESSION_HEADER
from server.messages import Message, Receive, Scope, Send
from server.observability import AccessLog, RequestLine, RequestLog, access_log, configure_logging
from tests.unit.server.storefront import CANARY, Storefront, client


class Log:
    """What a server of the tests wrote, line by line."""

    def __init__(self, log_format: str = "json") -> None:
        self.written: list[str] = []
        self.access = AccessLog(self.written.append, log_format)

    @property
    def lines(self) -> list[Any]:
        """The lines, read as JSON."""
        self.access.flush()
        return [json.loads(line) for text in self.written for line in text.splitlines()]


async def _get(app: Any, path: str, **headers: str) -> tuple[httpx.Response, list[Any]]:
    log = Log()
    async with client(RequestLog(app, log.access)) as http:
        answer = await http.get(path, headers=headers)
    return answer, log.lines


async def _ok(_: Request) -> PlainTextResponse:
    return PlainTextResponse("ok", headers={"x-other": "kept"})


async def _broken(_: Request) -> PlainTextResponse:
    raise RuntimeError(CANARY)


APP = Starlette(routes=[Route("/{path:path}", _ok)])


async def test_a_request_is_one_line() -> None:
    """What was asked, what came of it, how long it took, and the id the client was told."""
    answer, (line,) = await _get(APP, "/shop")

    assert line.pop("ms") >= 0
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "event": "request",
        "level": "info",
        "method": "GET",
        "path": "/shop",
        "operation": None,
        "status": 200,
        "request_id": answer.headers["x-request-id"],
    }
    assert len(answer.headers["x-request-id"]) == 16
    assert answer.headers["x-other"] == "kept"


async def test_every_request_has_an_id_of_its_own() -> None:
    """And takes none from outside."""
    first, _ = await _get(APP, "/", **{"x-request-id": "chosen"})
    second, _ = await _get(APP, "/", **{"x-request-id": "chosen"})

    assert len({first.headers["x-request-id"], second.headers["x-request-id"], "chosen"}) == 3


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
async def test_health_checks_are_quiet(path: str) -> None:
    """They come every second and say nothing."""
    answer, log = await _get(APP, path)

    assert log == []
    assert "x-request-id" in answer.headers


async def test_a_crash_is_a_line_too() -> None:
    """The client can still name the request."""
    answer, (line,) = await _get(Starlette(routes=[Route("/", _broken)]), "/")

    assert (answer.status_code, line["status"]) == (500, 500)
    assert line["request_id"] == answer.headers["x-request-id"]


async def test_a_crash_before_any_answer_is_logged_as_500() -> None:
    """Even when nothing at all was sent."""

    async def dead(scope: Scope, receive: Receive, send: Send) -> None:
        raise RuntimeError(CANARY)

    async def receive() -> Message:
        return {"type": "http.request"}

    async def send(message: Message) -> None:
        raise AssertionError(message)

    log = Log()
    with pytest.raises(RuntimeError):
        await RequestLog(dead, log.access)({"type": "http", "method": "GET", "path": "/"}, receive, send)

    assert [(line["event"], line["status"]) for line in log.lines] == [("request", 500)]


async def test_what_is_not_http_passes_by() -> None:
    """Start and shutdown are no requests."""
    seen = []

    async def inner(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(scope["type"])

    async def nothing(*_: object) -> Any:
        return None

    log = Log()
    await RequestLog(inner, log.access)({"type": "lifespan"}, nothing, nothing)

    assert (seen, log.written) == (["lifespan"], [])


async def test_an_address_cannot_forge_a_line() -> None:
    """Line breaks and terminal codes stay encoded."""
    _, (line,) = await _get(APP, "/a%0a2026-01-01 [info] forged%1b[31m")

    assert line["path"] == "/a%0A2026-01-01%20%5Binfo%5D%20forged%1B%5B31m"


async def test_no_secret_of_a_request_is_logged() -> None:
    """Neither what the address asks, nor cookies, tokens, variables or texts."""
    storefront = Storefront()
    token = storefront.sessions.issue(CANARY)
    body = {"query": "query Hi($n: String) { hello(name: $n) known }", "variables": {"n": CANARY}}
    log = Log()
    async with client(RequestLog(storefront.app, log.access)) as http:
        answer = await http.post(
            f"/graphql?hmac={CANARY}", json=body, headers={SESSION_HEADER: token, "cookie": f"x={CANARY}"}
        )

    assert CANARY in answer.text
    (line,) = log.lines
    assert line["operation"] == "Hi"
    assert CANARY not in str(log.written)
    assert token not in str(log.written)


async def test_lines_are_written_together() -> None:
    """A write for each would cost as much as the answer."""
    log = Log()
    async with client(RequestLog(APP, log.access)) as http:
        for path in ("/a", "/b", "/c"):
            await http.get(path)
        assert log.written == []

    assert [line["path"] for line in log.lines] == ["/a", "/b", "/c"]
    assert len(log.written) == 1


async def test_lines_are_written_when_there_are_many() -> None:
    """Memory is bounded whatever comes in a tenth of a second."""
    log = Log()
    line = RequestLine(0.0, "GET", "/", None, 200, 1.0, "0")

    for _ in range(2000):
        log.access.note(line)

    assert [text.count("\n") for text in log.written] == [2000]


async def test_lines_are_written_at_shutdown() -> None:
    """The last requests are told too."""

    async def nothing(*_: object) -> Any:
        return None

    log = Log()
    app = RequestLog(APP, log.access)
    async with client(app) as http:
        await http.get("/last")
    with suppress(Exception):
        await app({"type": "lifespan", "app": None}, nothing, nothing)

    assert [json.loads(text)["path"] for text in log.written] == ["/last"]


async def test_lines_for_people_say_the_same() -> None:
    """One line, fields in a fixed order."""
    log = Log("console")
    log.access.note(RequestLine(1_763_640_000.25, "POST", "/graphql", "Search", 200, 1.26, "ab12"))
    log.access.flush()

    assert log.written == [
        "2025-11-20T12:00:00.250000Z [info     ] request                        "
        "method=POST path=/graphql operation=Search status=200 ms=1.3 request_id=ab12\n"
    ]


@pytest.mark.parametrize(
    ("level", "is_logged"), [("debug", True), ("info", True), ("warning", False), ("error", False)]
)
def test_the_level_decides_about_the_lines_of_requests(level: str, is_logged: bool) -> None:
    """Where they are hidden, nothing is spent on them."""
    assert (access_log(level, "json") is not None) is is_logged


async def test_lines_go_to_standard_error() -> None:
    """As all other logs."""
    out = io.StringIO()
    log = access_log("info", "json")
    assert log is not None

    with redirect_stderr(out):
        log.note(RequestLine(0.0, "GET", "/x", None, 200, 1.0, "0"))
        log.flush()

    assert json.loads(out.getvalue())["path"] == "/x"


def test_logs_are_json_lines_when_asked() -> None:
    """One object a line, times in UTC, a trace inside its line."""
    out = io.StringIO()
    with redirect_stderr(out):
        configure_logging("info", "json")
        log = structlog.get_logger("fresh")
        log.debug("hidden")
        log.info("shown", count=1)
        try:
            raise ValueError("why")
        except ValueError as error:
            log.error("failed", exc_info=error)

    first, second = (json.loads(line) for line in out.getvalue().splitlines())
    assert first.pop("timestamp").endswith("Z")
    assert first == {"event": "shown", "count": 1, "level": "info"}
    assert second["exception"].endswith("ValueError: why")


def test_logs_are_for_people_by_default() -> None:
    """Without colours where nobody sees them, and on standard error."""
    out = io.StringIO()
    with redirect_stderr(out):
        configure_logging("warning", "console")
        log = structlog.get_logger("fresh")
        log.info("hidden")
        log.warning("shown", count=1)

    assert "hidden" not in out.getvalue()
    assert "[warning  ] shown" in out.getvalue()
    assert "\x1b" not in out.getvalue()
    assert sys.stderr is not out


@pytest.mark.parametrize("level", ["debug", "info", "warning", "error"])
def test_every_level_of_the_settings_is_one(level: str) -> None:
    """A level that is unknown would stop the start with a trace."""
    configure_logging(level, "json")

    assert logging.getLevelNamesMapping()[level.upper()] > 0
