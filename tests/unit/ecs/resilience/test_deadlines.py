"""The request's deadline, as calls find it."""

import asyncio

from ecs.resilience.deadlines import answering_by, deadline_or


async def test_a_deadline_reaches_tasks_started_within_it_and_no_others() -> None:
    """A loader's task keeps the deadline of the request that started it."""

    async def seen() -> float:
        return deadline_or(0.0)

    before = asyncio.create_task(seen())
    with answering_by(7.0):
        within = asyncio.create_task(seen())
        here = await seen()
    after = await seen()

    assert (await before, here, await within, after) == (0.0, 7.0, 7.0, 0.0)
