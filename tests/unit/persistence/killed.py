"""
A process that makes others and lets each kill itself in the middle of a transaction, at any point.

Run by tests, as ``python -m tests.unit.persistence.killed URL``, with a line of JSON for each run on its input: what to
do (``{"do": "migrate"}``, or a change of a cart), and after how many statements to die. A line on its output says
whether the run died. Forked from a process without threads, so that each costs milliseconds and not a start of Python.
"""

import asyncio
import json
import os
import signal
import sys
from typing import Any

from sqlalchemy import Engine, event

from persistence.engine import open_database
from persistence.journal import SqlJournal
from persistence.migrate import upgrade
from persistence.records import Settlement
from persistence.sealing import KeyRing
from tests.unit.persistence.carts import LEASE, Watched, a_cart, a_line, an_intent, changed, ended, pending


def die() -> None:
    """No handler runs, nothing is flushed."""
    os.kill(os.getpid(), signal.SIGKILL)


async def change(url: str, run: dict[str, Any]) -> None:
    """Record or settle, dying after so many statements, or after the commit."""

    def count(sent: int) -> None:
        if sent == run["after"]:
            die()

    database = open_database(url)
    journal = SqlJournal(Watched(database, count), KeyRing.parse(run["keys"]))
    cart = a_cart()
    intent = an_intent("intent-1", cart)
    match run["do"]:
        case "record":
            await journal.record(intent, pending(cart), LEASE)
        case "settle":
            held = await SqlJournal(database, KeyRing.parse(run["keys"])).held(cart.id)
            if held is None:
                raise LookupError(cart.id)
            lines = (a_line(1), a_line(2))
            after = changed(held.cart, status=cart.status, handle=cart.handle, lines=lines, hold=None)
            await journal.settle(Settlement(intent=ended(held.intent), before=held.cart, after=after))
    if run["after"] == "commit":
        die()
    await database.close()


async def migrate(url: str, run: dict[str, Any]) -> None:
    """Bring the schema to the head, dying after so many statements."""
    sent = 0

    def count(*_: object) -> None:
        nonlocal sent
        sent += 1
        if sent == run["after"]:
            die()

    event.listen(Engine, "after_cursor_execute", count)
    database = open_database(url)
    await upgrade(database)
    await database.close()


def main() -> None:
    """Serve the runs of the input, each in a process of its own."""
    for line in sys.stdin:
        run = json.loads(line)
        child = os.fork()
        if child == 0:
            asyncio.run((migrate if run["do"] == "migrate" else change)(sys.argv[1], run))
            os._exit(0)
        _, status = os.waitpid(child, 0)
        died = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
        sys.stdout.write(f"{'died' if died else os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
