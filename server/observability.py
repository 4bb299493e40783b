"""
Logs: an event name with fields, one line a request.

Secrets have types that print as stars; what slips through all the same is masked by ``server.hushing``, in the lines of
other libraries too, which are written in the same form.
"""

import logging
import secrets
import sys
import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import quote

import structlog

from server.hushing import hushed

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

_QUIET = frozenset({"/healthz", "/readyz"})
_log = structlog.get_logger(__name__)


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


class RequestLog:
    """Gives every request an id, told in ``X-Request-Id``, and logs it when it is answered."""

    def __init__(self, app: App) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = scope["request_id"] = secrets.token_hex(8)
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
            if scope["path"] not in _QUIET:
                _log.info(
                    "request",
                    method=scope["method"],
                    # Encoded, so that an address with a line break in it cannot forge a second line.
                    path=quote(scope["path"]),
                    operation=scope.get("operation"),
                    status=status,
                    ms=round((time.perf_counter() - started) * 1000, 1),
                    request_id=request_id,
                )
