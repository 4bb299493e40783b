"""
What the upstream has answered, kept and shared: ages, a bounded memory, coalescing of identical calls.

``Answers`` is the cache; ``CachedCatalog`` is a catalog and directory that asks it first. Carts are not cached.
"""

from ecs.caching.answers import Answers
from ecs.caching.catalog import CachedCatalog
from ecs.caching.memory import Memory
from ecs.caching.shared import Shared

__all__ = ["Answers", "CachedCatalog", "Memory", "Shared"]
