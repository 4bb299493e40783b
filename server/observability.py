"""Logs: an event name with fields, one line a request. Secrets have types that print as stars."""

import logging
import secrets
import sys
import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import quote

import structlog

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
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )


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
