"""
The cache of typed answers: from memory, a shared cache or the upstream, which is asked once for all who wait.

An answer past its soft age is shown at once and read anew in the background, by one refresher. When that fails, or the
upstream is known to be away, the answer is marked stale; past its hard age it is not shown. Errors are never kept.
"""

import asyncio
from collections.abc import Callable, Coroutine, Hashable, Sequence
from contextvars import Context
from datetime import datetime
from typing import Any, Final

from msgspec.structs import replace

from ecs.caching.ageing import NOTHING
from ecs.caching.flights import Flight
from ecs.caching.memory import Entry, Memory
from ecs.caching.questions import Batch, Landed, Question
from ecs.caching.shared import Shared
from ecs.errors import NotSent, OutcomeUnknown, UpstreamError
from ecs.model import Seen
from ecs.resilience.deadlines import deadline_or
from ecs.resilience.guard import CALL_S

REFRESH_AGAIN_S: Final = 5.0
"""After a refresh has failed, the next one is not tried sooner."""


class Answers:
    """Answers of one upstream. ``aclose`` ends what runs in the background."""

    def __init__(
        self,
        memory: Memory,
        shared: Shared | None,
        *,
        now: Callable[[], datetime],
        monotonic: Callable[[], float],
        random: Callable[[], float],
        is_away: Callable[[], bool],
    ) -> None:
        """``memory`` and ``shared`` may serve other upstreams too; ``is_away`` tells that calls are refused now."""
        self._memory = memory
        self._shared = shared
        self._now = now
        self._monotonic = monotonic
        self._random = random
        self._is_away = is_away
        self._flights: dict[Hashable, Flight[Landed]] = {}
        self._open: dict[Hashable, Batch] = {}
        self._refreshing: set[Hashable] = set()
        self._background: set[asyncio.Task[None]] = set()

    def fresh(self, key: Hashable) -> Entry | None:
        """The entry of ``key``, when nothing at all has to be done about it."""
        entry = self._memory.get(key)
        if entry is None or entry.has_failed or self._now().timestamp() >= entry.due_at:
            return None
        return entry

    async def ask(self, questions: Sequence[Question]) -> list[Seen[Any] | None]:
        """
        The answers, in the order of the questions; None for what is not known upstream.

        Raises:
            UpstreamError: one of them is neither here nor to be had; what was found of the others is in it.
        """
        now = self._now().timestamp()
        kept = {question.key: self._usable(question.key, now) for question in questions}
        due = [question for question in questions if (entry := kept[question.key]) and now >= entry.due_at]
        self._refresh(due)
        missing = [question for question in questions if kept[question.key] is None]
        landed, error = await self._obtained(missing) if missing else ({}, None)
        answers = [
            landed[question.key] if question.key in landed else self._shown(kept[question.key], now)
            for question in questions
        ]
        if error is not None:
            raise error.with_found(tuple(answer for answer in answers if answer is not None))
        return answers

    async def aclose(self) -> None:
        """End refreshes, and let nothing run on."""
        for task in self._background:
            task.cancel()
        await asyncio.gather(*self._background, return_exceptions=True)

    def _usable(self, key: Hashable, now: float) -> Entry | None:
        entry = self._memory.get(key)
        return entry if entry is not None and now < entry.life.hard_at else None

    def _shown(self, entry: Entry | None, now: float) -> Seen[Any] | None:
        if entry is None or entry.cached is None:
            return None
        if now >= entry.life.soft_at and (entry.has_failed or self._is_away()):
            return replace(entry.cached, is_stale=True)
        return entry.cached

    async def _obtained(
        self, questions: Sequence[Question]
    ) -> tuple[dict[Hashable, Seen[Any] | None], UpstreamError | None]:
        """What could be had, and why not all of it."""
        adopted = await self._adopted(questions)
        found: dict[Hashable, Seen[Any] | None] = {key: entry.cached for key, entry in adopted.items()}
        rest = [question for question in questions if question.key not in found]
        landed, error = await self._landed(rest)
        for key, entry in landed.items():
            found[key] = None if entry.value is None else Seen(entry.value, entry.as_of)
        return found, error

    async def _adopted(self, questions: Sequence[Question]) -> dict[Hashable, Entry]:
        """What the shared cache has that need not be read anew, taken into memory."""
        if self._shared is None:
            return {}
        adopted: dict[Hashable, Entry] = {}
        values = await self._shared.get_many([question.name() for question in questions])
        now = self._now().timestamp()
        for question, data in zip(questions, values, strict=True):
            seen = question.kind.codec.decode(data) if data else None
            if seen is None or data is None:
                continue
            entry = self._entry(question, seen, data)
            if now < entry.due_at:
                self._memory.put(question.key, entry)
                adopted[question.key] = entry
        return adopted

    async def _landed(self, questions: Sequence[Question]) -> tuple[dict[Hashable, Entry], UpstreamError | None]:
        """The answers of flights, joined where there is one and started where there is none."""
        mine = deadline_or(self._monotonic() + CALL_S)
        started = {question.key for question in questions if not self._is_under_way(question.key)}
        flights = {question.key: self._flight(question) for question in questions}
        outcomes = await _all(list(dict.fromkeys(flights.values())))
        again = []
        failure: UpstreamError | None = None
        landed: dict[Hashable, Entry] = {}
        for question in questions:
            flight = flights[question.key]
            outcome = outcomes[flight]
            if not isinstance(outcome, BaseException):
                landed[question.key] = outcome[question.key]
            elif _gave_up(outcome) and question.key not in started and flight.deadline < mine:
                # Somebody with less time had started it.
                again.append(question)
            elif isinstance(outcome, UpstreamError):
                failure = failure or outcome
            else:
                raise outcome
        if again:
            more, error = await self._landed(again)
            return landed | more, failure or error
        return landed, failure

    def _is_under_way(self, key: Hashable) -> bool:
        flight = self._flights.get(key)
        return flight is not None and flight.can_be_joined

    def _flight(self, question: Question) -> Flight[Landed]:
        if self._is_under_way(question.key):
            return self._flights[question.key]
        batch = self._boarded(question, is_refresh=False)
        self._flights[question.key] = batch.flight
        return batch.flight

    def _boarded(self, question: Question, *, is_refresh: bool) -> Batch:
        """The batch that takes the question: one that still waits for its turn, or a new one."""
        word = None if question.batch is None else (question.batch, is_refresh)
        batch = self._open.get(word) if word is not None else None
        if batch is not None and batch.can_be_joined:
            batch.questions.append(question)
            return batch
        batch = Batch(question)
        # A refresh has nothing to do with the request that set it off, and so neither with its deadline.
        context = Context() if is_refresh else None
        task = asyncio.create_task(self._fly(batch, is_refresh=is_refresh), context=context)
        limit = self._monotonic() + CALL_S
        batch.flight = Flight(task, limit if is_refresh else deadline_or(limit))
        if word is not None:
            self._open[word] = batch
        return batch

    async def _fly(self, batch: Batch, *, is_refresh: bool) -> Landed:
        first = batch.questions[0]
        try:
            found = await (first.refetch if is_refresh else first.fetch)(batch)
            return self._kept(batch, found)
        finally:
            for question in batch.questions:
                if self._flights.get(question.key) is batch.flight:
                    del self._flights[question.key]
            word = (first.batch, is_refresh)
            if self._open.get(word) is batch:
                del self._open[word]

    def _kept(self, batch: Batch, found: Any) -> Landed:
        landed: dict[Hashable, Entry] = {}
        outgoing: dict[bytes, bytes] = {}
        nothing = Seen(None, self._now())
        for question in batch.questions:
            seen = found.get(question.part, nothing)
            landed[question.key] = entry = self._entry(question, seen)
            self._memory.put(question.key, entry)
            if self._shared is not None:
                outgoing[question.name()] = question.kind.codec.encode(seen)
        if self._shared is not None:
            ttl_s = max(entry.life.hard_at for entry in landed.values()) - nothing.as_of.timestamp()
            self._in_background(self._shared.put_many(outgoing, ttl_s))
        return landed

    def _entry(self, question: Question, seen: Seen[Any], encoded: bytes = b"") -> Entry:
        is_empty = seen.value is None or question.kind.is_empty(seen.value)
        return Entry.of(seen, NOTHING if is_empty else question.ages, self._random(), encoded)

    def _refresh(self, questions: Sequence[Question]) -> None:
        idle = [question for question in questions if question.key not in self._refreshing]
        if idle:
            self._refreshing |= {question.key for question in idle}
            self._in_background(self._refreshed(idle))

    async def _refreshed(self, questions: Sequence[Question]) -> None:
        try:
            adopted = await self._adopted(questions)
            rest = [question for question in questions if question.key not in adopted]
            flights = [self._boarded(question, is_refresh=True).flight for question in rest]
            outcomes = await _all(list(dict.fromkeys(flights)))
            for question, flight in zip(rest, flights, strict=True):
                if isinstance(outcomes[flight], UpstreamError):
                    self._note_failure(question.key)
        finally:
            self._refreshing -= {question.key for question in questions}

    def _note_failure(self, key: Hashable) -> None:
        entry = self._memory.get(key)
        if entry is not None:
            entry.has_failed = True
            entry.due_at = self._now().timestamp() + REFRESH_AGAIN_S

    def _in_background(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work, context=Context())
        self._background.add(task)
        task.add_done_callback(self._background.discard)


def _gave_up(error: BaseException) -> bool:
    return isinstance(error, NotSent | OutcomeUnknown)


async def _all(flights: Sequence[Flight[Landed]]) -> dict[Flight[Landed], Landed | BaseException]:
    """How every flight ended; all have when this returns."""
    outcomes = await asyncio.gather(*(flight.wait() for flight in flights), return_exceptions=True)
    return dict(zip(flights, outcomes, strict=True))
