"""The cache over its life: hits, ages, coalescing, refreshing, sharing. In virtual time."""

import asyncio
from datetime import timedelta

import pytest

from ecs.errors import CircuitOpen, NotSent, UpstreamError, UpstreamFault
from ecs.model import Item, Seen
from ecs.request import SearchQuery
from ecs.resilience.deadlines import answering_by
from ecs.vocabulary import ResponseGroup
from tests.support.fakes import NOON, FakeCatalog, an_item
from tests.support.virtual_time import in_virtual_time, monotonic, virtual_now
from tests.unit.ecs.caching.upstreams import MemoryShared, Replica, a_lane, a_replica

SMALL = frozenset({ResponseGroup.SMALL})
OFFERS = frozenset({ResponseGroup.OFFER_FULL})
MINUTE, HOUR = 60.0, 3600.0


def a_catalog(*asins: str) -> FakeCatalog:
    catalog = FakeCatalog(now=virtual_now)
    catalog.stock(*(an_item(asin) for asin in asins))
    return catalog


async def settle() -> None:
    """Let background work come to its end."""
    for _ in range(20):
        await asyncio.sleep(0)


async def seen(replica: Replica, asin: str, groups: frozenset[ResponseGroup] = OFFERS) -> Seen[Item] | None:
    answer = await replica.catalog.look_up([asin], groups)
    return Seen(answer.value[0], answer.as_of, answer.source, answer.is_stale) if answer.value else None


def after(seconds: float) -> str:
    return (NOON + timedelta(seconds=seconds)).strftime("%H:%M:%S")


Told = tuple[str, str, bool] | None


def told(answer: Seen[Item] | None) -> Told:
    return None if answer is None else (answer.as_of.strftime("%H:%M:%S"), answer.source, answer.is_stale)


def test_an_answer_is_kept_until_its_soft_age() -> None:
    """The second asks nobody, and is told when the first was answered."""

    async def scenario() -> tuple[list[Told], int]:
        upstream = a_catalog("A")
        replica = a_replica(upstream)
        answers = [told(await seen(replica, "A"))]
        await asyncio.sleep(9 * MINUTE)
        answers.append(told(await seen(replica, "A")))
        return answers, len(upstream.calls)

    assert in_virtual_time(scenario()) == ([(after(0), "upstream", False), (after(0), "cache", False)], 1)


def test_past_its_soft_age_it_is_shown_and_read_anew_by_one() -> None:
    """Nobody waits for the refresh; the next one sees the newer answer."""

    async def scenario() -> tuple[list[Told], int]:
        upstream = a_catalog("A")
        replica = a_replica(upstream)
        await seen(replica, "A")
        await asyncio.sleep(11 * MINUTE)
        answers = [told(each) for each in await asyncio.gather(*(seen(replica, "A") for _ in range(3)))]
        await settle()
        answers.append(told(await seen(replica, "A")))
        return answers, len(upstream.calls)

    old, new = (after(0), "cache", False), (after(660), "cache", False)
    assert in_virtual_time(scenario()) == ([old, old, old, new], 2)


def test_in_an_outage_it_is_shown_stale_up_to_its_hard_age() -> None:
    """Marked once the refresh has failed, with its instant; then the error is told, for an old price is no price."""

    async def scenario() -> list[object]:
        upstream = a_catalog("A")
        replica = a_replica(upstream)
        await seen(replica, "A")
        upstream.error = UpstreamFault("500")
        shown: list[object] = []
        for minutes in (9, 2, 48, 0.9, 0.2):
            await asyncio.sleep(minutes * MINUTE)
            for _ in range(2):
                try:
                    shown.append(told(await seen(replica, "A")))
                except UpstreamError as error:
                    shown.append(type(error).__name__)
                await settle()
        return shown

    fresh, stale = (after(0), "cache", False), (after(0), "cache", True)
    assert in_virtual_time(scenario()) == [
        *(fresh, fresh),
        *(fresh, stale),
        *(stale, stale),
        *(stale, stale),
        *("UpstreamFault", "UpstreamFault"),
    ]


def test_while_the_breaker_is_open_what_is_past_its_soft_age_is_stale_at_once() -> None:
    """It is known already that no refresh will come."""

    async def scenario() -> tuple[object, int]:
        upstream = a_catalog("A")
        replica = a_replica(upstream)
        await seen(replica, "A")
        await asyncio.sleep(11 * MINUTE)
        upstream.error = UpstreamFault("500")
        for number in range(5):
            with pytest.raises(UpstreamFault):
                await seen(replica, f"B{number}")
        asked = len(upstream.calls)
        answer = told(await seen(replica, "A"))
        await settle()
        return answer, len(upstream.calls) - asked

    assert in_virtual_time(scenario()) == ((after(0), "cache", True), 0)


def test_a_failed_refresh_is_not_tried_at_every_look() -> None:
    """Once in five seconds; as soon as it succeeds the answer is fresh again."""

    async def scenario() -> tuple[list[int], object]:
        upstream = a_catalog("A")
        replica = a_replica(upstream)
        await seen(replica, "A")
        await asyncio.sleep(11 * MINUTE)
        upstream.error = NotSent("no connection")
        counts = []
        for pause_s in (0, 1, 1, 4):
            await asyncio.sleep(pause_s)
            await seen(replica, "A")
            await settle()
            counts.append(len(upstream.calls) - 1)
        upstream.error = None
        await asyncio.sleep(5)
        await seen(replica, "A")
        await settle()
        return counts, told(await seen(replica, "A"))

    assert in_virtual_time(scenario()) == ([1, 1, 1, 2], (after(671), "cache", False))


def test_errors_are_not_kept() -> None:
    """The next one asks again."""

    async def scenario() -> tuple[object, int]:
        upstream = a_catalog("A")
        replica = a_replica(upstream)
        upstream.error = UpstreamFault("500")
        with pytest.raises(UpstreamFault):
            await seen(replica, "A")
        upstream.error = None
        return told(await seen(replica, "A")), len(upstream.calls)

    assert in_virtual_time(scenario()) == ((after(0), "upstream", False), 2)


def test_what_is_not_there_is_believed_for_a_minute() -> None:
    """A wrong link that goes round costs one call a minute; a new product is seen soon."""

    async def scenario() -> tuple[list[object], int]:
        upstream = a_catalog()
        replica = a_replica(upstream)
        found = [await seen(replica, "A"), await seen(replica, "A")]
        upstream.stock(an_item("A"))
        await asyncio.sleep(59)
        found.append(await seen(replica, "A"))
        await asyncio.sleep(1)
        found.append(await seen(replica, "A"))
        return [told(each) for each in found], len(upstream.calls)

    assert in_virtual_time(scenario()) == ([None, None, None, (after(60), "upstream", False)], 2)


def test_a_search_without_matches_is_believed_for_a_minute_too() -> None:
    """A page with nothing on it, not an error."""

    async def scenario() -> int:
        upstream = a_catalog()
        replica = a_replica(upstream)
        for pause_s in (0, 59, 2):
            await asyncio.sleep(pause_s)
            assert (await replica.catalog.search(SearchQuery("All", "tea"), 1, SMALL)).value.total_results == 0
        return len(upstream.calls)

    assert in_virtual_time(scenario()) == 2


def test_identical_calls_in_flight_are_one() -> None:
    """A hundred who open the same page cost one call."""

    async def scenario() -> tuple[int, set[object]]:
        upstream = a_catalog("A")
        upstream.latency_s = 1.0
        replica = a_replica(upstream)
        answers = await asyncio.gather(*(seen(replica, "A") for _ in range(100)))
        return len(upstream.calls), {told(answer) for answer in answers}

    assert in_virtual_time(scenario()) == (1, {(after(1), "upstream", False)})


def test_one_who_leaves_does_not_end_the_call_of_the_others() -> None:
    """The first to ask closes the page; the second gets his answer."""

    async def scenario() -> tuple[object, int]:
        upstream = a_catalog("A")
        upstream.latency_s = 1.0
        replica = a_replica(upstream)
        first = asyncio.create_task(seen(replica, "A"))
        await asyncio.sleep(0.2)
        second = asyncio.create_task(seen(replica, "A"))
        await asyncio.sleep(0.2)
        first.cancel()
        return told(await second), len(upstream.calls)

    assert in_virtual_time(scenario()) == ((after(1), "upstream", False), 1)


def test_one_with_more_time_is_not_refused_with_one_who_has_less() -> None:
    """The call was given up for the first one's deadline; the second asks again for himself."""

    async def scenario() -> tuple[str, object]:
        upstream = a_catalog("A")
        upstream.latency_s = 3.0
        replica = a_replica(upstream)

        async def asked(within_s: float) -> Seen[Item] | None:
            with answering_by(monotonic() + within_s):
                return await seen(replica, "A")

        hasty = asyncio.create_task(asked(1.0))
        await asyncio.sleep(0.5)
        patient = await asked(8.0)
        with pytest.raises(UpstreamError) as refused:
            await hasty
        return type(refused.value).__bases__[0].__name__, told(patient)

    assert in_virtual_time(scenario()) == ("OutcomeUnknown", (after(4), "upstream", False))


def test_look_ups_join_while_they_wait_for_their_turn() -> None:
    """Twelve shoppers with a product each cost two calls, not twelve seconds."""

    async def scenario() -> list[tuple[str, ...]]:
        asins = [f"A{number:02}" for number in range(12)]
        upstream = a_catalog("FIRST", *asins)
        replica = a_replica(upstream, lane=a_lane())
        await seen(replica, "FIRST")

        async def late(place: int, asin: str) -> None:
            await asyncio.sleep(place * 0.05)
            answer = await seen(replica, asin)
            assert answer is not None
            assert answer.value.asin == asin

        await asyncio.gather(*(late(place, asin) for place, asin in enumerate(asins)))
        return [call.ids for call in upstream.calls]

    calls = in_virtual_time(scenario())

    assert calls == [("FIRST",), tuple(f"A{number:02}" for number in range(10)), ("A10", "A11")]


def test_other_groups_are_another_call() -> None:
    """Nobody is shown a product without what he asked for."""

    async def scenario() -> list[frozenset[ResponseGroup]]:
        upstream = a_catalog("A")
        replica = a_replica(upstream)
        await asyncio.gather(seen(replica, "A", SMALL), seen(replica, "A", OFFERS))
        return [call.groups for call in upstream.calls]

    assert in_virtual_time(scenario()) == [SMALL, OFFERS]


def test_an_id_that_could_spoil_others_goes_alone() -> None:
    """A comma separates ids on the wire."""

    async def scenario() -> list[tuple[str, ...]]:
        upstream = a_catalog("A", "B")
        replica = a_replica(upstream)
        await asyncio.gather(seen(replica, "A"), seen(replica, "B,C"), seen(replica, "B"))
        return [call.ids for call in upstream.calls]

    assert in_virtual_time(scenario()) == [("A", "B"), ("B,C",)]


def test_a_look_up_that_fails_tells_what_was_known() -> None:
    """In an outage the lines of a cart that were seen are shown, and only the others are missing."""

    async def scenario() -> tuple[str, list[object]]:
        upstream = a_catalog("A", "B")
        replica = a_replica(upstream)
        await seen(replica, "A")
        upstream.error = UpstreamFault("500")
        with pytest.raises(UpstreamError) as caught:
            await replica.catalog.look_up(["B", "A"], OFFERS)
        return type(caught.value).__name__, [(each.value.asin, each.source) for each in caught.value.found]

    assert in_virtual_time(scenario()) == ("UpstreamFault", [("A", "cache")])


def test_replicas_share_answers() -> None:
    """What one has asked the other need not; not longer than it may be shown."""

    async def scenario() -> tuple[object, int, list[float]]:
        upstream, shared = a_catalog("A"), MemoryShared()
        one, other = a_replica(upstream, shared=shared), a_replica(upstream, shared=shared)
        await seen(one, "A")
        await settle()
        await asyncio.sleep(5 * MINUTE)
        return told(await seen(other, "A")), len(upstream.calls), shared.ttls

    assert in_virtual_time(scenario()) == ((after(0), "cache", False), 1, [HOUR])


def test_a_refresh_of_one_replica_is_seen_by_the_other() -> None:
    """Before it asks the upstream it looks whether somebody has."""

    async def scenario() -> tuple[object, int]:
        upstream, shared = a_catalog("A"), MemoryShared()
        one, other = a_replica(upstream, shared=shared), a_replica(upstream, shared=shared)
        await seen(one, "A")
        await settle()
        await seen(other, "A")
        await asyncio.sleep(11 * MINUTE)
        for replica in (one, other):
            await seen(replica, "A")
            await settle()
        return told(await seen(other, "A")), len(upstream.calls)

    assert in_virtual_time(scenario()) == ((after(660), "cache", False), 2)


def test_what_is_broken_in_the_shared_cache_is_read_anew() -> None:
    """Bytes of another version do no harm."""

    async def scenario() -> tuple[object, int]:
        upstream, shared = a_catalog("A"), MemoryShared()
        await seen(a_replica(upstream, shared=shared), "A")
        await settle()
        shared.values = dict.fromkeys(shared.values, b"junk")
        return told(await seen(a_replica(upstream, shared=shared), "A")), len(upstream.calls)

    assert in_virtual_time(scenario()) == ((after(0), "upstream", False), 2)


def test_closing_ends_a_refresh_under_way() -> None:
    """Nothing runs on after the server has stopped."""

    async def scenario() -> int:
        upstream = a_catalog("A")
        replica = a_replica(upstream)
        await seen(replica, "A")
        await asyncio.sleep(11 * MINUTE)
        upstream.latency_s = 100.0
        await seen(replica, "A")
        await asyncio.sleep(1)
        await replica.answers.aclose()
        return len(asyncio.all_tasks())

    assert in_virtual_time(scenario()) == 1


def test_a_refused_call_says_when_to_come_back() -> None:
    """The error of the breaker passes through as it is."""

    async def scenario() -> float | None:
        upstream = a_catalog()
        replica = a_replica(upstream)
        upstream.error = UpstreamFault("500")
        for number in range(5):
            with pytest.raises(UpstreamFault):
                await seen(replica, f"A{number}")
        with pytest.raises(CircuitOpen) as refused:
            await seen(replica, "B")
        return refused.value.retry_after_s

    assert in_virtual_time(scenario()) == 10.0
