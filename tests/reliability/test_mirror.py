"""What one customer was told, no other is (T17)."""

import asyncio
import json
import os
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pytest

from tests.reliability.mirror import Told, all_documents, finds, run_everything, run_with
from tests.support.shopfront import Shopfront, serving, settings_for
from tests.support.tokens import AUDIENCE, ISSUER, SHARED, claims, key_of, token

Headers = dict[str, str]
Record = Callable[[str, object], None]
CROWD: Final = 12
CROWDS: Final = 50 if os.environ.get("CARTOGRAPH_DEEP") else 1


def signed_in(subject: str) -> Headers:
    """A customer's token."""
    body = claims(datetime.now(UTC).timestamp(), sub=subject, iss=ISSUER)
    return {"Authorization": f"Bearer {token(body, key_of('HS256'), 'HS256')}"}


@pytest.fixture
async def front(tmp_path: Path) -> AsyncIterator[Shopfront]:
    """A server that knows an issuer."""
    issuer = {"issuer": ISSUER, "audience": AUDIENCE, "algorithms": ["HS256"], "secret": SHARED}
    async with serving(settings_for(tmp_path, token_issuers=json.dumps([issuer]))) as running:
        yield running


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param(None, None, id="guest and guest"),
        pytest.param("ann", "bob", id="customer and customer"),
        pytest.param("ann", None, id="customer and guest"),
    ],
)
async def test_what_one_is_told_no_other_is(front: Shopfront, first: str | None, second: str | None) -> None:
    """With his own ids and with the first one's, the second sees nothing of the first."""
    async with AsyncExitStack() as stack:
        one, neutral, other = [
            Told(await stack.enter_async_context(front.shopper()), signed_in(name) if name else {})
            for name in (first, None, second)
        ]
        ids = await run_everything(one)
        await run_everything(neutral)
        await run_everything(other)
        await run_with(other, ids)

    canaries = one.strings() - neutral.strings()
    assert one.documents == other.documents == all_documents()
    assert {ids["cart"], ids["line"], ids["old"]} < canaries
    assert any("aws-merge" in each for each in canaries)
    assert finds(canaries, other) == []


async def test_a_crowd_sees_nothing_of_each_other(front: Shopfront, record_property: Record) -> None:
    """All at once, while public answers come from caches and share flights; each tries the ids of the next as well."""
    answers = secrets = 0
    for turn in range(CROWDS):
        async with AsyncExitStack() as stack:
            names = [f"{turn}-{place}" if place % 2 else None for place in range(CROWD)]
            crowd = [
                Told(await stack.enter_async_context(front.shopper()), signed_in(name) if name else {})
                for name in names
            ]
            neutral = Told(await stack.enter_async_context(front.shopper()), {})
            await run_everything(neutral)
            ids = await asyncio.gather(*map(run_everything, crowd))
            canaries = [one.strings() - neutral.strings() for one in crowd]
            await asyncio.gather(*(run_with(told, other) for told, other in zip(crowd, ids[1:] + ids[:1], strict=True)))
        for one, own, his in zip(crowd, ids, canaries, strict=True):
            assert {own["cart"], own["line"], own["old"]} < his
            assert [find for other in crowd if other is not one for find in finds(his, other)] == []
            answers, secrets = answers + len(one.answers), secrets + len(his)
    record_property("tried", f"crowds: {CROWDS} of {CROWD}, {answers} answers, {secrets} strings of one alone, 0 finds")


async def test_a_leak_is_found(front: Shopfront) -> None:
    """The same cookie in two browsers is one shopper: all of it is seen."""
    async with front.shopper() as shopper, front.shopper() as neutral:
        one, thief, somebody = Told(shopper, {}), Told(shopper, {}), Told(neutral, {})
        ids = await run_everything(one)
        await run_everything(somebody)
        await thief.ask("cart")

    found = finds(one.strings() - somebody.strings(), thief)
    assert ("cart", ids["line"]) in found
