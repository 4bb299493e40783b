"""Reading feeds, the broken ones above all."""

import gzip
import json
from pathlib import Path

import pytest

from ecs.embedded.feed import MAX_LINE_BYTES, FeedUnreadable, Line, opened
from ecs.embedded.product import Product


def _read(path: Path) -> list[Line]:
    with opened(path) as feed:
        return list(feed.lines())


def _lines(tmp_path: Path, *lines: bytes) -> list[Line]:
    path = tmp_path / "feed.jsonl"
    path.write_bytes(b"\n".join(lines))
    return _read(path)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"{", "Input data was truncated"),
        (b"nonsense", "JSON is malformed: invalid character (byte 4)"),
        (b"[]", "Expected `object`, got `array`"),
        (b'{"title": "x"}', "Object missing required field `asin`"),
        (b'{"asin": "B000000001"}', "Object missing required field `title`"),
        (b'{"asin": "B000000001", "title": ""}', "Expected `str` of length >= 1 - at `$.title`"),
        (b'{"asin": "B00 1", "title": "x"}', "Expected `str` matching regex '^[A-Za-z0-9]{4,20}$' - at `$.asin`"),
        (b'{"asin": "B000000001", "title": "x", "pages": "many"}', "Expected `int | null`, got `str` - at `$.pages`"),
        (b'{"asin": "B000000001", "title": "x", "rating": 6}', "Expected `float` <= 5.0 - at `$.rating`"),
        (
            b'{"asin": "B000000001", "title": "x", "price": {"amount": 1, "currency": "XXX"}}',
            "Expected `str` matching regex '^(AUD|BRL|CAD|CNY|EUR|GBP|INR|JPY|MXN|USD)$' - at `$.price.currency`",
        ),
    ],
)
def test_bad_line_is_named_with_its_reason(tmp_path: Path, line: bytes, reason: str) -> None:
    """Whoever made the feed must see what to mend, and where."""
    good = b'{"asin": "B000000002", "title": "y"}'

    first, second = _lines(tmp_path, line, good)

    assert (first.number, first.record, first.reason) == (1, None, reason)
    assert isinstance(second.record, Product)
    assert second.record.asin == "B000000002"


def test_bytes_that_are_no_text_are_a_bad_line(tmp_path: Path) -> None:
    """A feed in another encoding must not stop the load."""
    (line,) = _lines(tmp_path, b'{"asin": "B000000001", "title": "\xff\xfe"}')

    assert line.record is None
    assert "UTF-8" in line.reason or "utf-8" in line.reason


def test_line_too_deep_is_a_bad_line(tmp_path: Path) -> None:
    """A hostile line must not break the reader."""
    (line,) = _lines(tmp_path, b"[" * 100_000)

    assert line.record is None


def test_line_too_long_is_passed_over(tmp_path: Path) -> None:
    """Memory stays small whatever a line holds; the next line counts again."""
    long = b'{"asin": "B000000001", "title": "' + b"x" * (2 * MAX_LINE_BYTES) + b'"}'

    first, second = _lines(tmp_path, long, b'{"asin": "B000000002", "title": "y"}')

    assert (first.number, first.reason) == (1, "longer than 1,000,000 bytes")
    assert (second.number, second.record is not None) == (2, True)


def test_longest_line_is_read(tmp_path: Path) -> None:
    """The limit itself is allowed, with or without a line feed after it."""
    start, end = b'{"asin": "B000000001", "title": "', b'"}'
    longest = start + b"x" * (MAX_LINE_BYTES - len(start) - len(end)) + end

    lines = _lines(tmp_path, longest, longest)

    assert [line.record is not None for line in lines] == [True, True]


def test_blank_lines_and_byte_order_mark_do_not_count(tmp_path: Path) -> None:
    """Editors leave them behind; line numbers stay those of the file."""
    (line,) = _lines(tmp_path, b"\xef\xbb\xbf", b"", b"  ", b'{"asin": "b000000001", "title": "x"}', b"")

    assert line.number == 4
    assert isinstance(line.record, Product)
    assert line.record.asin == "B000000001"


def test_characters_that_xml_forbids_are_dropped(tmp_path: Path) -> None:
    """One such character would make every answer with the product unreadable."""
    title = "Bell\u0007 \ufffe and \U0001f600 \t tab"
    row = {"asin": "B000000001", "title": title, "features": ["a\u0000b"]}

    escaped, raw = _lines(tmp_path, json.dumps(row).encode(), json.dumps(row, ensure_ascii=False).encode())

    for line in (escaped, raw):
        assert isinstance(line.record, Product)
        assert line.record.title == "Bell  and \U0001f600 \t tab"
        assert line.record.features == ("ab",)


def test_gzip_is_told_by_its_content(tmp_path: Path) -> None:
    """The name of a feed says nothing reliable."""
    path = tmp_path / "feed.jsonl"
    path.write_bytes(gzip.compress(b'{"asin": "B000000001", "title": "x"}\n'))

    (line,) = _read(path)

    assert isinstance(line.record, Product)
    assert line.position == path.stat().st_size


def test_missing_file_is_one_sentence(tmp_path: Path) -> None:
    """The command line shows it as it is."""
    with pytest.raises(FeedUnreadable, match=r"nowhere\.jsonl cannot be read: No such file or directory\.$"):
        _read(tmp_path / "nowhere.jsonl")


def test_false_gzip_is_refused(tmp_path: Path) -> None:
    """A download page saved under the feed's name is the usual case."""
    path = tmp_path / "feed.jsonl.gz"
    path.write_text("<html>", encoding="utf-8")

    with pytest.raises(FeedUnreadable, match=r"is named \.gz but is not a gzip file"):
        _read(path)


def test_broken_off_gzip_is_refused(tmp_path: Path) -> None:
    """Half a catalog must not pass for a whole one."""
    path = tmp_path / "feed.jsonl.gz"
    rows = "".join(f'{{"asin": "B{number:09}", "title": "{number * 7919}"}}\n' for number in range(2000))
    path.write_bytes(gzip.compress(rows.encode())[:-100])

    with pytest.raises(FeedUnreadable, match="cannot be read to its end"):
        _read(path)
