"""
Reading a catalog feed: JSON lines, plain or gzip, one product, list or seller a line.

A bad line is named by number and reason and left out; the rest goes on. Characters that XML 1.0 forbids are dropped
from texts, so that every product can be sent.
"""

import gzip
import re
import zlib
from codecs import BOM_UTF8
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path
from typing import Any, Final, NamedTuple, cast

import msgspec

from ecs.embedded.product import Product
from ecs.embedded.records import ProductList, SellerProfile

MAX_LINE_BYTES: Final = 1_000_000
_GZIP_MAGIC: Final = b"\x1f\x8b"

# An escape for a control character, a surrogate or a non-character, or such a thing itself in UTF-8.
_SUSPICIOUS: Final = re.compile(
    rb"\\u(?:00[01]|00[7-9]|[dD][89a-fA-F]|[fF]{3}[eEfF])|[\x00-\x1f\x7f]|\xef\xbf[\xbe\xbf]"
)
_FORBIDDEN: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_DECODER: Final = msgspec.json.Decoder(Product)
_KIND_MARK: Final = b'"record"'
_OTHER_KINDS: Final[dict[str, type[ProductList | SellerProfile]]] = {"list": ProductList, "seller": SellerProfile}

Record = Product | ProductList | SellerProfile


class _Kind(msgspec.Struct):
    record: str = "product"


_KIND_DECODER: Final = msgspec.json.Decoder(_Kind)


class FeedUnreadable(Exception):
    """The feed cannot be loaded; nothing was changed. The message is one sentence for the operator."""


class BadLine(NamedTuple):
    """A line that was left out; ``number`` counts from 1."""

    number: int
    reason: str


class Line(NamedTuple):
    """A line of the feed as read: a record, or why there is none. ``position`` is the byte of the file after it."""

    number: int
    position: int
    record: Record | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class OpenFeed:
    """A feed being read; ``size`` in bytes of the file as it lies on the disk."""

    file: BufferedReader
    text: BufferedReader
    size: int
    path: Path

    def lines(self) -> Iterator[Line]:
        """
        Every line that is not blank.

        Raises:
            FeedUnreadable: the file breaks off or is not what its beginning promised.
        """
        number = 0
        try:
            while raw := self.text.readline(MAX_LINE_BYTES + 1):
                number += 1
                if len(raw) > MAX_LINE_BYTES and not raw.endswith(b"\n"):
                    self._skip_rest()
                    yield Line(number, self.file.tell(), None, f"longer than {MAX_LINE_BYTES:,} bytes")
                elif raw := raw.removeprefix(BOM_UTF8).strip():
                    yield _line(number, self.file.tell(), raw)
        except (OSError, EOFError, zlib.error) as error:
            raise FeedUnreadable(f"{self.path} cannot be read to its end: {error}.") from error

    def _skip_rest(self) -> None:
        while (raw := self.text.readline(MAX_LINE_BYTES)) and not raw.endswith(b"\n"):
            pass


@contextmanager
def opened(path: Path) -> Iterator[OpenFeed]:
    """
    The feed at ``path``, gzip recognised by its first bytes whatever the name says.

    Raises:
        FeedUnreadable: there is no such file, or it may not be read.
    """
    try:
        file = path.open("rb")
    except OSError as error:
        raise FeedUnreadable(f"{path} cannot be read: {error.strerror or error}.") from error
    with file:
        is_gzip = file.peek(2)[:2] == _GZIP_MAGIC
        if path.suffix == ".gz" and not is_gzip:
            raise FeedUnreadable(f"{path} is named .gz but is not a gzip file.")
        # GzipFile reads like the file it wraps; its buffering makes readline cheap.
        text = cast("BufferedReader", gzip.GzipFile(fileobj=file)) if is_gzip else file
        yield OpenFeed(file, text, path.stat().st_size, path)


def cleaned(text: str) -> str:
    """``text`` without the characters that XML 1.0 does not allow."""
    return _FORBIDDEN.sub("", text)


def _line(number: int, position: int, raw: bytes) -> Line:
    try:
        record = _record(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        # msgspec tells the place as a path, such as $.price.amount.
        return Line(number, position, None, str(error))
    return Line(number, position, record)


def _record(raw: bytes) -> Record:
    if _KIND_MARK in raw:
        kind = _KIND_DECODER.decode(raw).record
        if kind in _OTHER_KINDS:
            return msgspec.convert(_cleaned_all(msgspec.json.decode(raw)), _OTHER_KINDS[kind])
        if kind != "product":
            raise msgspec.DecodeError("a record is a product, a list or a seller - at `$.record`")
    return _product(raw)


def _product(raw: bytes) -> Product:
    if _SUSPICIOUS.search(raw):
        product = msgspec.convert(_cleaned_all(msgspec.json.decode(raw)), Product)
    else:
        product = _DECODER.decode(raw)
    if product.asin.isupper() or product.asin.isdigit():
        return product
    return msgspec.structs.replace(product, asin=product.asin.upper())


def _cleaned_all(value: Any) -> Any:
    if isinstance(value, str):
        return cleaned(value)
    if isinstance(value, list):
        return [_cleaned_all(entry) for entry in value]
    if isinstance(value, dict):
        return {name: _cleaned_all(entry) for name, entry in value.items()}
    return value
