"""What this server is and how it fares."""

import strawberry

from schema.context import Status
from schema.directives import INHERITS, public
from schema.enums import UpstreamState
from schema.paging import MAX_PAGE
from schema.scalars import DateTime


@strawberry.type(description="Whether the upstream answers.", directives=[INHERITS])
class UpstreamStatus:
    """Status of the upstream."""

    state: UpstreamState = strawberry.field(description="State.")
    last_success_at: DateTime | None = strawberry.field(description="Last good answer.")


@strawberry.type(description="Limits in force for a request.", directives=[INHERITS])
class ServiceLimits:
    """Limits of documents and pages."""

    max_aliases: int = strawberry.field(description="Most aliases in a document.")
    max_cost: int = strawberry.field(description="Highest cost of an operation.")
    max_depth: int = strawberry.field(description="Deepest selection.")
    max_page_size: int = strawberry.field(description="Largest page.")
    max_tokens: int = strawberry.field(description="Longest document, in tokens.")


@strawberry.type(description="What this server is and how it fares.", directives=[public(10)])
class ServiceInfo:
    """The server about itself."""

    version: str = strawberry.field(description="Release of the server.")
    schema_hash: str = strawberry.field(description="Hash of the schema text, for clients that pin it.")
    upstream: UpstreamStatus = strawberry.field(description="Whether the upstream answers.")
    limits: ServiceLimits = strawberry.field(description="Limits in force for a request.")

    @classmethod
    def of(cls, status: Status) -> "ServiceInfo":
        """The server's status for the API."""
        seen = status.last_success_at
        limits = status.limits
        return cls(
            version=status.version,
            schema_hash=status.schema_hash,
            upstream=UpstreamStatus(
                state=UpstreamState(status.upstream_state), last_success_at=DateTime(seen) if seen else None
            ),
            limits=ServiceLimits(
                max_aliases=limits.max_aliases,
                max_cost=limits.max_cost,
                max_depth=limits.max_depth,
                max_page_size=MAX_PAGE,
                max_tokens=limits.max_tokens,
            ),
        )
