"""Marking notices as seen."""

import asyncio

from msgspec.structs import replace

from persistence.records import CartRecord, Placement
from resolvers import carts
from resolvers.acknowledging import acknowledge
from resolvers.changes import Target
from resolvers.changing import set_quantity
from resolvers.checkout import hand_over
from resolvers.intents import Agreed
from resolvers.notices import kept as kept_notices
from resolvers.readiness import blockers
from resolvers.turns import MAX_WAITING
from tests.support.fakes import NOON, Storefront
from tests.support.shopping import ANN, BOB, codes, filled, one, put, several, the_cart


def told(front: Storefront) -> list[str]:
    """Codes of the notices that Ann's cart keeps."""
    return [notice.code.value for notice in kept_notices(the_cart(front))]


async def surprised(front: Storefront) -> list[str]:
    """Ann's cart after a cap, and prices of A and B that rose; the ids of its notices."""
    await filled(front, "A", "B", "C")
    front.carts.offer("A-offer").price_minor = 1100
    front.carts.offer("B-offer").price_minor = 2200
    await put(front, one("C", 9))
    return [notice.id for notice in kept_notices(the_cart(front))]


async def test_all_notices_are_forgotten_and_all_prices_let_stand(front: Storefront) -> None:
    """The shopper has seen the cart as it is: it may go to checkout."""
    await surprised(front)
    before = the_cart(front)
    refused = await hand_over(front.shop, ANN, Target(), Agreed())

    outcome = await acknowledge(front.shop, ANN, None, None)
    handed = await hand_over(front.shop, ANN, Target(), Agreed())

    assert codes(refused) == ["PRICE_CHANGED"]
    assert outcome.problems == ()
    assert outcome.cart
    assert kept_notices(outcome.cart.record) == ()
    assert outcome.cart.record.version == before.version + 1
    assert [(line.price_accepted_minor, line.price_moved_at) for line in outcome.cart.record.lines] == [
        (1100, None),
        (2200, None),
        (500, None),
    ]
    assert handed.handover


async def test_only_the_notices_named_are_forgotten(front: Storefront) -> None:
    """The price of the other line has not been seen yet."""
    price_a, price_b, cap = await surprised(front)

    await acknowledge(front.shop, ANN, the_cart(front).id, [price_a, cap, "unknown"])

    assert [notice.id for notice in kept_notices(the_cart(front))] == [price_b]
    assert [line.price_accepted_minor for line in the_cart(front).lines] == [1100, None, None]
    assert [line.price_moved_at for line in the_cart(front).lines] == [None, NOON, None]


async def test_acknowledging_again_changes_nothing(front: Storefront) -> None:
    """It may be repeated."""
    await surprised(front)
    await acknowledge(front.shop, ANN, None, None)
    before = the_cart(front)

    again = await acknowledge(front.shop, ANN, None, None)
    unknown = await acknowledge(front.shop, ANN, None, ["unknown"])

    assert (again.problems, unknown.problems, the_cart(front)) == ((), (), before)


async def test_a_price_that_is_not_known_is_not_let_stand(front: Storefront) -> None:
    """The next one that is shown will be compared with the one before."""
    await filled(front, "A")
    front.carts.offer("A-offer").price_minor = None
    await carts.read(front.shop, ANN)

    await acknowledge(front.shop, ANN, None, None)

    assert the_cart(front).lines[0].price_accepted_minor is None


async def test_a_cart_that_is_not_there_or_closed_has_nothing_to_acknowledge(front: Storefront) -> None:
    """As for every change."""
    nobody = await acknowledge(front.shop, BOB, None, None)
    cart = await filled(front, "A")
    foreign = await acknowledge(front.shop, BOB, cart.id, None)
    await hand_over(front.shop, ANN, Target(), Agreed())
    closed = await acknowledge(front.shop, ANN, cart.id, None)

    assert [codes(each) for each in (nobody, foreign, closed)] == [
        ["CART_NOT_FOUND"],
        ["CART_NOT_FOUND"],
        ["CART_CLOSED"],
    ]


async def test_too_many_at_once_are_turned_away(front: Storefront) -> None:
    """It waits for its turn like every change."""
    await surprised(front)

    waiting = [asyncio.create_task(_hold(front)) for _ in range(1 + MAX_WAITING)]
    await asyncio.sleep(0)

    outcome = await acknowledge(front.shop, ANN, None, None)

    assert codes(outcome) == ["CART_BUSY"]
    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)


async def _hold(front: Storefront) -> None:
    async with front.shop.turns.take((ANN, "US")):
        await asyncio.Event().wait()


async def test_a_cart_that_moves_meanwhile_is_looked_at_again(front: Storefront) -> None:
    """Another process wrote it first; what came by that is not acknowledged unseen."""
    await surprised(front)
    front.store.before_write.append(lambda: front.store.keep(_moved(front)))

    outcome = await acknowledge(front.shop, ANN, None, None)

    assert outcome.problems == ()
    assert the_cart(front).version == 4


async def test_a_cart_that_will_not_stand_still_is_busy(front: Storefront) -> None:
    """Five tries."""
    await surprised(front)
    front.store.before_write += [lambda: front.store.keep(_moved(front))] * 9

    outcome = await acknowledge(front.shop, ANN, None, None)

    assert (codes(outcome), len(front.store.before_write)) == (["CART_BUSY"], 4)
    assert told(front) == ["PRICE_ROSE", "PRICE_ROSE", "QUANTITY_CAPPED"]


def _moved(front: Storefront) -> CartRecord:
    cart = the_cart(front)
    return replace(cart, version=cart.version + 1)


async def test_a_read_beside_it_does_not_bring_notices_back(front: Storefront) -> None:
    """The reader began with the notices that were there then; the price he has not seen yet is told anew."""
    await surprised(front)
    front.carts.offer("C-offer").price_minor = 600

    async def meanwhile() -> None:
        await acknowledge(front.process(), ANN, None, None)

    front.carts.meanwhile[len(front.carts.calls) + 1] = meanwhile

    await carts.read(front.shop, ANN)

    assert told(front) == ["PRICE_ROSE"]


async def test_notices_stay_until_they_are_acknowledged(front: Storefront) -> None:
    """Capped, put aside, back in stock; a price that went back is no news."""
    await filled(front, "A", "B", "C")
    front.carts.offer("A-offer").price_minor = 1100
    front.carts.offer("B-offer").is_available = False
    front.carts.carts["100-1"].lines[1].is_saved = True
    await put(front, one("C", 9))
    first = told(front)

    front.carts.offer("A-offer").price_minor = 1000
    front.carts.carts["100-1"].lines[1].is_saved = False
    await carts.read(front.shop, ANN)

    assert sorted(first) == ["MOVED_TO_SAVED", "PRICE_ROSE", "QUANTITY_CAPPED"]
    assert sorted(told(front)) == ["BACK_IN_STOCK", "MOVED_TO_SAVED", "QUANTITY_CAPPED"]
    assert the_cart(front).lines[1].placement is Placement.ACTIVE
    assert the_cart(front).lines[0].price_moved_at is None


async def test_a_risen_price_stands_in_the_way_until_it_is_let_stand(front: Storefront) -> None:
    """Readiness and checkout say the same."""
    await put(front, *several("A"))
    front.carts.offer("A-offer").price_minor = 1100
    risen = await carts.read(front.shop, ANN)
    assert risen
    in_the_way = blockers(risen)

    await acknowledge(front.shop, ANN, None, None)
    accepted = await carts.read(front.shop, ANN)
    await set_quantity(front.shop, ANN, Target(), the_cart(front).lines[0].id, 2)

    assert accepted
    assert (in_the_way, blockers(accepted)) == (["PRICE_CHANGED"], [])
