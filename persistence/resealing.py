"""Values sealed by an older key of the ring are sealed anew by its first, so that the old key may leave the ring."""

from persistence import cart_statements, intent_statements
from persistence.errors import SealBroken
from persistence.prepared import Parameters, Rows, Statement
from persistence.programs import Program, Run, Runner
from persistence.rows import seal, unseal
from persistence.sealing import KeyRing, Place


async def reseal(database: Runner, key_ring: KeyRing, limit: int) -> int:
    """
    Seal at most ``limit`` carts and ``limit`` addresses anew; how many were.

    A value that changes meanwhile is left alone: its new seal is the first key's.

    Raises:
        SealBroken: nothing could be sealed anew, since what is left does not open.
    """
    header = key_ring.header
    old = {"the_header": header, "the_length": len(header), "the_limit": limit}
    carts = await database.read(cart_statements.SEALED_CARTS, old)
    addresses = await database.read(intent_statements.SEALED_ADDRESSES, old)
    work = _Work(key_ring)
    work.add(cart_statements.RESEAL_CART, "carts", ("sealed_cart_id", "sealed_hmac"), "the_cart", carts)
    work.add(intent_statements.RESEAL_ADDRESS, "intents", ("sealed_address",), "the_intent", addresses)
    if not work.runs:
        if work.broken is not None:
            raise work.broken
        return 0
    return await database.write(_write(work.runs))


class _Work:
    """The statements to run, and the first value that does not open."""

    def __init__(self, key_ring: KeyRing) -> None:
        self.runs: list[Run] = []
        self.broken: SealBroken | None = None
        self._key_ring = key_ring

    def add(self, statement: Statement, table: str, columns: tuple[str, ...], name_of_id: str, rows: Rows) -> None:
        for row_id, *sealed in rows:
            parameters: Parameters = {name_of_id: row_id}
            try:
                for column, value in zip(columns, sealed, strict=True):
                    place = Place(table, column, row_id)
                    parameters[f"the_{column}"] = value
                    parameters[column] = seal(unseal(value, place, self._key_ring), place, self._key_ring)
            except SealBroken as error:
                # One row that was tampered with must not keep the others from being sealed anew.
                self.broken = self.broken or error
            else:
                self.runs.append(Run(statement, parameters))


def _write(runs: list[Run]) -> Program[int]:
    written = 0
    for run in runs:
        answer = yield run
        written += answer.changed
    return written
