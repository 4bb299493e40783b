"""
The embedded ECS service as an ASGI application: the XML API, the purchase page, product pages and drawn covers.

It runs inside Cartograph's server as well as alone. Answers take a few milliseconds at most and are made in place; one
that changes a cart waits for the disk before it is sent.
"""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Final

import structlog
from msgspec import structs

from ecs.embedded.api import Inquiry
from ecs.embedded.carts import Carts, OpenCommits
from ecs.embedded.catalog import CatalogState
from ecs.embedded.config import ServiceConfig
from ecs.embedded.http import BodyTooLarge, Receive, Request, Response, Scope, Send, headers_of, received, sent
from ecs.embedded.injection import BROKEN, CUT, NO_FAULTS, UNAVAILABLE, Injector, refused
from ecs.embedded.library import Library
from ecs.embedded.pages.cover import cover_page
from ecs.embedded.pages.layout import error_page
from ecs.embedded.pages.product import product_page
from ecs.embedded.pages.purchase import purchase_page
from ecs.embedded.shop import Shop
from ecs.vocabulary import PATH

_log = structlog.get_logger(__name__)

_PAGES: Final[tuple[tuple[str, Callable[[Request, Shop], Response]], ...]] = (
    ("/covers/", cover_page),
    ("/dp/", product_page),
    ("/gp/cart/", purchase_page),
    ("/gp/aw/", purchase_page),
)


class EcsService:
    """
    One service over the files in ``config.data_dir``; ``close`` lets go of them.

    ``sleep`` is what it waits with where answers are to be held back.
    """

    def __init__(
        self,
        config: ServiceConfig,
        *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        open_commits: OpenCommits | None = None,
    ) -> None:
        """With ``open_commits`` changes of carts that come at the same time share a commit."""
        self.config = config
        self._sleep = sleep
        self._injector = Injector(config.faults)
        self._carts = Carts(config.data_dir / "carts.sqlite3", config.faults.cart_lifetime, open_commits)
        self._library = Library(config.data_dir, lambda: config.now().timestamp())

    def catalog_state(self) -> CatalogState | None:
        """What is loaded, None before the first load."""
        shelves = self._library.shelves
        return shelves.catalog.state if shelves else None

    def close(self) -> None:
        """Let go of all files; the service answers nothing afterwards."""
        self._library.close()
        self._carts.close()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one ASGI event; anything but http and lifespan is not spoken here."""
        if scope["type"] == "lifespan":
            await _live(receive, send)
        elif scope["type"] == "http":
            await self._http(scope, receive, send)
        else:
            raise NotImplementedError(f"this service does not speak {scope['type']}")

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            request = await received(scope, receive)
        except BodyTooLarge:
            head = Request(scope["method"], scope["path"], "", headers_of(scope), b"")
            await sent(error_page(413, "This request is too large."), head, send)
            return
        await sent(await self._answered(request), request, send)

    async def _answered(self, request: Request) -> Response:
        allowed = ("GET", "POST") if request.path == PATH else ("GET", "HEAD")
        if request.method not in allowed:
            return error_page(405, "This address is for reading only.", {"allow": ", ".join(allowed)})
        shop = Shop(self.config, self._library.shelves, self._carts)
        if request.path != PATH:
            return _page(request, shop)
        inquiry = Inquiry(request)
        if self.config.faults == NO_FAULTS:
            return await self._asked(inquiry, shop)
        return await self._struck(inquiry, shop)

    async def _struck(self, inquiry: Inquiry, shop: Shop) -> Response:
        """The answer, or what is to go wrong with it."""
        # Strangers share one rate, so that keys made up by the thousand are not remembered.
        key_id = inquiry.key_id if inquiry.key_id in self.config.credentials else ""
        fault = self._injector.next_fault(key_id, shop.now)
        if self.config.faults.latency_s:
            await self._sleep(self.config.faults.latency_s)
        if fault == UNAVAILABLE:
            return Response(b"Service Unavailable", "text/plain", 503)
        refusal = refused(fault, inquiry.key_id) if fault else None
        if refusal is not None:
            return inquiry.refusal(refusal)
        response = await self._asked(inquiry, shop)
        if fault == BROKEN:
            return structs.replace(response, body=response.body[: len(response.body) // 2])
        return structs.replace(response, is_cut=fault == CUT)

    async def _asked(self, inquiry: Inquiry, shop: Shop) -> Response:
        if not inquiry.changes_carts:
            return inquiry.answered(shop)
        try:
            return await self._carts.together(lambda carts: inquiry.answered(replace(shop, carts=carts)))
        except (sqlite3.Error, TimeoutError):
            return inquiry.failed()


def _page(request: Request, shop: Shop) -> Response:
    for prefix, page in _PAGES:
        if request.path.startswith(prefix):
            try:
                return page(request, shop)
            except Exception:  # noqa: BLE001 - logged; a client never sees a trace
                # A page is shown to a person: whatever went wrong, never a trace.
                _log.exception("ecs.page_failed", path=request.path)
                return error_page(500, "Something went wrong on our side. Please try again.")
    return error_page(404, "There is nothing at this address.")


async def _live(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
