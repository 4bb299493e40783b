"""
The upstream, as settings choose it: the embedded service in this process, or an ECS service over the network.

Both are asked through the same client, signature and all. Watching the answers tells how the upstream fares.
"""

import sqlite3
from collections import deque
from collections.abc import Callable
from datetime import datetime
from hashlib import sha256
from typing import Final
from urllib.parse import urlsplit

import httpx

from ecs.client import ClientConfig, EcsGateway, endpoint_of, in_process_client, network_client
from ecs.embedded import NO_FAULTS, EcsService, Faults, ServiceConfig
from ecs.resilience import BreakerState, Guard
from ecs.vocabulary import LOCALES, PATH
from persistence.commits.group import GroupCommit
from resolvers.shop import CHECKOUT_PATH, CheckoutSite
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
        self.guards: tuple[Guard, ...] = ()
        """The guards before the upstreams that are watched."""
        self.last_success_at: datetime | None = None

    def saw(self, *, is_good: bool) -> None:
        """Note an answer, or that none came."""
        self._outcomes.append(is_good)
        if is_good:
            self.last_success_at = self._now()

    @property
    def state(self) -> UpstreamState:
        """DOWN after five failures in a row or while a breaker is open, DEGRADED with one among the last twenty."""
        if any(guard.state is BreakerState.OPEN for guard in self.guards):
            return "DOWN"
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


def embedded_service(
    settings: Settings, public_url: str, marketplace: str | None = None, faults: Faults = NO_FAULTS
) -> EcsService:
    """
    The embedded service of a marketplace (the default one if left out) over the files in the data folder.

    It takes the key pair of the settings.

    Raises:
        SettingsWrong: its files cannot be made or read.
    """
    code = marketplace or settings.marketplace
    config = ServiceConfig(
        data_dir=settings.ecs_dir(code),
        site_url=site_of(settings, public_url, code),
        credentials={settings.ecs_access_key_id: settings.ecs_secret_key.get_secret_value()},
        marketplace=code,
        faults=faults,
    )
    try:
        return EcsService(config, open_commits=GroupCommit)
    except (OSError, sqlite3.Error) as error:
        reason = getattr(error, "strerror", None) or str(error)
        message = f"The embedded service cannot use its files in {config.data_dir} ({reason}); check DATA_DIR."
        raise SettingsWrong(message) from None


def site_of(settings: Settings, public_url: str, marketplace: str) -> str:
    """The address of a marketplace's pages: the server's own for the default one, below its code for the others."""
    return public_url if marketplace == settings.marketplace else f"{public_url}/{marketplace.lower()}"


def gateway(
    settings: Settings,
    service: EcsService | None,
    watch: Watch,
    now: Callable[[], datetime],
    marketplace: str | None = None,
) -> tuple[EcsGateway, httpx.AsyncClient]:
    """The client of a marketplace's upstream, and the HTTP client below it, which the caller closes."""
    if service is not None:
        client = in_process_client(service, wrap=lambda inner: WatchedTransport(inner, watch))
        endpoint = EMBEDDED_ENDPOINT
    else:
        client = network_client(wrap=lambda inner: WatchedTransport(inner, watch))
        endpoint = endpoint_for(settings, marketplace or settings.marketplace)
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


def endpoint_for(settings: Settings, marketplace: str) -> str:
    """Where a marketplace is asked over the network: Amazon's by host, another ECS service's below its code."""
    if settings.ecs_endpoint is None or (_is_amazon(settings) and marketplace != settings.marketplace):
        return endpoint_of(marketplace)
    if marketplace == settings.marketplace:
        return str(settings.ecs_endpoint)
    parts = urlsplit(str(settings.ecs_endpoint))
    return f"{parts.scheme}://{parts.netloc}/{marketplace.lower()}{parts.path}"


def _is_amazon(settings: Settings) -> bool:
    known_hosts = {locale.host for locale in LOCALES.values()}
    return settings.ecs_endpoint is not None and settings.ecs_endpoint.host in known_hosts


def made_with(settings: Settings, marketplace: str) -> str:
    """Fingerprint of the service and associate tag that carts of a marketplace are made with; no secret is in it."""
    service = "embedded" if settings.ecs_endpoint is None else settings.ecs_endpoint.host
    return sha256(f"{service}\0{settings.ecs_associate_tag}\0{marketplace}".encode()).hexdigest()[:16]


def checkout_sites(settings: Settings, public_url: str, marketplace: str | None = None) -> tuple[CheckoutSite, ...]:
    """Where purchase addresses may lead: our own pages for the embedded service, else the marketplace's shop."""
    code = marketplace or settings.marketplace
    if settings.ecs_endpoint is None:
        return (_site(site_of(settings, public_url, code)),)
    shop = CheckoutSite("https", LOCALES[code].site)
    if _is_amazon(settings):
        return (shop,)
    # Another ECS service, such as `cartograph ecs serve`, has its purchase pages at its own address.
    return (shop, _site(endpoint_for(settings, code).removesuffix(PATH)))


def _site(url: str) -> CheckoutSite:
    parts = urlsplit(url)
    return CheckoutSite(parts.scheme, parts.netloc, parts.path.rstrip("/") + CHECKOUT_PATH)
