"""How answers travel to a shared cache."""

from datetime import UTC, datetime

import pytest

from ecs.caching.shared import Codec, name_of
from ecs.model import Item, SearchPage, Seen
from tests.support.fakes import an_item, an_offer

AS_OF = datetime(2024, 2, 29, 12, 0, 0, 123456, tzinfo=UTC)


def test_an_answer_comes_back_as_it_was() -> None:
    """With its instant to the microsecond; its source is now the cache."""
    page = SearchPage((an_item("A", an_offer(), variations=(an_item("B"),)), an_item("C")), 2, 1)
    codec = Codec(SearchPage)

    assert codec.decode(codec.encode(Seen(page, AS_OF))) == Seen(page, AS_OF, "cache")


def test_not_known_upstream_is_an_answer_too() -> None:
    """None is kept, and is not the same as nothing kept."""
    codec = Codec(Item)

    assert codec.decode(codec.encode(Seen(None, AS_OF))) == Seen(None, AS_OF, "cache")


@pytest.mark.parametrize("data", [b"", b"\xc1", b"\x92\x01\x02", Codec(str).encode(Seen("text", AS_OF))])
def test_bytes_of_another_kind_are_no_answer(data: bytes) -> None:
    """Whatever stands there is treated as if it did not."""
    assert Codec(Item).decode(data) is None


def test_equal_requests_have_one_name() -> None:
    """In whatever order their parameters come; another scope is another request."""
    name = name_of("US", {"Operation": "ItemSearch", "Keywords": "tea"})

    assert name == name_of("US", {"Keywords": "tea", "Operation": "ItemSearch"})
    assert len(name) == 16
    assert len({name, name_of("DE", {"Operation": "ItemSearch", "Keywords": "tea"}), name_of("US", {})}) == 3
