"""
Statements as text, made once: building and compiling one costs ten times what running it does.

They are written in SQLAlchemy Core under SQLModel's tables, compiled for a database when they are
first used with it, and handed to the
driver as text with its values in order. What SQLAlchemy's types would do on the way is done here: an instant is text
in UTC on SQLite, and is refused by both when it is naive.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import cache, cached_property
from typing import Any, TypeAlias

from sqlalchemy import Dialect, Select, UpdateBase
from sqlalchemy.dialects import sqlite

from persistence.instants import UtcInstant, require_aware

Parameters = dict[str, Any]
Values = tuple[Any, ...]
Rows = Sequence[Sequence[Any]]
Query: TypeAlias = Select[Any] | UpdateBase
_Bind = Callable[[Any], Any]


class Prepared:
    """One statement's text for one database, with the order of its values."""

    __slots__ = ("_binds", "_instants", "gives_rows", "text")

    def __init__(self, statement: Query, dialect: Dialect, instant: _Bind, *, reads_text: bool) -> None:
        compiled = statement.compile(dialect=dialect)
        self.text = compiled.string
        self.gives_rows = isinstance(statement, Select)
        self._binds = tuple(
            (name, compiled.params[name], instant if isinstance(compiled.binds[name].type, UtcInstant) else None)
            for name in compiled.positiontup or ()
        )
        columns = statement.selected_columns if isinstance(statement, Select) and reads_text else ()
        self._instants = tuple(index for index, column in enumerate(columns) if isinstance(column.type, UtcInstant))

    def values(self, parameters: Parameters) -> Values:
        """
        The driver's values in order; a name that ``parameters`` lacks has the value the statement was built with.

        Raises:
            ValueError: an instant is naive.
        """
        get = parameters.get
        return tuple(
            [get(name, default) if bind is None else bind(get(name, default)) for name, default, bind in self._binds]
        )

    def rows(self, found: Rows) -> Rows:
        """The driver's rows with instants as instants."""
        if not self._instants:
            return found
        # A cart's columns come with each of its lines: what was read once is not read again.
        known: dict[str, datetime] = {}
        return [self._row(row, known) for row in found]

    def _row(self, row: Sequence[Any], known: dict[str, datetime]) -> list[Any]:
        values = list(row)
        for index in self._instants:
            text = values[index]
            if text is not None:
                instant = known.get(text)
                if instant is None:
                    instant = known[text] = datetime.fromisoformat(text + "+00:00")
                values[index] = instant
        return values


class Statement:
    """A statement for both databases."""

    def __init__(self, statement: Query, postgresql: Query | None = None) -> None:
        """``postgresql`` where it is spelled otherwise there."""
        self._statement = statement
        self._for_postgresql = statement if postgresql is None else postgresql

    @cached_property
    def sqlite(self) -> Prepared:
        """As SQLite runs it."""
        return Prepared(self._statement, _SQLITE, _as_text, reads_text=True)

    @cached_property
    def postgresql(self) -> Prepared:
        """As PostgreSQL runs it."""
        return Prepared(self._for_postgresql, _postgresql(), require_aware, reads_text=False)

    def __repr__(self) -> str:
        return f"Statement({self.sqlite.text.partition(chr(10))[0]})"


def _as_text(value: datetime | None) -> str | None:
    """As SQLAlchemy keeps it: UTC's wall time to the microsecond, which sorts as the instants do."""
    if value is None:
        return None
    return require_aware(value).astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")


_SQLITE = sqlite.dialect(paramstyle="qmark")


@cache
def _postgresql() -> Dialect:
    # Read in where it is used: most servers run without PostgreSQL.
    from sqlalchemy.dialects.postgresql import asyncpg

    dialect: Dialect = asyncpg.dialect()  # type: ignore[no-untyped-call]
    return dialect
