"""A client that signs by itself: tests speak to the service over HTTP, as a stranger would."""

import hmac
from base64 import b64encode
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from types import TracebackType
from typing import Self
from urllib.parse import quote

import httpx
from lxml import etree

from ecs.embedded import EcsService, Marketplaces

KEY = "AKIAIOSFODNN7EXAMPLE"
SECRET = "1234567890"
SITE = "http://shop.example"
START = datetime(2024, 3, 1, 12, 0, tzinfo=UTC)


class Clock:
    """Time that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def move(self, **by: float) -> None:
        """Let time pass: ``days=1``, ``minutes=16`` …"""
        self.now += timedelta(**by)


class Answer:
    """An answer of the service; paths are element names joined by slashes, in any namespace."""

    def __init__(self, response: httpx.Response) -> None:
        self.status = response.status_code
        self.headers = response.headers
        self.text = response.text
        self.root = etree.fromstring(response.content, etree.XMLParser(resolve_entities=False))

    @property
    def name(self) -> str:
        """Name of the root."""
        return etree.QName(self.root).localname

    @property
    def namespace(self) -> str | None:
        """Namespace of the root."""
        return etree.QName(self.root).namespace

    def texts(self, path: str) -> list[str]:
        """The text of every element at the path, wherever it begins."""
        steps = "/".join(f"{{*}}{name}" for name in path.split("/"))
        return [element.text or "" for element in self.root.iterfind(f".//{steps}")]

    def first(self, path: str) -> str | None:
        """The text of the first element at the path."""
        return next(iter(self.texts(path)), None)

    @property
    def codes(self) -> list[str]:
        """Codes of the errors inside the Request, in order."""
        return self.texts("Request/Errors/Error/Code")

    @property
    def messages(self) -> list[str]:
        """Messages of the errors inside the Request, in order."""
        return self.texts("Request/Errors/Error/Message")

    @property
    def is_valid(self) -> str | None:
        """IsValid as sent."""
        return self.first("Request/IsValid")

    @property
    def handle(self) -> dict[str, str]:
        """What a cart answer says the cart is to be named by."""
        return {"CartId": self.texts("Cart/CartId")[0], "HMAC": self.texts("Cart/HMAC")[0]}


class Caller:
    """Calls one service."""

    def __init__(
        self,
        service: EcsService | Marketplaces,
        clock: Clock,
        *,
        version: str | None = "2013-08-01",
        tag: str | None = "tag-20",
        host: str = "shop.example:8000",
        prefix: str = "",
    ) -> None:
        self.service = service
        self.clock = clock
        self.version = version
        self.tag = tag
        self.host = host
        self.prefix = prefix
        self.http = httpx.AsyncClient(transport=httpx.ASGITransport(service), base_url=f"http://{host}")

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.http.aclose()

    def parameters(self, operation: str, extra: Mapping[str, str]) -> dict[str, str]:
        """Everything but the signature."""
        common = {
            "Service": "AWSECommerceService",
            "AWSAccessKeyId": KEY,
            "Operation": operation,
            "Timestamp": self.clock.now.strftime("%Y-%m-%dT%H:%M:%SZ"),
        }
        if self.version is not None:
            common["Version"] = self.version
        if self.tag is not None:
            common["AssociateTag"] = self.tag
        return {**common, **extra}

    def signed(
        self, parameters: Mapping[str, str], *, method: str = "GET", host: str | None = None, path: str = "/onca/xml"
    ) -> str:
        """The query with its signature."""
        query = "&".join(f"{quote(name, safe='~')}={quote(parameters[name], safe='~')}" for name in sorted(parameters))
        text = f"{method}\n{host or self.host}\n{path}\n{query}"
        digest = hmac.digest(SECRET.encode(), text.encode(), sha256)
        return f"{query}&Signature={quote(b64encode(digest).decode(), safe='')}"

    async def query(self, query: str) -> Answer:
        """The answer to a query as it is."""
        return Answer(await self.http.get(f"{self.prefix}/onca/xml?{query}"))

    async def __call__(self, operation: str, extra: Mapping[str, str] | None = None, /, **parameters: str) -> Answer:
        """The answer to an operation; ``extra`` is for names that are no identifiers."""
        return await self.query(self.signed(self.parameters(operation, {**(extra or {}), **parameters})))

    async def create(self, *items: tuple[str, int]) -> Answer:
        """A new cart with so many units of each ASIN."""
        return await self("CartCreate", new_items(*items))


def new_items(*items: tuple[str, int]) -> dict[str, str]:
    """Item parameters for ASINs and quantities."""
    numbered = enumerate(items, start=1)
    return {
        name: value
        for number, (asin, quantity) in numbered
        for name, value in ((f"Item.{number}.ASIN", asin), (f"Item.{number}.Quantity", str(quantity)))
    }
