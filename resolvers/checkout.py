"""
Handing the shopper over to the marketplace's own checkout, once.

The cart is read afresh, and let go of in the same commit that records the hand-over. What is true if the process dies:
before the commit the cart is active and the shopper has seen nothing; after it the cart is handed over, and the same
request key shows the same address again.
"""

from persistence.records import CartRecord
from resolvers import carts
from resolvers.changes import Draft, Target, change
from resolvers.handing_over import empty
from resolvers.intents import Agreed, Intent, Kind
from resolvers.outcomes import CartOutcome
from resolvers.problems import Stopped
from resolvers.shop import Shop


async def hand_over(shop: Shop, customer_id: str, target: Target, agreed: Agreed) -> CartOutcome:
    """
    Give the customer the purchase address and let go of the cart, when its prices are those ``agreed``.

    After this the customer has no active cart. A cart without lines to be bought is not handed over.
    """

    async def plan(cart: CartRecord | None) -> Draft:
        if carts.check(cart, target.cart_id, target.expected_version) is None:
            raise Stopped(empty())
        return Draft(Intent(kind=Kind.CHECKOUT, agreed=agreed))

    return await change(shop, customer_id, target, plan)
