"""Processes killed by SIGKILL at every named point of every change (T5)."""

import asyncio
import os
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import make_url

from resolvers.customers import CUSTOMER_PREFIX
from resolvers.shop import Shop
from resolvers.sweeping import sweep
from tests.reliability.checker import check
from tests.reliability.crash import Ended, KillAfter, KillAt, run
from tests.reliability.histories import Outcome, effects_of
from tests.reliability.points import At
from tests.reliability.process import nowhere, process
from tests.reliability.scenes import SCENES, Scene, Story, guest_of
from tests.support.database import DatabaseMaker

LATER_S = 60.0
KEY = "a-key-of-the-change"
Record = Callable[[str, object], None]


class Place:
    """A database and an upstream, where each run has an owner of its own."""

    def __init__(self, database_url: str, endpoint: str) -> None:
        self.database_url = database_url
        self.endpoint = endpoint
        self._runs = 0

    def owner(self) -> str:
        """Somebody who has not been here, signed in."""
        self._runs += 1
        return f"{CUSTOMER_PREFIX}{os.getpid()}-{self._runs}"

    @asynccontextmanager
    async def shop(self, *, at: At = nowhere, later_s: float = 0.0) -> AsyncIterator[Shop]:
        """A process over both."""
        async with process(self.database_url, self.endpoint, at=at, later_s=later_s) as (shop, _):
            yield shop

    def prepared(self, scene: Scene, owner: str) -> Story:
        """What must be there before."""
        story = Story()

        async def prepare() -> None:
            async with self.shop() as shop:
                await story.prepare(shop, scene, owner)

        asyncio.run(prepare())
        return story

    def changed(self, scene: Scene, owner: str, story: Story, kill: KillAt | KillAfter | None) -> Ended:
        """The scene's change in a child, killed as told; the story goes on with what the child said."""

        async def work(at: At) -> str:
            async with self.shop(at=at) as shop:
                own = Story(line_ids=dict(story.line_ids))
                answer = await own.do(shop, scene.change(owner), owner, _key(scene))
                return answer.outcome.value

        ended = run(work, kill)
        call = story.history.invoke("child", owner, *effects_of(scene.change(owner)), key=_key(scene))
        if ended.answer == Outcome.OK:
            story.history.ok(call)
        else:
            assert ended.answer is None, (scene.name, ended)
            story.history.unknown(call)
        return ended

    def judged(self, scene: Scene, owner: str, story: Story, *, repeats: bool) -> None:
        """A minute later everything is settled, and the story has an order; a repetition has no further effect."""

        async def look() -> None:
            async with self.shop(later_s=LATER_S) as shop:
                await sweep({"US": shop})
                for whose in (owner, guest_of(owner)):
                    opening = await shop.journal.opening(whose, "US", None, None)
                    assert opening.cart is None or opening.cart.hold is None, (scene.name, opening)
                await story.do(shop, None, owner)
                if repeats:
                    await story.do(shop, scene.change(owner), owner, _key(scene))
                    await story.do(shop, None, owner)
                await story.do(shop, None, guest_of(owner))

        asyncio.run(look())
        check(story.history)


@pytest.fixture
def place(database_maker: DatabaseMaker, database_kind: str, endpoint: str) -> Iterator[Place]:
    """Either database, migrated, and the upstream."""
    url = asyncio.run(database_maker.migrated(database_kind))
    yield Place(url, endpoint)
    asyncio.run(database_maker.give_back(url))
    if database_kind == "sqlite":
        found = sqlite3.connect(str(make_url(url).database)).execute("PRAGMA integrity_check").fetchall()
        assert found == [("ok",)]


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
def test_killed_at_every_point(place: Place, scene: Scene, record_property: Record) -> None:
    """No acknowledged change is lost, none happens twice, and what was begun is brought to its end."""
    owner = place.owner()
    story = place.prepared(scene, owner)
    whole = place.changed(scene, owner, story, None)
    assert (whole.was_killed, whole.answer) == (False, "ok")
    place.judged(scene, owner, story, repeats=True)

    for number in range(1, len(whole.passed) + 1):
        owner = place.owner()
        story = place.prepared(scene, owner)
        ended = place.changed(scene, owner, story, KillAt(number))
        assert (ended.was_killed, ended.passed) == (True, whole.passed[:number])
        place.judged(scene, owner, story, repeats=bool(number % 2))

    record_property("tried", f"kills at points, {scene.name}: {len(whole.passed)} ({', '.join(whole.passed)})")


def _key(scene: Scene) -> str | None:
    return KEY if scene.takes_key else None
