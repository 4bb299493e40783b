"""
Items as they were written, remembered: the same products are shown again and again, and a catalog never changes.

What is remembered belongs to one catalog and is bounded in characters; what was not asked for longest is let go of
first. One lock, for the service answers in several threads.
"""

from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock
from typing import Final

MOST_CHARACTERS: Final = 6_000_000


class Renderings:
    """The XML of items, by product and by how they were to be written."""

    def __init__(self, most: int = MOST_CHARACTERS) -> None:
        self._most = most
        self._kept = 0
        self._items: OrderedDict[Hashable, str] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable) -> str | None:
        """What was remembered under ``key``."""
        with self._lock:
            found = self._items.get(key)
            if found is not None:
                self._items.move_to_end(key)
            return found

    def keep(self, key: Hashable, text: str) -> str:
        """Remember ``text``, which is given back, under ``key``."""
        with self._lock:
            self._kept += len(text) - len(self._items.pop(key, ""))
            self._items[key] = text
            while self._kept > self._most:
                self._kept -= len(self._items.popitem(last=False)[1])
        return text

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._items.clear()
            self._kept = 0
