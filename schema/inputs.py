"""Input types and their turning into what the resolvers take."""

from decimal import Decimal as Number

import strawberry

from resolvers.changing import Target
from resolvers.errors import BadInput
from resolvers.lines import Addition
from resolvers.problems import Problem, ProblemCode, Stopped
from resolvers.searching import SearchRequest, Sort
from resolvers.shop import Shop
from schema.cart_enums import ClearScope
from schema.context import Context
from schema.departments import SearchIndex
from schema.enums import ItemCondition, Marketplace, ProductSort
from schema.facet_tokens import Parameters, read_token
from schema.ids import from_id, part_of
from schema.scalars import Decimal, FacetToken


@strawberry.input(description="Narrowing of a search; every given field must hold.")
class SearchFilter:
    """Filter of a search."""

    search_index: SearchIndex | None = strawberry.field(description="Department.", default=strawberry.UNSET)
    browse_node_id: strawberry.ID | None = strawberry.field(
        description="Browse node the products must hang under.", default=strawberry.UNSET
    )
    facets: list[FacetToken] | None = strawberry.field(
        description="Facet choices to apply; choices of one facet are alternatives.", default=strawberry.UNSET
    )
    min_price: Decimal | None = strawberry.field(description="Lowest price, inclusive.", default=strawberry.UNSET)
    max_price: Decimal | None = strawberry.field(description="Highest price, inclusive.", default=strawberry.UNSET)
    brand: str | None = strawberry.field(description="Brand.", default=strawberry.UNSET)
    contributor: str | None = strawberry.field(
        description="Author, artist, actor or director.", default=strawberry.UNSET
    )
    title: str | None = strawberry.field(description="Words of the title.", default=strawberry.UNSET)
    manufacturer: str | None = strawberry.field(description="Maker.", default=strawberry.UNSET)
    condition: ItemCondition | None = strawberry.field(
        description="State of the offers looked at.", default=strawberry.UNSET
    )
    available_only: bool | None = strawberry.field(description="Only what can be bought now.", default=strawberry.UNSET)
    seller_id: strawberry.ID | None = strawberry.field(
        description="Seller of the offers looked at.", default=strawberry.UNSET
    )
    min_rating: int | None = strawberry.field(description="Lowest average rating, 1 to 5.", default=strawberry.UNSET)

    def chosen(self) -> tuple[Parameters, ...]:
        """The facet choices, as request parameters."""
        return tuple(read_token(token) for token in self.facets or ())

    def request(self, words: str | None, sort: ProductSort, marketplace: str) -> SearchRequest:
        """
        What the resolvers search for.

        Raises:
            BadInput: an id or token is none of ours.
        """
        chosen = self.chosen()
        facet_index = next((value for pairs in chosen for name, value in pairs if name == "SearchIndex"), None)
        index = str(self.search_index.value) if self.search_index else facet_index or "All"
        return SearchRequest(
            words=words or None,
            search_index=index,
            sort=Sort(str(sort.value)),
            browse_node_id=_node_id(self.browse_node_id, marketplace),
            facets=tuple(tuple(pair for pair in pairs if pair[0] != "SearchIndex") for pairs in chosen),
            min_price=Number(self.min_price) if self.min_price else None,
            max_price=Number(self.max_price) if self.max_price else None,
            brand=self.brand or None,
            contributor=self.contributor or None,
            title=self.title or None,
            manufacturer=self.manufacturer or None,
            condition=str(self.condition.value) if self.condition else None,
            is_available_only=bool(self.available_only),
            merchant_id=_merchant_id(self.seller_id, marketplace),
            min_rating=self.min_rating if self.min_rating is not strawberry.UNSET else None,
        )


def _node_id(text: strawberry.ID | None, marketplace: str) -> str | None:
    """A browse node by global id or by upstream number."""
    if not text:
        return None
    node_id = text if text.isdecimal() else part_of(text, "BrowseNode", marketplace)
    if node_id is None:
        raise BadInput("`filter.browseNodeId` is no browse node of this marketplace; take it from browseNodes.")
    return node_id


def _merchant_id(text: strawberry.ID | None, marketplace: str) -> str | None:
    if not text:
        return None
    merchant_id = part_of(text, "Seller", marketplace)
    if merchant_id is None:
        raise BadInput("`filter.sellerId` is no seller of this marketplace; take it from an offer's seller.")
    return merchant_id


@strawberry.input(description="Exactly one way to name a product.", one_of=True)
class ProductBy:
    """One of several numbers."""

    id: strawberry.ID | None = strawberry.field(description="Global id.", default=strawberry.UNSET)
    asin: str | None = strawberry.field(
        description="Catalog number in the operation's marketplace.", default=strawberry.UNSET
    )
    ean: str | None = strawberry.field(description="European article number.", default=strawberry.UNSET)
    upc: str | None = strawberry.field(description="Universal product code.", default=strawberry.UNSET)
    isbn: str | None = strawberry.field(description="International standard book number.", default=strawberry.UNSET)


@strawberry.input(description="Exactly one way to name what goes in the cart.", one_of=True)
class ItemRef:
    """An offer or a product."""

    offer_id: strawberry.ID | None = strawberry.field(
        description="An offer; buys from that seller at that price.", default=strawberry.UNSET
    )
    product_id: strawberry.ID | None = strawberry.field(
        description="A product; buys its featured offer.", default=strawberry.UNSET
    )
    asin: str | None = strawberry.field(
        description="A catalog number in the cart's marketplace; buys its featured offer.", default=strawberry.UNSET
    )

    def addition(self, index: int, quantity: int, marketplace: str) -> Addition:
        """
        What the resolvers add.

        Raises:
            Stopped: the id is no offer or product, or one of another marketplace.
        """
        if self.asin is not None and self.asin is not strawberry.UNSET:
            if not self.asin.strip():
                raise Stopped(_unnamed())
            return Addition(index, self.asin.strip().upper(), quantity)
        kind = "Offer" if self.offer_id else "Product"
        found = from_id(self.offer_id or self.product_id or "")
        if found is None or found.kind != kind or len(found.parts) < (2 if kind == "Offer" else 1):
            raise Stopped(_unknown(kind))
        if found.marketplace != marketplace:
            raise Stopped(_elsewhere(marketplace))
        return Addition(index, found.parts[0], quantity, found.parts[1] if kind == "Offer" else None)


@strawberry.input(description="One thing to put in the cart.")
class CartItemInput:
    """An item with its units."""

    item: ItemRef = strawberry.field(description="What to add.")
    quantity: int = strawberry.field(description="Units to add to those already there.", default=1)


_CART_ID = "The cart; the active one when left out."
_CART_ID_OR_NEW = "The cart; the active one, made on the spot if need be, when left out."
_VERSION = "Refuse when the cart is not at this version."


@strawberry.input(description="Input of `createCart`.")
class CreateCartInput:
    """Input of ``createCart``."""

    marketplace: Marketplace | None = strawberry.field(
        description="Marketplace; the operation's own by default.", default=strawberry.UNSET
    )
    items: list[CartItemInput] = strawberry.field(
        description="What to put in; at least one, since the upstream knows no empty cart."
    )
    replace_active: bool = strawberry.field(
        description="Make a fresh cart even when one is active; the old one stays in the history.", default=False
    )


@strawberry.input(description="Input of `addItem`.")
class AddItemInput:
    """Input of ``addItem``."""

    cart_id: strawberry.ID | None = strawberry.field(description=_CART_ID_OR_NEW, default=strawberry.UNSET)
    item: ItemRef = strawberry.field(description="What to add.")
    quantity: int = strawberry.field(description="Units to add to those already there.", default=1)
    expected_version: int | None = strawberry.field(description=_VERSION, default=strawberry.UNSET)


@strawberry.input(description="Input of `addItems`.")
class AddItemsInput:
    """Input of ``addItems``."""

    cart_id: strawberry.ID | None = strawberry.field(description=_CART_ID_OR_NEW, default=strawberry.UNSET)
    items: list[CartItemInput] = strawberry.field(description="What to add, in order.")
    atomic: bool = strawberry.field(description="All or nothing.", default=False)
    expected_version: int | None = strawberry.field(description=_VERSION, default=strawberry.UNSET)


@strawberry.input(description="Input of `modifyItem`.")
class ModifyItemInput:
    """Input of ``modifyItem``."""

    cart_id: strawberry.ID | None = strawberry.field(description=_CART_ID, default=strawberry.UNSET)
    line_id: strawberry.ID = strawberry.field(description="The line.")
    quantity: int = strawberry.field(description="Units from now on; 0 takes the line out.")
    expected_version: int | None = strawberry.field(description=_VERSION, default=strawberry.UNSET)


@strawberry.input(description="Input of `saveForLater`.")
class SaveForLaterInput:
    """Input of ``saveForLater``."""

    cart_id: strawberry.ID | None = strawberry.field(description=_CART_ID, default=strawberry.UNSET)
    line_ids: list[strawberry.ID] = strawberry.field(description="Lines to put aside.")
    expected_version: int | None = strawberry.field(description=_VERSION, default=strawberry.UNSET)


@strawberry.input(description="Input of `moveToCart`.")
class MoveToCartInput:
    """Input of ``moveToCart``."""

    cart_id: strawberry.ID | None = strawberry.field(description=_CART_ID, default=strawberry.UNSET)
    line_ids: list[strawberry.ID] = strawberry.field(description="Saved lines to take back.")
    expected_version: int | None = strawberry.field(description=_VERSION, default=strawberry.UNSET)


@strawberry.input(description="Input of `clearCart`.")
class ClearCartInput:
    """Input of ``clearCart``."""

    cart_id: strawberry.ID | None = strawberry.field(description=_CART_ID, default=strawberry.UNSET)
    scope: ClearScope = strawberry.field(
        description=(
            "Which lines to take out; like the upstream's own clear, saved lines go too unless told otherwise."
        ),
        default=ClearScope.ALL_LINES,
    )
    expected_version: int | None = strawberry.field(description=_VERSION, default=strawberry.UNSET)


@strawberry.input(description="Input of `checkout`.")
class CheckoutInput:
    """Input of ``checkout``."""

    cart_id: strawberry.ID | None = strawberry.field(description=_CART_ID, default=strawberry.UNSET)
    expected_version: int | None = strawberry.field(description=_VERSION, default=strawberry.UNSET)


def shop_of_cart(context: Context, cart_id: str | None) -> Shop:
    """The shop that a cart's id names, else that of the operation's marketplace: a cart never leaves its own."""
    found = from_id(cart_id) if cart_id else None
    if found is not None and found.kind == "Cart" and context.serves(found.marketplace):
        return context.at(found.marketplace).shop
    return context.shop


def target_of(cart_id: str | None, expected_version: int | None, marketplace: str) -> Target:
    """Which cart a change is meant for; an id that is none of ours finds no cart, like a foreign one."""
    own_id = (part_of(cart_id, "Cart", marketplace) or "") if cart_id else None
    return Target(own_id, None if expected_version is strawberry.UNSET else expected_version)


def _unknown(kind: str) -> Problem:
    if kind == "Offer":
        message = "This is no id of an offer; take it from offers or featuredOffer of a recent answer."
        return Problem(code=ProblemCode.OFFER_NOT_FOUND, message=message, field=("item", "offerId"))
    message = "This is no id of a product; take it from a product's id."
    return Problem(code=ProblemCode.PRODUCT_NOT_FOUND, message=message, field=("item", "productId"))


def _unnamed() -> Problem:
    message = "The catalog number is empty; take it from a product's asin."
    return Problem(code=ProblemCode.PRODUCT_NOT_FOUND, message=message, field=("item", "asin"))


def _elsewhere(marketplace: str) -> Problem:
    message = f"This item belongs to another marketplace; the cart is of {marketplace}."
    return Problem(code=ProblemCode.MARKETPLACE_MISMATCH, message=message, field=("item",))
