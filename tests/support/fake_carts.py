"""
Carts at an upstream that lives in memory and keeps the recorded rules of the wire, with faults where a test wants them.

It shares nothing with the embedded service: what both get wrong alike would stay unseen.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, TypeVar

from pydantic import SecretStr

from ecs.errors import CartMismatch, UpstreamError, UpstreamRefused
from ecs.model import Money, Refusal, RemoteCart, RemoteCartItem
from ecs.request import CartChange, CartHandle, Move, NewItem
from ecs.vocabulary import MAX_CART_ITEMS_PER_REQUEST, MAX_CART_LINES, MAX_QUANTITY, ErrorCode
from resolvers.prices import money

T = TypeVar("T")
PURCHASE_PAGE = "https://www.amazon.com/gp/cart/aws-merge.html"


@dataclass
class Goods:
    """One seller's offer of an item, as the carts' upstream knows it."""

    asin: str
    price_minor: int | None = 1000
    listing_id: str = ""
    title: str = ""
    seller: str = "Fair Books"
    max_quantity: int = MAX_QUANTITY
    is_available: bool = True

    def __post_init__(self) -> None:
        """An offer without a name of its own is the item's only one."""
        self.listing_id = self.listing_id or f"{self.asin}-offer"
        self.title = self.title or f"Title of {self.asin}"

    @property
    def key(self) -> str:
        """What stays of the CartItemId; the same in every cart."""
        return f"-{self.listing_id}"


class Call(NamedTuple):
    """One call as it came in; ``sent`` are the items, the changes, or nothing."""

    operation: str
    sent: tuple[NewItem | CartChange, ...] = ()
    cart_id: str | None = None


@dataclass
class _Line:
    goods: Goods
    quantity: int
    is_saved: bool = False

    @property
    def cart_item_id(self) -> str:
        return ("S" if self.is_saved else "C") + self.goods.key


@dataclass
class _Cart:
    cart_id: str
    hmac: str
    lines: list[_Line] = field(default_factory=list)


@dataclass
class _Fault:
    error: UpstreamError
    is_after_effect: bool


@dataclass
class FakeCarts:
    """
    The upstream's carts. ``goods`` is what it sells: the first offer of an item is the featured one.

    ``unavailable`` says what becomes of what cannot be bought now; ``replaces_silently`` makes it behave like the
    Spanish and Italian shops, which set the quantity of what is there and answer that line alone.
    """

    goods: list[Goods]
    unavailable: Literal["saved", "refused", "dropped"] = "saved"
    replaces_silently: bool = False
    purchase_page: str | None = PURCHASE_PAGE
    calls: list[Call] = field(default_factory=list)
    carts: dict[str, _Cart] = field(default_factory=dict)
    meanwhile: dict[int, Callable[[], Awaitable[None]]] = field(default_factory=dict)
    """By number of the call: what happens elsewhere after its effect and before its answer arrives."""
    _faults: dict[int, _Fault] = field(default_factory=dict)
    _made: int = 0

    def fail(self, call: int, error: UpstreamError, *, after_effect: bool = False) -> None:
        """Let the call of this number (from 1) end in ``error``, before or after it took effect."""
        self._faults[call] = _Fault(error, after_effect)

    def offer(self, listing_id: str) -> Goods:
        """An offer, to change it."""
        return next(each for each in self.goods if each.listing_id == listing_id)

    def operations(self) -> list[str]:
        """What was called, in order."""
        return [call.operation for call in self.calls]

    def held(self, cart_id: str = "100-1") -> dict[str, int]:
        """Units by offer among the lines to be bought."""
        return {line.goods.listing_id: line.quantity for line in self.carts[cart_id].lines if not line.is_saved}

    def saved(self, cart_id: str = "100-1") -> dict[str, int]:
        """Units by offer among the saved lines."""
        return {line.goods.listing_id: line.quantity for line in self.carts[cart_id].lines if line.is_saved}

    async def create(self, items: Sequence[NewItem]) -> RemoteCart:
        """See ``resolvers.ports.Carts``."""

        def effect() -> RemoteCart:
            # A number is never given twice, also when its cart is gone.
            number = self._made + 1
            cart = _Cart(f"100-{number}", f"hmac-{number}")
            refusals = [refusal for item in items for refusal in self._put(cart, item, at_end=True)]
            if refusals and not cart.lines:
                raise UpstreamRefused("Nothing was taken.", code=refusals[0].code, refusals=tuple(refusals))
            self.carts[cart.cart_id] = cart
            self._made = number
            return self._answer(cart, refusals)

        return await self._called(Call("create", tuple(_bounded(items))), effect)

    async def get(self, handle: CartHandle) -> RemoteCart:
        """See ``resolvers.ports.Carts``."""
        return await self._called(Call("get", (), _id(handle)), lambda: self._answer(self._opened(handle)))

    async def add(self, handle: CartHandle, items: Sequence[NewItem]) -> RemoteCart:
        """See ``resolvers.ports.Carts``."""

        def effect() -> RemoteCart:
            cart = self._opened(handle)
            replaced = [line for item in items if (line := self._replaced(cart, item))]
            if replaced:
                return self._answer(_Cart(cart.cart_id, cart.hmac, replaced))
            before = len(cart.lines)
            refusals = [refusal for item in items for refusal in self._put(cart, item, at_end=False)]
            codes = {refusal.code for refusal in refusals}
            if len(cart.lines) == before and codes & {ErrorCode.ITEM_NOT_ELIGIBLE, ErrorCode.EXCEEDED_CART_ITEMS}:
                raise UpstreamRefused("Nothing was taken.", code=refusals[0].code, refusals=tuple(refusals))
            return self._answer(cart, refusals)

        return await self._called(Call("add", tuple(_bounded(items)), _id(handle)), effect)

    async def modify(self, handle: CartHandle, changes: Sequence[CartChange]) -> RemoteCart:
        """See ``resolvers.ports.Carts``."""

        def effect() -> RemoteCart:
            cart = self._opened(handle)
            # An id holds for the request it came with, also after an earlier change of the request moved the line.
            by_id = {line.cart_item_id: line for line in cart.lines}
            refusals = [each for change in changes for each in self._change(cart, by_id, change)]
            return self._answer(cart, refusals)

        return await self._called(Call("modify", tuple(_bounded(changes)), _id(handle)), effect)

    async def clear(self, handle: CartHandle) -> RemoteCart:
        """See ``resolvers.ports.Carts``."""

        def effect() -> RemoteCart:
            self._opened(handle).lines.clear()
            return self._answer(self._opened(handle))

        return await self._called(Call("clear", (), _id(handle)), effect)

    async def _called(self, call: Call, effect: Callable[[], RemoteCart]) -> RemoteCart:
        self.calls.append(call)
        number = len(self.calls)
        # Whoever else is ready runs now, as with a real network.
        await asyncio.sleep(0)
        fault = self._faults.get(number)
        if fault and not fault.is_after_effect:
            raise fault.error
        answer = effect()
        if number in self.meanwhile:
            await self.meanwhile[number]()
        if fault:
            raise fault.error
        return answer

    def _opened(self, handle: CartHandle) -> _Cart:
        cart = self.carts.get(_id(handle))
        if cart is None or cart.hmac != handle.hmac.get_secret_value():
            raise CartMismatch("No such cart.", code=ErrorCode.CART_INFO_MISMATCH)
        return cart

    def _meant(self, item: NewItem) -> Goods | None:
        known = (
            each
            for each in self.goods
            if (each.listing_id == item.listing_id if item.listing_id else each.asin == item.asin)
        )
        return next(known, None)

    def _put(self, cart: _Cart, item: NewItem, *, at_end: bool) -> Iterable[Refusal]:
        goods = self._meant(item)
        if goods is None or (not goods.is_available and self.unavailable == "refused"):
            return [Refusal(ErrorCode.ITEM_NOT_ELIGIBLE, "The item you specified, , is not eligible.")]
        if not goods.is_available and self.unavailable == "dropped":
            return []
        if any(line.goods is goods for line in cart.lines):
            return [Refusal(ErrorCode.INVALID_QUANTITY, "too many"), Refusal(ErrorCode.ITEM_ALREADY_IN_CART, "there")]
        if len(cart.lines) >= MAX_CART_LINES:
            return [Refusal(ErrorCode.EXCEEDED_CART_ITEMS, "You may not add more than 50 items to the cart.")]
        line = _Line(goods, min(item.quantity, goods.max_quantity), not goods.is_available)
        cart.lines.insert(len(cart.lines) if at_end else 0, line)
        return _capped(goods, item.quantity)

    def _replaced(self, cart: _Cart, item: NewItem) -> _Line | None:
        goods = self._meant(item)
        line = next((line for line in cart.lines if line.goods is goods), None)
        if line is None or not self.replaces_silently:
            return None
        line.quantity = item.quantity
        return line

    def _change(self, cart: _Cart, by_id: dict[str, _Line], change: CartChange) -> Iterable[Refusal]:
        line = by_id.get(change.cart_item_id)
        if line is None:
            return []
        if isinstance(change, Move):
            line.is_saved = change.action == "SaveForLater" or not line.goods.is_available
            return []
        if change.quantity == 0:
            cart.lines.remove(line)
            return []
        line.quantity = min(change.quantity, line.goods.max_quantity)
        return _capped(line.goods, change.quantity)

    def _answer(self, cart: _Cart, refusals: Iterable[Refusal] = ()) -> RemoteCart:
        items = tuple(_item(line) for line in cart.lines if not line.is_saved)
        saved = tuple(_item(line) for line in cart.lines if line.is_saved)
        totals = [item.total.amount_minor for item in items if item.total]
        url = f"{self.purchase_page}?cart-id={cart.cart_id}&hmac={cart.hmac}" if self.purchase_page else None
        return RemoteCart(
            cart_id=SecretStr(cart.cart_id),
            hmac=SecretStr(cart.hmac),
            purchase_url=SecretStr(url) if url and (items or saved) else None,
            items=items,
            saved=saved,
            subtotal=money(sum(totals), "USD") if items else None,
            refusals=tuple(refusals),
        )


def _item(line: _Line) -> RemoteCartItem:
    unit = line.goods.price_minor
    price: Money | None = None if unit is None else money(unit, "USD")
    return RemoteCartItem(
        cart_item_id=line.cart_item_id,
        asin=line.goods.asin,
        quantity=line.quantity,
        title=line.goods.title,
        # Saved items named no seller in any recording.
        seller_name=None if line.is_saved else line.goods.seller,
        price=price,
        total=None if unit is None else money(unit * line.quantity, "USD"),
    )


def _capped(goods: Goods, asked: int) -> Iterable[Refusal]:
    return [Refusal(ErrorCode.INVALID_QUANTITY, "too many")] if asked > goods.max_quantity else []


def _bounded(entries: Sequence[T]) -> Sequence[T]:
    if not 0 < len(entries) <= MAX_CART_ITEMS_PER_REQUEST:
        raise ValueError(f"a cart request takes 1 to {MAX_CART_ITEMS_PER_REQUEST} items, not {len(entries)}")
    return entries


def _id(handle: CartHandle) -> str:
    return handle.cart_id.get_secret_value()
