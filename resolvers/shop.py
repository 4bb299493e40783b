"""The collaborators of one storefront: everything the functions of this package reach for, handed in by ``server``."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from resolvers.ports import Carts, CartStore, Catalog, Clock, Directory
from resolvers.turns import Turns

CHECKOUT_PATH: Final = "/gp/cart/aws-merge.html"
"""Where every marketplace's shop takes a cart over."""


@dataclass(frozen=True, slots=True)
class CheckoutSite:
    """Where a purchase address may lead: exactly this scheme, host (with port) and path."""

    scheme: str
    host: str
    path: str = CHECKOUT_PATH


@dataclass(frozen=True, slots=True)
class Shop:
    """One marketplace as this server runs it. Lives as long as the process; holds nothing of a single request."""

    marketplace: str
    currency: str
    catalog: Catalog
    directory: Directory
    carts: Carts
    store: CartStore
    clock: Clock
    new_id: Callable[[], str]
    """Makes random, unguessable ids for carts and lines."""
    checkout_sites: tuple[CheckoutSite, ...]
    extended_search: bool
    """True when the upstream understands the embedded service's own search parameters (MinRating, MerchantId)."""
    turns: Turns = field(default_factory=Turns)
