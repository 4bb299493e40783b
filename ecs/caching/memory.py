"""Answers in this process's memory, bounded by number and by bytes; what was not used for longest goes first."""

from collections import OrderedDict
from collections.abc import Hashable
from datetime import datetime
from typing import Any, Final

from msgspec import Struct

from ecs.caching.ageing import Ages, Lifetime, lifetime
from ecs.model import Seen

_PER_ENCODED: Final = 2
"""Memory that values take, for each byte of their msgpack: 1.5 to 2.2 on recorded pages of ten and on a full one."""
_PER_RECEIVED: Final = 1.5
"""The same for each byte of their XML: 0.9 to 2.5 on the recorded answers, mostly 1.3 to 1.7."""
_OVERHEAD: Final = 1_000
"""Bytes of an entry itself, its key included."""


class Entry(Struct):
    """An answer with its life. ``value`` None means that the upstream knows nothing of this key."""

    value: Any
    as_of: datetime
    life: Lifetime
    size: int
    has_failed: bool = False
    """True when reading it anew failed."""
    due_at: float = 0.0
    """When it is to be read anew; moves on after a failure."""
    cached: Seen[Any] | None = None
    """The value as it is shown out of the cache; made once."""

    @classmethod
    def of(cls, seen: Seen[Any], ages: Ages, luck: float, encoded: bytes = b"") -> "Entry":
        """The entry of an answer from the upstream, or of one from a shared cache with the bytes that it was there."""
        life = lifetime(seen.as_of.timestamp(), ages, luck)
        size = int(len(encoded) * _PER_ENCODED or seen.received * _PER_RECEIVED) + _OVERHEAD
        cached = None if seen.value is None else Seen(seen.value, seen.as_of, "cache")
        return cls(seen.value, seen.as_of, life, size, due_at=life.due_at, cached=cached)


class Memory:
    """Entries by key. Neither limit is ever passed."""

    def __init__(self, *, max_entries: int, max_bytes: int) -> None:
        self._entries: OrderedDict[Hashable, Entry] = OrderedDict()
        self._max_entries = max_entries
        self._max_bytes = max_bytes
        self.size = 0
        """Bytes, as estimated."""

    def __len__(self) -> int:
        return len(self._entries)

    def get(self, key: Hashable) -> Entry | None:
        """The entry of a key, whatever its age."""
        entry = self._entries.get(key)
        if entry is not None:
            self._entries.move_to_end(key)
        return entry

    def put(self, key: Hashable, entry: Entry) -> None:
        """Keep an entry in place of the one before; others make room for it. One too large for all is not kept."""
        self.drop(key)
        if entry.size > self._max_bytes:
            return
        self._entries[key] = entry
        self.size += entry.size
        while self.size > self._max_bytes or len(self._entries) > self._max_entries:
            _, gone = self._entries.popitem(last=False)
            self.size -= gone.size

    def drop(self, key: Hashable) -> None:
        """Forget a key."""
        gone = self._entries.pop(key, None)
        if gone is not None:
            self.size -= gone.size
