"""GraphQL over HTTP: every status and code, on a small schema over real HTTP messages."""

import json
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
import structlog

from server.identity import SESSION_HEADER
from server.limits import MAX_BODY_BYTES
from server.messages import Message, Receive
from tests.unit.server.storefront import CANARY, Storefront, errors_of

NEW = "application/graphql-response+json"
OLD = "application/json"
HELLO = {"data": {"hello": "hello you"}}


def _error(answer: httpx.Response) -> dict[str, Any]:
    (error,) = answer.json()["errors"]
    assert isinstance(error, dict)
    return error


async def _answered(storefront: Storefront, receive: Receive) -> Message:
    """The head of the answer to a POST whose body comes as ``receive`` gives it."""
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": "/graphql", "headers": [(b"content-type", b"application/json")]}
    await storefront.endpoint(scope, receive, send)
    return sent[0]


async def test_a_query_is_answered(storefront: Storefront) -> None:
    """The first thing anybody tries."""
    answer = await storefront.post("{ hello }")

    assert answer.status_code == 200
    assert answer.json() == HELLO


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [(None, OLD), ("*/*", OLD), (OLD, OLD), (NEW, NEW), (f"{NEW}, {OLD};q=0.9", NEW), (f"{OLD};q=0, */*", NEW)],
)
async def test_the_answer_has_the_accepted_type(storefront: Storefront, accept: str | None, media_type: str) -> None:
    """Specification, section 6.1."""
    answer = await storefront.post("{ hello }", {"accept": accept} if accept else {})

    assert (answer.status_code, answer.headers["content-type"]) == (200, media_type)


async def test_accept_may_come_in_several_lines(storefront: Storefront) -> None:
    """They mean the same as one line (RFC 9110, section 5.3)."""
    answer = await storefront.post("{ hello }", [("accept", "text/html"), ("accept", NEW)])

    assert (answer.status_code, answer.headers["content-type"]) == (200, NEW)


async def test_what_is_not_accepted_is_refused(storefront: Storefront) -> None:
    """The refusal itself comes as JSON, which every client reads."""
    answer = await storefront.post("mutation { viewer }", {"accept": "text/html"})

    assert (answer.status_code, answer.headers["content-type"]) == (406, OLD)
    assert answer.json() == {
        "errors": [{"message": f"Accept {NEW} or {OLD}.", "extensions": {"code": "NOT_ACCEPTABLE"}}]
    }
    assert storefront.ids.made == 0


@pytest.mark.parametrize(
    "content_type",
    [
        "",
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/graphql",
        "application/json; charset=utf-16",
    ],
)
async def test_only_json_bodies_are_taken(storefront: Storefront, content_type: str) -> None:
    """The other types are those a page of another origin can send without asking."""
    answer = await storefront.post("mutation { viewer }", {"content-type": content_type})

    assert answer.status_code == 415
    assert _error(answer) == {
        "message": "Send a JSON body with Content-Type: application/json.",
        "extensions": {"code": "UNSUPPORTED_MEDIA_TYPE"},
    }
    assert storefront.ids.made == 0


async def test_a_body_is_taken_up_to_its_limit(storefront: Storefront) -> None:
    """100,000 bytes are taken, one more is not."""
    body = b'{"query":"{ hello }"}'

    at_limit = await storefront.post(body + b" " * (MAX_BODY_BYTES - len(body)))
    above = await storefront.post(body + b" " * (MAX_BODY_BYTES - len(body) + 1))

    assert (at_limit.status_code, at_limit.json()) == (200, HELLO)
    assert above.status_code == 413
    assert _error(above) == {
        "message": "The body has more than 100000 bytes; split it into several requests.",
        "extensions": {"code": "PAYLOAD_TOO_LARGE"},
    }


async def test_a_body_without_end_is_cut_off(storefront: Storefront) -> None:
    """A client that claims no length is read no further than the limit."""
    read = 0

    async def endless() -> AsyncIterator[dict[str, Any]]:
        nonlocal read
        while True:
            read += 1
            yield {"type": "http.request", "body": b" " * 10_000, "more_body": True}

    messages = endless()

    assert (await _answered(storefront, messages.__anext__))["status"] == 413
    assert read == 11


async def test_a_client_that_leaves_half_way_is_no_fault(storefront: Storefront) -> None:
    """Nothing runs, and nothing is raised into the log."""
    messages: Iterator[dict[str, Any]] = iter(
        [
            {"type": "http.request", "body": b'{"query": "mutation { vie', "more_body": True},
            {"type": "http.disconnect"},
        ]
    )

    async def receive() -> dict[str, Any]:
        return next(messages)

    assert (await _answered(storefront, receive))["status"] == 400
    assert storefront.ids.made == 0


_PREFIX = b'{"query":"mutation { viewer }","variables":{"a":'

BAD_BODIES = {
    "nothing": b"",
    "half": b'{"query": "{ hello }"',
    "trailing": b'{"query": "{ hello }"} x',
    "text": b"{ hello }",
    "null": b"null",
    "number": b"7",
    "batch": b'[{"query": "mutation { viewer }"}]',
    "no query": b'{"variables": {}}',
    "null query": b'{"query": null}',
    "query of another type": b'{"query": {"a": 1}}',
    "variables as a list": b'{"query": "mutation { viewer }", "variables": []}',
    "variables as text": b'{"query": "mutation { viewer }", "variables": "{}"}',
    "operationName of another type": b'{"query": "mutation { viewer }", "operationName": 1}',
    "extensions of another type": b'{"query": "mutation { viewer }", "extensions": false}',
    "NaN": _PREFIX + b"NaN}}",
    "Infinity": _PREFIX + b"-Infinity}}",
    "a number beyond floats": _PREFIX + b"1e400}}",
    "stray byte": b'{"query": "mutation { viewer }\xff"}',
    "stray byte in variables": _PREFIX + b'"\xff"}}',
    "overlong UTF-8": _PREFIX + b'"\xc0\xaf"}}',
    "UTF-16": '{"query": "mutation { viewer }"}'.encode("utf-16"),
    "byte order mark": b"\xef\xbb\xbf" + b'{"query": "mutation { viewer }"}',
    "lone surrogate": _PREFIX + b'"\\ud800"}}',
    "control character": _PREFIX + b'"\n"}}',
    "comment": b'{"query": "mutation { viewer }"} // please',
    "single quotes": b"{'query': 'mutation { viewer }'}",
    "query twice": b'{"query": "{ hello }", "query": "mutation { viewer }"}',
    "query twice, once escaped": b'{"query": "{ hello }", "qu\\u0065ry": "mutation { viewer }"}',
    "variable twice": _PREFIX + b'1, "a": 2}}',
    "variable twice below": _PREFIX + b'[{"b": 1, "b": 1}]}}',
    "nested arrays": _PREFIX + b"[" * 49_000 + b"]" * 49_000 + b"}}",
    "50,000 opened arrays": b"[" * 50_000,
    "50,000 opened objects": b'{"a":' * 15_000,
    "an integer of 60,000 digits": _PREFIX + b"9" * 60_000 + b"}}",
}


@pytest.mark.parametrize("accept", [OLD, NEW])
@pytest.mark.parametrize("kind", sorted(BAD_BODIES))
async def test_what_is_no_graphql_request_is_refused(storefront: Storefront, kind: str, accept: str) -> None:
    """Section 3 of the reliability design: three of these once answered 500, and nothing of them may run."""
    answer = await storefront.post(BAD_BODIES[kind], {"accept": accept})

    assert (answer.status_code, answer.headers["content-type"]) == (400, accept)
    assert errors_of(answer) == ["BAD_REQUEST"]
    assert _error(answer)["message"].startswith('Send a JSON object with the operation\'s text under "query": ')
    assert "data" not in answer.json()
    assert storefront.ids.made == 0


async def test_names_we_do_not_know_are_left_alone(storefront: Storefront) -> None:
    """Specification, section 5.1: clients may send more."""
    body = {"query": "{ hello }", "id": 1, "variables": None, "operationName": None, "extensions": {"any": [1]}}

    assert (await storefront.post(body)).json() == HELLO


async def test_utf_8_comes_and_goes(storefront: Storefront) -> None:
    """Titles hold every script."""
    text = "Гарри 哈利 🧙"

    answer = await storefront.post({"query": "query ($n: String) { hello(name: $n) }", "variables": {"n": text}})

    assert answer.json() == {"data": {"hello": f"hello {text}"}}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"query": "{"}, "GRAPHQL_PARSE_FAILED"),
        ({"query": ""}, "GRAPHQL_PARSE_FAILED"),
        ({"query": "{ nope }"}, "GRAPHQL_VALIDATION_FAILED"),
        ({"query": "{" + "hello " * 11 + "}"}, "DOCUMENT_TOO_LARGE"),
        ({"query": " " * 10_001}, "DOCUMENT_TOO_LARGE"),
        ({"query": "query A { hello } query B { hello }"}, "OPERATION_RESOLUTION_FAILURE"),
        ({"query": "query A { hello }", "operationName": "B"}, "OPERATION_RESOLUTION_FAILURE"),
        ({"query": "query ($c: Int!) { echo(count: $c) }"}, "BAD_USER_INPUT"),
        ({"query": "query ($c: Int!) { echo(count: $c) }", "variables": {"c": None}}, "BAD_USER_INPUT"),
        ({"query": "query ($c: Int!) { echo(count: $c) }", "variables": {"c": "7"}}, "BAD_USER_INPUT"),
        ({"query": "query ($c: Int!) { echo(count: $c) }", "variables": {"c": 2**31}}, "BAD_USER_INPUT"),
        ({"query": "query ($c: Int!) { echo(count: $c) }", "variables": {"c": 2**64 - 1}}, "BAD_USER_INPUT"),
        ({"query": "query ($c: Int!) { echo(count: $c) }", "variables": {"c": [[[]]]}}, "BAD_USER_INPUT"),
    ],
)
async def test_what_cannot_run_is_a_request_error(storefront: Storefront, body: dict[str, Any], code: str) -> None:
    """400 in the new media type, 200 in the old one, and no `data` in either (sections 6.4.1 and 6.4.2)."""
    new, old = await storefront.post(body, {"accept": NEW}), await storefront.post(body, {"accept": OLD})

    assert (new.status_code, old.status_code) == (400, 200)
    assert new.json() == old.json()
    assert errors_of(new) == [code]
    assert set(new.json()) == {"errors"}


async def test_errors_of_a_document_have_their_place(storefront: Storefront) -> None:
    """An editor marks the spot."""
    answer = await storefront.post("{\n  hello\n  nope\n}")

    assert _error(answer) == {
        "message": "Cannot query field 'nope' on type 'Query'.",
        "locations": [{"line": 3, "column": 3}],
        "extensions": {"code": "GRAPHQL_VALIDATION_FAILED"},
    }


async def test_an_operation_is_chosen_by_name(storefront: Storefront) -> None:
    """Clients send all their documents in one text."""
    text = 'query A { hello(name: "A") } query B { hello(name: "B") }'

    answer = await storefront.post({"query": text, "operationName": "B"})

    assert answer.json() == {"data": {"hello": "hello B"}}


async def test_several_operations_without_a_name_run_none(storefront: Storefront) -> None:
    """The first of them may be a change."""
    answer = await storefront.post("mutation A { viewer } query B { hello }")

    assert errors_of(answer) == ["OPERATION_RESOLUTION_FAILURE"]
    assert _error(answer)["message"] == "Choose the operation with operationName; the document has: A, B."
    assert storefront.ids.made == 0


async def test_too_dear_operations_are_refused_with_their_cost(storefront: Storefront) -> None:
    """The client learns by how much, and nothing of the operation runs."""
    text = "mutation ($n: Int = 1001) { viewer dear(first: $n) { own { id } } }"

    for accept in (OLD, NEW):
        answer = await storefront.post(text, {"accept": accept})

        assert answer.status_code == 400
        assert _error(answer) == {
            "message": "The operation costs 1001, more than 1000; ask for fewer entries or fewer nested lists.",
            "extensions": {"code": "COST_LIMIT_EXCEEDED", "cost": 1001, "limit": 1000},
        }
    assert storefront.ids.made == 0


async def test_an_operation_at_the_cost_limit_runs(storefront: Storefront) -> None:
    """A thousand is allowed."""
    answer = await storefront.post("mutation { dear(first: 1000) { own { id } } }")

    assert answer.json() == {"data": {"dear": []}}


async def test_partial_data_is_an_answer(storefront: Storefront) -> None:
    """One field's failure is told beside the other fields."""
    for accept in (OLD, NEW):
        answer = await storefront.post("{ hello bad }", {"accept": accept})

        assert answer.status_code == 200
        assert answer.json() == {
            "errors": [
                {
                    "message": "`bad` is never good; leave it out.",
                    "locations": [{"line": 1, "column": 9}],
                    "path": ["bad"],
                    "extensions": {"code": "BAD_USER_INPUT"},
                }
            ],
            "data": {"hello": "hello you", "bad": None},
        }


async def test_data_that_ran_to_null_is_told_as_null(storefront: Storefront) -> None:
    """The operation was run: that is no request error."""
    answer = await storefront.post("{ hello sure }", {"accept": NEW})

    assert answer.status_code == 200
    assert answer.json()["data"] is None
    assert errors_of(answer) == ["BAD_USER_INPUT"]


async def test_a_throttled_upstream_tells_when_to_come_back(storefront: Storefront) -> None:
    """Clients wait as long as they are told."""
    answer = await storefront.post("{ busy }")

    assert _error(answer)["extensions"] == {"code": "UPSTREAM_THROTTLED", "retryAfter": 3}


@pytest.mark.parametrize("document", ["{ hello boom }", "{ hello refuse }", "mutation { boom }"])
async def test_our_own_faults_are_masked(storefront: Storefront, document: str) -> None:
    """The client gets an id to report; trace and cause are in the log alone."""
    with structlog.testing.capture_logs() as log:
        answer = await storefront.post(document)

    error = _error(answer)
    request_id = error["extensions"]["requestId"]
    assert answer.status_code == 200
    assert error["message"] == f"Something went wrong here; report it with the id {request_id}."
    assert error["extensions"] == {"code": "INTERNAL_SERVER_ERROR", "requestId": request_id}
    assert len(request_id) == 16
    assert CANARY not in answer.text
    assert "Traceback" not in answer.text
    (line,) = log
    assert (line["event"], line["log_level"], line["request_id"]) == ("request.failed", "error", request_id)
    assert CANARY in str(line["exc_info"])


async def test_a_query_is_stopped_at_its_time_limit() -> None:
    """A client is told rather than left waiting."""
    storefront = Storefront(query_timeout_s=0)

    answer = await storefront.post("{ slow }")

    assert answer.status_code == 504
    assert answer.json() == {
        "errors": [
            {
                "message": "The query did not finish within 0 seconds; ask for less, or try again.",
                "extensions": {"code": "REQUEST_TIMEOUT"},
            }
        ]
    }
    assert storefront.done == []


async def test_a_mutation_always_runs_to_its_end() -> None:
    """Cutting it off would leave a change half told."""
    storefront = Storefront(query_timeout_s=0)

    answer = await storefront.post("mutation { slow }")

    assert (answer.status_code, answer.json()) == (200, {"data": {"slow": "done"}})
    assert storefront.done == ["Mutation"]


async def test_calls_of_a_query_know_when_it_must_be_answered(storefront: Storefront) -> None:
    """Nobody waits in the lane for an answer that will not be read; calls of a mutation have limits of their own."""
    query = (await storefront.post("{ remaining }")).json()["data"]["remaining"]
    mutation = (await storefront.post("mutation { remaining }")).json()["data"]["remaining"]

    assert 7.0 < query <= 8.0
    assert mutation < 0


async def test_a_query_within_its_time_is_answered(storefront: Storefront) -> None:
    """The usual case."""
    answer = await storefront.post("{ slow }")

    assert answer.json() == {"data": {"slow": "done"}}


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        ({"query": "{ hello }"}, {}),
        ({"query": "{"}, {}),
        ({"query": "{ bad }"}, {}),
        (b"", {}),
        ({"query": "{ hello }"}, {"accept": "text/html"}),
        ({"query": "{ hello }"}, {"content-type": "text/plain"}),
        ({"query": "{ hello }"}, {SESSION_HEADER: "forged"}),
    ],
)
async def test_no_answer_is_kept_by_a_cache(storefront: Storefront, body: Any, headers: dict[str, str]) -> None:
    """An answer may hold a cart, and depends on who asks."""
    answer = await storefront.post(body, headers)

    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["vary"] == "accept, origin, authorization, cookie, cartograph-session, cartograph-marketplace"
    assert int(answer.headers["content-length"]) == len(answer.content)


async def test_a_browser_on_loopback_gets_a_cookie_once(storefront: Storefront) -> None:
    """It sends it back by itself, and the shopper stays the same."""
    first = await storefront.post("mutation { viewer }")
    token = first.cookies["cartograph_session"]
    second = await storefront.post("{ known }", {"cookie": f"cartograph_session={token}"})

    assert first.headers["set-cookie"] == (
        f"cartograph_session={token}; Path=/; Max-Age=15552000; HttpOnly; SameSite=Lax"
    )
    assert SESSION_HEADER not in first.headers
    assert second.json() == {"data": {"known": "guest-1"}}
    assert "set-cookie" not in second.headers


async def test_behind_tls_the_cookie_is_secure(storefront: Storefront) -> None:
    """On the wire of a real shop."""
    answer = await storefront.post("mutation { viewer }", base_url="https://shop.example")

    token = storefront.sessions.issue("guest-1")
    assert answer.headers["set-cookie"] == (
        f"__Host-cartograph_session={token}; Path=/; Max-Age=15552000; HttpOnly; SameSite=Lax; Secure"
    )


async def test_over_plain_http_elsewhere_there_is_no_cookie(storefront: Storefront) -> None:
    """The token comes in the header, for a client that knows what it does."""
    answer = await storefront.post("mutation { viewer }", base_url="http://shop.example")

    assert "set-cookie" not in answer.headers
    assert answer.headers[SESSION_HEADER] == storefront.sessions.issue("guest-1")


async def test_a_client_without_cookies_asks_with_new(storefront: Storefront) -> None:
    """One token for all its requests."""
    first = await storefront.post("{ known }", {SESSION_HEADER: "new"})
    second = await storefront.post("{ known }", {SESSION_HEADER: first.headers[SESSION_HEADER]})

    assert first.json() == second.json() == {"data": {"known": "guest-1"}}
    assert SESSION_HEADER not in second.headers
    assert "set-cookie" not in first.headers


async def test_a_query_that_keeps_nothing_makes_nobody(storefront: Storefront) -> None:
    """Crawlers leave no customers behind."""
    answer = await storefront.post("{ hello known }")

    assert answer.json() == {"data": {"hello": "hello you", "known": None}}
    assert "set-cookie" not in answer.headers
    assert storefront.ids.made == 0


async def test_an_old_token_is_renewed_with_the_answer(storefront: Storefront) -> None:
    """Whoever comes back keeps the cart."""
    token = storefront.sessions.issue("guest-9")
    storefront.clock.move(timedelta(days=2))

    answer = await storefront.post("{ known }", {SESSION_HEADER: token})

    assert answer.json() == {"data": {"known": "guest-9"}}
    assert answer.headers[SESSION_HEADER] == storefront.sessions.issue("guest-9") != token


async def test_a_forged_token_in_the_header_is_told(storefront: Storefront) -> None:
    """A client must not believe it has a session."""
    answer = await storefront.post("mutation { viewer }", {SESSION_HEADER: "guest-9.forged.token"})

    assert answer.status_code == 401
    assert _error(answer) == {
        "message": "This session is not valid here; send the header Cartograph-Session: new to get another.",
        "extensions": {"code": "SESSION_INVALID"},
    }
    assert storefront.ids.made == 0


COOKIE = {"cookie": "cartograph_session=x"}


@pytest.mark.parametrize(
    "origin",
    ["https://evil.example", "http://127.0.0.1:3000", "http://127.0.0.1", "null", "http://127.0.0.1:8000.evil"],
)
async def test_a_page_of_another_origin_may_not_use_the_cookie(storefront: Storefront, origin: str) -> None:
    """Nothing runs in the shopper's name."""
    answer = await storefront.post("mutation { viewer }", {**COOKIE, "origin": origin})

    assert answer.status_code == 403
    assert _error(answer) == {
        "message": "This origin may not use the shop's cookie; add it to CORS_ORIGINS.",
        "extensions": {"code": "FORBIDDEN_ORIGIN"},
    }
    assert storefront.ids.made == 0


@pytest.mark.parametrize(
    "headers",
    [
        {**COOKIE, "origin": "https://front.example"},
        {**COOKIE, "origin": "http://127.0.0.1:8000"},
        {**COOKIE},
        {"origin": "https://evil.example"},
        {SESSION_HEADER: "new", "origin": "https://evil.example"},
    ],
    ids=["allowed origin", "own origin", "no origin", "no cookie", "token instead"],
)
async def test_who_may_use_the_cookie_or_brings_none_is_served(headers: dict[str, str]) -> None:
    """Our own pages, the operator's frontends, and programs."""
    storefront = Storefront(origins=frozenset({"https://front.example"}))

    assert (await storefront.post("{ hello }", headers)).json() == HELLO


async def test_introspection_can_be_closed() -> None:
    """The setting reaches the endpoint."""
    answer = await Storefront(introspection=False).post("{ __schema { types { name } } }", {"accept": NEW})

    assert (answer.status_code, set(errors_of(answer))) == (400, {"GRAPHQL_VALIDATION_FAILED"})


async def test_errors_come_before_data(storefront: Storefront) -> None:
    """The specification of GraphQL wants them first, so that they are seen when a person reads."""
    answer = await storefront.post("{ bad }")

    assert list(json.loads(answer.content)) == ["errors", "data"]
