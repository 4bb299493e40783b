"""
Logs: an event name with fields, one line a request.

Secrets have types that print as stars; what slips through all the same is masked by ``server.hushing``, in the lines of
other libraries too, which are written in the same form.

The line of a request is not written by structlog, which would cost as much as a kept answer itself: lines are noted
while requests run, and written together a tenth of a second later, or when the server shuts down.
"""

import asyncio
import logging
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from os import urandom
from typing import Any, Final, NamedTuple
from urllib.parse import quote

import orjson
import structlog

from server.hushing import hushed, hushed_text
from server.messages import App, Message, Receive, Scope, Send

_QUIET = frozenset({"/healthz", "/readyz"})
_WRITE_AFTER_S: Final = 0.1
_MOST_NOTED: Final = 2000


def configure_logging(level: str, log_format: str) -> None:
    """Log to standard error, for people or as JSON lines; times are UTC."""
    renderer: Any = structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    if log_format == "json":
        renderer = structlog.processors.JSONRenderer()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            hushed,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    _take_other_lines(renderer)


class _OtherLines(logging.Handler):
    """Writes what libraries log by the standard library, warnings and worse, like lines of our own."""

    def __init__(self, renderer: Any) -> None:
        super().__init__(logging.WARNING)
        self._renderer = renderer

    def emit(self, record: logging.LogRecord) -> None:
        """Write a line."""
        event = {"event": _text(record), "logger": record.name, "level": record.levelname.lower()}
        if record.exc_info:
            event["exception"] = logging.Formatter().formatException(record.exc_info)
        stamped = structlog.processors.TimeStamper(fmt="iso", utc=True)(None, "", event)
        sys.stderr.write(f"{self._renderer(None, '', hushed(None, '', stamped))}\n")


def _text(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except (TypeError, ValueError, KeyError):
        # The arguments do not fit the text; what it was about is still told.
        return str(record.msg)


def _take_other_lines(renderer: Any) -> None:
    root = logging.getLogger()
    for handler in root.handlers[:]:
        if isinstance(handler, _OtherLines):
            root.removeHandler(handler)
    root.addHandler(_OtherLines(renderer))


class RequestLine(NamedTuple):
    """One request, answered."""

    at: float
    """When it was answered, in seconds since 1970."""
    method: str
    path: str
    operation: str | None
    status: int
    ms: float
    request_id: str


class AccessLog:
    """Writes the lines of requests, many at a time."""

    def __init__(self, write: Callable[[str], object], log_format: str) -> None:
        self._write = write
        self._shown = _as_json if log_format == "json" else _as_text
        self._noted: list[RequestLine] = []

    def note(self, line: RequestLine) -> None:
        """Have a line written soon."""
        self._noted.append(line)
        if len(self._noted) == 1:
            asyncio.get_running_loop().call_later(_WRITE_AFTER_S, self.flush)
        elif len(self._noted) >= _MOST_NOTED:
            self.flush()

    def flush(self) -> None:
        """Write what was noted."""
        noted, self._noted = self._noted, []
        if noted:
            self._write("".join(map(self._shown, noted)))


class RequestLog:
    """Gives every request an id, told in ``X-Request-Id``, and logs it when it is answered, if there is a log."""

    def __init__(self, app: App, log: AccessLog | None) -> None:
        self._app = app
        self._log = log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            if self._log:
                self._log.flush()
            return
        request_id = scope["request_id"] = urandom(8).hex()
        status = 500
        started = time.perf_counter()

        async def tell(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message.get("headers", ()), (b"x-request-id", request_id.encode())]
            await send(message)

        try:
            await self._app(scope, receive, tell)
        finally:
            path = scope["path"]
            if self._log and path not in _QUIET:
                ms = (time.perf_counter() - started) * 1000
                operation = scope.get("operation")
                self._log.note(RequestLine(time.time(), scope["method"], path, operation, status, ms, request_id))


def access_log(level: str, log_format: str) -> AccessLog | None:
    """The log of requests on standard error; None where the level hides it."""
    if logging.getLevelNamesMapping()[level.upper()] > logging.INFO:
        return None
    return AccessLog(_to_standard_error, log_format)


def _to_standard_error(text: str) -> None:
    sys.stderr.write(text)
    sys.stderr.flush()


def _fields(line: RequestLine) -> dict[str, Any]:
    return {
        "method": line.method,
        "path": _quoted(line.path),
        "operation": line.operation,
        "status": line.status,
        "ms": round(line.ms, 1),
        "request_id": line.request_id,
    }


def _as_json(line: RequestLine) -> str:
    at = datetime.fromtimestamp(line.at, UTC)
    fields = {**_fields(line), "event": "request", "level": "info", "timestamp": at}
    return orjson.dumps(fields, option=orjson.OPT_UTC_Z | orjson.OPT_APPEND_NEWLINE).decode()


def _as_text(line: RequestLine) -> str:
    at = datetime.fromtimestamp(line.at, UTC).isoformat().replace("+00:00", "Z")
    fields = " ".join(f"{name}={value}" for name, value in _fields(line).items())
    return f"{at} [info     ] {'request':<30} {fields}\n"


@lru_cache(maxsize=1024)
def _quoted(path: str) -> str:
    # Encoded, so that an address with a line break in it cannot forge a second line.
    return quote(hushed_text(path))
