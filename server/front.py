"""What every request meets first: operations go straight to GraphQL, past the framework that serves the pages."""

from collections.abc import Mapping
from typing import Final

from ecs.embedded import PATHS as SERVICE_PATHS
from ecs.embedded import EcsService, Marketplaces
from ecs.embedded.marketplaces import split
from server.messages import App, Receive, Scope, Send, headers_of
from server.negotiation import wants_html

GRAPHQL_PATH: Final = "/graphql"


class Front:
    """Sends operations to GraphQL, and all else to the pages."""

    def __init__(self, graphql: App, pages: App) -> None:
        self._graphql = graphql
        self._pages = pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] == "http" and scope["path"] == GRAPHQL_PATH and _is_operation(scope):
            await self._graphql(scope, receive, send)
        else:
            await self._pages(scope, receive, send)


class Services:
    """Sends the embedded services' own paths to them, past everything that is for GraphQL."""

    def __init__(self, app: App, services: Mapping[str, EcsService]) -> None:
        self._app = app
        self._marketplaces = Marketplaces(*services.values()) if services else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        is_elsewhere = scope["type"] == "http" and scope["path"] != GRAPHQL_PATH
        if self._marketplaces and is_elsewhere and self._is_for_service(scope["path"]):
            await self._marketplaces(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    def _is_for_service(self, path: str) -> bool:
        prefix, inner = split(path)
        is_known = not prefix or (self._marketplaces is not None and prefix[1:].upper() in self._marketplaces.services)
        return is_known and inner.startswith(SERVICE_PATHS)


def _is_operation(scope: Scope) -> bool:
    """A POST, or a GET that asks something and is no browser's that opens the address."""
    if scope["method"] == "POST":
        return True
    if scope["method"] not in {"GET", "HEAD"} or not scope["query_string"]:
        return False
    return not wants_html(headers_of(scope).get(b"accept", b"").decode("latin-1"))
