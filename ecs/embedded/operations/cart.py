"""CartCreate, CartGet, CartAdd, CartModify and CartClear."""

from collections.abc import Sequence
from typing import Final

from msgspec import structs

from ecs.embedded.call import Call, whole
from ecs.embedded.cart_rules import Addition, Line, Outcome, with_additions, with_changes, with_quantities
from ecs.embedded.cart_view import priced
from ecs.embedded.cart_xml import MERGES
from ecs.embedded.cart_xml import cart as cart_xml
from ecs.embedded.carts import Cart, Handle
from ecs.embedded.faults import Fault, cart_mismatch, not_eligible
from ecs.embedded.feed import cleaned
from ecs.embedded.offers import Offer
from ecs.embedded.operations.cart_items import Fields, check_changes, check_new_items, metadata
from ecs.embedded.operations.result import Result
from ecs.embedded.product import Product
from ecs.embedded.shop import Shop
from ecs.embedded.tokens import Listing, cart_item_key, listing_of
from ecs.embedded.versions import FIRST_LATE

_LENIENT: Final = frozenset({"ES", "IT"})


def cart_create(call: Call, shop: Shop) -> Result:
    """A new cart with what could be added; no cart at all when nothing could."""
    groups = call.groups("Cart")
    call.choice("MergeCart", MERGES)
    wanted = check_new_items(call)
    call.check()
    additions, faults = _additions(wanted, shop)
    if not additions:
        return Result("", faults)
    cart = shop.carts.create(call.tag, lambda lines: with_additions(lines, additions), shop.now)
    return _shown(cart, call, shop, groups, faults)


def cart_get(call: Call, shop: Shop) -> Result:
    """The cart as it is."""
    handle, groups = _handle(call), call.groups("Cart")
    call.check()
    return _shown(shop.carts.find(handle, shop.now), call, shop, groups)


def cart_add(call: Call, shop: Shop) -> Result:
    """The cart with what could be added."""
    handle, groups = _handle(call), call.groups("Cart")
    wanted = check_new_items(call)
    call.check()
    additions, faults = _additions(wanted, shop)
    is_lenient = call.version.name == FIRST_LATE and shop.config.marketplace in _LENIENT
    present: set[str] = set()

    def change(lines: Sequence[Line]) -> Outcome:
        present.update(line.key for line in lines)
        return with_quantities(lines, additions) if is_lenient else with_additions(lines, additions)

    cart = shop.carts.change(handle, change, shop.now)
    named = {addition.line.key for addition in additions}
    if cart is not None and is_lenient and named <= present:
        # The answer of those shops then listed the named lines alone; the cart still holds the others.
        cart = structs.replace(cart, lines=tuple(line for line in cart.lines if line.key in named))
    return _shown(cart, call, shop, groups, faults)


def cart_modify(call: Call, shop: Shop) -> Result:
    """The cart after the changes."""
    handle, groups = _handle(call), call.groups("Cart")
    changes = check_changes(call)
    call.check()

    def change(lines: Sequence[Line]) -> Outcome:
        return with_changes(lines, changes, lambda line: _limit(line, shop))

    return _shown(shop.carts.change(handle, change, shop.now), call, shop, groups)


def cart_clear(call: Call, shop: Shop) -> Result:
    """The cart without any line; saved ones are taken out as well."""
    handle, groups = _handle(call), call.groups("Cart")
    call.check()
    return _shown(shop.carts.change(handle, lambda _: Outcome((), ()), shop.now), call, shop, groups)


def _handle(call: Call) -> Handle:
    call.required("CartId", "HMAC")
    call.choice("MergeCart", MERGES)
    # A form reader that took a raw plus sign for a space is forgiven: base64 holds no spaces.
    return Handle(call.get("CartId") or "", (call.get("HMAC") or "").replace(" ", "+"), call.tag)


def _shown(cart: Cart | None, call: Call, shop: Shop, groups: frozenset[str], faults: tuple[Fault, ...] = ()) -> Result:
    if cart is None:
        return Result("", (cart_mismatch(),))
    return Result(cart_xml(priced(cart, shop), call, shop, groups), (*faults, *cart.faults))


def _additions(wanted: Sequence[Fields], shop: Shop) -> tuple[list[Addition], tuple[Fault, ...]]:
    additions: list[Addition] = []
    faults: list[Fault] = []
    for fields in wanted:
        name = fields.get("ASIN") or fields["OfferListingId"]
        found = _offer(fields, shop)
        if found is None:
            faults.append(not_eligible(name))
        else:
            additions.append(_addition(*found, fields, name, shop))
    return additions, tuple(faults)


def _offer(fields: Fields, shop: Shop) -> tuple[Product, Offer] | None:
    if not fields.get("ASIN"):
        listing = listing_of(fields["OfferListingId"])
        return shop.offer(listing) if listing else None
    product = shop.product(fields["ASIN"])
    offers = shop.offers(product) if product else None
    if product is None or offers is None or not offers.offers:
        return None
    # With nothing to be had, the cheapest one waits among the saved lines.
    return product, offers.featured or offers.offers[0]


def _addition(product: Product, offer: Offer, fields: Fields, name: str, shop: Shop) -> Addition:
    # An unknown ListItemId credits nobody; the item is bought all the same.
    item_id = fields.get("ListItemId")
    bought_from = shop.catalog.lists.of_entry(item_id) if shop.catalog and item_id else None
    line = Line(
        key=cart_item_key(product.asin, offer.key, shop.config.marketplace),
        asin=product.asin,
        offer_key=offer.key,
        quantity=whole(fields["Quantity"]) or 1,
        is_saved=False,
        title=product.title,
        product_group=product.product_group,
        seller_id=offer.seller.id,
        seller_name=offer.seller.name,
        amount=offer.amount,
        metadata=tuple((cleaned(key), cleaned(value)) for key, value in metadata(fields)),
        list_owner=bought_from.owner if bought_from else "",
        list_type=bought_from.type if bought_from else "",
    )
    return Addition(line, offer.limit, offer.is_buyable, name)


def _limit(line: Line, shop: Shop) -> int | None:
    """Most units of the line's offer, 0 when out of stock or ended."""
    found = shop.offer(Listing(line.asin, line.offer_key))
    if found is None or not found[1].is_buyable:
        return 0
    return found[1].limit
