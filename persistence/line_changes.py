"""From the lines as they are stored to the lines as they shall be: three statements at most, each only where needed."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from persistence import cart_statements as sql
from persistence.programs import Program, Run
from persistence.records import LineRecord
from persistence.rows import line_row


class LineChange(NamedTuple):
    """What becomes of one cart's lines."""

    cart_id: str
    before: Sequence[LineRecord]
    after: Sequence[LineRecord]


def line_runs(changes: Iterable[LineChange]) -> Program[None]:
    """
    Delete, then change, then insert, over all the carts: a line may move from one to another under its id.

    Row by row two lines that swap their upstream keys would clash, so a line under another key is taken out and put
    back.
    """
    gone, changed, added = [], [], []
    for cart_id, before, after in changes:
        stored = {line.id: line for line in before}
        for line in after:
            was = stored.pop(line.id, None)
            if was is None:
                added.append(line_row(line, cart_id))
            elif was.upstream_key != line.upstream_key:
                gone.append({"the_cart": cart_id, "the_line": line.id})
                added.append(line_row(line, cart_id))
            elif was != line:
                changed.append({"the_cart": cart_id, "the_line": line.id, **line_row(line, cart_id)})
        gone += [{"the_cart": cart_id, "the_line": line_id} for line_id in stored]
    for statement, rows in ((sql.DELETE_LINES, gone), (sql.CHANGE_LINES, changed), (sql.ADD_LINES, added)):
        if rows:
            yield Run(statement, rows)
