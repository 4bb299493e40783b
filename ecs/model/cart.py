"""Carts at the upstream."""

from msgspec import Struct
from pydantic import SecretStr

from ecs.model.values import Money, Refusal, SimilarProduct


class RemoteCartItem(Struct, frozen=True, gc=False):
    """A line of the upstream's cart. ``cart_item_id`` changes its first letter when the line is saved or taken back."""

    cart_item_id: str
    asin: str
    quantity: int
    title: str
    seller_name: str | None = None
    group: str | None = None
    price: Money | None = None
    total: Money | None = None
    merchant_id: str | None = None
    seller_id: str | None = None
    exchange_id: str | None = None
    list_owner: str | None = None
    """Whose list the item was taken from, so that the purchase is credited to it."""
    list_type: str | None = None
    meta_data: tuple[tuple[str, str], ...] = ()
    """Keys and values the client put on the line, in their order."""

    @property
    def key(self) -> str:
        """What stays of the CartItemId when the line is saved or taken back: all but the first letter."""
        return self.cart_item_id[1:]


class RemoteCart(Struct, frozen=True, gc=False):
    """The whole cart, as every cart answer brings it."""

    cart_id: SecretStr
    hmac: SecretStr
    purchase_url: SecretStr | None = None
    """Decoded and ready to open; absent while nothing is in the cart."""
    items: tuple[RemoteCartItem, ...] = ()
    saved: tuple[RemoteCartItem, ...] = ()
    subtotal: Money | None = None
    """Sum of ``items`` without the saved ones (CartItems/SubTotal)."""
    refusals: tuple[Refusal, ...] = ()
    """What the upstream did not do although the answer holds a cart, such as ItemAlreadyInCart."""
    mobile_url: SecretStr | None = None
    """The cart's page for telephones (Japan from 2010-12-01), decoded."""
    total: Money | None = None
    """Sum of ``items`` and ``saved`` (Cart/SubTotal)."""
    saved_subtotal: Money | None = None
    similar: tuple[SimilarProduct, ...] = ()
    top_sellers: tuple[SimilarProduct, ...] = ()
    new_releases: tuple[SimilarProduct, ...] = ()
    similar_viewed: tuple[SimilarProduct, ...] = ()
    similar_elsewhere: tuple[SimilarProduct, ...] = ()
    """Similar products of other categories."""
