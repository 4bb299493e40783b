"""The server's addresses: GraphQL and its explorer, the schema's text, the landing page, health."""

from collections.abc import Mapping
from html import escape
from typing import Final

import orjson
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from server import VERSION, explorer, pages
from server.faults import plain
from server.negotiation import wants_html
from server.settings import Settings
from server.status import ServerStatus

_SAFE: Final[Mapping[str, str]] = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "x-frame-options": "DENY",
}


class _ExplorerFiles(StaticFiles):
    async def check_config(self) -> None:
        """A folder that is not there yet holds no file: that is a 404 as any other, not a fault."""


class Site:
    """Routes of the server, without the embedded service's own."""

    def __init__(self, settings: Settings, status: ServerStatus) -> None:
        self._settings = settings
        self._status = status

    def routes(self) -> list[BaseRoute]:
        """Every address. The explorer's files are served once they are built, without a restart."""
        files = _ExplorerFiles(directory=self._settings.data_dir / "explorer", check_dir=False)
        return [
            Route("/", self.landing, methods=["GET"]),
            # POST is named for the answer to other methods; operations never get here (see ``server.front``).
            Route("/graphql", self.explorer, methods=["GET", "POST"]),
            Route("/schema.graphql", self.schema_text, methods=["GET"]),
            Route("/healthz", self.alive, methods=["GET"]),
            Route("/readyz", self.ready, methods=["GET"]),
            Route("/assets/{name}", self.asset, methods=["GET"]),
            Route("/favicon.ico", self.asset, methods=["GET"]),
            Mount("/explorer", files),
        ]

    async def explorer(self, request: Request) -> Response:
        """The explorer, for a browser that opens the address."""
        if not wants_html(request.headers.get("accept", "")):
            body = orjson.dumps({"errors": [plain("METHOD_NOT_ALLOWED", "Send the operation by POST, as JSON.")]})
            return Response(body, 405, {"allow": "POST", **_SAFE}, "application/json")
        folder = explorer.bundle_dir(self._settings.data_dir)
        text = (folder / "index.html").read_text("utf-8") if folder else explorer.missing_page()
        policy = explorer.CONTENT_SECURITY_POLICY if folder else pages.CONTENT_SECURITY_POLICY
        return _page(text, policy, status=200 if folder else 503)

    async def landing(self, request: Request) -> Response:
        """What this is, and where to go."""
        state = self._status.watch.state
        catalog = self._status.catalog
        is_embedded = self._settings.is_embedded
        return _page(
            pages.landing(
                pages.LandingState(
                    version=VERSION,
                    origin=str(request.base_url).rstrip("/"),
                    upstream="Embedded ECS service, in this process" if is_embedded else "ECS service over the network",
                    upstream_state=pages.UpstreamState(state),
                    catalog=catalog.source if catalog else self._settings.marketplace,
                    products=catalog.products if catalog else None,
                    explorer_built=explorer.bundle_dir(self._settings.data_dir) is not None,
                )
            ),
            pages.CONTENT_SECURITY_POLICY,
        )

    async def schema_text(self, _: Request) -> Response:
        """The SDL."""
        return PlainTextResponse(self._status.schema_text, headers=dict(_SAFE))

    async def asset(self, request: Request) -> Response:
        """Style sheet and mark of the pages."""
        asset = pages.ASSETS.get(request.url.path)
        if asset is None:
            return _page(pages.not_found(), pages.CONTENT_SECURITY_POLICY, status=404)
        return Response(asset.content, headers={"cache-control": "max-age=3600", **_SAFE}, media_type=asset.media_type)

    async def alive(self, _: Request) -> Response:
        """The process answers."""
        return Response(orjson.dumps({"status": "ok", "version": VERSION}), media_type="application/json")

    async def ready(self, _: Request) -> Response:
        """The server can serve: the database can be written and is of this version, and there is a catalog."""
        found = await self._status.problems()
        body = {"status": "unready" if found else "ready", "upstream": self._status.upstream_state, "problems": found}
        return Response(orjson.dumps(body), 503 if found else 200, media_type="application/json")


async def not_found(request: Request, _: Exception) -> Response:
    """A wrong address: a page for browsers, an error for programs."""
    if wants_html(request.headers.get("accept", "")):
        return _page(pages.not_found(), pages.CONTENT_SECURITY_POLICY, status=404)
    message = f"There is nothing at {escape(request.url.path)}; GraphQL is at /graphql."
    return Response(orjson.dumps({"errors": [plain("BAD_REQUEST", message)]}), 404, media_type="application/json")


async def failed(request: Request, error: Exception) -> Response:
    """An error outside GraphQL, such as a wrong method."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    headers = dict(error.headers or {}) if isinstance(error, HTTPException) else {}
    if status == 404:
        return await not_found(request, error)
    message = "This address does not take this method." if status == 405 else "Something went wrong here."
    code = "METHOD_NOT_ALLOWED" if status == 405 else "INTERNAL_SERVER_ERROR"
    shown = plain(code, message)
    if status == 500 and "request_id" in request.scope:
        shown["extensions"]["requestId"] = request.scope["request_id"]
    return Response(orjson.dumps({"errors": [shown]}), status, headers, "application/json")


def _page(text: str, policy: str, *, status: int = 200) -> HTMLResponse:
    return HTMLResponse(text, status, {"content-security-policy": policy, "cache-control": "no-cache", **_SAFE})
