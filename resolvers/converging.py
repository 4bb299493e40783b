"""
Bringing an upstream cart to its goals, request by request, and keeping the last whole cart it answered.

An upstream error ends the sending; what was answered before it stays true. When an error leaves open what happened, the
cart is read once: what the read shows is the truth. If it shows nothing, the request is sent again only when an answer
of some sort had come, so that it cannot still be on its way; else the outcome stays unknown, and it is said so.
"""

from collections.abc import Awaitable, Callable, Sequence

from msgspec.structs import replace

from ecs.errors import AccessRefused, CartMismatch, OutcomeUnknown, UpstreamError, UpstreamRefused
from ecs.model import RemoteCart
from ecs.request import CartHandle
from ecs.vocabulary import ErrorCode
from resolvers.goals import Goal, Standing, found, standing
from resolvers.ports import Carts
from resolvers.snapshots import SeenCart
from resolvers.steps import Change, Clear, Put, Step, are_mixed, joined, landed, next_step

BeforeSend = Callable[[Sequence[Goal]], Awaitable[None]]
"""Called before each request with the goals as they are now; what it raises ends the sending."""


class Converging:
    """
    One change's way to the upstream.

    ``goals`` are brought up to date on the way (keys of new lines, quantities of lines that were met); ``touched`` are
    the places of those that were asked for and answered; ``has_begun`` when anything was, also a new line that has
    still to be put aside. ``remote`` is the cart as last answered; ``error`` ended the sending; ``is_unknown`` is true
    when nobody can tell yet whether its request took effect.
    """

    def __init__(
        self, upstream: Carts, handle: CartHandle | None, seen: SeenCart, goals: Sequence[Goal], *, clears: bool = False
    ) -> None:
        """Without ``handle`` the first goal makes a cart. ``clears``: the goals empty it, saved lines included."""
        self._upstream = upstream
        self._handle = handle
        self._clears = clears
        self._alone: set[int] = set()
        self._met: set[int] = set()
        self._sent_again = False
        self._done: set[int] = set()
        self.seen = seen
        self.goals = list(goals)
        self.touched: set[int] = set()
        self.has_begun = False
        self.remote: RemoteCart | None = None
        self.error: UpstreamError | None = None
        self.is_unknown = False

    async def resume(self) -> None:
        """
        Look at the cart first, and leave out what has happened already.

        Raises:
            UpstreamError: the cart could not be read.
        """
        if self._handle is None:
            return
        before = self.seen
        remote = await self._upstream.get(self._handle)
        # What was put by whoever began may still have to be put aside.
        self.has_begun = any(map(_is_put, self.goals))
        self._answered(remote)
        places = range(len(self.goals))
        self._recognise([place for place in places if self.goals[place].key is None], before, remote)
        for place in places:
            if not self._is_as_before(place) and place not in self._met:
                self._finish(place)
        self._clears = self._clears and len(self._done) < len(self.goals)

    async def run(self, before_send: BeforeSend) -> None:
        """
        Send until every goal was asked for or an error ends it.

        Raises:
            CartMismatch: the upstream does not know the cart.
        """
        while (step := self._next()) is not None:
            if self._is_reached(step):
                if not await self._looked_at(step):
                    return
                continue
            await before_send(self.goals)
            try:
                self._took(step, await self._send(step))
            except (AccessRefused, CartMismatch) as error:
                self.error = error
                raise
            except UpstreamRefused as error:
                if not isinstance(step, Put):
                    self.error = error
                    return
                self._refused(step)
                if _meets_unseen(step, error) and not await self._seen_anew():
                    return
            except UpstreamError as error:
                if not await self._cleared_up(step, error):
                    self.error = error
                    return

    def going_on(self, goals: Sequence[Goal]) -> "Converging":
        """The same cart, as it is by now, on its way to other goals."""
        further = Converging(self._upstream, self._handle, self.seen, goals)
        further.remote = self.remote
        return further

    @property
    def made_by(self) -> dict[str, Goal]:
        """The goals by the key of their line, in the order they were asked for."""
        return {goal.key: goal for goal in self.goals if goal.key is not None}

    async def read(self) -> None:
        """
        The cart as it is, where nothing was asked of it.

        Raises:
            UpstreamError: it could not be read.
        """
        if self._handle is not None:
            self._answered(await self._upstream.get(self._handle))

    def _is_reached(self, step: Step) -> bool:
        """True when the cart, as last seen, is what the step would make of it."""
        if isinstance(step, Put) or self._handle is None or (isinstance(step, Clear) and _keys(self.seen)):
            return False
        return all(self._standing(place) is Standing.REACHED for place in step.places)

    async def _looked_at(self, step: Step) -> bool:
        """
        Read the cart in place of asking for what it has already: were that request's answer lost, nobody could tell
        whether it has arrived, and it might undo a later change. False when it could not be read.
        """
        if self.remote is None:
            try:
                await self.read()
            except CartMismatch:
                raise
            except UpstreamError as error:
                self.error = error
                return False
        if self._is_reached(step):
            self._clears = False
            for place in step.places:
                self._finish(place)
        return True

    def _next(self) -> Step | None:
        if self._clears:
            return Clear(tuple(range(len(self.goals))))
        return next_step(self.goals, self.seen, done=self._done, alone=self._alone, has_cart=self._handle is not None)

    async def _send(self, step: Step) -> RemoteCart:
        match step, self._handle:
            case Put(items=items), None:
                return await self._upstream.create(items)
            case Put(items=items), CartHandle() as handle:
                return await self._whole(await self._upstream.add(handle, items), handle)
            case Change(changes=changes), CartHandle() as handle:
                return await self._upstream.modify(handle, changes)
            case Clear(), CartHandle() as handle:
                return await self._upstream.clear(handle)
        raise LookupError("there is no cart to change yet")

    async def _whole(self, remote: RemoteCart, handle: CartHandle) -> RemoteCart:
        """``remote`` with every line: Spain and Italy answered only the line whose quantity an addition replaced."""
        if _keys(self.seen) <= _keys(SeenCart.of(remote)):
            return remote
        try:
            cart = await self._upstream.get(handle)
        except UpstreamError as error:
            raise OutcomeUnknown("An addition was answered in part, and the cart could not be read.") from error
        return replace(cart, refusals=remote.refusals)

    def _took(self, step: Step, remote: RemoteCart) -> None:
        before = self.seen
        self._answered(remote)
        match step:
            case Put(places=places):
                self._put(places, before, remote)
            case Change(places=places) | Clear(places=places):
                self._clears = False
                for place in places:
                    self._finish(place)

    def _put(self, places: Sequence[int], before: SeenCart, remote: RemoteCart) -> None:
        if len(places) > 1 and are_mixed(remote.refusals):
            self._found(landed(self.goals, places, before, self.seen))
            self._alone |= {place for place in places if self.goals[place].key is None}
            return
        for place in self._recognise(places, before, remote):
            self._rejected(place)

    def _recognise(self, places: Sequence[int], before: SeenCart, remote: RemoteCart) -> list[int]:
        """Find the lines of goals that were put, among new ones and those that were there; the rest is returned."""
        self._found(landed(self.goals, places, before, self.seen))
        missing = []
        for place in places:
            if self.goals[place].key is not None:
                continue
            met = joined(self.goals[place], before, remote)
            if met is None:
                missing.append(place)
            else:
                self.goals[place] = met
                self._met.add(place)
        return missing

    def _refused(self, step: Put) -> None:
        # One bad item may have spoiled the request for the others.
        if len(step.places) > 1:
            self._alone |= set(step.places)
        else:
            self._rejected(step.places[0])

    def _rejected(self, place: int) -> None:
        goal = self.goals[place]
        if goal.may_replace_offer and goal.listing_id is not None:
            self.goals[place] = replace(goal, listing_id=None)
            self._alone.add(place)
        else:
            self._finish(place)

    def _found(self, keys: dict[int, str]) -> None:
        """New lines: asked for, unless they are to lie aside and do not."""
        for place, key in keys.items():
            self.goals[place] = replace(self.goals[place], key=key)
            self.has_begun = True
            if not self._is_as_before(place):
                self._finish(place)

    async def _seen_anew(self) -> bool:
        """False when the cart could not be read, so that nobody knows what is in it."""
        try:
            await self.read()
        except CartMismatch:
            raise
        except UpstreamError as error:
            self.error, self.is_unknown = error, True
            return False
        return True

    async def _cleared_up(self, step: Step, error: UpstreamError) -> bool:
        """True when the sending may go on after ``error``: what happened is known, or sending again does no harm."""
        if error.effect == "none":
            return False
        had_answer = not isinstance(error, OutcomeUnknown)
        if self._handle is None:
            # A cart whose answer was lost is an orphan that nobody can see or buy; it lapses.
            self.is_unknown = not had_answer
            return had_answer and self._once_more()
        before = self.seen
        try:
            remote = await self._upstream.get(self._handle)
        except CartMismatch:
            raise
        except UpstreamError:
            self.is_unknown = True
            return False
        self._answered(remote)
        if isinstance(step, Put):
            self._recognise(step.places, before, remote)
        else:
            self._met -= set(step.places)
        open_ones = [place for place in step.places if self._is_as_before(place) and place not in self._met]
        for place in set(step.places) - self._met - set(open_ones):
            self._finish(place)
        if not open_ones:
            self._clears = False
            return True
        self.is_unknown = not had_answer
        return had_answer and self._once_more()

    def _once_more(self) -> bool:
        is_first, self._sent_again = not self._sent_again, True
        return is_first

    def _is_as_before(self, place: int) -> bool:
        return self._standing(place) is Standing.AS_BEFORE

    def _standing(self, place: int) -> Standing:
        goal = self.goals[place]
        return standing(goal, *found(goal.key, self.seen))

    def _finish(self, place: int) -> None:
        self._met.discard(place)
        self._done.add(place)
        self.touched.add(place)
        self.has_begun = True

    def _answered(self, remote: RemoteCart) -> None:
        before = self.seen
        self.remote = remote
        self.seen = SeenCart.of(remote)
        self._handle = CartHandle(remote.cart_id, remote.hmac)
        # What a refused request of several has put after all, being delivered twice, is its own.
        again = [place for place in sorted(self._alone) if self.goals[place].key is None]
        self._found(landed(self.goals, again, before, self.seen))


def _meets_unseen(step: Put, error: UpstreamRefused) -> bool:
    """True when new things are there already: the request was delivered twice, and the first time it was done."""
    return len(step.places) > 1 and any(each.code == ErrorCode.ITEM_ALREADY_IN_CART for each in error.refusals)


def _is_put(goal: Goal) -> bool:
    """True of a new line: the upstream has it, and had none before."""
    return goal.key is not None and goal.quantity_before == 0


def _keys(cart: SeenCart) -> set[str]:
    return {item.key for item in (*cart.items, *cart.saved)}
