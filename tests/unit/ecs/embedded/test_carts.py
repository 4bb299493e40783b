"""The file of carts: secrets, lifetimes, several users at once."""

import asyncio
import re
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from ecs.embedded.cart_rules import Addition, Line, Outcome, with_additions
from ecs.embedded.carts import Cart, Carts, Handle
from tests.unit.ecs.embedded.caller import START


def _line(key: str) -> Line:
    return Line(key, "B000000001", "offer", 1, False, "Title", "Book", "SELLER", "Seller", 100)


def _with(*keys: str) -> Outcome:
    return Outcome(tuple(map(_line, keys)), ())


def _handle(cart: Cart) -> Handle:
    return Handle(cart.cart_id, cart.hmac, cart.tag)


def _keys(cart: Cart | None) -> list[str] | None:
    return None if cart is None else [line.key for line in cart.lines]


def test_cart_is_as_it_was_left(tmp_path: Path) -> None:
    """Another process, or this one after a crash, finds what was answered."""
    first = Carts(tmp_path / "carts.sqlite3")
    cart = first.create("tag", lambda _: _with("A", "B"), START)
    first.close()

    second = Carts(tmp_path / "carts.sqlite3")
    found = second.find(_handle(cart), START)
    second.close()

    assert found == cart
    assert re.fullmatch(r"\d{3}-\d{7}-\d{7}", cart.cart_id)
    assert re.fullmatch(r"[A-Za-z0-9+/]{27}=", cart.hmac)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda handle: Handle("000-0000000-0000000", handle.hmac, handle.tag),
        lambda handle: Handle(handle.cart_id, "AAAAAAAAAAAAAAAAAAAAAAAAAAA=", handle.tag),
        lambda handle: Handle(handle.cart_id, "ä", handle.tag),
        lambda handle: Handle(handle.cart_id, handle.hmac, "other"),
        lambda handle: Handle("", "", ""),
    ],
    ids=["cart", "hmac", "no-hmac", "tag", "nothing"],
)
def test_cart_opens_to_nothing_but_its_handle(tmp_path: Path, wrong: object) -> None:
    """Whoever guesses one part must not get a cart, nor change it."""
    carts = Carts(tmp_path / "carts.sqlite3")
    cart = carts.create("tag", lambda _: _with("A"), START)
    assert callable(wrong)
    handle = wrong(_handle(cart))

    found = carts.find(handle, START)
    changed = carts.change(handle, lambda _: _with(), START)

    assert (found, changed) == (None, None)
    assert _keys(carts.find(_handle(cart), START)) == ["A"]
    carts.close()


@pytest.mark.parametrize(("keys", "days"), [(("A",), 90), ((), 7)])
def test_cart_ends_when_it_was_not_used(tmp_path: Path, keys: tuple[str, ...], days: int) -> None:
    """Ninety days with items, seven without."""
    carts = Carts(tmp_path / "carts.sqlite3")
    cart = carts.create("", lambda _: _with(*keys), START)

    in_time = carts.find(_handle(cart), START + timedelta(days=days), renew=False)
    too_late = carts.find(_handle(cart), START + timedelta(days=days, seconds=1))

    assert _keys(in_time) == list(keys)
    assert too_late is None
    carts.close()


def test_use_renews_a_cart(tmp_path: Path) -> None:
    """Reading counts as use, a look at the purchase page does not."""
    carts = Carts(tmp_path / "carts.sqlite3")
    cart = carts.create("", lambda _: _with("A"), START)

    carts.find(_handle(cart), START + timedelta(days=80))
    renewed = carts.find(_handle(cart), START + timedelta(days=160), renew=False)
    ended = carts.find(_handle(cart), START + timedelta(days=171))

    assert renewed is not None
    assert ended is None
    carts.close()


def test_ended_carts_are_removed(tmp_path: Path) -> None:
    """The file must not grow for ever."""
    carts = Carts(tmp_path / "carts.sqlite3")
    old = carts.create("", lambda _: _with("A"), START)

    carts.create("", lambda _: _with("A"), START + timedelta(days=91))

    # Found under its handle even at the time it was alive: it is gone for good.
    assert carts.find(_handle(old), START) is None
    carts.close()


def test_failed_change_leaves_the_cart(tmp_path: Path) -> None:
    """An error in the middle must not cost a line."""
    carts = Carts(tmp_path / "carts.sqlite3")
    cart = carts.create("", lambda _: _with("A"), START)

    with pytest.raises(ZeroDivisionError):
        carts.change(_handle(cart), lambda _: Outcome((), (1 // 0,)), START)  # type: ignore[arg-type]

    assert _keys(carts.find(_handle(cart), START)) == ["A"]
    carts.close()


@pytest.mark.parametrize(
    "after",
    [
        _with("N", "M", "A", "B", "C"),
        _with("A", "C"),
        _with("N", "C"),
        _with("A", "N", "B", "C"),
        _with("C", "B", "A"),
        Outcome((_line("A"), replace(_line("B"), quantity=7, is_saved=True), _line("C")), ()),
        Outcome((_line("N"), replace(_line("C"), metadata=(("note", "gift"),))), ()),
        _with(),
    ],
    ids=["added", "taken-out", "both", "between", "turned", "changed", "all-three", "emptied"],
)
def test_what_is_written_is_the_cart_in_its_order(tmp_path: Path, after: Outcome) -> None:
    """Only what changed is written; what is read back is the whole cart all the same."""
    carts = Carts(tmp_path / "carts.sqlite3")
    cart = carts.create("", lambda _: _with("A", "B", "C"), START)

    carts.change(_handle(cart), lambda _: after, START)
    found = carts.find(_handle(cart), START)
    carts.close()

    assert found is not None
    assert found.lines == after.lines


async def test_changes_that_share_a_commit_keep_apart(tmp_path: Path) -> None:
    """One request that fails half-way takes nothing from another, and leaves nothing of its own."""
    path = tmp_path / "carts.sqlite3"
    carts = Carts(path)
    first, second = (carts.create("", lambda _: _with("A"), START) for _ in range(2))

    def take_out(within: Carts) -> Cart | None:
        return within.change(_handle(first), lambda _: _with(), START)

    def fail(within: Carts) -> str:
        unwritable = Outcome((replace(_line("A"), quantity=0),), ())
        try:
            within.change(_handle(second), lambda _: unwritable, START)
        except sqlite3.IntegrityError:
            return "refused"
        return "written"

    taken, failed = await asyncio.gather(carts.together(take_out), carts.together(fail))
    carts.close()

    again = Carts(path)
    assert (_keys(taken), failed) == ([], "refused")
    assert _keys(again.find(_handle(first), START)) == []
    assert _keys(again.find(_handle(second), START)) == ["A"]
    again.close()


def test_threads_lose_nothing(tmp_path: Path) -> None:
    """Requests of one process run in several threads."""
    carts = Carts(tmp_path / "carts.sqlite3")
    cart = carts.create("", lambda _: _with(), START)

    def add(number: int) -> None:
        addition = Addition(_line(f"{number}"), 999, True, "")
        carts.change(_handle(cart), lambda lines: with_additions(lines, [addition]), START)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(add, range(40)))

    found = carts.find(_handle(cart), START)
    carts.close()
    assert sorted(int(key) for key in _keys(found) or ()) == list(range(40))


_WORKER = """
import sys
from datetime import datetime, UTC
from pathlib import Path
from ecs.embedded.cart_rules import Addition, Line, with_additions
from ecs.embedded.carts import Carts, Handle
path, cart_id, hmac, name = sys.argv[1:]
carts = Carts(Path(path))
for number in range(10):
    line = Line(f"{name}{number}", "B000000001", "offer", 1, False, "T", "Book", "S", "S", 100)
    addition = Addition(line, 999, True, "")
    now = datetime(2024, 3, 1, 12, tzinfo=UTC)
    assert carts.change(Handle(cart_id, hmac, ""), lambda lines: with_additions(lines, [addition]), now)
carts.close()
"""


def test_processes_lose_nothing(tmp_path: Path) -> None:
    """A server with several workers shares one file."""
    path = tmp_path / "carts.sqlite3"
    carts = Carts(path)
    cart = carts.create("", lambda _: _with(), START)

    command = [sys.executable, "-c", _WORKER, str(path), cart.cart_id, cart.hmac]
    workers = [subprocess.Popen([*command, name]) for name in "XYZ"]
    statuses = [worker.wait(timeout=30) for worker in workers]

    found = carts.find(_handle(cart), START)
    carts.close()
    assert statuses == [0, 0, 0]
    assert sorted(_keys(found) or ()) == sorted(f"{name}{number}" for name in "XYZ" for number in range(10))


def test_new_file_can_be_opened_by_several_at_once(tmp_path: Path) -> None:
    """Workers of a fresh installation start at the same moment; all must agree on the secret."""
    path = tmp_path / "carts.sqlite3"

    with ThreadPoolExecutor(6) as pool:
        opened = list(pool.map(lambda _: Carts(path), range(6)))

    cart = opened[0].create("", lambda _: _with("A"), START)
    assert [_keys(carts.find(_handle(cart), START)) for carts in opened] == [["A"]] * 6
    for carts in opened:
        carts.close()


def test_a_cart_is_shown_while_another_is_changed(tmp_path: Path) -> None:
    """A look is answered in the event loop: one slow writer must not hold up everybody."""
    path = tmp_path / "carts.sqlite3"
    carts = Carts(path)
    cart = carts.create("tag", lambda _: _with("A"), START)
    later = START + timedelta(days=60)
    writer = sqlite3.connect(path, isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")

    meanwhile = carts.find(_handle(cart), later)
    writer.execute("ROLLBACK")
    unwritten = writer.execute("SELECT used_at FROM cart").fetchone()
    again = carts.find(_handle(cart), later)
    written = writer.execute("SELECT used_at FROM cart").fetchone()
    writer.close()
    carts.close()

    assert meanwhile == again == cart
    # Use could not be written down the first time, and was the second time.
    assert (unwritten, written) == ((START.timestamp(),), (later.timestamp(),))
