"""What a field may reach: the shop, the asking session, and how the server fares."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol

import strawberry

from persistence.records import CartRecord
from resolvers.loaders import ProductLoader, SellerLoader, SimilarLoader
from resolvers.noted import noted
from resolvers.shop import Shop
from schema.cache_hint import CacheHint

UpstreamState = Literal["UP", "DEGRADED", "DOWN"]


class Session(Protocol):
    """Who asks: a customer, signed in by a token, or a guest, who gets an identity once something is kept for him."""

    @property
    def customer_id(self) -> str | None:
        """The asking customer; None for a guest who has nothing yet."""
        ...

    @property
    def is_authenticated(self) -> bool:
        """True for a customer, false for a guest."""
        ...

    @property
    def display_name(self) -> str | None:
        """The customer's name as his token gives it; None for a guest."""
        ...

    @property
    def guest_id(self) -> str | None:
        """The guest who came beside the customer's token and has not been forgotten; None for a guest's own session."""
        ...

    def establish(self) -> str:
        """The asking customer, made a guest when there is none; the answer carries his new session."""
        ...

    def forget_guest(self) -> None:
        """End the session of the guest beside the customer, once what was his is the customer's: the answer says so."""
        ...

    def end(self) -> None:
        """The asking guest came to his end: the answer takes his token away."""
        ...


class Nobody:
    """Who asks for an answer that is shared. What an operation cannot learn, its answer cannot hold."""

    customer_id: None = None
    is_authenticated: bool = False
    display_name: None = None
    guest_id: None = None

    def establish(self) -> str:
        """Nothing is kept for nobody."""
        raise RuntimeError("a shared answer must not make a session")

    def forget_guest(self) -> None:
        """There is none."""

    def end(self) -> None:
        """Nobody has no token."""


class Status(Protocol):
    """How the server fares, and its limits."""

    @property
    def version(self) -> str:
        """Release of the server."""
        ...

    @property
    def schema_hash(self) -> str:
        """Hash of the schema text."""
        ...

    @property
    def upstream_state(self) -> UpstreamState:
        """Whether the upstream answers."""
        ...

    @property
    def last_success_at(self) -> datetime | None:
        """Last good answer of the upstream since the start."""
        ...

    @property
    def limits(self) -> "Limits":
        """Limits in force for a request."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Limits of a document; numbers are inclusive."""

    max_aliases: int
    max_cost: int
    max_depth: int
    max_tokens: int


@dataclass(slots=True)
class Context:
    """One request's surroundings."""

    shop: Shop
    """The shop of the operation's marketplace."""
    session: Session
    status: Status
    shops: Mapping[str, Shop] = field(default_factory=dict)
    """Every shop that this server runs, by marketplace."""
    requires_keys: bool = False
    """True when every mutation must bear a request key."""
    cache_hint: CacheHint | None = None
    """For how long the answer may be shared; None when nobody but the one who asked may have it."""
    _products: ProductLoader | None = field(init=False, default=None)
    _sellers: SellerLoader | None = field(init=False, default=None)
    _similar: SimilarLoader | None = field(init=False, default=None)
    _elsewhere: dict[str, "Context"] = field(init=False, default_factory=dict)
    _under_way: dict[str, "asyncio.Task[None]"] = field(init=False, default_factory=dict)
    _cart: CartRecord | None = field(init=False, default=None)
    _has_read_cart: bool = field(init=False, default=False)

    def __post_init__(self) -> None:
        if self.cache_hint is not None:
            self.shop = noted(self.shop, self.cache_hint.saw)

    @property
    def products(self) -> ProductLoader:
        """Products by number, batched over the request."""
        if self._products is None:
            self._products = ProductLoader(self.shop.catalog)
        return self._products

    @property
    def sellers(self) -> SellerLoader:
        """Sellers by number, batched over the request."""
        if self._sellers is None:
            self._sellers = SellerLoader(self.shop.directory)
        return self._sellers

    @property
    def similar(self) -> SimilarLoader:
        """Products similar to one, batched over the request."""
        if self._similar is None:
            self._similar = SimilarLoader(self.shop.catalog, self.products)
        return self._similar

    def at(self, marketplace: str) -> "Context":
        """The same request in another marketplace: an object is read where it belongs, whatever the operation's is."""
        if marketplace == self.shop.marketplace:
            return self
        if marketplace not in self._elsewhere:
            self._elsewhere[marketplace] = Context(
                self.shops[marketplace], self.session, self.status, self.shops, self.requires_keys, self.cache_hint
            )
        return self._elsewhere[marketplace]

    def serves(self, marketplace: str) -> bool:
        """True when this server runs a shop of the marketplace."""
        return marketplace == self.shop.marketplace or marketplace in self.shops

    async def once(self, name: str, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Do ``work`` once a request; whoever asks for it meanwhile waits for its end."""
        task = self._under_way.get(name)
        if task is None:
            task = self._under_way[name] = asyncio.ensure_future(work())
        await task

    async def active_cart(self, customer_id: str) -> CartRecord | None:
        """The customer's active cart as the store has it, read once a request."""
        if not self._has_read_cart:
            self._cart = await self.shop.store.active(customer_id, self.shop.marketplace)
            self._has_read_cart = True
        return self._cart


Info = strawberry.Info[Context, None]
