"""The schema put together, and its text."""

from functools import cache
from typing import Final

import strawberry
from strawberry.schema.config import StrawberryConfig

from schema.directives import in_context
from schema.mutation import Mutation
from schema.query import Query
from schema.scalars import SCALARS
from schema.types import cart_errors, cart_notices
from schema.types.offer import Offer
from schema.types.product_list import ProductList, ProductListItem
from schema.types.seller import Seller

_TYPES: Final = (
    Offer,
    Seller,
    ProductList,
    ProductListItem,
    cart_errors.PlainCartError,
    cart_errors.QuantityError,
    cart_errors.UnavailableError,
    cart_errors.VersionConflictError,
    cart_errors.UpstreamError,
    cart_errors.PriceChangedError,
    cart_notices.PriceChangeNotice,
    cart_notices.QuantityCappedNotice,
    cart_notices.LineChangeNotice,
)


@cache
def build_schema() -> strawberry.Schema:
    """The schema; one for the process, since building it takes a fifth of a second."""
    config = StrawberryConfig(disable_field_suggestions=True, scalar_map=dict(SCALARS))
    return strawberry.Schema(query=Query, mutation=Mutation, types=_TYPES, directives=[in_context], config=config)


def sdl() -> str:
    """The schema's text, as exported to ``graphql/schema.graphql``; ends with a line feed."""
    printed = build_schema().as_str()
    # Strawberry prints a definition of the built-in directive @oneOf, and none of a directive argument's default.
    printed = printed.replace("directive @oneOf on INPUT_OBJECT\n\n", "")
    printed = printed.replace("@semanticNonNull(levels: [Int!]!)", "@semanticNonNull(levels: [Int!]! = [0])")
    return printed.rstrip("\n") + "\n"
