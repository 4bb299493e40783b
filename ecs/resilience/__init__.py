"""
What stands between the storefront and an upstream that is slow, busy or away.

``Guard`` runs calls: it waits for their turn under the quota (``Lane``), leaves an upstream alone that fails
(``Breaker``), and tries again what may be repeated (``RetryBudget``). ``Guarded`` is an upstream behind a guard.
"""

from ecs.resilience.breaker import Breaker, BreakerState
from ecs.resilience.guard import Guard
from ecs.resilience.guarded import Guarded, Upstream
from ecs.resilience.lane import Lane
from ecs.resilience.operations import Rank
from ecs.resilience.quota import LocalQuota, Quota, spacing_of
from ecs.resilience.retrying import RetryBudget

__all__ = [
    "Breaker",
    "BreakerState",
    "Guard",
    "Guarded",
    "Lane",
    "LocalQuota",
    "Quota",
    "Rank",
    "RetryBudget",
    "Upstream",
    "spacing_of",
]
