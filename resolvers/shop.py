"""The collaborators of one storefront: everything the functions of this package reach for, handed in by ``server``."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from resolvers.expiry import ExpiryGuard
from resolvers.ports import Carts, CartStore, Catalog, Clock, Directory, Journal
from resolvers.turns import Turns

CHECKOUT_PATH: Final = "/gp/cart/aws-merge.html"
"""Where every marketplace's shop takes a cart over."""

LEASE: Final = timedelta(seconds=15)
"""How long an owner may act on an intent before others may take it over; longer than two calls of the upstream."""


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
    journal: Journal
    clock: Clock
    new_id: Callable[[], str]
    """Makes random, unguessable ids for carts, changes and notices."""
    checkout_sites: tuple[CheckoutSite, ...]
    extended_search: bool
    """True when the upstream understands the embedded service's own search parameters (MinRating, MerchantId)."""
    made_with: str = ""
    """Fingerprint of the upstream and associate tag; a cart can only be reached with those it was made with."""
    lease: timedelta = LEASE
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep
    """Waits some seconds."""
    turns: Turns = field(default_factory=Turns)
    expiry: ExpiryGuard = field(default_factory=ExpiryGuard)
