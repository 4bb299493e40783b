"""How PostgreSQL is opened: a small pool, durable commits, and a limit on every wait."""

from typing import Any

from sqlalchemy import URL, event
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

POOL_SIZE = 5
"""Connections of the daily work; the engines for migrations and readiness open as many when they are used."""
STATEMENT_S = 10


def connect_arguments(url: URL, wait_s: float) -> dict[str, Any]:
    """How asyncpg connects, through whatever pool. ``sslmode`` of the URL has libpq's meaning."""
    return {
        "timeout": wait_s,
        # The server gives up first, and says why; this one is for a server that no longer answers.
        "command_timeout": STATEMENT_S + wait_s,
        "server_settings": {
            "application_name": "cartograph",
            "default_transaction_isolation": "read committed",
            "synchronous_commit": "on",
            "statement_timeout": str(STATEMENT_S * 1000),
            "lock_timeout": str(round(wait_s * 1000)),
            "idle_in_transaction_session_timeout": str(STATEMENT_S * 1000),
        },
        **({"ssl": url.query["sslmode"]} if "sslmode" in url.query else {}),
    }


def open_engines(url: URL, wait_s: float) -> tuple[AsyncEngine, AsyncEngine]:
    """Engines for reading and for writing, on one pool: for migrations and the like, the daily work goes past them."""
    writer = create_async_engine(
        url.set(query={}),
        connect_args=connect_arguments(url, wait_s),
        isolation_level="READ COMMITTED",
        pool_size=POOL_SIZE,
        max_overflow=0,
        pool_timeout=wait_s,
        hide_parameters=True,
    )
    event.listen(writer.sync_engine, "checkout", _refuse_closed)
    # Each read is one statement, so it needs no transaction to be consistent.
    return writer.execution_options(isolation_level="AUTOCOMMIT"), writer


def _refuse_closed(connection: Any, _record: object, _proxy: object) -> None:
    """A connection the server has ended (a restart) is replaced before use, without the round trip of a ping."""
    if connection.driver_connection.is_closed():
        raise DisconnectionError
