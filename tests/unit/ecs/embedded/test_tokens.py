"""Names under which offers travel."""

from urllib.parse import quote

import pytest

from ecs.embedded.tokens import cart_item_key, encoded_listing_id, listing_id, listing_of


def test_listing_is_known_decoded_and_as_sent() -> None:
    """Half of the clients decode the id before they send it back, half do not."""
    decoded, encoded = listing_id("B000000001", "0a1b2c3d"), encoded_listing_id("B000000001", "0a1b2c3d")

    assert encoded == quote(decoded, safe="")
    assert listing_of(decoded) == listing_of(encoded) == ("B000000001", "0a1b2c3d")


def test_plus_read_as_a_space_is_forgiven() -> None:
    """Form readers turn a raw plus sign into a space."""
    tokens = [listing_id("B000000001", f"{number:08x}") for number in range(64)]
    token = next(token for token in tokens if "+" in token)

    assert listing_of(token.replace("+", " ")) == listing_of(token)


@pytest.mark.parametrize("token", ["", "x", "AAAA", "ä", "%zz", listing_id("B000000001", "0a1b2c3d")[4:]])
def test_made_up_listing_is_none(token: str) -> None:
    """A token that was not issued here leads to no offer."""
    assert listing_of(token) is None


def test_cart_item_key_differs_by_offer_and_marketplace() -> None:
    """It is one item's name in every cart of one marketplace, and no other item's."""
    keys = [cart_item_key("A", "1", "US"), cart_item_key("A", "2", "US"), cart_item_key("A", "1", "UK")]

    assert len(set(keys)) == 3
    assert keys[0] == cart_item_key("A", "1", "US")
    assert all(len(key) == 13 and key.isalnum() and key.isupper() for key in keys)
