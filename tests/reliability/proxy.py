"""
A proxy between the ECS client and an ECS service of this machine, which does to the n-th request what a plan says.

Every connection carries one request. ``before``, ``within`` and ``after`` say where the fault is: before the request
reaches the service, so that it has no effect; within its answer, of which the first half passes; after it took effect,
with nothing of its answer passed (or, for what only delays and repeats, with the whole of it).
"""

import asyncio
import socket
import struct
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final, Literal, NamedTuple, get_args
from urllib.parse import parse_qs, urlsplit

Kind = Literal[
    "latency",
    "down",
    "reset",
    "cut",
    "drip",
    "slice",
    "twice",
    "late",
    "silent",
    "failing",
    "throttled",
    "broken",
    "another",
]
When = Literal["before", "within", "after"]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
WHENS: Final[tuple[When, ...]] = get_args(When)


class Fault(NamedTuple):
    """
    What happens to one request.

    ``seconds`` is the delay of ``latency``, between two pieces of ``drip``, and of ``late`` after the client has gone.
    ``size`` is where an answer is cut (None: in its middle), and the length of a piece.
    """

    kind: Kind
    when: When = "before"
    seconds: float = 0.05
    size: int | None = None


class Passed(NamedTuple):
    """A request that was given to the service, with the loop's time."""

    number: int
    operation: str
    instant: float


@dataclass
class FaultyProxy:
    """``plan`` is asked for the fault of each request, counted from 1; None lets it pass."""

    service_port: int
    plan: Callable[[int, str], Fault | None] = lambda _number, _operation: None
    another: bytes = b""
    """The body that ``another`` answers with."""
    port: int = 0
    asked: list[str] = field(default_factory=list)
    """Operations as they came in."""
    passed: list[Passed] = field(default_factory=list)
    """What reached the service, in order; what was sent twice is here twice."""
    last_body: bytes = b""
    """Of the service's last answer."""
    _server: asyncio.Server | None = None
    _at_work: set[asyncio.Task[None]] = field(default_factory=set)

    async def up(self) -> None:
        """Take connections, at the same port as before."""
        if self._server is None:
            self._server = await asyncio.start_server(self._accept, "127.0.0.1", self.port)
            self.port = self._server.sockets[0].getsockname()[1]

    async def down(self) -> None:
        """Refuse connections, until ``up``; what is under way goes on."""
        if self._server is not None:
            self._server.close()
            self._server = None

    async def idle(self) -> None:
        """Wait until nothing is under way any more, late deliveries included, and what nobody has looked at yet."""
        if self._server is not None:
            # Connections are taken in their order: whoever connected before this one has been let in when it is closed.
            reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
            writer.write_eof()
            await reader.read()
            writer.close()
        while self._at_work:
            await asyncio.wait(self._at_work)

    async def close(self) -> None:
        """Drop everything."""
        await self.down()
        for task in list(self._at_work):
            task.cancel()
        await asyncio.gather(*self._at_work, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._at_work.add(task)
        task.add_done_callback(self._at_work.discard)
        try:
            request = await _request(reader)
            if request is not None:
                await self._handle(request, reader, writer)
        except ConnectionError:
            # The client has gone, which is its right.
            pass
        finally:
            writer.close()

    async def _handle(self, request: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        operation = operation_of(request)
        self.asked.append(operation)
        number = len(self.asked)
        fault = self.plan(number, operation)
        next_fault = self.plan(number + 1, "")
        if next_fault is not None and next_fault.kind == "down":
            await self.down()
        if fault is None or fault.kind == "down":
            await _send(writer, await self._pass(number, request))
        elif fault.when == "before":
            await self._before(fault, number, request, reader, writer)
        else:
            await self._later(fault, number, request, reader, writer)

    async def _before(
        self, fault: Fault, number: int, request: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        match fault.kind:
            case "latency":
                await asyncio.sleep(fault.seconds)
                await _send(writer, await self._pass(number, request))
            case "reset":
                _reset(writer)
            case "cut":
                return
            case "drip" | "slice":
                await _send(writer, await self._pass(number, request, fault))
            case "twice":
                await self._pass(number, request)
                await _send(writer, await self._pass(number, request))
            case "late":
                await reader.read()
                await asyncio.sleep(fault.seconds)
                await self._pass(number, request)
            case "silent":
                await reader.read()
            case _:
                await _send(writer, self._instead(fault, _answer(200, b"<CartGetResponse/>")))

    async def _later(
        self, fault: Fault, number: int, request: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        if fault.kind == "late":
            # The answer goes nowhere: whoever asked was cut off while the request was on its way.
            _reset(writer)
            await asyncio.sleep(fault.seconds)
            await self._pass(number, request)
            return
        if fault.kind == "twice" and fault.when == "within":
            both = await asyncio.gather(self._pass(number, request), self._pass(number, request))
            await _send(writer, both[0])
            return
        answer = await self._pass(number, request)
        if fault.kind in {"failing", "throttled", "broken", "another"}:
            answer = self._instead(fault, answer)
        half = fault.size if fault.size is not None else len(answer) // 2
        match fault.kind:
            case "twice":
                await self._pass(number, request)
                await _send(writer, answer)
            case "drip" | "slice":
                await _send_in_pieces(writer, answer, fault)
            case "latency" if fault.when == "after":
                await asyncio.sleep(fault.seconds)
                await _send(writer, answer)
            case "latency":
                await _send(writer, answer[:half])
                await asyncio.sleep(fault.seconds)
                await _send(writer, answer[half:])
            case "reset" | "cut" | "silent":
                if fault.when == "within":
                    await _send(writer, answer[:half])
                if fault.kind == "silent":
                    await reader.read()
                elif fault.kind == "reset":
                    _reset(writer)
            case _:
                await _send(writer, answer)

    def _instead(self, fault: Fault, answer: bytes) -> bytes:
        """The answer that comes in place of the true one; ``within`` only its first half, of the length announced."""
        body = answer.partition(b"\r\n\r\n")[2]
        match fault.kind:
            case "failing":
                made = _answer(500, b"oops")
            case "throttled":
                made = _answer(503, _THROTTLED)
            case "broken":
                made = _answer(200, body[: (len(body) if fault.size is None else fault.size) // 2])
            case _:
                made = _answer(200, self.another)
        return made if fault.when != "within" else made[: -len(made.partition(b"\r\n\r\n")[2]) // 2]

    async def _pass(self, number: int, request: bytes, slowly: Fault | None = None) -> bytes:
        """Give the request to the service; its whole answer."""
        self.passed.append(Passed(number, operation_of(request), asyncio.get_running_loop().time()))
        reader, writer = await asyncio.open_connection("127.0.0.1", self.service_port)
        try:
            if slowly is None:
                await _send(writer, request)
            else:
                await _send_in_pieces(writer, request, slowly)
            answer = await reader.read()
        finally:
            writer.close()
        self.last_body = answer.partition(b"\r\n\r\n")[2]
        return answer


@asynccontextmanager
async def faulty_proxy(
    service_port: int, plan: Callable[[int, str], Fault | None] = lambda _number, _operation: None
) -> AsyncIterator[FaultyProxy]:
    """A proxy that is up, until the block is left."""
    proxy = FaultyProxy(service_port, plan)
    await proxy.up()
    try:
        yield proxy
    finally:
        await proxy.close()


def nth(number: int, fault: Fault) -> Callable[[int, str], Fault | None]:
    """A plan for one request."""
    return lambda asked, _operation: fault if asked == number else None


def operation_of(request: bytes) -> str:
    """The Operation that a request names, in its address or its form."""
    head, _, body = request.partition(b"\r\n\r\n")
    target = head.split(b" ", 2)[1].decode("ascii")
    for query in (urlsplit(target).query, body.decode("ascii")):
        found = parse_qs(query).get("Operation")
        if found:
            return found[0]
    return ""


_THROTTLED = b"<ErrorResponse><Error><Code>RequestThrottled</Code><Message>slow</Message></Error></ErrorResponse>"
# Said by us on both sides: one request a connection, and answers that can be read and cut as they are.
_OURS = (b"connection:", b"accept-encoding:")


async def _request(reader: asyncio.StreamReader) -> bytes | None:
    """One request in full, asking for a plain answer and the end of the connection; None when none came."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
        lines = head[:-4].split(b"\r\n")
        length = next((int(line.split(b":")[1]) for line in lines if line.lower().startswith(b"content-length:")), 0)
        body = await reader.readexactly(length)
    except asyncio.IncompleteReadError:
        return None
    kept = [line for line in lines if not line.lower().startswith(_OURS)]
    return b"\r\n".join([*kept, b"Connection: close", b"", body])


def _answer(status: int, body: bytes) -> bytes:
    head = f"HTTP/1.1 {status} X\r\nContent-Type: text/xml\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    return head.encode("ascii") + body


async def _send(writer: asyncio.StreamWriter, data: bytes) -> None:
    writer.write(data)
    await writer.drain()


async def _send_in_pieces(writer: asyncio.StreamWriter, data: bytes, fault: Fault) -> None:
    size = fault.size or max(1, len(data) // 20)
    for start in range(0, len(data), size):
        await _send(writer, data[start : start + size])
        await asyncio.sleep(fault.seconds if fault.kind == "drip" else 0)


def _reset(writer: asyncio.StreamWriter) -> None:
    """End the connection by RST rather than FIN."""
    connection: socket.socket = writer.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
