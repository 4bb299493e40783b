"""
GraphQL over HTTP, as a list of steps: read, decode, prepare, choose, weigh, identify, execute, answer.

Follows the GraphQL-over-HTTP specification (https://graphql.github.io/graphql-over-http/draft/). Only POST with a JSON
body runs an operation: browsers send such a request across origins only after asking (CORS preflight).
"""

import asyncio
import json
import secrets
from collections.abc import Awaitable, Callable, Mapping
from contextlib import nullcontext
from inspect import isawaitable
from time import monotonic
from typing import Any, Final

import msgspec
import orjson
from graphql import ExecutionResult, GraphQLSchema, OperationDefinitionNode
from graphql import execute as execute_by_core
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from ecs.resilience.deadlines import answering_by
from resolvers.shop import Shop
from schema.context import Context, Status
from server.cost import cost_of
from server.documents import DocumentRefused, Documents, is_mutation, operation_of
from server.faults import Formatted, formatted, plain
from server.identity import CustomerSession, GuestSession, SessionRefused, Sessions
from server.jwt import TokenRefused
from server.keysources import KeysUnavailable
from server.limits import LIMITS, MAX_BODY_BYTES
from server.marketplaces import MARKETPLACE_HEADER, Shops, UnknownMarketplace
from server.negotiation import JSON, RESPONSE_JSON, is_json, media_type_of
from server.tokens import SignedIn, Tokens

QUERY_TIMEOUT_S: Final = 8.0
"""Longest run of a query. A mutation always runs to its end: the upstream's own time limits bound it."""


Execute = Callable[..., ExecutionResult | Awaitable[ExecutionResult]]
"""Runs an operation; has the shape of ``graphql.execute``."""

AnySession = GuestSession | CustomerSession


class GraphQLRequest(msgspec.Struct, frozen=True):
    """The body of a request (specification, section 5.3)."""

    query: str
    variables: dict[str, Any] | None = None
    operation_name: str | None = msgspec.field(name="operationName", default=None)
    extensions: dict[str, Any] | None = None


class Refused(Exception):
    """A request that will not run: HTTP status, and the errors to answer."""

    def __init__(self, status: int, errors: list[Formatted], headers: dict[str, str] | None = None) -> None:
        super().__init__(status)
        self.status = status
        self.errors = errors
        self.headers = headers or {}


class GraphQLEndpoint:
    """Answers operations. One for the process."""

    def __init__(
        self,
        schema: GraphQLSchema,
        documents: Documents,
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
        self._documents = documents
        self._shops = shops
        self._sessions = sessions
        self._status = status
        self._origins = origins
        self._tokens = tokens
        self._requires_keys = requires_keys
        self._execute = execute
        self._query_timeout_s = query_timeout_s

    async def answer(self, request: Request) -> Response:
        """Run the operation of a POST request and answer it; every failure is a well-formed answer too."""
        request_id = request.scope.get("request_id") or secrets.token_hex(8)
        media_type = media_type_of(", ".join(request.headers.getlist("accept")))
        try:
            if media_type is None:
                raise Refused(406, [plain("NOT_ACCEPTABLE", f"Accept {RESPONSE_JSON} or {JSON}.")])
            return await self._run(request, media_type, request_id)
        except Refused as refused:
            body = orjson.dumps({"errors": refused.errors})
            return Response(body, refused.status, _headers(refused.headers), media_type or JSON)

    async def _run(self, request: Request, media_type: str, request_id: str) -> Response:
        self._check_origin(request)
        asked = _decoded(await _body(request))
        session = self._session(request, await self._customer(request))
        try:
            document = self._documents.ready(asked.query)
            operation = operation_of(document, asked.operation_name)
            request.scope["operation"] = operation.name.value if operation.name else None
            cost = cost_of(self._schema, document, operation, asked.variables or {})
            if cost > LIMITS.max_cost:
                raise Refused(400, [_too_dear(cost)])
        except DocumentRefused as refused:
            # Clients of the older media type expect 200 whenever the request itself was well formed (section 6.4.1).
            status = 400 if media_type == RESPONSE_JSON else 200
            raise Refused(status, formatted(refused.errors, refused.code, request_id)) from None
        shop = self._shop(operation, asked.variables or {}, request)
        context = Context(
            shop=shop,
            session=session,
            status=self._status,
            shops=self._shops.by_code,
            requires_keys=self._requires_keys,
        )
        limit_s = None if is_mutation(operation) else self._query_timeout_s
        # A mutation is never cut off: each of its calls has a limit of its own.
        with nullcontext() if limit_s is None else answering_by(monotonic() + limit_s):
            running = self._execute(
                self._schema,
                document,
                context_value=context,
                variable_values=asked.variables,
                operation_name=asked.operation_name,
                hide_suggestions=True,
            )
            result = await _finished(running, limit_s)
        return _answered(result, session, media_type, request_id)

    def _shop(self, operation: OperationDefinitionNode, variables: Mapping[str, Any], request: Request) -> Shop:
        try:
            return self._shops.of_operation(operation, variables, request.headers.get(MARKETPLACE_HEADER))
        except UnknownMarketplace as unknown:
            raise Refused(400, [plain("BAD_USER_INPUT", str(unknown))]) from None

    def _check_origin(self, request: Request) -> None:
        """A page of another origin may use a shopper's cookie only when the operator allows it."""
        origin = request.headers.get("origin")
        if origin is None or "cookie" not in request.headers or origin in self._origins:
            return
        if origin.partition("://")[2] != request.headers.get("host"):
            message = "This origin may not use the shop's cookie; add it to CORS_ORIGINS."
            raise Refused(403, [plain("FORBIDDEN_ORIGIN", message)])

    async def _customer(self, request: Request) -> SignedIn | None:
        try:
            return await self._tokens.customer_of(request.headers.getlist("authorization"))
        except TokenRefused as refused:
            challenge = {"www-authenticate": 'Bearer error="invalid_token"'}
            raise Refused(401, [plain("UNAUTHENTICATED", str(refused))], challenge) from None
        except KeysUnavailable as unavailable:
            wait_s = unavailable.retry_after_s
            message = "Who signed in cannot be checked just now; try again, or go on as a guest without the token."
            error = plain("AUTHENTICATION_UNAVAILABLE", message, retryAfter=wait_s)
            raise Refused(503, [error], {"retry-after": str(wait_s)}) from None

    def _session(self, request: Request, customer: SignedIn | None) -> AnySession:
        if customer is not None:
            return self._sessions.of_customer(customer, request.headers, request.url.scheme)
        try:
            return self._sessions.of_request(request.headers, request.url.scheme)
        except SessionRefused:
            message = "This session is not valid here; send the header Cartograph-Session: new to get another."
            raise Refused(401, [plain("SESSION_INVALID", message)]) from None


async def _body(request: Request) -> bytes:
    if not is_json(request.headers.get("content-type", "")):
        raise Refused(415, [plain("UNSUPPORTED_MEDIA_TYPE", "Send a JSON body with Content-Type: application/json.")])
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > MAX_BODY_BYTES:
                message = f"The body has more than {MAX_BODY_BYTES} bytes; split it into several requests."
                raise Refused(413, [plain("PAYLOAD_TOO_LARGE", message)])
    except ClientDisconnect:
        raise Refused(400, [plain("BAD_REQUEST", "The request ended before its body was complete.")]) from None
    return bytes(body)


def _decoded(body: bytes) -> GraphQLRequest:
    try:
        request = msgspec.json.decode(body, type=GraphQLRequest)
        # msgspec takes the last of two equal names, another reader on the way may have taken the first.
        json.loads(body, object_pairs_hook=_distinct)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        reason = "nested too deeply" if isinstance(error, RecursionError) else str(error)
        message = f'Send a JSON object with the operation\'s text under "query": {reason}.'
        raise Refused(400, [plain("BAD_REQUEST", message)]) from None
    return request


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name stands twice in one object")
    return found


async def _finished(running: ExecutionResult | Awaitable[ExecutionResult], limit_s: float | None) -> ExecutionResult:
    if not isawaitable(running):
        return running
    try:
        async with asyncio.timeout(limit_s):
            return await running
    except TimeoutError:
        message = f"The query did not finish within {limit_s:g} seconds; ask for less, or try again."
        raise Refused(504, [plain("REQUEST_TIMEOUT", message)]) from None


def _answered(result: ExecutionResult, session: AnySession, media_type: str, request_id: str) -> Response:
    answer: dict[str, Any] = {}
    if result.errors:
        answer["errors"] = formatted(result.errors, "BAD_USER_INPUT", request_id)
    is_request_error = result.errors is not None and result.data is None and all(e.path is None for e in result.errors)
    if not is_request_error:
        answer["data"] = result.data
    status = 400 if is_request_error and media_type == RESPONSE_JSON else 200
    response = Response(orjson.dumps(answer), status, _headers({}), media_type)
    for name, value in session.answer_headers():
        response.headers.append(name, value)
    return response


def _headers(more: dict[str, str]) -> dict[str, str]:
    return {
        "cache-control": "no-store",
        "vary": "accept, origin, authorization, cookie, cartograph-session, cartograph-marketplace",
        **more,
    }


def _too_dear(cost: int) -> Formatted:
    message = f"The operation costs {cost}, more than {LIMITS.max_cost}; ask for fewer entries or fewer nested lists."
    return {"message": message, "extensions": {"code": "COST_LIMIT_EXCEEDED", "cost": cost, "limit": LIMITS.max_cost}}
