"""
One generation of the catalog, opened for reading: products by ASIN, number or row, browse nodes, the search index.

Safe to use from several threads at once. A generation never changes; a newer one is opened beside it.
"""

import sqlite3
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec
import tantivy

from ecs.embedded import fields
from ecs.embedded.hits import Ahead
from ecs.embedded.lists import Lists
from ecs.embedded.nodes import Node
from ecs.embedded.offers import OfferBooks
from ecs.embedded.prepared import Packing, Prepared
from ecs.embedded.product import Product
from ecs.embedded.profiles import Profiles
from ecs.embedded.renderings import Renderings

_DECODE: Final = msgspec.msgpack.Decoder(Product).decode
_REMEMBERED: Final = 1024
_DEEPEST: Final = 30
"""Levels of the browse tree that are followed: a feed may hold a circle."""


@dataclass(frozen=True, slots=True)
class CatalogState:
    """What is loaded: how many products, since when (UTC), and the name of the feed."""

    products: int
    loaded_at: datetime
    source: str


class Catalog:
    """A complete generation in ``directory``."""

    def __init__(self, directory: Path) -> None:
        path = (directory / "products.sqlite3").resolve()
        self._database = sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False)
        try:
            # Read, not mapped: mapped pages count as memory of this process, and a look-up costs 1 µs more.
            self._database.execute("PRAGMA cache_size=-2000")
            facts = dict(self._database.execute("SELECT name, value FROM fact"))
            self.index = fields.opened(str(directory / "index"))
        except BaseException:
            self._database.close()
            raise
        self.schema: tantivy.Schema = self.index.schema
        self.searcher: tantivy.Searcher = self.index.searcher()
        self.state = CatalogState(int(facts["products"]), datetime.fromisoformat(facts["loaded_at"]), facts["source"])
        self.search_indexes = frozenset(facts["search_indexes"].split(","))
        self._products: dict[str, Product] = {}
        self.books = OfferBooks()
        self.ahead = Ahead()
        self.renderings = Renderings()
        self._packing = self._opened_packing()
        self.lists = Lists(self._database)
        self.sellers = Profiles(self._database)

    def _opened_packing(self) -> Packing | None:
        # Catalogs of earlier versions have no such table.
        if not self._database.execute("SELECT 1 FROM sqlite_master WHERE name = 'packing'").fetchone():
            return None
        return Packing(*self._database.execute("SELECT dictionary FROM packing").fetchone())

    def __del__(self) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the files."""
        self._database.close()

    def product(self, asin: str) -> Product | None:
        """The product of that ASIN, whatever its case. Those of carts and look-ups are asked for again and again."""
        found = self._products.get(asin)
        if found is None:
            row = self._database.execute("SELECT data FROM product WHERE asin = ?", (asin.upper(),)).fetchone()
            if row is None:
                return None
            if len(self._products) >= _REMEMBERED:
                self._products.clear()
            found = self._products[asin] = _DECODE(row[0])
        return found

    def prepared(self, asins: Sequence[str], site: str) -> dict[str, Prepared]:
        """What was written of these products when the catalog was loaded; nothing by one that did not do so yet."""
        if self._packing is None or not asins:
            return {}
        marks = ",".join("?" * len(asins))
        found = self._database.execute(f"SELECT asin, prepared FROM product WHERE asin IN ({marks})", asins)  # noqa: S608
        return {asin: self._packing.unpacked(data, site) for asin, data in found}

    def cards(self, rows: Sequence[int], site: str) -> dict[int, str]:
        """The items in these rows as a search for cards has them, but for those that have more to them."""
        if self._packing is None or not rows:
            return {}
        marks = ",".join("?" * len(rows))
        # Only the number of question marks depends on the call.
        found = self._database.execute(f"SELECT row, prepared FROM product WHERE row IN ({marks})", rows)  # noqa: S608
        cards = ((row, self._packing.card(data, site)) for row, data in found)
        return {row: card for row, card in cards if card is not None}

    def by_asins(self, asins: Sequence[str]) -> list[Product]:
        """The products of these ASINs that there are, in that order."""
        return [product for asin in asins if (product := self.product(asin))]

    def variations(self, asin: str) -> list[Product]:
        """The products whose parent is the one of that ASIN, in the order of the feed."""
        rows = self._database.execute("SELECT data FROM product WHERE parent = ? ORDER BY row", (asin,))
        return [_DECODE(data) for (data,) in rows]

    def by_rows(self, rows: Sequence[int]) -> list[Product]:
        """The products in these rows, in that order."""
        marks = ",".join("?" * len(rows))
        # Only the number of question marks depends on the call.
        found = dict(self._database.execute(f"SELECT row, data FROM product WHERE row IN ({marks})", rows))  # noqa: S608
        return [_DECODE(found[row]) for row in rows]

    def by_identifier(self, kind: str, value: str) -> list[Product]:
        """The products with that EAN, UPC or ISBN; an ISBN of thirteen digits is an EAN. The most popular first."""
        kinds = ("EAN", "ISBN") if kind in ("EAN", "ISBN") else (kind, kind)
        found = self._database.execute(
            "SELECT DISTINCT product.data FROM identifier JOIN product USING (row)"
            " WHERE value = ? AND kind IN (?, ?) ORDER BY popularity, asin",
            (value, *kinds),
        )
        return [_DECODE(data) for (data,) in found]

    def titles(self, asins: Sequence[str]) -> list[tuple[str, str]]:
        """ASIN and title of those that are in the catalog, in the order asked."""
        marks = ",".join("?" * len(asins))
        query = f"SELECT asin, title FROM product WHERE asin IN ({marks})"  # noqa: S608
        found = dict(self._database.execute(query, asins))
        return [(asin, found[asin]) for asin in asins if asin in found]

    def titles_by_rows(self, rows: Sequence[int]) -> list[tuple[str, str]]:
        """ASIN and title of the products in these rows, in that order."""
        marks = ",".join("?" * len(rows))
        query = f"SELECT row, asin, title FROM product WHERE row IN ({marks})"  # noqa: S608
        found = {row: (asin, title) for row, asin, title in self._database.execute(query, rows)}
        return [found[row] for row in rows]

    def node(self, node_id: str) -> Node | None:
        """The browse node of that id."""
        row = self._database.execute(
            "SELECT id, name, parent, search_index FROM node WHERE id = ?", (node_id,)
        ).fetchone()
        return Node(*row) if row else None

    def children(self, node_id: str) -> list[Node]:
        """The nodes right under a node, by name."""
        found = self._database.execute(
            "SELECT id, name, parent, search_index FROM node WHERE parent = ? ORDER BY name, id", (node_id,)
        )
        return [Node(*row) for row in found]

    def ancestors(self, node: Node) -> list[Node]:
        """The nodes above a node, from its parent up to the root."""
        path: list[Node] = []
        parent = node.parent
        while parent is not None and len(path) < _DEEPEST:
            above = self.node(parent)
            if above is None:
                break
            path.append(above)
            parent = above.parent
        return path


def opened(directory: Path) -> Catalog | None:
    """
    The generation in ``directory``; None when it is gone, or was made by another version of this program.

    A newer generation may have replaced it between finding out its name and opening it.
    """
    with suppress(sqlite3.Error, ValueError, LookupError):
        return Catalog(directory)
    return None
