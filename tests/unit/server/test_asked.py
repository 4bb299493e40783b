"""Requests read strictly from bodies and addresses: what each client sends, and what nobody may."""

from urllib.parse import urlencode

import pytest

from server.asked import Apq, Asked, NotUnderstood, asked_by_address, asked_by_body

HASH = "a" * 64
APQ = b'"extensions":{"persistedQuery":{"version":1,"sha256Hash":"%s"}}' % HASH.encode()


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b'{"query":"{ a }"}', Asked("{ a }", None, None, {}, None)),
        (
            b'{"query":"query A { a }","operationName":"A","variables":{"n":1}}',
            Asked("query A { a }", None, None, {"n": 1}, "A"),
        ),
        (b'{"documentId":"sha256:ab"}', Asked(None, "sha256:ab", None, {}, None)),
        (b'{"id":"ab","variables":{"n":1}}', Asked(None, "ab", None, {"n": 1}, None)),
        (b'{"doc_id":"ab"}', Asked(None, "ab", None, {}, None)),
        (b'{"query":null,"id":"ab"}', Asked(None, "ab", None, {}, None)),
        (b'{"query":"{ a }","id":7,"doc_id":{}}', Asked("{ a }", None, None, {}, None)),
        (b"{%s}" % APQ, Asked(None, None, Apq(1, HASH), {}, None)),
        (b'{"query":"{ a }",%s}' % APQ, Asked("{ a }", None, Apq(1, HASH), {}, None)),
        (b'{"query":"{ a }","extensions":{"persistedQuery":true}}', Asked("{ a }", None, None, {}, None)),
        (b'{"query":"{ a }","extensions":null}', Asked("{ a }", None, None, {}, None)),
    ],
)
def test_what_clients_send_is_understood(body: bytes, expected: Asked) -> None:
    """Any client, the appendix on persisted documents, Relay's and Apollo's."""
    assert asked_by_body(body) == expected


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"{}", "neither `query` nor `documentId` is there"),
        (b'{"id":7}', "neither `query` nor `documentId` is there"),
        (b'{"query":"{ a }","documentId":"ab"}', "`query` and `documentId` are both there; send one of them"),
        (b'{"documentId":"md5:ab"}', "`documentId` has an unknown prefix; send sha256: and the hash of the text"),
        (b'{"documentId":7}', "Expected `str | null`, got `int` - at `$.documentId`"),
        (
            b'{"extensions":{"persistedQuery":{"version":"1","sha256Hash":"ab"}}}',
            "Expected `int`, got `str` - at `$.version`",
        ),
        (b'{"documentId":"ab","documentId":"ab"}', "a name stands twice in one object"),
    ],
)
def test_what_is_no_request_is_refused(body: bytes, reason: str) -> None:
    """With the reason; more of these, over HTTP, are in test_endpoint."""
    with pytest.raises(NotUnderstood) as caught:
        asked_by_body(body)

    assert str(caught.value) == f'Send a JSON object with the operation\'s text under "query": {reason}.'


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({"documentId": "sha256:ab"}, Asked(None, "sha256:ab", None, {}, None)),
        (
            {"documentId": "ab", "variables": '{"n":"é"}', "operationName": "A"},
            Asked(None, "ab", None, {"n": "é"}, "A"),
        ),
        ({"documentId": "ab", "operationName": ""}, Asked(None, "ab", None, {}, None)),
        ({"documentId": "ab", "variables": "null"}, Asked(None, "ab", None, {}, None)),
        ({"doc_id": "ab", "utm_source": "mail"}, Asked(None, "ab", None, {}, None)),
        (
            {"extensions": f'{{"persistedQuery":{{"version":1,"sha256Hash":"{HASH}"}}}}'},
            Asked(None, None, Apq(1, HASH), {}, None),
        ),
        ({"query": "{ a }"}, Asked("{ a }", None, None, {}, None)),
    ],
)
def test_addresses_are_understood(parameters: dict[str, str], expected: Asked) -> None:
    """Appendix A, and Apollo's clients; what others add to an address is left alone."""
    assert asked_by_address(urlencode(parameters).encode()) == expected


@pytest.mark.parametrize(
    "query_string",
    [
        b"",
        b"documentId=ab&documentId=cd",
        b"documentId=ab&variables={",
        b"documentId=ab&variables=[]",
        b"documentId=ab&variables=%7B%22a%22%3A1%2C%22a%22%3A2%7D",
        b"documentId=ab&variables=%7B%22a%22%3ANaN%7D",
        b"documentId=ab&variables=%7B%22a%22%3A1e400%7D",
        b"documentId=ab&variables=%7B%22a%22%3A" + b"9" * 5000 + b"%7D",
        b"documentId=ab&variables=" + b"[" * 50_000,
        b"documentId=%ff",
        b"documentId=\xff",
        b"extensions=1",
    ],
)
def test_other_addresses_are_refused(query_string: bytes) -> None:
    """As strictly as bodies."""
    with pytest.raises(NotUnderstood, match=r"^Send documentId, and variables as a JSON object, in the address: "):
        asked_by_address(query_string)
