"""The proxy does to a request what its plan says, and the client calls each fault by its right name."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from pydantic import SecretStr

from ecs.client.config import ClientConfig
from ecs.client.gateway import EcsGateway
from ecs.client.transport import network_client
from ecs.errors import BadReply, NotSent, OutcomeUnknown, UpstreamError, UpstreamFault, UpstreamThrottled
from ecs.model import RemoteCart
from ecs.request import CartHandle, NewItem
from tests.reliability.proxy import KINDS, WHENS, Fault, FaultyProxy, Kind, When, faulty_proxy, nth
from tests.support.shopfront import settings_for
from tests.support.upstreams import faulty_upstream

BOOK, OTHER = "0618260307", "0395193958"


@asynccontextmanager
async def behind_proxy(tmp_path: Path) -> AsyncIterator[tuple[EcsGateway, FaultyProxy]]:
    """The client, the proxy, and the embedded service behind it."""
    data_dir = settings_for(tmp_path).data_dir / "ecs"
    async with faulty_upstream(data_dir) as upstream, faulty_proxy(urlsplit(upstream.endpoint).port or 0) as proxy:
        config = ClientConfig(
            endpoint=f"http://127.0.0.1:{proxy.port}/onca/xml",
            access_key_id="AKIAIOSFODNN7EXAMPLE",
            secret_key=SecretStr("1234567890"),
            associate_tag="tests-20",
            timeout_s=1.0,
        )
        client = network_client()
        try:
            yield EcsGateway(config, client, lambda: datetime.now(UTC)), proxy
        finally:
            await client.aclose()


def expected(kind: Kind, when: When) -> type[UpstreamError] | None:
    """What the client says of a fault, None when the call goes well."""
    match kind:
        case "latency" | "drip" | "slice":
            return None
        case "twice":
            # The second copy of an addition is refused inside the answer, not as an error.
            return None
        case "failing":
            return OutcomeUnknown if when == "within" else UpstreamFault
        case "throttled":
            return OutcomeUnknown if when == "within" else UpstreamThrottled
        case "broken" | "another":
            return OutcomeUnknown if when == "within" else BadReply
        case _:
            return OutcomeUnknown


def takes_effect(kind: Kind, when: When) -> bool:
    """Whether the request reaches the service."""
    return when != "before" or kind in {"latency", "drip", "slice", "twice", "late"}


@pytest.fixture
async def first(tmp_path: Path) -> AsyncIterator[tuple[EcsGateway, FaultyProxy, CartHandle]]:
    """A cart with one book, made through the proxy without a fault."""
    async with behind_proxy(tmp_path) as (gateway, proxy):
        cart = await gateway.create([NewItem(1, asin=BOOK)])
        proxy.another = b"<CartGetResponse xmlns='x'/>"
        yield gateway, proxy, CartHandle(cart.cart_id, cart.hmac)


def held(cart: RemoteCart) -> dict[str, int]:
    """Units by item."""
    return {item.asin: item.quantity for item in cart.items}


@pytest.mark.parametrize("when", WHENS)
@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "down"])
async def test_fault(first: tuple[EcsGateway, FaultyProxy, CartHandle], kind: Kind, when: When) -> None:
    """Where the fault is decides whether the change is made; what it is, how the client tells it."""
    gateway, proxy, handle = first
    proxy.plan = nth(2, Fault(kind, when, seconds=0.005))
    error: UpstreamError | None = None

    try:
        await gateway.add(handle, [NewItem(2, asin=OTHER)])
    except UpstreamError as caught:
        error = caught
    await proxy.idle()

    wanted = expected(kind, when)
    assert (type(error) if error else None) is wanted
    after = await gateway.get(handle)
    assert held(after) == ({BOOK: 1, OTHER: 2} if takes_effect(kind, when) else {BOOK: 1})
    sent = [passed.operation for passed in proxy.passed if passed.number == 2]
    assert sent == ["CartAdd"] * (2 if kind == "twice" else takes_effect(kind, when))


async def test_service_that_is_down_gets_nothing(first: tuple[EcsGateway, FaultyProxy, CartHandle]) -> None:
    """A refused connection is known to have had no effect."""
    gateway, proxy, handle = first
    proxy.plan = nth(3, Fault("down"))

    assert held(await gateway.get(handle)) == {BOOK: 1}
    with pytest.raises(NotSent):
        await gateway.add(handle, [NewItem(2, asin=OTHER)])
    await proxy.up()

    assert held(await gateway.get(handle)) == {BOOK: 1}
    assert [passed.operation for passed in proxy.passed] == ["CartCreate", "CartGet", "CartGet"]


async def test_answer_is_cut_where_the_plan_says(first: tuple[EcsGateway, FaultyProxy, CartHandle]) -> None:
    """Also a cut within the head is no answer."""
    gateway, proxy, handle = first
    proxy.plan = nth(2, Fault("cut", "within", size=10))

    with pytest.raises(OutcomeUnknown):
        await gateway.clear(handle)

    assert held(await gateway.get(handle)) == {}
