"""
Sending additions to the upstream, batch by batch, and keeping the last whole cart it answered.

An upstream error ends the sending; what was answered before it stays true. When the error leaves open what happened,
the cart is read once, so that the truth is told and not a guess.
"""

from collections.abc import Awaitable, Sequence
from contextlib import suppress

from msgspec.structs import replace

from ecs.errors import AccessRefused, CartMismatch, OutcomeUnknown, UpstreamError, UpstreamRefused
from ecs.model import RemoteCart
from ecs.request import CartChange, CartHandle, Move, QuantityChange
from ecs.vocabulary import MAX_CART_ITEMS_PER_REQUEST
from persistence.records import LineRecord, Placement
from resolvers.additions import Correction, Plan, What, are_mixed, batches, corrections, landed, new_item
from resolvers.lines import Addition
from resolvers.ports import Carts
from resolvers.snapshots import SeenCart


class Sending:
    """One call's way to the upstream. ``remote`` is the cart as last answered, ``error`` what ended the sending."""

    def __init__(self, upstream: Carts, handle: CartHandle | None, before: SeenCart) -> None:
        """Without ``handle`` the first addition creates the cart."""
        self._upstream = upstream
        self._handle = handle
        self._seen = before
        self.remote: RemoteCart | None = None
        self.error: UpstreamError | None = None
        self.made_by: dict[str, Addition] = {}
        """New lines, by key, with the addition each was made by."""
        self.joined: dict[What, Correction] = {}
        """Things that go to a line the upstream had already."""
        self._under_way: Sequence[Addition] = ()

    async def add(self, plan: Plan) -> None:
        """Send the plan's changes first, then its additions."""
        await self._minding_errors(self._add(plan))

    async def change(self, changes: Sequence[CartChange]) -> None:
        """Send changes of lines."""
        await self._minding_errors(self._change(changes))

    async def clear(self) -> None:
        """Take everything out, saved lines included."""
        await self._minding_errors(self._clear())

    async def take_back(self, lines: Sequence[LineRecord]) -> bool:
        """Put every line back to what it was before, and take out the new ones; False when an error ended that."""
        before = {line.upstream_key: line for line in lines}
        undo: list[CartChange] = []
        for item in (*self._seen.items, *self._seen.saved):
            line = before.get(item.key)
            if line is None:
                undo.append(QuantityChange(item.cart_item_id, 0))
            elif line.quantity != item.quantity:
                undo.append(QuantityChange(item.cart_item_id, line.quantity))
        saved = {line.upstream_key for line in lines if line.placement is Placement.SAVED_FOR_LATER}
        undo += [Move(item.cart_item_id, "SaveForLater") for item in self._seen.items if item.key in saved]
        earlier = self.error
        await self.change(undo)
        return self.error is earlier

    async def _minding_errors(self, work: Awaitable[None]) -> None:
        try:
            await work
        except UpstreamError as error:
            self.error = error
            if error.effect == "unknown" and self._handle is not None:
                with suppress(UpstreamError):
                    self._answered(await self._upstream.get(self._handle))

    async def _add(self, plan: Plan) -> None:
        await self._change(plan.changes)
        for batch in batches(plan.additions):
            await self._put(batch)

    async def _change(self, changes: Sequence[CartChange]) -> None:
        for start in range(0, len(changes), MAX_CART_ITEMS_PER_REQUEST):
            # A line's id changes its first letter when it is moved: each batch goes under the ids of the last answer.
            batch = [self._renamed(change) for change in changes[start : start + MAX_CART_ITEMS_PER_REQUEST]]
            self._answered(await self._upstream.modify(self._opened(), batch))

    async def _clear(self) -> None:
        self._answered(await self._upstream.clear(self._opened()))

    async def _put(self, batch: Sequence[Addition]) -> None:
        known = self._seen
        try:
            remote = await self._create_or_add(batch)
        except (AccessRefused, CartMismatch):
            raise
        except UpstreamRefused:
            # One bad item may have spoiled the request for the others.
            if len(batch) > 1:
                await self._put_singly(batch)
            return
        self._answered(remote)
        missing = [addition for addition in batch if addition not in self.made_by.values()]
        if len(batch) > 1 and are_mixed(remote.refusals):
            await self._put_singly(missing)
            return
        fixes = corrections(missing, known, remote)
        # Before the change is sent: it may take effect although its answer is lost.
        self.joined |= {fix.addition.what: fix for fix in fixes}
        await self._change([fix.change for fix in fixes])

    async def _put_singly(self, additions: Sequence[Addition]) -> None:
        for addition in additions:
            await self._put((addition,))

    async def _create_or_add(self, batch: Sequence[Addition]) -> RemoteCart:
        self._under_way = batch
        items = [new_item(addition) for addition in batch]
        if self._handle is None:
            return await self._upstream.create(items)
        return await self._whole(await self._upstream.add(self._handle, items), self._handle)

    async def _whole(self, remote: RemoteCart, handle: CartHandle) -> RemoteCart:
        """``remote`` with every line: Spain and Italy answered only the line whose quantity an addition replaced."""
        if _keys(self._seen) <= _keys(SeenCart.of(remote)):
            return remote
        try:
            cart = await self._upstream.get(handle)
        except UpstreamError as error:
            raise OutcomeUnknown("An addition was answered in part, and the cart could not be read.") from error
        return replace(cart, refusals=remote.refusals)

    def _opened(self) -> CartHandle:
        if self._handle is None:
            raise LookupError("there is no cart to change yet")
        return self._handle

    def _answered(self, remote: RemoteCart) -> None:
        self.remote = remote
        self.made_by |= landed(self._under_way, self._seen, remote)
        self._seen = SeenCart.of(remote)
        self._handle = CartHandle(remote.cart_id, remote.hmac)

    def _renamed(self, change: CartChange) -> CartChange:
        now = {item.key: item.cart_item_id for item in (*self._seen.items, *self._seen.saved)}
        return replace(change, cart_item_id=now.get(change.cart_item_id[1:], change.cart_item_id))


def _keys(cart: SeenCart) -> set[str]:
    return {item.key for item in (*cart.items, *cart.saved)}
