"""
GraphQL over HTTP, as a list of steps: read, remember, decode, prepare, choose, weigh, identify, execute, answer.

Follows the GraphQL-over-HTTP specification (https://graphql.github.io/graphql-over-http/draft/) and its appendix on
persisted documents. A POST with a JSON body runs an operation: browsers send such a request across origins only after
asking (CORS preflight). A GET runs queries that are known here by their hash, so that a cache in front can keep them.

The answer of a public operation is shared: it is made for nobody, kept, and given again to a request with the same
bytes before anything of that request is decoded. What is security is not skipped: type, origin and size are checked.
"""

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from contextlib import nullcontext
from functools import lru_cache
from hashlib import blake2b
from inspect import isawaitable
from time import monotonic
from typing import Any, Final

import orjson
import structlog
from graphql import ExecutionResult, GraphQLSchema
from graphql import execute as execute_by_core
from starlette.datastructures import Headers as TextHeaders

from ecs.resilience.deadlines import answering_by
from resolvers.shop import Shop
from schema.cache_hint import CacheHint
from schema.context import Context, Nobody, Status
from server import messages
from server.answers import Aliases, Answer, Answers, Made
from server.asked import Asked, NotUnderstood, asked_by_address, asked_by_body
from server.documents import Operation, Prepared
from server.faults import Formatted, formatted, plain, tell_of_end
from server.identity import ASK_FOR_SESSION, SESSION_HEADER, CustomerSession, GuestSession, SessionRefused, Sessions
from server.jwt import TokenRefused
from server.keysources import KeysUnavailable
from server.limits import LIMITS, MAX_BODY_BYTES
from server.marketplaces import MARKETPLACE_HEADER, Shops, UnknownMarketplace
from server.messages import Headers, Receive, Scope, Send
from server.negotiation import JSON, RESPONSE_JSON, is_json, media_type_of
from server.preparing import Preparation
from server.refused import Refused, refusal
from server.tokens import SignedIn, Tokens

QUERY_TIMEOUT_S: Final = 8.0
"""Longest run of a query. A mutation always runs to its end: the upstream's own time limits bound it."""
_ALIAS_BYTES: Final = 2_000_000
_SESSION: Final = SESSION_HEADER.encode()
_MARKETPLACE: Final = MARKETPLACE_HEADER.encode()
_NOT_SHARED: Final = messages.encoded({
    "cache-control": "no-store",
    "vary": "accept, origin, authorization, cookie, cartograph-session, cartograph-marketplace",
    "x-content-type-options": "nosniff",
})  # fmt: skip
AnySession = GuestSession | CustomerSession
_log = structlog.get_logger(__name__)


Execute = Callable[..., ExecutionResult | Awaitable[ExecutionResult]]
"""Runs an operation; has the shape of ``graphql.execute``."""


class _Request:
    """One request as it came."""

    __slots__ = ("headers", "id", "is_get", "media_type", "scope")

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.headers = messages.headers_of(scope)
        self.is_get = scope["method"] != "POST"
        self.media_type = _media_type_of(self.headers.get(b"accept", b"")) or ""
        self.id: str = scope.get("request_id") or secrets.token_hex(8)

    @property
    def wants_session(self) -> bool:
        """True when the answer must bring a new session, so that it cannot be a shared one."""
        return not self.is_get and self.headers.get(_SESSION) == ASK_FOR_SESSION.encode()


class GraphQLEndpoint:
    """Answers operations; an ASGI application for one address. One for the process."""

    def __init__(
        self,
        schema: GraphQLSchema,
        preparation: Preparation,
        answers: Answers,
        shops: Shops,
        sessions: Sessions,
        status: Status,
        origins: frozenset[str],
        *,
        tokens: Tokens,
        requires_keys: bool = False,
        execute: Execute = execute_by_core,
        query_timeout_s: float = QUERY_TIMEOUT_S,
    ) -> None:
        self._schema = schema
        self._preparation = preparation
        self._answers = answers
        self._aliases = Aliases(_ALIAS_BYTES)
        self._shops = shops
        self._sessions = sessions
        self._status = status
        self._origins = origins
        self._tokens = tokens
        self._requires_keys = requires_keys
        self._execute = execute
        self._query_timeout_s = query_timeout_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run the operation of a request and answer it; every failure is a well-formed answer too."""
        request = _Request(scope)
        try:
            status, headers, body = await self._answer(request, receive)
        except Refused as refused:
            status, body = refused.status, orjson.dumps({"errors": refused.errors})
            headers = _head(request.media_type or JSON, body, messages.encoded(refused.headers))
        except Exception as error:  # noqa: BLE001 - nothing stands above that could answer the client
            _log.error("request.failed", request_id=request.id, exc_info=error)
            shown = plain("INTERNAL_SERVER_ERROR", f"Something went wrong here; report it with the id {request.id}.")
            shown["extensions"]["requestId"] = request.id
            status, body = 500, orjson.dumps({"errors": [shown]})
            headers = _head(request.media_type or JSON, body, [])
        await messages.answer(send, status, headers, body)

    async def _answer(self, request: _Request, receive: Receive) -> tuple[int, Headers, bytes]:
        if not request.media_type:
            raise refusal(406, "NOT_ACCEPTABLE", f"Accept {RESPONSE_JSON} or {JSON}.")
        self._check_origin(request.headers)
        raw = request.scope["query_string"] if request.is_get else await _body(request.headers, receive)
        as_it_came = (
            b"GET" if request.is_get else b"POST",
            raw,
            request.media_type.encode(),
            request.headers.get(_MARKETPLACE, b""),
        )
        if not request.wants_session:
            alias = self._aliases.get(as_it_came)
            kept = self._answers.kept(alias[0]) if alias else None
            if alias and kept:
                request.scope["operation"] = alias[1]
                return self._shared(request, kept)
        return await self._run(request, raw, as_it_came)

    async def _run(self, request: _Request, raw: bytes, as_it_came: tuple[bytes, ...]) -> tuple[int, Headers, bytes]:
        asked = _understood(request, raw)
        prepared, operation = self._preparation.operation(asked, request)
        request.scope["operation"] = operation.name
        cost = operation.cost.cost(asked.variables)
        if cost > LIMITS.max_cost:
            raise Refused(400, [_too_dear(cost)])
        shop = self._shop(operation, asked, request)
        key = None
        if operation.shared_for_s and not request.wants_session:
            key = _key(prepared, operation, asked, shop, request.media_type)
        if key is None:
            session = await self._session(request)
            context = Context(shop, session, self._status, self._shops.by_code, requires_keys=self._requires_keys)
            made = await self._made(request, prepared, operation, asked, context)
            return made.status, _head(request.media_type, made.body, _session_headers(session)), made.body

        async def make() -> Made:
            hint = CacheHint(operation.shared_for_s)
            context = Context(shop, Nobody(), self._status, self._shops.by_code, cache_hint=hint)
            return await self._made(request, prepared, operation, asked, context)

        answer = self._answers.kept(key) or await self._answers.get_or_make(key, request.media_type, make)
        if isinstance(answer, Made):
            return answer.status, _head(request.media_type, answer.body, []), answer.body
        self._aliases.put(as_it_came, key, operation.name)
        return self._shared(request, answer)

    async def _made(
        self, request: _Request, prepared: Prepared, operation: Operation, asked: Asked, context: Context
    ) -> Made:
        limit_s = None if operation.is_mutation else self._query_timeout_s
        # A mutation is never cut off: each of its calls has a limit of its own.
        with nullcontext() if limit_s is None else answering_by(monotonic() + limit_s):
            running = self._execute(
                self._schema,
                prepared.ast,
                context_value=context,
                variable_values=asked.variables,
                operation_name=asked.operation_name,
                hide_suggestions=True,
            )
            result = await _finished(running, limit_s)
        if tell_of_end(result.errors):
            context.session.end()
        status, body = _encoded(result, request)
        hint = context.cache_hint
        is_kept = hint is not None and status == 200 and not result.errors
        return Made(status, body, hint.seconds(context.shop.clock.now()) if hint and is_kept else 0)

    def _shared(self, request: _Request, answer: Answer) -> tuple[int, Headers, bytes]:
        age = b"%d" % max(0, int(self._answers.now() - answer.made_at))
        if request.is_get and _matches(request.headers.get(b"if-none-match"), answer.etag):
            return 304, [*answer.validators, (b"age", age)], b""
        return 200, [*answer.headers, (b"age", age)], answer.body

    def _shop(self, operation: Operation, asked: Asked, request: _Request) -> Shop:
        header = request.headers.get(_MARKETPLACE, b"").decode("latin-1")
        try:
            return self._shops.of_operation(operation.node, asked.variables, header)
        except UnknownMarketplace as unknown:
            raise refusal(400, "BAD_USER_INPUT", str(unknown)) from None

    def _check_origin(self, headers: dict[bytes, bytes]) -> None:
        """A page of another origin may use a shopper's cookie only when the operator allows it."""
        if b"origin" not in headers or b"cookie" not in headers:
            return
        origin = headers[b"origin"].decode("latin-1")
        if origin in self._origins or origin.partition("://")[2] == headers.get(b"host", b"").decode("latin-1"):
            return
        message = "This origin may not use the shop's cookie; add it to CORS_ORIGINS."
        raise refusal(403, "FORBIDDEN_ORIGIN", message)

    async def _customer(self, headers: TextHeaders) -> SignedIn | None:
        try:
            return await self._tokens.customer_of(headers.getlist("authorization"))
        except TokenRefused as refused:
            challenge = {"www-authenticate": 'Bearer error="invalid_token"'}
            raise refusal(401, "UNAUTHENTICATED", str(refused), challenge) from None
        except KeysUnavailable as unavailable:
            wait_s = unavailable.retry_after_s
            message = "Who signed in cannot be checked just now; try again, or go on as a guest without the token."
            error = plain("AUTHENTICATION_UNAVAILABLE", message, retryAfter=wait_s)
            raise Refused(503, [error], {"retry-after": str(wait_s)}) from None

    async def _session(self, request: _Request) -> AnySession:
        """Who asks: the customer of the token, or else the guest."""
        headers, scheme = TextHeaders(scope=request.scope), request.scope.get("scheme", "http")
        customer = await self._customer(headers)
        if customer is not None:
            return self._sessions.of_customer(customer, headers, scheme)
        try:
            return self._sessions.of_request(headers, scheme)
        except SessionRefused:
            message = "This session is not valid here; send the header Cartograph-Session: new to get another."
            raise refusal(401, "SESSION_INVALID", message) from None


async def _body(headers: dict[bytes, bytes], receive: Receive) -> bytes:
    if not _is_json(headers.get(b"content-type", b"")):
        raise refusal(415, "UNSUPPORTED_MEDIA_TYPE", "Send a JSON body with Content-Type: application/json.")
    try:
        return await messages.body_of(receive, MAX_BODY_BYTES)
    except messages.BodyTooLarge:
        message = f"The body has more than {MAX_BODY_BYTES} bytes; split it into several requests."
        raise refusal(413, "PAYLOAD_TOO_LARGE", message) from None
    except messages.BodyCutOff:
        raise refusal(400, "BAD_REQUEST", "The request ended before its body was complete.") from None


def _understood(request: _Request, raw: bytes) -> Asked:
    try:
        return asked_by_address(raw) if request.is_get else asked_by_body(raw)
    except NotUnderstood as error:
        raise refusal(400, "BAD_REQUEST", str(error)) from None


def _key(prepared: Prepared, operation: Operation, asked: Asked, shop: Shop, media_type: str) -> bytes | None:
    """
    What a shared answer depends on, and nothing else; None when the variables cannot be written down.

    The language is the marketplace's: no field reads another from the request.
    """
    used = {name: value for name, value in asked.variables.items() if name in operation.variables}
    try:
        parts = orjson.dumps([operation.name, shop.marketplace, media_type, used], option=orjson.OPT_SORT_KEYS)
    except TypeError:
        # A number of more than 64 bits, or hundreds of levels; execution refuses them.
        return None
    return blake2b(prepared.digest + parts, digest_size=32).digest()


async def _finished(running: ExecutionResult | Awaitable[ExecutionResult], limit_s: float | None) -> ExecutionResult:
    if not isawaitable(running):
        return running
    try:
        async with asyncio.timeout(limit_s):
            return await running
    except TimeoutError:
        message = f"The query did not finish within {limit_s:g} seconds; ask for less, or try again."
        raise refusal(504, "REQUEST_TIMEOUT", message) from None


def _encoded(result: ExecutionResult, request: _Request) -> tuple[int, bytes]:
    answer: dict[str, Any] = {}
    if result.errors:
        answer["errors"] = formatted(result.errors, "BAD_USER_INPUT", request.id)
    is_request_error = result.errors is not None and result.data is None and all(e.path is None for e in result.errors)
    if not is_request_error:
        answer["data"] = result.data
    return 400 if is_request_error and request.media_type == RESPONSE_JSON else 200, orjson.dumps(answer)


def _head(media_type: str, body: bytes, more: Headers) -> Headers:
    """The head of an answer that nobody may keep."""
    return [
        (b"content-type", media_type.encode()),
        (b"content-length", b"%d" % len(body)),
        *_NOT_SHARED,
        *more,
    ]


def _session_headers(session: AnySession) -> Headers:
    return [(name.encode(), value.encode("latin-1")) for name, value in session.answer_headers()]


def _matches(asked: bytes | None, etag: bytes) -> bool:
    """True when the client has this very answer (RFC 9110, section 13.1.2)."""
    if asked is None:
        return False
    return asked == etag or any(each.strip().removeprefix(b"W/") in {etag, b"*"} for each in asked.split(b","))


@lru_cache(maxsize=256)
def _media_type_of(accept: bytes) -> str | None:
    return media_type_of(accept.decode("latin-1"))


@lru_cache(maxsize=256)
def _is_json(content_type: bytes) -> bool:
    return is_json(content_type.decode("latin-1"))


def _too_dear(cost: int) -> Formatted:
    message = f"The operation costs {cost}, more than {LIMITS.max_cost}; ask for fewer entries or fewer nested lists."
    return {"message": message, "extensions": {"code": "COST_LIMIT_EXCEEDED", "cost": cost, "limit": LIMITS.max_cost}}
