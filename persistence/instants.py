"""How an instant is kept: to the microsecond, in UTC, and given back aware by every database."""

from datetime import UTC, datetime
from typing import TypeVar

from sqlalchemy import DateTime, Dialect
from sqlalchemy.types import TypeDecorator

_Instant = TypeVar("_Instant", datetime, datetime | None)


class UtcInstant(TypeDecorator[datetime]):
    """
    ``timestamptz`` on PostgreSQL; on SQLite, which knows no zones, the UTC wall time as text.

    A naive datetime is refused: which instant it means cannot be known.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        in_utc = require_aware(value).astimezone(UTC)
        return in_utc.replace(tzinfo=None) if dialect.name == "sqlite" else in_utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def require_aware(value: _Instant) -> _Instant:
    """
    The value itself.

    Raises:
        ValueError: it is a naive datetime.
    """
    if value is not None and value.tzinfo is None:  # type: ignore[redundant-expr, unused-ignore]
        raise ValueError("An instant must be aware: give it a time zone.")
    return value
