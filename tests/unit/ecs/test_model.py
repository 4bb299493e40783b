"""The values' own behaviour."""

from pydantic import SecretStr

from ecs.model import RemoteCart, RemoteCartItem


def test_a_line_keeps_its_key_when_it_is_saved() -> None:
    """CartItemIds change their first letter between cart and saved items."""
    active = RemoteCartItem("C3G241HV", "B000000001", 1, "Tea")
    saved = RemoteCartItem("S3G241HV", "B000000001", 1, "Tea")

    assert active.key == saved.key == "3G241HV"


def test_what_opens_a_cart_is_not_printed() -> None:
    """Values end up in logs and traces."""
    cart = RemoteCart(SecretStr("000-1"), SecretStr("aGVsbG8="), SecretStr("https://shop.example/?hmac=aGVsbG8="))

    assert "000-1" not in repr(cart)
    assert "aGVsbG8" not in repr(cart)
