"""A request against the schema, over fakes."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pytest
from strawberry.types import ExecutionResult

from schema.build import build_schema
from schema.context import Context, Limits, UpstreamState
from tests.support.fake_carts import Goods
from tests.support.fakes import NOON, Storefront, an_item, an_offer


@dataclass
class FakeSession:
    """A guest; ``customer_id`` is None until something has to be kept for him."""

    customer_id: str | None = None
    is_authenticated: bool = False
    display_name: str | None = None
    guest_id: str | None = None
    is_ended: bool = False

    def end(self) -> None:
        """His token is taken away."""
        self.is_ended = True

    def forget_guest(self) -> None:
        """The guest beside the customer is no more."""
        self.guest_id = None

    def establish(self) -> str:
        """Make him known."""
        self.customer_id = self.customer_id or "ann"
        return self.customer_id


@dataclass
class FakeStatus:
    """A server that fares well."""

    version: str = "1.2.3"
    schema_hash: str = "abc"
    upstream_state: UpstreamState = "UP"
    last_success_at: datetime | None = NOON
    limits: Limits = field(default_factory=lambda: Limits(max_aliases=15, max_cost=1000, max_depth=10, max_tokens=1000))


@dataclass
class Client:
    """Sends documents for one session; every request has surroundings of its own."""

    front: Storefront
    session: FakeSession = field(default_factory=FakeSession)
    status: FakeStatus = field(default_factory=FakeStatus)

    async def send(self, document: str, **variables: Any) -> ExecutionResult:
        """The answer, errors included."""
        context = Context(self.front.shop, self.session, self.status)
        result = await build_schema().execute(document, variable_values=variables, context_value=context)
        assert isinstance(result, ExecutionResult)
        return result

    async def ask(self, document: str, **variables: Any) -> Any:
        """The data of an answer without errors."""
        result = await self.send(document, **variables)
        assert result.errors is None
        return result.data

    def of(self, customer_id: str | None) -> "Client":
        """Another session at the same shop."""
        return Client(self.front, FakeSession(customer_id))


@pytest.fixture
def client() -> Client:
    """A guest at a shop that sells A (of two sellers), B, C at most five a cart, and D, which cannot be bought now."""
    front = Storefront.selling(
        Goods("A", 1000),
        Goods("A", 900, listing_id="A-second", seller="Second Books"),
        Goods("B", 2000),
        Goods("C", 500, max_quantity=5),
        Goods("D", 700, is_available=False),
    )
    front.catalog.stock(an_item("D", an_offer("D-offer", max_quantity=0), an_offer("D-other")))
    return Client(front)
