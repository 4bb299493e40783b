"""
The upstream, as settings choose it: the embedded service in this process, or an ECS service over the network.

Both are asked through the same client, signature and all. Watching the answers tells how the upstream fares.
"""

import sqlite3
from collections import deque
from collections.abc import Callable
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

import httpx

from ecs.client import ClientConfig, EcsGateway, endpoint_of, in_process_client, network_client
from ecs.embedded import EcsService, ServiceConfig
from ecs.vocabulary import LOCALES, PATH
from resolvers.shop import CheckoutSite
from schema.context import UpstreamState
from server.settings import Settings, SettingsWrong

EMBEDDED_ENDPOINT: Final = f"http://ecs.internal{PATH}"
_WATCHED: Final = 20
_DOWN_AFTER: Final = 5


class Watch:
    """How the upstream fares, from its last twenty answers."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._outcomes: deque[bool] = deque(maxlen=_WATCHED)
        self.last_success_at: datetime | None = None

    def saw(self, *, is_good: bool) -> None:
        """Note an answer, or that none came."""
        self._outcomes.append(is_good)
        if is_good:
            self.last_success_at = self._now()

    @property
    def state(self) -> UpstreamState:
        """DOWN after five failures in a row, DEGRADED while any is among the last twenty."""
        recent = list(self._outcomes)[-_DOWN_AFTER:]
        if len(recent) == _DOWN_AFTER and not any(recent):
            return "DOWN"
        return "UP" if all(self._outcomes) else "DEGRADED"


class WatchedTransport(httpx.AsyncBaseTransport):
    """Tells a watch of every answer, and of every request that got none."""

    def __init__(self, inner: httpx.AsyncBaseTransport, watch: Watch) -> None:
        self._inner = inner
        self._watch = watch

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Pass the request on."""
        try:
            response = await self._inner.handle_async_request(request)
        except BaseException:
            self._watch.saw(is_good=False)
            raise
        self._watch.saw(is_good=response.status_code < 500)
        return response

    async def aclose(self) -> None:
        """Close the transport it stands before."""
        await self._inner.aclose()


def embedded_service(settings: Settings, public_url: str) -> EcsService:
    """
    The embedded service over the files in the data folder; it takes the key pair of the settings.

    Raises:
        SettingsWrong: its files cannot be made or read.
    """
    config = ServiceConfig(
        data_dir=settings.ecs_data_dir,
        site_url=public_url,
        credentials={settings.ecs_access_key_id: settings.ecs_secret_key.get_secret_value()},
        marketplace=settings.marketplace,
    )
    try:
        return EcsService(config)
    except (OSError, sqlite3.Error) as error:
        reason = getattr(error, "strerror", None) or str(error)
        message = f"The embedded service cannot use its files in {settings.ecs_data_dir} ({reason}); check DATA_DIR."
        raise SettingsWrong(message) from None


def gateway(
    settings: Settings, service: EcsService | None, watch: Watch, now: Callable[[], datetime]
) -> tuple[EcsGateway, httpx.AsyncClient]:
    """The client of the upstream, and the HTTP client below it, which the caller closes."""
    if service is not None:
        client = in_process_client(service, wrap=lambda inner: WatchedTransport(inner, watch))
        endpoint = EMBEDDED_ENDPOINT
    else:
        client = network_client(wrap=lambda inner: WatchedTransport(inner, watch))
        endpoint = str(settings.ecs_endpoint) if settings.ecs_endpoint else endpoint_of(settings.marketplace)
    config = ClientConfig(
        endpoint=endpoint,
        access_key_id=settings.ecs_access_key_id,
        secret_key=settings.ecs_secret_key,
        associate_tag=settings.ecs_associate_tag,
        version=settings.wire_version,
        connect_timeout_s=min(3.0, settings.ecs_timeout_s),
        read_timeout_s=settings.ecs_timeout_s,
        timeout_s=settings.ecs_timeout_s,
    )
    return EcsGateway(config, client, now), client


def checkout_sites(settings: Settings, public_url: str) -> tuple[CheckoutSite, ...]:
    """Where purchase addresses may lead: our own pages for the embedded service, else the marketplace's shop."""
    if settings.ecs_endpoint is None:
        return (_site(public_url),)
    shop = CheckoutSite("https", LOCALES[settings.marketplace].site)
    known_hosts = {locale.host for locale in LOCALES.values()}
    if settings.ecs_endpoint.host in known_hosts:
        return (shop,)
    # Another ECS service, such as `cartograph ecs serve`, has its purchase pages at its own address.
    return (shop, _site(str(settings.ecs_endpoint)))


def _site(url: str) -> CheckoutSite:
    parts = urlsplit(url)
    return CheckoutSite(parts.scheme, parts.netloc)
