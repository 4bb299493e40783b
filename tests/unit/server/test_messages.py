"""ASGI messages without a framework between."""

from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from server.messages import BodyCutOff, BodyTooLarge, Message, answer, body_of, encoded, headers_of


def _receiving(*messages: Message) -> Callable[[], Coroutine[Any, Any, Message]]:
    left = iter(messages)

    async def receive() -> Message:
        return next(left)

    return receive


def _part(body: bytes, *, more: bool) -> Message:
    return {"type": "http.request", "body": body, "more_body": more}


def test_headers_that_stand_several_times_are_joined() -> None:
    """A check that reads one value must see them all: two origins are no allowed one."""
    pairs = [(b"origin", b"a"), (b"cookie", b"x=1"), (b"origin", b"b"), (b"cookie", b"y=2"), (b"host", b"h")]

    assert headers_of({"headers": pairs}) == {b"origin": b"a, b", b"cookie": b"x=1; y=2", b"host": b"h"}
    assert headers_of({"headers": pairs[1:3]}) == {b"cookie": b"x=1", b"origin": b"b"}


async def test_a_body_is_read_in_one_piece_or_in_several() -> None:
    """As the server has it."""
    assert await body_of(_receiving(_part(b"abc", more=False)), 3) == b"abc"
    assert await body_of(_receiving({"type": "http.request"}), 3) == b""
    assert await body_of(_receiving(_part(b"a", more=True), _part(b"", more=True), _part(b"bc", more=False)), 3) == (
        b"abc"
    )


@pytest.mark.parametrize("messages", [[_part(b"abcd", more=False)], [_part(b"ab", more=True), _part(b"cd", more=True)]])
async def test_a_body_is_read_no_further_than_its_limit(messages: list[Message]) -> None:
    """There is no third message to read."""
    with pytest.raises(BodyTooLarge):
        await body_of(_receiving(*messages), 3)


@pytest.mark.parametrize("messages", [[], [_part(b"ab", more=True)]])
async def test_a_client_may_leave_half_way(messages: list[Message]) -> None:
    """What came is not taken for the whole."""
    with pytest.raises(BodyCutOff):
        await body_of(_receiving(*messages, {"type": "http.disconnect"}), 3)


async def test_an_answer_is_two_messages() -> None:
    """Head and body."""
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    await answer(send, 200, encoded({"Allow": "POST"}), b"x")

    assert sent == [
        {"type": "http.response.start", "status": 200, "headers": [(b"allow", b"POST")]},
        {"type": "http.response.body", "body": b"x"},
    ]
