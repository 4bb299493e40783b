"""
CPU time of calls through the client to the embedded service in this process: ``python -m bench.ecs_cart``.

A call is all of it: the parameters, the signature, httpx with the transport in the process, the service with its check
of the signature, the answer, and its parsing. The catalog is the one of 58,869 products where it lies beside the
checkout, else the sample. The cart holds three lines.
"""

import asyncio
import statistics
import sys
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from itertools import cycle
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import uvloop
from pydantic import SecretStr

from ecs.client import ClientConfig, EcsGateway, in_process_client
from ecs.embedded import SAMPLE_CATALOG, EcsService, ServiceConfig, load_catalog
from ecs.request import CartHandle, NewItem, QuantityChange, SearchQuery
from ecs.vocabulary import ResponseGroup

_WHOLE_CATALOG: Final = Path(__file__).parents[2] / "shared" / "catalog" / "catalog.jsonl.gz"
_TURNS: Final = 300
_KEY: Final = "bench"
_ENDPOINT: Final = "http://127.0.0.1/onca/xml"
_CARD: Final = (ResponseGroup.ITEM_ATTRIBUTES, ResponseGroup.IMAGES, ResponseGroup.OFFER_FULL)
"""What a list of products with picture, title and price is planned to ask for."""

Turn = Callable[[], Awaitable[object]]


async def main() -> None:
    """Print best and median of each call."""
    feed = _WHOLE_CATALOG if _WHOLE_CATALOG.exists() else SAMPLE_CATALOG
    with TemporaryDirectory() as folder:
        report = load_catalog(feed, Path(folder), now=datetime.now(UTC))
        sys.stdout.write(f"Calls through the client, {report.products:,} products, CPU ms of {_TURNS} turns\n")
        site = "http://127.0.0.1"
        service = EcsService(ServiceConfig(data_dir=Path(folder), site_url=site, credentials={_KEY: _KEY}))
        config = ClientConfig(
            endpoint=_ENDPOINT,
            access_key_id=_KEY,
            secret_key=SecretStr(_KEY),
            associate_tag="bench-20",
            version="2010-12-01",
        )
        async with in_process_client(service) as client:
            await _measure(EcsGateway(config, client, lambda: datetime.now(UTC)))
        service.close()


async def _measure(gateway: EcsGateway) -> None:
    query = SearchQuery("Books", "history")
    found = (await gateway.search(query, 1, _CARD)).value.items
    one, *others = [item.asin for item in found]
    cart = await gateway.create([NewItem(1, asin=asin) for asin in others[:3]])
    handle = CartHandle(cart.cart_id, cart.hmac)
    line = cart.items[0].cart_item_id
    quantities = cycle((2, 3))
    large = (ResponseGroup.LARGE,)

    async def add_one_more() -> object:
        await _without(gateway, handle, one)
        return await _timed(lambda: gateway.add(handle, [NewItem(1, asin=one)]))

    turns: tuple[tuple[str, Turn], ...] = (
        ("CartGet", lambda: _timed(lambda: gateway.get(handle))),
        ("CartAdd", add_one_more),
        ("CartModify", lambda: _timed(lambda: gateway.modify(handle, [QuantityChange(line, next(quantities))]))),
        ("ItemSearch, ten as cards", lambda: _timed(lambda: gateway.search(query, 1, _CARD))),
        ("ItemSearch, ten Large", lambda: _timed(lambda: gateway.search(query, 1, large))),
        ("ItemLookup, one as card", lambda: _timed(lambda: gateway.look_up([one], _CARD))),
        ("ItemLookup, one Large", lambda: _timed(lambda: gateway.look_up([one], large))),
    )
    spent: dict[str, list[object]] = {name: [] for name, _ in turns}
    for _ in range(_TURNS):
        for name, turn in turns:
            spent[name].append(await turn())
    for name, taken in spent.items():
        figures = [one for one in taken if isinstance(one, float)]
        sys.stdout.write(f"  {name:25} best {min(figures):.3f}  median {statistics.median(figures):.3f}\n")


async def _timed(turn: Turn) -> float:
    started = time.process_time()
    await turn()
    return (time.process_time() - started) * 1000


async def _without(gateway: EcsGateway, handle: CartHandle, asin: str) -> None:
    """The cart as it was before that item was added."""
    cart = await gateway.get(handle)
    lines = [line.cart_item_id for line in (*cart.items, *cart.saved) if line.asin == asin]
    if lines:
        await gateway.modify(handle, [QuantityChange(line, 0) for line in lines])


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main())
