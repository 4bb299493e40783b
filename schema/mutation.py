"""Everything that can be changed: one thin method an action."""

from collections.abc import Sequence

import strawberry

from persistence.records import Placement
from resolvers import carts
from resolvers.adding import AddRequest, add, count_problem
from resolvers.changing import ClearScope as Scope
from resolvers.changing import clear, move, set_quantity
from resolvers.checkout import hand_over
from resolvers.lines import Addition
from resolvers.outcomes import CartOutcome, ItemOutcome, ItemResult
from resolvers.problems import Problem, ProblemCode, Stopped
from resolvers.shop import Shop
from schema import payloads
from schema.cart_enums import ItemOutcome as ItemOutcomeName
from schema.context import Info
from schema.directives import NON_NULL, Cost
from schema.ids import part_of
from schema.inputs import (
    AddItemInput,
    AddItemsInput,
    CartItemInput,
    CheckoutInput,
    ClearCartInput,
    CreateCartInput,
    ModifyItemInput,
    MoveToCartInput,
    SaveForLaterInput,
    shop_of_cart,
    target_of,
)
from schema.types.cart import Cart


@strawberry.type(
    description="Everything that can be changed; each field is null only when an entry in `errors` says so."
)
class Mutation:
    """The mutation root."""

    @strawberry.mutation(
        description="Makes a cart, or gives back the active one.", directives=[NON_NULL, Cost(weight="20")]
    )
    async def create_cart(self, info: Info, input: CreateCartInput) -> payloads.CreateCartPayload | None:  # noqa: A002
        context = info.context
        market = str(input.marketplace.value) if input.marketplace else context.shop.marketplace
        if context.serves(market):
            outcome = await _add(info, context.at(market).shop, input.items, replace_active=input.replace_active)
        else:
            outcome = _refused(input.items, _not_here(market))
        return payloads.CreateCartPayload(
            cart=Cart.maybe(outcome.cart),
            results=payloads.results_of(outcome, market),
            user_errors=payloads.bulk_errors_of(outcome, market),
            notices=payloads.notices_of(outcome),
        )

    @strawberry.mutation(description="Adds units of one item.", directives=[NON_NULL, Cost(weight="20")])
    async def add_item(self, info: Info, input: AddItemInput) -> payloads.AddItemPayload | None:  # noqa: A002
        shop = shop_of_cart(info.context, input.cart_id)
        items = [CartItemInput(item=input.item, quantity=input.quantity)]
        outcome = await _add(info, shop, items, cart_id=input.cart_id, expected_version=input.expected_version)
        result = outcome.results[0]
        return payloads.AddItemPayload(
            cart=Cart.maybe(outcome.cart),
            line=payloads.line_of(outcome.cart, result.line_id),
            outcome=ItemOutcomeName(str(result.outcome)),
            user_errors=payloads.errors_of(outcome.problems, shop.marketplace),
            notices=payloads.notices_of(outcome),
        )

    @strawberry.mutation(description="Adds several items in one call.", directives=[NON_NULL, Cost(weight="30")])
    async def add_items(self, info: Info, input: AddItemsInput) -> payloads.AddItemsPayload | None:  # noqa: A002
        shop = shop_of_cart(info.context, input.cart_id)
        outcome = await _add(
            info,
            shop,
            input.items,
            cart_id=input.cart_id,
            expected_version=input.expected_version,
            is_atomic=input.atomic,
        )
        return payloads.AddItemsPayload(
            cart=Cart.maybe(outcome.cart),
            results=payloads.results_of(outcome, shop.marketplace),
            user_errors=payloads.bulk_errors_of(outcome, shop.marketplace),
            notices=payloads.notices_of(outcome),
        )

    @strawberry.mutation(
        description="Sets the quantity of a line, or takes it out.", directives=[NON_NULL, Cost(weight="20")]
    )
    async def modify_item(self, info: Info, input: ModifyItemInput) -> payloads.ModifyItemPayload | None:  # noqa: A002
        shop = shop_of_cart(info.context, input.cart_id)
        target = target_of(input.cart_id, input.expected_version, shop.marketplace)
        line_id = part_of(input.line_id, "CartLine", shop.marketplace) or ""
        outcome = await set_quantity(shop, info.context.session.establish(), target, line_id, input.quantity)
        return payloads.ModifyItemPayload(
            cart=Cart.maybe(outcome.cart),
            line=payloads.line_of(outcome.cart, line_id),
            removed_line_id=input.line_id if line_id in outcome.removed_line_ids else None,
            user_errors=payloads.errors_of(outcome.problems, shop.marketplace),
            notices=payloads.notices_of(outcome),
        )

    @strawberry.mutation(description="Puts lines aside.", directives=[NON_NULL, Cost(weight="20")])
    async def save_for_later(
        self,
        info: Info,
        input: SaveForLaterInput,  # noqa: A002
    ) -> payloads.SaveForLaterPayload | None:
        shop = shop_of_cart(info.context, input.cart_id)
        outcome = await _move(info, shop, input, Placement.SAVED_FOR_LATER)
        return payloads.SaveForLaterPayload(
            cart=Cart.maybe(outcome.cart),
            lines=payloads.lines_of(outcome),
            user_errors=payloads.errors_of(outcome.problems, shop.marketplace),
            notices=payloads.notices_of(outcome),
        )

    @strawberry.mutation(description="Takes saved lines back.", directives=[NON_NULL, Cost(weight="20")])
    async def move_to_cart(self, info: Info, input: MoveToCartInput) -> payloads.MoveToCartPayload | None:  # noqa: A002
        shop = shop_of_cart(info.context, input.cart_id)
        outcome = await _move(info, shop, input, Placement.ACTIVE)
        return payloads.MoveToCartPayload(
            cart=Cart.maybe(outcome.cart),
            lines=payloads.lines_of(outcome),
            user_errors=payloads.errors_of(outcome.problems, shop.marketplace),
            notices=payloads.notices_of(outcome),
        )

    @strawberry.mutation(description="Takes out many lines at once.", directives=[NON_NULL, Cost(weight="20")])
    async def clear_cart(self, info: Info, input: ClearCartInput) -> payloads.ClearCartPayload | None:  # noqa: A002
        shop = shop_of_cart(info.context, input.cart_id)
        target = target_of(input.cart_id, input.expected_version, shop.marketplace)
        outcome = await clear(shop, info.context.session.establish(), target, Scope(str(input.scope.value)))
        return payloads.ClearCartPayload(
            cart=Cart.maybe(outcome.cart),
            removed_line_ids=payloads.removed_ids_of(outcome),
            user_errors=payloads.errors_of(outcome.problems, shop.marketplace),
            notices=payloads.notices_of(outcome),
        )

    @strawberry.mutation(
        description="Checks the cart once more and gives the address of the marketplace's checkout.",
        directives=[NON_NULL, Cost(weight="20")],
    )
    async def checkout(self, info: Info, input: CheckoutInput) -> payloads.CheckoutPayload | None:  # noqa: A002
        shop = shop_of_cart(info.context, input.cart_id)
        target = target_of(input.cart_id, input.expected_version, shop.marketplace)
        outcome = await hand_over(shop, info.context.session.establish(), target)
        return payloads.CheckoutPayload.of(outcome, shop.marketplace)


async def _add(
    info: Info,
    shop: Shop,
    items: Sequence[CartItemInput],
    *,
    cart_id: str | None = None,
    expected_version: int | None = None,
    is_atomic: bool = False,
    replace_active: bool = False,
) -> CartOutcome:
    """Put the entries whose item can be made out in the cart; the others are refused, each with its reason."""
    target = target_of(cart_id, expected_version, shop.marketplace)
    additions: list[Addition] = []
    unknown: dict[int, Problem] = {}
    for index, entry in enumerate(items):
        try:
            additions.append(entry.item.addition(index, entry.quantity, shop.marketplace))
        except Stopped as stopped:
            unknown[index] = stopped.problem
    customer_id = info.context.session.establish()
    too_many = count_problem(len(items))
    if too_many:
        cart = await carts.as_it_is(shop, customer_id, target.cart_id)
        return _with_unknown(CartOutcome(cart=cart, problems=(too_many,)), {}, len(items))
    if unknown and (is_atomic or not additions):
        cart = await carts.as_it_is(shop, customer_id, target.cart_id)
        return _with_unknown(CartOutcome(cart=cart), unknown, len(items))
    request = AddRequest(
        additions=additions,
        cart_id=target.cart_id,
        expected_version=target.expected_version,
        is_atomic=is_atomic,
        replace_active=replace_active,
    )
    return _with_unknown(await add(shop, customer_id, request), unknown, len(items))


def _with_unknown(outcome: CartOutcome, unknown: dict[int, Problem], count: int) -> CartOutcome:
    """``outcome`` with a result for every entry, those that could not be made out included."""
    known = {result.index: result for result in outcome.results}
    results = [
        known.get(index)
        or ItemResult(index, ItemOutcome.REJECTED, problems=(unknown[index],) if index in unknown else ())
        for index in range(count)
    ]
    return CartOutcome(
        cart=outcome.cart,
        problems=(*outcome.problems, *unknown.values()),
        notices=outcome.notices,
        results=tuple(results),
    )


def _refused(items: Sequence[CartItemInput], problem: Problem) -> CartOutcome:
    return _with_unknown(CartOutcome(cart=None, problems=(problem,)), {}, len(items))


def _not_here(marketplace: str) -> Problem:
    message = f"This server does not sell in {marketplace}; leave marketplace out."
    return Problem(code=ProblemCode.MARKETPLACE_MISMATCH, message=message, field=("marketplace",))


async def _move(
    info: Info,
    shop: Shop,
    input: SaveForLaterInput | MoveToCartInput,  # noqa: A002
    to: Placement,
) -> CartOutcome:
    target = target_of(input.cart_id, input.expected_version, shop.marketplace)
    line_ids = [part_of(line_id, "CartLine", shop.marketplace) or "" for line_id in input.line_ids]
    return await move(shop, info.context.session.establish(), target, line_ids, to)
