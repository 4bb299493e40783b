"""
Several marketplaces at one address: a service for each, chosen by path or by host as the original's were by host.

Each has its own folder, and so its own catalog, carts and secret: an id or a cart of one means nothing in another.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from ecs.embedded.config import PATHS
from ecs.embedded.http import Receive, Scope, Send, headers_of
from ecs.embedded.service import EcsService
from ecs.vocabulary import LOCALES

_FORMER_HOSTS: Final = MappingProxyType(
    {
        "CA": "ecs.amazonaws.ca",
        "DE": "ecs.amazonaws.de",
        "FR": "ecs.amazonaws.fr",
        "JP": "ecs.amazonaws.jp",
        "UK": "ecs.amazonaws.co.uk",
        "US": "ecs.amazonaws.com",
    }
)
"""Where the API was from 2007 to 2011."""


def _marketplaces_by_host() -> dict[str, str]:
    hosts = {host: code for code, host in _FORMER_HOSTS.items()}
    for code, locale in LOCALES.items():
        hosts |= {locale.host: code, locale.site: code}
    return hosts


HOSTS: Final[Mapping[str, str]] = MappingProxyType(_marketplaces_by_host())
"""Host → the marketplace it stands for."""


class Marketplaces:
    """
    An ASGI application over services of different marketplaces; the first answers what names no marketplace.

    ``/uk/onca/xml`` is for the United Kingdom whatever the host. Without such a prefix the Host header decides
    (``webservices.amazon.co.uk``, ``ecs.amazonaws.co.uk`` or ``www.amazon.co.uk``).

    Raises:
        ValueError: there is no service, or two share a marketplace or a folder.
    """

    def __init__(self, *services: EcsService) -> None:
        by_code = {service.config.marketplace: service for service in services}
        folders = {service.config.data_dir for service in services}
        if not services or len(by_code) < len(services) or len(folders) < len(services):
            raise ValueError("each service needs a marketplace and a folder of its own")
        self._default = services[0]
        self._by_code = by_code
        self._by_prefix = {f"/{code.lower()}": service for code, service in by_code.items()}

    @property
    def services(self) -> Mapping[str, EcsService]:
        """Marketplace → its service."""
        return MappingProxyType(self._by_code)

    def close(self) -> None:
        """Let go of the files of all of them."""
        for service in self._by_code.values():
            service.close()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand one ASGI event to the service it is for."""
        if scope["type"] != "http":
            await self._default(scope, receive, send)
            return
        prefix, path = split(scope["path"])
        service = self._by_prefix.get(prefix)
        if service is not None:
            root = f"{scope.get('root_path', '')}{prefix}"
            await service({**scope, "path": path, "root_path": root}, receive, send)
        else:
            await self._of_host(headers_of(scope).get("host", ""))(scope, receive, send)

    def _of_host(self, host: str) -> EcsService:
        code = HOSTS.get(host.partition(":")[0].lower())
        return self._by_code.get(code or "", self._default)


def split(path: str) -> tuple[str, str]:
    """The prefix of a path that names a marketplace, and the path as its service knows it; no prefix, the path."""
    prefix, slash, rest = path[1:].partition("/")
    inner = slash + rest
    return (f"/{prefix}", inner) if inner.startswith(PATHS) else ("", path)
