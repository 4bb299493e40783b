"""How this server fares: its version, its schema, its upstream, and whether it is ready to serve."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from ecs.embedded import CatalogState, EcsService
from persistence.engine import Database
from persistence.errors import StoreError
from persistence.revisions import require_head
from schema.context import Limits, UpstreamState
from server import VERSION
from server.limits import LIMITS
from server.upstream import Watch


@dataclass(frozen=True, slots=True)
class ServerStatus:
    """What ``service``, the pages and the health checks tell."""

    database: Database
    watch: Watch
    services: Mapping[str, EcsService]
    """The embedded service by marketplace, the default one first; empty with a remote upstream."""
    schema_text: str

    @property
    def version(self) -> str:
        """Release of the server."""
        return VERSION

    @property
    def schema_hash(self) -> str:
        """SHA-256 of the schema text, in hexadecimal."""
        return sha256(self.schema_text.encode()).hexdigest()

    @property
    def upstream_state(self) -> UpstreamState:
        """Whether the upstream answers."""
        return self.watch.state

    @property
    def last_success_at(self) -> datetime | None:
        """Last good answer of the upstream since the start."""
        return self.watch.last_success_at

    @property
    def limits(self) -> Limits:
        """Limits in force for a request."""
        return LIMITS

    @property
    def catalog(self) -> CatalogState | None:
        """The default marketplace's catalog; None with a remote upstream, or while none is loaded."""
        return next((service.catalog_state() for service in self.services.values()), None)

    async def problems(self) -> list[str]:
        """What keeps the server from serving, one sentence each; empty when it is ready."""
        found = []
        try:
            await self.database.ping()
            await require_head(self.database)
        except StoreError as error:
            found.append(str(error))
        empty = [code for code, service in self.services.items() if service.catalog_state() is None]
        found += [
            f"The embedded service has no catalog for {code}: run `cartograph catalog load FILE`." for code in empty
        ]
        return found
