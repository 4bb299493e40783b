"""
CPU time of answering an ItemSearch of ten Large items from the sample catalog: ``python -m bench.ecs_answer``.

``items`` are the ten items alone, from the rows of the catalog to their XML; nothing of what was written is remembered.
``cold`` is the request from its query string to the document (signature, search, rows, items, envelope), with the same
forgetting; ``warm`` is the request as a running service answers it, which remembers items as it wrote them. In all of
them the catalog remembers offers and similar products, as it does from their second use on.
"""

import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from urllib.parse import parse_qsl, quote

from ecs.embedded import SAMPLE_CATALOG, ServiceConfig, load_catalog
from ecs.embedded.api import Inquiry
from ecs.embedded.call import Call
from ecs.embedded.carts import Carts
from ecs.embedded.http import Request
from ecs.embedded.library import Library
from ecs.embedded.operations.views import item_view, written
from ecs.embedded.search import Wanted, search
from ecs.embedded.shop import Shop
from ecs.embedded.versions import version_of
from ecs.signature import canonical_query, signature
from ecs.vocabulary import PATH, SERVICE

_TURNS: Final = 400
_HOST: Final = "127.0.0.1"
_KEY: Final = "bench"


def request(version: str) -> Request:
    """A signed ItemSearch of a page of books with everything of the Large group."""
    parameters = {
        "Service": SERVICE,
        "Operation": "ItemSearch",
        "SearchIndex": "Books",
        "BrowseNode": "1000",
        "ResponseGroup": "Large",
        "Condition": "All",
        "MerchantId": "All",
        "AWSAccessKeyId": _KEY,
        "AssociateTag": "bench-20",
        "Version": version,
        "Timestamp": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    query = canonical_query(parameters)
    signed = f"{query}&Signature={quote(signature(_KEY, 'GET', _HOST, PATH, query), safe='')}"
    return Request("GET", PATH, signed, {"host": _HOST}, b"")


def main() -> None:
    """Print best and median of each version."""
    with _opened() as shop:
        for version in ("2013-08-01", "2010-12-01"):
            _measure(shop, version)


def large_items(version: str) -> bytes:
    """The answer that is measured."""
    with _opened() as shop:
        return Inquiry(request(version)).answered(shop).body


@contextmanager
def _opened() -> Iterator[Shop]:
    with TemporaryDirectory() as folder:
        data_dir = Path(folder)
        load_catalog(SAMPLE_CATALOG, data_dir, now=datetime.now(UTC))
        config = ServiceConfig(data_dir=data_dir, site_url=f"http://{_HOST}", credentials={_KEY: _KEY})
        library = Library(data_dir, time.time)
        carts = Carts(data_dir / "carts.sqlite3")
        try:
            yield Shop(config, library.shelves, carts)
        finally:
            library.close()
            carts.close()


def _measure(shop: Shop, version: str) -> None:
    asked = request(version)
    size = len(Inquiry(asked).answered(shop).body)
    sys.stdout.write(f"ItemSearch {version}, ten Large items, {size / 1024:.1f} KB, CPU ms of {_TURNS} turns\n")
    if shop.catalog is None:
        raise RuntimeError("the sample catalog was not loaded")
    catalog, forget = shop.catalog, shop.catalog.renderings.clear
    parameters = dict(parse_qsl(asked.query))
    view = item_view(
        Call(operation="ItemSearch", parameters=parameters, version=version_of(version), key_id=_KEY), shop
    )
    rows = search(catalog, Wanted(currency="USD", search_index="Books", node="1000")).rows
    for name, prepare, turn in (
        ("items", forget, lambda: written(catalog.by_rows(rows), view, shop)),
        ("cold", forget, lambda: Inquiry(asked).answered(shop)),
        ("warm", lambda: None, lambda: Inquiry(asked).answered(shop)),
    ):
        best, median = _timed(prepare, turn)
        sys.stdout.write(f"  {name:5}  best {best:.3f}  median {median:.3f}\n")


def _timed(prepare: Callable[[], None], turn: Callable[[], object]) -> tuple[float, float]:
    spent = []
    for _ in range(_TURNS):
        prepare()
        started = time.process_time()
        turn()
        spent.append((time.process_time() - started) * 1000)
    return min(spent), statistics.median(spent)


if __name__ == "__main__":
    main()
