"""What a shopper does in tests of the storefront, and what is seen of it afterwards."""

from msgspec.structs import replace

from persistence.records import CartRecord, CartStatus, IntentRecord, Placement, RequestKey
from resolvers.adding import AddRequest, add
from resolvers.changes import Target
from resolvers.changing import move
from resolvers.lines import Addition
from resolvers.outcomes import CartOutcome
from resolvers.shop import Shop
from resolvers.sweeping import Swept, sweep
from tests.support.fakes import Storefront

ANN = "customer:ann"
BOB = "customer:bob"
"""Two who are signed in; whoever has no such id is a guest."""


def one(asin: str, quantity: int = 1, listing_id: str | None = None) -> Addition:
    """The only entry of a call."""
    return Addition(0, asin, quantity, listing_id)


def several(*asins: str, quantity: int = 1) -> tuple[Addition, ...]:
    """An entry for each item."""
    return tuple(Addition(place, asin, quantity) for place, asin in enumerate(asins))


def a_key(key: str = "key-1", asked: bytes = b"asked") -> RequestKey:
    """The client's name for a call, and a digest of what it asked for."""
    return RequestKey(key, asked)


async def put(
    front: Storefront,
    *additions: Addition,
    is_atomic: bool = False,
    replace: bool = False,
    key: RequestKey | None = None,
    shop: Shop | None = None,
    customer: str = ANN,
) -> CartOutcome:
    """Ann's adding call."""
    request = AddRequest(additions=additions, target=Target(key=key), is_atomic=is_atomic, replace_active=replace)
    return await add(shop or front.shop, customer, request)


async def filled(front: Storefront, *asins: str, saved: tuple[str, ...] = (), customer: str = ANN) -> CartRecord:
    """The customer's cart with two units of each item, some of them put aside; calls and writes are forgotten."""
    await put(front, *several(*asins, quantity=2), customer=customer)
    cart = the_cart(front, customer)
    lines = {line.asin: line.id for line in cart.lines}
    if saved:
        await move(front.shop, customer, Target(), [lines[asin] for asin in saved], Placement.SAVED_FOR_LATER)
    front.carts.calls.clear()
    front.store.writes.clear()
    return the_cart(front, customer)


def the_cart(front: Storefront, customer: str = ANN) -> CartRecord:
    """The customer's one active cart, as the store has it."""
    (cart,) = [
        cart
        for cart in front.store.records.values()
        if (cart.customer_id, cart.status) == (customer, CartStatus.ACTIVE)
    ]
    return cart


def kept(front: Storefront, customer: str = ANN) -> dict[tuple[str, str | None], int]:
    """Units by item and offer in the customer's active cart, as the store has it."""
    return {(line.asin, line.listing_id): line.quantity for line in the_cart(front, customer).lines}


def unclaimed(front: Storefront) -> dict[str, CartRecord]:
    """The carts as the store has them, but for who had them last."""
    return {cart.id: replace(cart, fence=0) for cart in front.store.records.values()}


def outcomes(outcome: CartOutcome) -> list[str]:
    """What became of each entry."""
    return [result.outcome.value for result in outcome.results]


def codes(outcome: CartOutcome) -> list[str]:
    """What stopped the call, in whole or part."""
    return [problem.code.value for problem in outcome.problems]


def notices(outcome: CartOutcome) -> list[str]:
    """What went otherwise than asked."""
    return [notice.code.value for notice in outcome.notices]


def shown(outcome: CartOutcome) -> tuple[dict[str, int], dict[str, int]]:
    """Units by item of the answered cart: to be bought, and saved."""
    assert outcome.cart
    return (
        {line.record.asin: line.record.quantity for line in outcome.cart.lines},
        {line.record.asin: line.record.quantity for line in outcome.cart.saved},
    )


def open_kinds(front: Storefront) -> list[str]:
    """Kinds of the intents that are not settled yet."""
    intents: list[IntentRecord] = front.store.open_intents()
    return [intent.kind for intent in intents]


async def sweep_later(front: Storefront, *, seconds: float = 20.0) -> Swept:
    """Another process sweeps once the leases have run out."""
    front.clock.advance(seconds=seconds)
    return await sweep({"US": front.process()})
