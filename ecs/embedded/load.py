"""
Loading a feed: a new catalog is built beside the current one and takes its place in one step.

The feed is read once into a table of products; then the table is read in order of popularity into the search index.
Memory stays small whatever the size of the feed. An error, or the death of the process, leaves the old catalog.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, islice
from pathlib import Path
from typing import Final

import msgspec

from ecs.embedded import fields, generations
from ecs.embedded.feed import BadLine, FeedUnreadable, Line, OpenFeed, Record, opened
from ecs.embedded.lists import LIST_TABLES, add_list
from ecs.embedded.money import REFERENCE_CURRENCY
from ecs.embedded.nodes import NodeTree
from ecs.embedded.offers import offer_book
from ecs.embedded.prepared import PACKING_TABLE, Packing, dictionary_of, prepared
from ecs.embedded.product import Product
from ecs.embedded.profiles import SELLER_TABLES, add_profile, add_sellers
from ecs.embedded.records import ProductList, SellerProfile
from ecs.embedded.sellers import Seller
from ecs.embedded.words import words

_NAMED_BAD_LINES: Final = 100
_PROGRESS_LINES: Final = 500
_IN_DICTIONARY: Final = 8
"""So many products make the dictionary that all are packed with; they are looked for in the first lines."""
_FIRST_LINES: Final = 200
_encode: Final = msgspec.msgpack.Encoder().encode
_WRITER_HEAP_BYTES: Final = 64_000_000
_READING_SHARE: Final = 0.4
"""Part of the work that is done once the feed is read; indexing is the rest."""

_TABLES: Final = """
CREATE TABLE product (
    row INTEGER PRIMARY KEY, asin TEXT NOT NULL UNIQUE, title TEXT NOT NULL, popularity INTEGER NOT NULL,
    title_key TEXT NOT NULL, title_rank INTEGER NOT NULL DEFAULT 0, parent TEXT, data BLOB NOT NULL,
    prepared BLOB NOT NULL
);
CREATE INDEX product_by_parent ON product (parent) WHERE parent IS NOT NULL;
CREATE TABLE identifier (value TEXT NOT NULL, kind TEXT NOT NULL, row INTEGER NOT NULL, PRIMARY KEY (value, kind, row))
    WITHOUT ROWID;
CREATE TABLE node (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, parent TEXT, search_index TEXT NOT NULL, products INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE fact (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
"""

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What a load did: products now in the catalog, lines left out, and the first hundred of those by name."""

    products: int
    rejected: int
    bad_lines: tuple[BadLine, ...]


def load_catalog(
    feed: Path,
    data_dir: Path,
    *,
    now: datetime,
    progress: Progress = lambda done, size: None,
) -> LoadReport:
    """
    Make the products of ``feed`` (JSON lines, also gzip) the catalog below ``data_dir``.

    ``progress`` is called with a number of bytes that grows up to the size of the file, the second argument.

    Raises:
        FeedUnreadable: no such file, not readable to its end, or not one good line in it; nothing has changed.
    """
    with opened(feed) as source, generations.building(data_dir) as directory:
        with closing(sqlite3.connect(directory / "products.sqlite3", isolation_level=None)) as database:
            # The whole directory is thrown away when anything fails, so nothing is gained by a journal.
            database.execute("PRAGMA journal_mode=OFF")
            database.execute("PRAGMA synchronous=OFF")
            # A page holds ten rows, and most of what is read of a product is one page.
            database.execute("PRAGMA page_size=16384")
            database.executescript(_TABLES + LIST_TABLES + SELLER_TABLES + PACKING_TABLE)
            database.execute("BEGIN")
            report = _read(source, database, progress)
            if not report.products:
                raise FeedUnreadable(f"{feed} holds no product that can be loaded{_first_reason(report)}.")
            _rank_titles(database)
            _index(directory / "index", database, report.products, source.size, progress)
            _write_facts(database, products=str(report.products), source=feed.name, loaded_at=now.isoformat())
            database.execute("COMMIT")
        progress(source.size, source.size)
    return report


def _read(source: OpenFeed, database: sqlite3.Connection, progress: Progress) -> LoadReport:
    products = rejected = 0
    bad_lines: list[BadLine] = []
    tree = NodeTree()
    search_indexes: set[str] = set()
    lines = source.lines()
    first = [*islice(lines, _FIRST_LINES)]
    packing = _packing(database, first)
    for line in chain(first, lines):
        if line.number % _PROGRESS_LINES == 0:
            progress(int(line.position * _READING_SHARE), source.size)
        record = line.record
        reason = line.reason if record is None else _stored(database, record, packing)
        if reason:
            rejected += 1
            bad_lines += [BadLine(line.number, reason)] if len(bad_lines) < _NAMED_BAD_LINES else []
        elif isinstance(record, Product):
            products += 1
            tree.add(record)
            search_indexes.add(record.search_index)
    _write_facts(database, search_indexes=",".join(sorted(search_indexes)))
    rows = ((*node, tree.count(node.id)) for node in tree)
    database.executemany("INSERT INTO node VALUES (?, ?, ?, ?, ?)", rows)
    return LoadReport(products, rejected, tuple(bad_lines))


def _packing(database: sqlite3.Connection, lines: Iterable[Line]) -> Packing:
    """The packing of a catalog: its dictionary is made by the first products."""
    products = [line.record for line in lines if isinstance(line.record, Product)]
    texts = [prepared(product, offer_book(product, REFERENCE_CURRENCY)) for product in products[:_IN_DICTIONARY]]
    dictionary = dictionary_of(texts)
    database.execute("INSERT INTO packing VALUES (?)", (dictionary,))
    return Packing(dictionary)


def _stored(database: sqlite3.Connection, record: Record, packing: Packing) -> str:
    """Store a record; why it could not be, else an empty text."""
    if isinstance(record, ProductList):
        return "" if add_list(database, record) else f"list {record.id} came before"
    if isinstance(record, SellerProfile):
        return "" if add_profile(database, record) else f"seller {record.id or record.name} came before"
    return "" if _insert(database, record, packing) else f"asin {record.asin} came before"


def _insert(database: sqlite3.Connection, product: Product, packing: Packing) -> bool:
    """False when there is a product of the same ASIN already."""
    parts = prepared(product, offer_book(product, REFERENCE_CURRENCY))
    cursor = database.execute(
        "INSERT OR IGNORE INTO product (asin, title, popularity, title_key, parent, data, prepared)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            *(product.asin, product.title, fields.popularity(product), " ".join(words(product.title))),
            *(product.parent.upper() if product.parent else None, _encode(product), packing.packed(parts)),
        ),
    )
    if not cursor.rowcount:
        return False
    named = {("ISBN", product.isbn), ("UPC", product.upc), ("EAN", product.ean)}
    named |= {("EAN", ean) for ean in product.ean_list}
    rows = [(value, kind, cursor.lastrowid) for kind, value in named if value]
    database.executemany("INSERT OR IGNORE INTO identifier VALUES (?, ?, ?)", rows)
    return True


def _rank_titles(database: sqlite3.Connection) -> None:
    database.execute(
        "UPDATE product SET title_rank = ranked.place FROM"
        " (SELECT row, row_number() OVER (ORDER BY title_key, asin) AS place FROM product) AS ranked"
        " WHERE ranked.row = product.row"
    )


def _index(path: Path, database: sqlite3.Connection, products: int, size: int, progress: Progress) -> None:
    path.mkdir()
    writer = fields.create(str(path)).writer(heap_size=_WRITER_HEAP_BYTES, num_threads=1)
    sellers: dict[str, Seller] = {}
    try:
        for done, (row, title_rank, product) in enumerate(_by_popularity(database)):
            book = offer_book(product, REFERENCE_CURRENCY)
            writer.add_document(fields.document(product, book, row, title_rank))
            for offer in book.offers:
                sellers.setdefault(offer.seller.id.upper(), offer.seller)
            if done % _PROGRESS_LINES == 0:
                progress(int(size * (_READING_SHARE + (1 - _READING_SHARE) * done / products)), size)
        writer.commit()
    finally:
        # The writer's threads must be done before the directory is renamed, or removed after an error.
        writer.wait_merging_threads()
    add_sellers(database, sellers.values())


def _by_popularity(database: sqlite3.Connection) -> Iterator[tuple[int, int, Product]]:
    decode = msgspec.msgpack.Decoder(Product).decode
    for row, title_rank, data in database.execute(
        "SELECT row, title_rank, data FROM product ORDER BY popularity, asin"
    ):
        yield row, title_rank, decode(data)


def _write_facts(database: sqlite3.Connection, **facts: str) -> None:
    database.executemany("INSERT INTO fact VALUES (?, ?)", facts.items())


def _first_reason(report: LoadReport) -> str:
    if not report.bad_lines:
        return ""
    first = report.bad_lines[0]
    return f" (line {first.number}: {first.reason})"
