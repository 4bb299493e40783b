"""Schema directives: what clients and gateways may know of a field beyond its type."""

import strawberry
from strawberry.directive import DirectiveLocation
from strawberry.schema_directive import Location

from schema.enums import CacheScope, Marketplace


@strawberry.schema_directive(
    locations=[Location.FIELD_DEFINITION],
    name="semanticNonNull",
    description=("Null only when a matching entry is in `errors`; typed clients may treat the position as non-null."),
)
class SemanticNonNull:
    """https://specs.apollo.dev/nullability/v0.4/#@semanticNonNull"""

    levels: list[int] = strawberry.directive_field(name="levels", default=(0,))


@strawberry.schema_directive(
    locations=[Location.FIELD_DEFINITION],
    name="cost",
    description="Static weight of a field, used for the published query budget (IBM cost specification).",
)
class Cost:
    """https://ibm.github.io/graphql-specs/cost-spec.html; the weight is a number in a string."""

    weight: str


@strawberry.schema_directive(
    locations=[Location.FIELD_DEFINITION],
    name="listSize",
    description="How long a list can be, so cost is known before execution (IBM cost specification).",
)
class ListSize:
    """https://ibm.github.io/graphql-specs/cost-spec.html"""

    assumed_size: int | None = strawberry.directive_field(name="assumedSize", default=strawberry.UNSET)
    slicing_arguments: list[str] | None = strawberry.directive_field(name="slicingArguments", default=strawberry.UNSET)
    sized_fields: list[str] | None = strawberry.directive_field(name="sizedFields", default=strawberry.UNSET)
    require_one_slicing_argument: bool | None = strawberry.directive_field(
        name="requireOneSlicingArgument", default=True
    )


@strawberry.schema_directive(
    locations=[Location.FIELD_DEFINITION, Location.OBJECT, Location.INTERFACE, Location.UNION],
    name="cacheControl",
    description="Longest shared-cache lifetime of a field; the response header is the minimum over the selection.",
)
class CacheControl:
    """
    https://www.apollographql.com/docs/apollo-server/performance/caching#in-your-schema-static

    A field's own hint goes before its type's. An object without any hint may not be shared at all, so that a type that
    somebody adds is private until he says otherwise; a leaf lives as long as the object it stands in.
    """

    max_age: int | None = strawberry.directive_field(name="maxAge", default=strawberry.UNSET)
    scope: CacheScope | None = strawberry.directive_field(name="scope", default=strawberry.UNSET)
    inherit_max_age: bool | None = strawberry.directive_field(name="inheritMaxAge", default=strawberry.UNSET)


@strawberry.directive(
    locations=[DirectiveLocation.QUERY, DirectiveLocation.MUTATION],
    name="inContext",
    description="Marketplace for a whole operation; without it the request header decides.",
)
def in_context(marketplace: Marketplace | None = strawberry.UNSET) -> None:
    """Read by the server before the operation runs (see ``server.marketplaces``); it changes no value."""


NON_NULL = SemanticNonNull(levels=strawberry.UNSET)
PRIVATE = CacheControl(max_age=0, scope=CacheScope.PRIVATE)
INHERITS = CacheControl(inherit_max_age=True)
"""For values that are part of the object they stand in."""


def public(max_age_s: int) -> CacheControl:
    """Any caller of the marketplace may be given this for so long."""
    return CacheControl(max_age=max_age_s, scope=CacheScope.PUBLIC)


def sliced_by_first() -> ListSize:
    """A plain list cut by ``first``."""
    return ListSize(slicing_arguments=["first"], require_one_slicing_argument=strawberry.UNSET)


def up_to(size: int) -> ListSize:
    """A plain list of at most ``size`` entries."""
    return ListSize(assumed_size=size, require_one_slicing_argument=strawberry.UNSET)


def paged(size: int = 10) -> ListSize:
    """A connection; ``size`` entries when neither ``first`` nor ``last`` is given."""
    return ListSize(
        assumed_size=size,
        slicing_arguments=["first", "last"],
        sized_fields=["edges"],
        require_one_slicing_argument=False,
    )
