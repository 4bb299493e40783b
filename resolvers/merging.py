"""
Joining one cart with another: a guest's with the customer's at sign-in, or as asked. Nothing is lost on the way.

Both carts are held from the record to the settlement, so nobody changes the source meanwhile; its lines leave it in the
commit that has them in the target. What finds no place there stays with the source, which can be restored from.
"""

from collections.abc import Sequence
from enum import StrEnum

from msgspec.structs import replace

from ecs.vocabulary import MAX_CART_LINES
from persistence.errors import ActiveCartExists, CartMoved, KeyTaken
from persistence.records import CartRecord, CartStatus, IntentRecord, IntentState, LineRecord, Placement, RequestKey
from resolvers import carts
from resolvers.changes import Draft, Target, change, until_free
from resolvers.customers import is_known
from resolvers.goals import Goal, of_line
from resolvers.intents import Intent, Kind, to_body, to_outcome
from resolvers.lines import line_of
from resolvers.outcomes import CartOutcome, ItemOutcome, ItemResult
from resolvers.problems import AnyProblem, Problem, ProblemCode, Stopped
from resolvers.shop import Shop


class MergeStrategy(StrEnum):
    """What to do with what is in both carts; the names are those of the API."""

    KEEP_SOURCE = "KEEP_SOURCE"
    KEEP_TARGET = "KEEP_TARGET"
    MAX_QUANTITY = "MAX_QUANTITY"
    SUM_QUANTITIES = "SUM_QUANTITIES"


async def merge(
    shop: Shop,
    customer_id: str,
    source_id: str,
    target: Target,
    strategy: MergeStrategy,
) -> CartOutcome:
    """
    Put the lines of ``source_id`` into the customer's cart; one result for each line of the source.

    The source must be his own, or, for a customer who is signed in, a guest's, whose id nobody else can know. A
    customer without a cart takes the source over as it is.
    """
    source = await shop.store.cart(source_id)
    if target.cart_id is None and not await _is_repeat(shop, customer_id, target):
        try:
            if await _is_his(shop, customer_id, await _source(shop, customer_id, source_id), target.key):
                return await _taken_over(shop, customer_id, source_id)
        except Stopped as stopped:
            cart = await carts.as_it_is(shop, customer_id, None)
            return CartOutcome(cart=cart, problems=(stopped.problem,))

    async def plan(cart: CartRecord | None) -> Draft:
        fresh = await _source(shop, customer_id, source_id)
        into = carts.check(cart, target.cart_id, target.expected_version)
        if into is None:
            raise Stopped(carts.not_found())
        if into.id == fresh.id:
            raise Stopped(_same())
        goals, refused = goals_for(fresh.lines, into.lines, strategy)
        intent = Intent(
            kind=Kind.MERGE, goals=goals, entries=len(fresh.lines), refused=refused, source_cart_id=fresh.id
        )
        return Draft(intent, source=fresh)

    # How many lines a cart has is told to those alone who may take them.
    entries = len(source.lines) if source and _may_take(customer_id, source.customer_id) else 0
    return await change(shop, customer_id, target, plan, entries=entries)


async def join_guest(shop: Shop, customer_id: str, guest_id: str) -> CartOutcome | None:
    """
    Put the cart that the customer filled as a guest into his own; None when there is none.

    It may be asked for again and again: a cart that was joined is no longer active.
    """
    cart = await shop.store.active(guest_id, shop.marketplace)
    if cart is None:
        return None
    return await merge(shop, customer_id, cart.id, Target(), MergeStrategy.SUM_QUANTITIES)


def goals_for(
    source: Sequence[LineRecord], target: Sequence[LineRecord], strategy: MergeStrategy
) -> tuple[tuple[Goal, ...], dict[int, AnyProblem]]:
    """What the target's lines are to become, and the source's lines for which there is no room."""
    goals: list[Goal] = []
    refused: dict[int, AnyProblem] = {}
    met: set[str] = set()
    room = MAX_CART_LINES - len(target)
    for place, line in enumerate(source):
        other = line_of((line.asin, line.listing_id), target)
        if other is not None:
            met.add(other.id)
            quantity, placement = _both(line, other, strategy)
            goals.append(replace(of_line(other, quantity, placement, (place,)), takes=line.id))
        elif room > 0:
            room -= 1
            aside = strategy is MergeStrategy.KEEP_TARGET
            goals.append(
                Goal(
                    asin=line.asin,
                    listing_id=line.listing_id,
                    quantity=line.quantity,
                    placement=Placement.SAVED_FOR_LATER if aside else line.placement,
                    line_id=line.id,
                    entries=(place,),
                    takes=line.id,
                    may_replace_offer=True,
                )
            )
        else:
            refused[place] = _full()
    if strategy is MergeStrategy.KEEP_SOURCE:
        goals += [
            of_line(line, line.quantity, Placement.SAVED_FOR_LATER)
            for line in target
            if line.id not in met and line.placement is Placement.ACTIVE
        ]
    return tuple(goals), refused


def _both(source: LineRecord, target: LineRecord, strategy: MergeStrategy) -> tuple[int, Placement]:
    """Quantity and place of what is in both carts. It is to be bought when it was in either."""
    is_active = Placement.ACTIVE in (source.placement, target.placement)
    place = Placement.ACTIVE if is_active else Placement.SAVED_FOR_LATER
    match strategy:
        case MergeStrategy.KEEP_SOURCE:
            return source.quantity, source.placement
        case MergeStrategy.KEEP_TARGET:
            return target.quantity, target.placement
        case MergeStrategy.MAX_QUANTITY:
            return max(source.quantity, target.quantity), place
        case MergeStrategy.SUM_QUANTITIES:
            return source.quantity + target.quantity, place


async def _source(shop: Shop, customer_id: str, source_id: str) -> CartRecord:
    record = await shop.store.cart(source_id)
    if not is_known(customer_id) and (record is None or record.customer_id != customer_id):
        raise Stopped(_sign_in())
    if record is None or record.marketplace != shop.marketplace or not _may_take(customer_id, record.customer_id):
        raise Stopped(_no_source())
    if record.hold is not None:
        record = await until_free(shop, record.customer_id, source_id) or record
    if record.status is not CartStatus.ACTIVE:
        raise Stopped(_closed_source())
    return record


def _may_take(customer_id: str, owner_id: str) -> bool:
    return owner_id == customer_id or (is_known(customer_id) and not is_known(owner_id))


async def _is_repeat(shop: Shop, customer_id: str, target: Target) -> bool:
    """True when the request key was used before: what is to be said then is the journal's."""
    if target.key is None:
        return False
    opening = await shop.journal.opening(customer_id, shop.marketplace, None, target.key.key)
    return opening.earlier is not None


async def _is_his(shop: Shop, customer_id: str, source: CartRecord, key: RequestKey | None) -> bool:
    """
    True when the source is the customer's active cart: since before, or since now, because he had none.

    That is one statement, and nothing remote happens. A request key is kept either way: a repetition is told the same
    when the cart is closed by then.
    """
    if source.customer_id == customer_id:
        if key is None:
            return True
    elif await until_free(shop, customer_id, None) is not None:
        return False
    try:
        told = None if key is None else _told(shop, customer_id, source, key)
        await shop.store.adopt(source, customer_id=customer_id, now=shop.clock.now(), told=told)
    except ActiveCartExists:
        return False
    except (CartMoved, KeyTaken):
        raise Stopped(_moved()) from None
    return True


async def _taken_over(shop: Shop, customer_id: str, cart_id: str) -> CartOutcome:
    cart = await carts.read(shop, customer_id, cart_id)
    return CartOutcome(cart=cart, results=_all_in(cart.record.lines if cart else ()))


def _told(shop: Shop, customer_id: str, source: CartRecord, key: RequestKey) -> IntentRecord:
    """What a repetition is told of a cart that was taken over, which needs no journal else."""
    now = shop.clock.now()
    return IntentRecord(
        id=shop.new_id(),
        cart_id=source.id,
        customer_id=customer_id,
        kind=Kind.MERGE.value,
        body=to_body(Intent(kind=Kind.MERGE)),
        created_at=now,
        state=IntentState.SETTLED,
        request_key=key,
        outcome=to_outcome(source.id, CartOutcome(cart=None, results=_all_in(source.lines))),
        settled_at=now,
    )


def _all_in(lines: Sequence[LineRecord]) -> tuple[ItemResult, ...]:
    return tuple(ItemResult(place, ItemOutcome.ADDED, line.id) for place, line in enumerate(lines))


def _no_source() -> Problem:
    message = "There is no such cart to take lines from; it must be yours or the one you filled as a guest."
    return Problem(code=ProblemCode.CART_NOT_FOUND, message=message, field=("sourceCartId",))


def _sign_in() -> Problem:
    """The same whether the cart is a foreign one or none."""
    message = "Only a customer who is signed in takes over a guest's cart; send his token as Authorization: Bearer."
    return Problem(code=ProblemCode.NOT_AUTHENTICATED, message=message, field=("sourceCartId",))


def _closed_source() -> Problem:
    message = "The cart to take lines from is closed already; restoreCart brings back the lines of an old cart."
    return Problem(code=ProblemCode.CART_CLOSED, message=message, field=("sourceCartId",))


def _same() -> Problem:
    message = "Both carts are the same; name another cart to take lines from."
    return Problem(code=ProblemCode.CART_NOT_FOUND, message=message, field=("sourceCartId",))


def _moved() -> Problem:
    message = "The cart to take lines from is being changed; try again in a moment."
    return Problem(code=ProblemCode.CART_BUSY, message=message, field=("sourceCartId",), is_retryable=True)


def _full() -> Problem:
    message = f"A cart holds at most {MAX_CART_LINES} lines, saved ones included; this one stays in the other cart."
    return Problem(code=ProblemCode.CART_FULL, message=message)
