"""
The asking customer, for what reads or changes his cart.

Whoever signs in brings along what he put in a cart as a guest: it joins his own before anything else is done, and the
guest comes to his end then: his token is worth nothing any more, whoever has it. While that does not succeed (the
upstream is away) the guest stays, and it is tried again.
"""

from resolvers.merging import join_guest
from resolvers.shop import Shop
from schema.context import Context, Info


async def customer_of(info: Info) -> str:
    """The asking customer, made a guest when there is none."""
    await _joined(info.context)
    return info.context.session.establish()


async def asking(info: Info) -> str | None:
    """The asking customer; None for a guest who has nothing yet."""
    await _joined(info.context)
    return info.context.session.customer_id


async def _joined(context: Context) -> None:
    """Once a request, whatever it asks for side by side."""
    if context.session.is_authenticated and context.session.guest_id is not None:
        await context.once("joined", lambda: _join(context))


async def _join(context: Context) -> None:
    session = context.session
    customer_id, guest_id = session.customer_id, session.guest_id
    if customer_id is None or guest_id is None:
        return
    if await _is_ended(context.shop, guest_id):
        session.forget_guest()
        return
    shops = context.shops.values() or (context.shop,)
    for shop in shops:
        await join_guest(shop, customer_id, guest_id)
    if [shop for shop in shops if await shop.store.active(guest_id, shop.marketplace)]:
        return
    if await context.shop.store.end_guest(guest_id, customer_id=customer_id, now=context.shop.clock.now()):
        session.forget_guest()


async def _is_ended(shop: Shop, guest_id: str) -> bool:
    guest = await shop.store.customer(guest_id)
    return guest is not None and guest.ended_at is not None
