"""Answers that are shared: when, with whom, for how long, and that nothing of anybody's is in them."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx
import pytest

from server.identity import SESSION_HEADER
from server.persisted import KnownDocuments, hash_of
from tests.unit.server.storefront import Storefront, errors_of

NEW = "application/graphql-response+json"
OPEN = "query Open($n: Int, $s: String) { open(n: $n, s: $s) }"
KNOWN = KnownDocuments({hash_of(OPEN): OPEN}, frozenset({OPEN}))


def _open(**variables: Any) -> dict[str, Any]:
    return {"query": OPEN, "variables": variables}


async def test_a_shared_answer_is_made_once(storefront: Storefront) -> None:
    """The second request runs nothing, and says how old its answer is."""
    first = await storefront.post(_open(n=1))
    storefront.clock.move(timedelta(seconds=7))
    second = await storefront.post(_open(n=1))

    assert first.content == second.content == b'{"data":{"open":"open 1 "}}'
    assert storefront.done == ["open 1 "]
    assert (first.headers["age"], second.headers["age"]) == ("0", "7")
    assert first.headers["cache-control"] == second.headers["cache-control"] == "public, max-age=60"
    assert second.headers["vary"] == "accept, origin, cartograph-marketplace"
    assert second.headers["content-type"] == "application/json"
    assert int(second.headers["content-length"]) == len(second.content)


async def test_it_is_made_anew_when_its_time_is_up(storefront: Storefront) -> None:
    """Sixty seconds, as its field says."""
    await storefront.post(_open())
    storefront.clock.move(timedelta(seconds=59))
    await storefront.post(_open())
    assert len(storefront.done) == 1

    storefront.clock.move(timedelta(seconds=1))
    await storefront.post(_open())

    assert len(storefront.done) == 2


@pytest.mark.parametrize(
    "body",
    [
        b'{"query": "%s", "variables": {"s": "x", "n": 1}}' % OPEN.encode(),
        b'{"variables":{"n":1,"s":"x","other":9},"query":"%s"}' % OPEN.encode(),
        b'{"query":"%s","operationName":"Open","variables":{"n":1,"s":"\\u0078"}}' % OPEN.encode(),
        b'{"documentId":"%s","variables":{"n":1,"s":"x"}}' % hash_of(OPEN).encode(),
        b'{"query":"%s","variables":{"n":1,"s":"x"},"extensions":{"a":1}}' % OPEN.encode(),
    ],
)
async def test_the_same_question_in_other_words_is_the_same_question(body: bytes) -> None:
    """Order, spaces, escapes, and variables nobody declared make no difference."""
    storefront = Storefront(known=KNOWN)
    await storefront.post(_open(n=1, s="x"))

    answer = await storefront.post(body)

    assert answer.content == b'{"data":{"open":"open 1 x"}}'
    assert len(storefront.done) == 1


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (_open(n=2), {}),
        (_open(n=None), {}),
        (_open(), {}),
        (_open(n=1, s=""), {}),
        ({"query": OPEN + " ", "variables": {"n": 1}}, {}),
        ({"query": OPEN.replace("Open", "Other"), "variables": {"n": 1}}, {}),
        (_open(n=1), {"accept": NEW}),
    ],
)
async def test_another_question_has_another_answer(
    storefront: Storefront, body: dict[str, Any], headers: dict[str, str]
) -> None:
    """Every variable, every byte of the document, and the media type count."""
    await storefront.post(_open(n=1))

    await storefront.post(body, headers)

    assert len(storefront.done) == 2


@pytest.mark.parametrize(
    "text",
    [
        "{ hello }",
        "{ open hello }",
        "{ open viewer }",
        "{ open known }",
        "query ($no: Boolean = false) { open known @include(if: $no) }",
        "{ ...F } fragment F on Query { open known }",
        "mutation { viewer }",
        "{ __typename }",
        "{ open __schema { queryType { name } } }",
    ],
)
async def test_what_is_not_wholly_public_is_made_for_each(storefront: Storefront, text: str) -> None:
    """One private field, even one that is left out, makes the answer private."""
    for _ in range(2):
        answer = await storefront.post(text)

        assert answer.headers["cache-control"] == "no-store"
        assert "cookie" in answer.headers["vary"]
        assert "etag" not in answer.headers
        assert "age" not in answer.headers


async def test_a_shared_answer_is_made_for_nobody(storefront: Storefront) -> None:
    """Even a field that is public by mistake learns of no customer, so no customer can be in its answer."""
    token = storefront.sessions.issue("guest-7")

    answers = [
        await storefront.post("{ nosy }", headers)
        for headers in ({SESSION_HEADER: token}, {"cookie": f"cartograph_session={token}"}, {})
    ]

    assert [answer.json() for answer in answers] == [{"data": {"nosy": None}}] * 3
    assert all(answer.headers["cache-control"] == "public, max-age=60" for answer in answers)


async def test_nobody_is_asked_who_he_is_for_a_shared_answer(storefront: Storefront) -> None:
    """A token or session that is no good is told with the first operation that needs it."""
    bad: list[dict[str, str]] = [{"authorization": "Bearer none"}, {SESSION_HEADER: "forged"}]

    shared = [await storefront.post(_open(), headers) for headers in bad]
    private = [await storefront.post("{ known }", headers) for headers in bad]

    assert [(each.status_code, each.headers["cache-control"]) for each in shared] == [(200, "public, max-age=60")] * 2
    assert [errors_of(each) for each in private] == [["UNAUTHENTICATED"], ["SESSION_INVALID"]]


@pytest.mark.parametrize("kind", ["cookie", "header"])
async def test_a_shared_answer_sets_no_session(storefront: Storefront, kind: str) -> None:
    """Not even to renew one: whoever gets the answer next would get the session with it."""
    token = storefront.sessions.issue("guest-7")
    storefront.clock.move(timedelta(days=2))
    headers = {SESSION_HEADER: token} if kind == "header" else {"cookie": f"cartograph_session={token}"}

    for _ in range(2):
        answer = await storefront.post(_open(), headers)

        assert "set-cookie" not in answer.headers
        assert SESSION_HEADER not in answer.headers


async def test_who_asks_for_a_session_gets_an_answer_of_his_own(storefront: Storefront) -> None:
    """It carries the token, so it is neither taken from the shared ones nor put among them."""
    await storefront.post(_open())

    own = await storefront.post(_open(), {SESSION_HEADER: "new"})
    other = await storefront.post(_open(), {SESSION_HEADER: "new"})

    assert own.headers[SESSION_HEADER] == storefront.sessions.issue("guest-1")
    assert other.headers[SESSION_HEADER] == storefront.sessions.issue("guest-2")
    assert own.headers["cache-control"] == "no-store"
    assert SESSION_HEADER not in (await storefront.post(_open())).headers


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({"accept": "text/html"}, 406, "NOT_ACCEPTABLE"),
        ({"content-type": "text/plain"}, 415, "UNSUPPORTED_MEDIA_TYPE"),
        ({"cookie": "cartograph_session=x", "origin": "https://evil.example"}, 403, "FORBIDDEN_ORIGIN"),
        ({"cartograph-marketplace": "JP"}, 400, "BAD_USER_INPUT"),
    ],
)
async def test_a_kept_answer_takes_no_check_away(
    storefront: Storefront, headers: dict[str, str], status: int, code: str
) -> None:
    """Whether it is there must not decide who may have it."""
    await storefront.post(_open())

    answer = await storefront.post(_open(), headers)

    assert (answer.status_code, errors_of(answer)) == (status, [code])
    assert answer.headers["cache-control"] == "no-store"


async def test_an_answer_with_errors_is_not_kept(storefront: Storefront) -> None:
    """The next one may be whole."""
    for _ in range(2):
        answer = await storefront.post("{ open broken }")

        assert errors_of(answer) == ["BAD_USER_INPUT"]
        assert answer.headers["cache-control"] == "no-store"
    assert len(storefront.done) == 4


async def test_an_answer_of_stale_data_is_not_kept(storefront: Storefront) -> None:
    """It is shown because the upstream is down, not because it is right."""
    for _ in range(2):
        answer = await storefront.post("{ open stale }")

        assert answer.headers["cache-control"] == "no-store"
    assert len(storefront.done) == 2


async def test_a_resolver_may_shorten_the_time(storefront: Storefront) -> None:
    """The header says so too, to caches in front."""
    answer = await storefront.post("{ open brief }")
    storefront.clock.move(timedelta(seconds=5))
    await storefront.post("{ open brief }")

    assert answer.headers["cache-control"] == "public, max-age=5"
    assert len(storefront.done) == 2


async def test_variables_that_cannot_be_written_down_are_refused_as_ever(storefront: Storefront) -> None:
    """A number of more than 64 bits has no key, and no place in an Int."""
    for _ in range(2):
        answer = await storefront.post(b'{"query":"%s","variables":{"n":%d}}' % (OPEN.encode(), 2**70))

        assert errors_of(answer) == ["BAD_USER_INPUT"]
    assert storefront.done == []


async def test_many_at_once_are_one_question() -> None:
    """The upstream is asked once."""
    storefront = Storefront()

    answers = await asyncio.gather(*(storefront.post("{ late }") for _ in range(10)))

    assert [answer.json() for answer in answers] == [{"data": {"late": "done"}}] * 10
    assert storefront.done == ["Query"]


async def test_a_shared_query_has_its_time_limit_too() -> None:
    """Everybody who waits is told."""
    storefront = Storefront(query_timeout_s=0)

    answers = await asyncio.gather(*(storefront.post("{ late }") for _ in range(3)))

    assert [(answer.status_code, errors_of(answer)) for answer in answers] == [(504, ["REQUEST_TIMEOUT"])] * 3
    assert storefront.done == []


async def test_without_room_nothing_is_kept() -> None:
    """And the headers still let a cache in front keep it."""
    storefront = Storefront(answer_bytes=0)

    answers = [await storefront.post(_open()) for _ in range(2)]

    assert len(storefront.done) == 2
    assert [answer.headers["cache-control"] for answer in answers] == ["public, max-age=60"] * 2


async def _get(storefront: Storefront, **headers: str) -> httpx.Response:
    return await storefront.get(
        {name.replace("_", "-"): value for name, value in headers.items()}, documentId=hash_of(OPEN)
    )


async def test_who_has_the_answer_is_told_so() -> None:
    """Not modified: the head of the answer without its body."""
    storefront = Storefront(known=KNOWN)
    first = await _get(storefront)
    storefront.clock.move(timedelta(seconds=3))

    again = await _get(storefront, if_none_match=first.headers["etag"])

    assert (again.status_code, again.content) == (304, b"")
    assert {name: again.headers[name] for name in ("etag", "cache-control", "vary", "age")} == {
        "etag": first.headers["etag"],
        "cache-control": "public, max-age=60",
        "vary": "accept, origin, cartograph-marketplace",
        "age": "3",
    }
    assert "content-type" not in again.headers


@pytest.mark.parametrize(
    ("asked", "status"),
    [("*", 304), ('W/"x", {etag}', 304), ("W/{etag}", 304), ('"x"', 200), ("", 200), ("{etag}x", 200)],
)
async def test_tags_are_compared_as_the_standard_says(asked: str, status: int) -> None:
    """RFC 9110, section 13.1.2: a list, weakly compared."""
    storefront = Storefront(known=KNOWN)
    etag = (await _get(storefront)).headers["etag"]

    assert (await _get(storefront, if_none_match=asked.replace("{etag}", etag))).status_code == status


async def test_a_post_is_always_answered_whole(storefront: Storefront) -> None:
    """304 is for GET alone (RFC 9110, section 13.1.2)."""
    etag = (await storefront.post(_open())).headers["etag"]

    answer = await storefront.post(_open(), {"if-none-match": etag})

    assert (answer.status_code, answer.content) == (200, b'{"data":{"open":"open 0 "}}')


async def test_get_and_post_share_an_answer() -> None:
    """It is the same question."""
    storefront = Storefront(known=KNOWN)

    posted = await storefront.post(_open())
    got = await _get(storefront)

    assert got.content == posted.content
    assert len(storefront.done) == 1


async def test_the_operation_of_a_kept_answer_is_logged(storefront: Storefront) -> None:
    """A line of the log names it whether or not it ran."""
    names = []
    for _ in range(2):
        scope: dict[str, Any] = {
            "type": "http",
            "method": "POST",
            "headers": [(b"content-type", b"application/json")],
            "query_string": b"",
        }

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": b'{"query":"%s"}' % OPEN.encode()}

        async def send(_: Any) -> None:
            return None

        await storefront.endpoint(scope, receive, send)
        names.append(scope["operation"])

    assert names == ["Open", "Open"]
    assert len(storefront.done) == 1
