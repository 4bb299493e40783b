"""A request of an operation turned into its value: signed, sent, judged by its status, parsed, and hushed."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final, TypeVar

import httpx

from ecs import parse
from ecs.client.config import ClientConfig
from ecs.client.signed_url import SignedUrl
from ecs.client.signing import Signer
from ecs.client.transport import Answer, exchange, without_addresses
from ecs.errors import BadReply, UpstreamError, UpstreamFault, UpstreamThrottled
from ecs.model import Refusal
from ecs.signature import canonical_query
from ecs.vocabulary import Operation

T = TypeVar("T")
_LONGEST_QUERY: Final = 2000
"""Characters of a query that still goes by GET; the service only says that long requests should be posted."""
_THREAD_BYTES: Final = 256 * 1024
"""From here on an answer is parsed beside the event loop: it would hold it for 5 ms and more."""
_HIDDEN: Final = ("CartId", "HMAC")
_FORM: Final = {"Content-Type": "application/x-www-form-urlencoded"}


class Channel:
    """The way to one upstream. Every error that leaves it names its operation and repeats nothing that opens a cart."""

    def __init__(self, config: ClientConfig, client: httpx.AsyncClient, now: Callable[[], datetime]) -> None:
        """``client`` stays the caller's to close; ``now`` gives aware instants."""
        self._config = config
        self._client = client
        self._now = now
        self._url = config.url
        self._signer = Signer(config)
        timeout = httpx.Timeout(config.read_timeout_s, connect=config.connect_timeout_s)
        # Requests are made directly: the client would put together for each what is the same for all.
        self._extensions = {"timeout": timeout.as_dict()}
        self._headers = httpx.Headers(client.headers)
        self._form_headers = httpx.Headers({**client.headers, **_FORM})
        # Adding the same filter again changes nothing.
        logging.getLogger("httpx").addFilter(without_addresses)

    async def ask(self, parameters: Mapping[str, str], read: Callable[[bytes], T]) -> T:
        """
        Send the operation that ``parameters`` name once, and give what ``read`` makes of a good answer.

        Raises:
            UpstreamError: of any kind.
        """
        complete = self._signer.with_identity(parameters, self._now())
        try:
            answer = await exchange(
                self._client, self._request(complete), timeout_s=self._config.timeout_s, now=self._now()
            )
            return await _read(answer, read)
        except UpstreamError as error:
            error.belong_to(_operation(parameters))
            error.refusals = self.hushed(error.refusals, parameters)
            raise

    def hushed(self, refusals: tuple[Refusal, ...], parameters: Mapping[str, str]) -> tuple[Refusal, ...]:
        """Refusals whose messages do not repeat our key, nor the CartId and HMAC among the ``parameters`` sent."""
        hidden = [self._config.access_key_id, *(parameters[name] for name in _HIDDEN if name in parameters)]
        return tuple(Refusal(refusal.code, _without(refusal.message, hidden)) for refusal in refusals)

    def _request(self, parameters: Mapping[str, str]) -> httpx.Request:
        query = canonical_query(parameters)
        if len(query) <= _LONGEST_QUERY:
            request = httpx.Request("GET", self._url, headers=self._headers, extensions=self._extensions)
            request.url = SignedUrl(self._url, self._signer.signed(query, "GET"))
            return request
        form = self._signer.signed(query, "POST").encode()
        return httpx.Request("POST", self._url, content=form, headers=self._form_headers, extensions=self._extensions)


async def _read(answer: Answer, read: Callable[[bytes], T]) -> T:
    if answer.status != 200:
        raise _refused(answer)
    if len(answer.body) < _THREAD_BYTES:
        return read(answer.body)
    return await asyncio.to_thread(read, answer.body)


def _operation(parameters: Mapping[str, str]) -> Operation:
    """The first operation asked for; none that changes something goes together with others."""
    return Operation(parameters["Operation"].partition(",")[0])


def _refused(answer: Answer) -> UpstreamError:
    """The error of an answer that is not 200: what its body says, else what its status means."""
    error = None
    if answer.status >= 400:
        error = parse.failure(answer.body) or _by_status(answer.status)
    if error is None:
        error = BadReply(f"the upstream answered with status {answer.status}")
    error.retry_after_s = answer.retry_after_s
    return error


def _by_status(status: int) -> UpstreamError | None:
    if status in {429, 503}:
        return UpstreamThrottled(f"the upstream answered with status {status}")
    if status >= 500:
        return UpstreamFault(f"the upstream answered with status {status}")
    return None


def _without(message: str, hidden: list[str]) -> str:
    for secret in hidden:
        message = message.replace(secret, "…")
    return message
