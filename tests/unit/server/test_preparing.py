"""Documents asked for by hash over real HTTP: each client's own words, and what GET may do."""

from typing import Any

import httpx
import pytest

from server.persisted import KnownDocuments, hash_of
from tests.unit.server.storefront import Storefront, errors_of

NEW = {"accept": "application/graphql-response+json"}
HELLO = "query Hello($name: String) { hello(name: $name) }"
CHANGE = "mutation Change { viewer }"
BOTH = f"{HELLO} {CHANGE}"
KNOWN = KnownDocuments({hash_of(text): text for text in (HELLO, CHANGE, BOTH)} | {"md5": HELLO}, frozenset({HELLO}))


def _apq(text: str, version: int = 1) -> dict[str, Any]:
    return {"extensions": {"persistedQuery": {"version": version, "sha256Hash": hash_of(text)}}}


def _error(answer: httpx.Response) -> tuple[int, str, str]:
    (error,) = answer.json()["errors"]
    return answer.status_code, error["extensions"]["code"], error["message"]


@pytest.mark.parametrize(
    "body",
    [
        {"documentId": f"sha256:{hash_of(HELLO)}"},
        {"documentId": hash_of(HELLO)},
        {"documentId": "md5"},
        {"id": "md5"},
        {"doc_id": "md5", "query": None},
        _apq(HELLO),
    ],
)
async def test_a_known_document_runs_by_its_id(body: dict[str, Any]) -> None:
    """Without its text, from every kind of client."""
    storefront = Storefront(known=KNOWN)

    answer = await storefront.post({**body, "variables": {"name": "Ann"}})

    assert (answer.status_code, answer.json()) == (200, {"data": {"hello": "hello Ann"}})


@pytest.mark.parametrize("known_only", [False, True])
async def test_an_unknown_id_is_told(known_only: bool) -> None:
    """The appendix wants one error; nothing is looked up elsewhere."""
    storefront = Storefront(known=KNOWN, known_only=known_only)

    assert _error(await storefront.post({"documentId": "sha256:00"})) == (
        404,
        "DOCUMENT_NOT_KNOWN",
        "No document of this id is known here; send its text, or have the operator make it known.",
    )


async def test_apollos_client_registers_a_document() -> None:
    """Hash, then hash and text, then hash: the words are those its link looks for."""
    storefront = Storefront()

    first = await storefront.post(_apq(HELLO))
    second = await storefront.post({"query": HELLO, **_apq(HELLO)})
    third = await storefront.post(_apq(HELLO))

    assert _error(first) == (200, "PERSISTED_QUERY_NOT_FOUND", "PersistedQueryNotFound")
    assert first.headers["cache-control"] == "no-store"
    assert second.json() == third.json() == {"data": {"hello": "hello you"}}


async def test_a_hash_that_is_not_the_texts_is_refused() -> None:
    """Or one client could put its text in the place of another's."""
    storefront = Storefront()

    answer = await storefront.post({"query": CHANGE, **_apq(HELLO)})

    assert _error(answer) == (400, "BAD_REQUEST", "provided sha does not match query")
    assert errors_of(await storefront.post(_apq(HELLO))) == ["PERSISTED_QUERY_NOT_FOUND"]
    assert storefront.ids.made == 0


async def test_another_version_of_the_protocol_is_refused() -> None:
    """There is only one."""
    answer = await Storefront(known=KNOWN).post(_apq(HELLO, version=2))

    assert _error(answer) == (400, "BAD_REQUEST", "Unsupported persisted query version")


async def test_a_document_that_does_not_run_is_not_registered() -> None:
    """Nonsense takes no room."""
    storefront = Storefront()

    refused = await storefront.post({"query": "{ nope }", **_apq("{ nope }")}, NEW)

    assert (refused.status_code, errors_of(refused)) == (400, ["GRAPHQL_VALIDATION_FAILED"])
    assert errors_of(await storefront.post(_apq("{ nope }"))) == ["PERSISTED_QUERY_NOT_FOUND"]


async def test_where_only_known_documents_run_no_other_does() -> None:
    """Neither by text nor by registering it; Apollo's client is told to stop trying hashes."""
    storefront = Storefront(known=KNOWN, known_only=True)
    refusal = "This server runs known documents only; have the operator make this one known."

    assert (await storefront.post(HELLO)).json() == {"data": {"hello": "hello you"}}
    assert _error(await storefront.post("{ hello }")) == (403, "DOCUMENT_NOT_KNOWN", refusal)
    assert _error(await storefront.post({"query": "{ hello }", **_apq("{ hello }")})) == (
        403,
        "DOCUMENT_NOT_KNOWN",
        refusal,
    )
    assert _error(await storefront.post(_apq("{ hello }"))) == (
        200,
        "PERSISTED_QUERY_NOT_SUPPORTED",
        "PersistedQueryNotSupported",
    )
    assert errors_of(await storefront.post("mutation { viewer }")) == ["DOCUMENT_NOT_KNOWN"]
    assert storefront.ids.made == 0


@pytest.mark.parametrize(
    "parameters",
    [
        {"documentId": f"sha256:{hash_of(HELLO)}"},
        {"documentId": hash_of(BOTH), "operationName": "Hello"},
        {"documentId": "md5", "operationName": ""},
        {"extensions": f'{{"persistedQuery":{{"version":1,"sha256Hash":"{hash_of(HELLO)}"}}}}'},
    ],
)
async def test_a_known_query_goes_by_get(parameters: dict[str, str]) -> None:
    """So that a cache in front can keep its answer."""
    answer = await Storefront(known=KNOWN).get(NEW, variables='{"name":"Ann"}', **parameters)

    assert (answer.status_code, answer.json()) == (200, {"data": {"hello": "hello Ann"}})
    assert answer.headers["content-type"] == NEW["accept"]


async def test_a_registered_query_goes_by_get() -> None:
    """Apollo's client does so when it is told to use GET for hashes."""
    storefront = Storefront()
    await storefront.post({"query": HELLO, **_apq(HELLO)})

    answer = await storefront.get(documentId=hash_of(HELLO))

    assert answer.json() == {"data": {"hello": "hello you"}}


@pytest.mark.parametrize(
    "parameters",
    [
        {"documentId": hash_of(CHANGE)},
        {"documentId": hash_of(BOTH), "operationName": "Change"},
    ],
)
async def test_a_mutation_never_goes_by_get(parameters: dict[str, str]) -> None:
    """Known or not: a link must not change anything."""
    storefront = Storefront(known=KNOWN)

    answer = await storefront.get(NEW, **parameters)

    assert _error(answer) == (405, "METHOD_NOT_ALLOWED", "A mutation does not go by GET; send it by POST, as JSON.")
    assert answer.headers["allow"] == "POST"
    assert storefront.ids.made == 0


@pytest.mark.parametrize("text", [HELLO, CHANGE, "{ hello }"])
async def test_a_text_never_goes_by_get(text: str) -> None:
    """Not even a known one: it would be cut in logs and pass for another address in caches."""
    storefront = Storefront(known=KNOWN)

    answer = await storefront.get(NEW, query=text)

    assert _error(answer)[:2] == (405, "METHOD_NOT_ALLOWED")
    assert storefront.ids.made == 0


async def test_an_unknown_document_by_get_is_told() -> None:
    """With the status of what is not there; Apollo's client with the words it knows."""
    storefront = Storefront(known=KNOWN)
    extensions = f'{{"persistedQuery":{{"version":1,"sha256Hash":"{hash_of("{ hello }")}"}}}}'

    assert _error(await storefront.get(documentId="sha256:00"))[:2] == (404, "DOCUMENT_NOT_KNOWN")
    assert _error(await storefront.get(extensions=extensions))[:2] == (200, "PERSISTED_QUERY_NOT_FOUND")


async def test_an_address_that_asks_nothing_is_refused() -> None:
    """With what to send."""
    answer = await Storefront().get(NEW, other="x")

    assert _error(answer) == (
        400,
        "BAD_REQUEST",
        "Send documentId, and variables as a JSON object, in the address: neither `query` nor `documentId` is there.",
    )
