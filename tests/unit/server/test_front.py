"""What every request meets first: operations to GraphQL, the rest to the pages, the upstream's own to it."""

from typing import Any

import pytest

from server.front import Front, Services
from server.messages import App, Receive, Scope, Send

HTML = [(b"accept", b"text/html,*/*;q=0.8")]


def _named(name: str, seen: list[str]) -> App:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(name)

    return app


async def _nothing(*_: object) -> Any:
    return None


@pytest.mark.parametrize(
    ("method", "path", "query_string", "headers", "expected"),
    [
        ("POST", "/graphql", b"", [], "graphql"),
        ("POST", "/graphql", b"", HTML, "graphql"),
        ("GET", "/graphql", b"documentId=ab", [], "graphql"),
        ("HEAD", "/graphql", b"documentId=ab", [], "graphql"),
        ("GET", "/graphql", b"documentId=ab", HTML, "pages"),
        ("GET", "/graphql", b"", [], "pages"),
        ("GET", "/graphql", b"", HTML, "pages"),
        ("PUT", "/graphql", b"documentId=ab", [], "pages"),
        ("OPTIONS", "/graphql", b"", [], "pages"),
        ("POST", "/graphql/", b"", [], "pages"),
        ("POST", "/", b"", [], "pages"),
    ],
)
async def test_operations_go_to_graphql(
    method: str, path: str, query_string: bytes, headers: list[tuple[bytes, bytes]], expected: str
) -> None:
    """And a browser that opens the address gets the explorer, whatever the address asks."""
    seen: list[str] = []
    front = Front(_named("graphql", seen), _named("pages", seen))
    scope = {"type": "http", "method": method, "path": path, "query_string": query_string, "headers": headers}

    await front(scope, _nothing, _nothing)

    assert seen == [expected]


async def test_what_is_not_http_goes_to_the_pages() -> None:
    """Start and shutdown are theirs."""
    seen: list[str] = []

    await Front(_named("graphql", seen), _named("pages", seen))({"type": "lifespan"}, _nothing, _nothing)
    await Services(_named("shop", seen), {})({"type": "lifespan"}, _nothing, _nothing)

    assert seen == ["pages", "shop"]


async def test_without_a_service_its_paths_are_ordinary() -> None:
    """With a remote upstream there is nothing at /onca/xml."""
    seen: list[str] = []

    await Services(_named("shop", seen), {})({"type": "http", "path": "/onca/xml"}, _nothing, _nothing)

    assert seen == ["shop"]
