"""Global ids."""

from base64 import urlsafe_b64encode

import pytest

from schema.ids import GlobalId, from_id, part_of, to_id


def encoded(text: str) -> str:
    """Any text in the clothes of an id."""
    return urlsafe_b64encode(text.encode()).decode().rstrip("=")


@pytest.mark.parametrize("parts", [("A",), ("AB",), ("ABC",), ("B000000001", "listing%2F/+=="), ("Étude 春",)])
def test_an_id_gives_back_what_it_was_made_of(parts: tuple[str, ...]) -> None:
    """Padding, signs and letters of every kind survive."""
    assert from_id(to_id("Product", "US", *parts)) == GlobalId("Product", "US", parts)


def test_an_id_can_stand_in_an_address() -> None:
    """Clients put ids in paths."""
    text = to_id("Offer", "US", "A", "~~~???>>>")

    assert text.replace("-", "").replace("_", "").isalnum()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "A",
        "!!!",
        "Étude",
        "B000000001",
        encoded("Product"),
        encoded("Product\x1fUS"),
        encoded("Product\x1fUS\x1f"),
        encoded("\x1fUS\x1fA"),
        encoded("Product\x1f\x1fA"),
        "_w",
        "A" * 1025,
    ],
)
def test_garbage_is_no_id(text: str) -> None:
    """Whatever a client sends, it gets a plain answer."""
    assert from_id(text) is None


def test_an_id_is_good_for_its_kind_and_marketplace_alone() -> None:
    """The id of a line never passes for that of a cart."""
    line = to_id("CartLine", "US", "line-1")

    assert part_of(line, "CartLine", "US") == "line-1"
    assert part_of(line, "Cart", "US") is None
    assert part_of(line, "CartLine", "DE") is None
    assert part_of("garbage", "CartLine", "US") is None
    assert part_of("", "CartLine", "US") is None
    assert part_of(None, "CartLine", "US") is None


def test_the_first_part_tells_objects_apart() -> None:
    """Further parts make an object whole again."""
    assert part_of(to_id("Seller", "US", "A1", "Fair Books"), "Seller", "US") == "A1"
