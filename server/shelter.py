"""A helper that may be away, such as a shared cache: used while it works, left out for a while after it failed."""

from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

import structlog

T = TypeVar("T")
LEFT_OUT_S: Final = 10.0
_log = structlog.get_logger(__name__)


class Shelter:
    """Keeps the failures of one helper from its users. It is logged once when it goes, and once when it is back."""

    def __init__(
        self, helper: str, failures: tuple[type[Exception], ...], advice: str, monotonic: Callable[[], float]
    ) -> None:
        """``failures`` are the errors by which the helper fails; any other is a fault of ours and passes."""
        self._helper = helper
        self._failures = failures
        self._advice = advice
        self._monotonic = monotonic
        self._left_out_until = float("-inf")
        self._is_away = False

    async def run(self, work: Callable[[], Awaitable[T]], otherwise: T) -> T:
        """What ``work`` gives; ``otherwise``, without trying, while the helper is left out."""
        if self._monotonic() < self._left_out_until:
            return otherwise
        try:
            result = await work()
        except self._failures as error:
            self._left_out_until = self._monotonic() + LEFT_OUT_S
            if not self._is_away:
                _log.warning("helper.away", helper=self._helper, kind=type(error).__name__, advice=self._advice)
            self._is_away = True
            return otherwise
        if self._is_away:
            _log.info("helper.back", helper=self._helper)
            self._is_away = False
        return result
