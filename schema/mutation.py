"""Everything that can be changed: one thin method an action."""

from collections.abc import Sequence
from typing import Any

import strawberry

from persistence.records import Placement, RequestKey
from resolvers import carts
from resolvers.acknowledging import acknowledge
from resolvers.adding import AddRequest, add, count_problem
from resolvers.changes import Target
from resolvers.changing import ClearScope as Scope
from resolvers.changing import clear, move, set_quantity
from resolvers.checkout import hand_over
from resolvers.lines import Addition
from resolvers.merging import MergeStrategy, merge
from resolvers.outcomes import CartOutcome, ItemOutcome, ItemResult
from resolvers.problems import Problem, ProblemCode, Stopped
from resolvers.restoring import restore
from resolvers.shop import Shop
from schema import payloads
from schema.cart_enums import ItemOutcome as ItemOutcomeName
from schema.cart_inputs import (
    AcknowledgeNoticesInput,
    AddItemInput,
    AddItemsInput,
    CartItemInput,
    CheckoutInput,
    ClearCartInput,
    CreateCartInput,
    MergeCartsInput,
    ModifyItemInput,
    MoveToCartInput,
    RestoreCartInput,
    SaveForLaterInput,
    shop_of_cart,
    target_of,
)
from schema.context import Info
from schema.directives import NON_NULL, Cost
from schema.ids import part_of
from schema.request_keys import request_key
from schema.signed_in import customer_of
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
            shop = context.at(market).shop
            target = Target(key=_key(info, "createCart", input))
            outcome = await _add(info, shop, input.items, target, replace_active=input.replace_active)
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
        outcome = await _add(info, shop, items, _target(info, shop, "addItem", input))
        result = outcome.results[0]
        return payloads.AddItemPayload(
            cart=Cart.maybe(outcome.cart),
            line=payloads.line_of(outcome.cart, result.line_id),
            outcome=ItemOutcomeName(str(result.outcome)),
            user_errors=payloads.errors_of(outcome, shop.marketplace),
            notices=payloads.notices_of(outcome),
        )

    @strawberry.mutation(description="Adds several items in one call.", directives=[NON_NULL, Cost(weight="30")])
    async def add_items(self, info: Info, input: AddItemsInput) -> payloads.AddItemsPayload | None:  # noqa: A002
        shop = shop_of_cart(info.context, input.cart_id)
        outcome = await _add(info, shop, input.items, _target(info, shop, "addItems", input), is_atomic=input.atomic)
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
        target = _target(info, shop, "modifyItem", input)
        line_id = part_of(input.line_id, "CartLine", shop.marketplace) or ""
        outcome = await set_quantity(shop, await customer_of(info), target, line_id, input.quantity)
        return payloads.ModifyItemPayload(
            cart=Cart.maybe(outcome.cart),
            line=payloads.line_of(outcome.cart, line_id),
            removed_line_id=input.line_id if line_id in outcome.removed_line_ids else None,
            user_errors=payloads.errors_of(outcome, shop.marketplace),
            notices=payloads.notices_of(outcome),
        )

    @strawberry.mutation(description="Puts lines aside.", directives=[NON_NULL, Cost(weight="20")])
    async def save_for_later(
        self,
        info: Info,
        input: SaveForLaterInput,  # noqa: A002
    ) -> payloads.SaveForLaterPayload | None:
        shop = shop_of_cart(info.context, input.cart_id)
        outcome = await _move(info, shop, "saveForLater", input, Placement.SAVED_FOR_LATER)
        return payloads.SaveForLaterPayload(
            cart=Cart.maybe(outcome.cart),
            lines=payloads.lines_of(outcome),
            user_errors=payloads.errors_of(outcome, shop.marketplace),
            notices=payloads.notices_of(outcome),
        )

    @strawberry.mutation(description="Takes saved lines back.", directives=[NON_NULL, Cost(weight="20")])
    async def move_to_cart(self, info: Info, input: MoveToCartInput) -> payloads.MoveToCartPayload | None:  # noqa: A002
        shop = shop_of_cart(info.context, input.cart_id)
        outcome = await _move(info, shop, "moveToCart", input, Placement.ACTIVE)
        return payloads.MoveToCartPayload(
            cart=Cart.maybe(outcome.cart),
            lines=payloads.lines_of(outcome),
            user_errors=payloads.errors_of(outcome, shop.marketplace),
            notices=payloads.notices_of(outcome),
        )

    @strawberry.mutation(description="Takes out many lines at once.", directives=[NON_NULL, Cost(weight="20")])
    async def clear_cart(self, info: Info, input: ClearCartInput) -> payloads.ClearCartPayload | None:  # noqa: A002
        shop = shop_of_cart(info.context, input.cart_id)
        target = _target(info, shop, "clearCart", input)
        outcome = await clear(shop, await customer_of(info), target, Scope(str(input.scope.value)))
        return payloads.ClearCartPayload(
            cart=Cart.maybe(outcome.cart),
            removed_line_ids=payloads.removed_ids_of(outcome),
            user_errors=payloads.errors_of(outcome, shop.marketplace),
            notices=payloads.notices_of(outcome),
        )

    @strawberry.mutation(
        description="Puts one cart's lines into another, as at sign-in.", directives=[NON_NULL, Cost(weight="30")]
    )
    async def merge_carts(self, info: Info, input: MergeCartsInput) -> payloads.MergeCartsPayload | None:  # noqa: A002
        shop = shop_of_cart(info.context, input.target_cart_id)
        target = target_of(input.target_cart_id, None, shop.marketplace, _key(info, "mergeCarts", input))
        source_id = part_of(input.source_cart_id, "Cart", shop.marketplace) or ""
        strategy = MergeStrategy(str(input.strategy.value))
        outcome = await merge(shop, await customer_of(info), source_id, target, strategy)
        return payloads.MergeCartsPayload(
            cart=Cart.maybe(outcome.cart),
            results=payloads.results_of(outcome, shop.marketplace),
            user_errors=payloads.bulk_errors_of(outcome, shop.marketplace),
            notices=payloads.notices_of(outcome),
        )

    @strawberry.mutation(
        description="Puts an old cart's lines into the active one.", directives=[NON_NULL, Cost(weight="30")]
    )
    async def restore_cart(self, info: Info, input: RestoreCartInput) -> payloads.RestoreCartPayload | None:  # noqa: A002
        shop = shop_of_cart(info.context, input.from_cart_id)
        target = target_of(input.into_cart_id, None, shop.marketplace, _key(info, "restoreCart", input))
        from_id = part_of(input.from_cart_id, "Cart", shop.marketplace) or ""
        outcome = await restore(shop, await customer_of(info), from_id, target)
        return payloads.RestoreCartPayload(
            cart=Cart.maybe(outcome.cart),
            results=payloads.results_of(outcome, shop.marketplace),
            user_errors=payloads.bulk_errors_of(outcome, shop.marketplace),
            notices=payloads.notices_of(outcome),
        )

    @strawberry.mutation(description="Marks notices as seen.", directives=[NON_NULL, Cost(weight="5")])
    async def acknowledge_notices(
        self,
        info: Info,
        input: AcknowledgeNoticesInput,  # noqa: A002
    ) -> payloads.AcknowledgeNoticesPayload | None:
        shop = shop_of_cart(info.context, input.cart_id)
        target = target_of(input.cart_id, None, shop.marketplace)
        ids = input.notice_ids
        notice_ids = None if ids is None or ids is strawberry.UNSET else _notice_ids(ids, shop.marketplace)
        outcome = await acknowledge(shop, await customer_of(info), target.cart_id, notice_ids)
        return payloads.AcknowledgeNoticesPayload(
            cart=Cart.maybe(outcome.cart), user_errors=payloads.errors_of(outcome, shop.marketplace)
        )

    @strawberry.mutation(
        description="Checks the cart once more and gives the address of the marketplace's checkout.",
        directives=[NON_NULL, Cost(weight="20")],
    )
    async def checkout(self, info: Info, input: CheckoutInput) -> payloads.CheckoutPayload | None:  # noqa: A002
        shop = shop_of_cart(info.context, input.cart_id)
        target = _target(info, shop, "checkout", input)
        outcome = await hand_over(shop, await customer_of(info), target, input.agreed(shop.currency))
        return payloads.CheckoutPayload.of(outcome, shop.marketplace)


async def _add(
    info: Info,
    shop: Shop,
    items: Sequence[CartItemInput],
    target: Target,
    *,
    is_atomic: bool = False,
    replace_active: bool = False,
) -> CartOutcome:
    """Put the entries whose item can be made out in the cart; the others are refused, each with its reason."""
    additions: list[Addition] = []
    unknown: dict[int, Problem] = {}
    for index, entry in enumerate(items):
        try:
            additions.append(entry.item.addition(index, entry.quantity, shop.marketplace))
        except Stopped as stopped:
            unknown[index] = stopped.problem
    customer_id = await customer_of(info)
    too_many = count_problem(len(items))
    if too_many:
        cart = await carts.as_it_is(shop, customer_id, target.cart_id)
        return _with_unknown(CartOutcome(cart=cart, problems=(too_many,)), {}, len(items))
    if unknown and (is_atomic or not additions):
        cart = await carts.as_it_is(shop, customer_id, target.cart_id)
        return _with_unknown(CartOutcome(cart=cart), unknown, len(items))
    request = AddRequest(
        additions=additions,
        target=target,
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
    mutation: str,
    input: SaveForLaterInput | MoveToCartInput,  # noqa: A002
    to: Placement,
) -> CartOutcome:
    target = _target(info, shop, mutation, input)
    line_ids = [part_of(line_id, "CartLine", shop.marketplace) or "" for line_id in input.line_ids]
    return await move(shop, await customer_of(info), target, line_ids, to)


def _target(info: Info, shop: Shop, mutation: str, input: Any) -> Target:  # noqa: A002
    """The cart that an input names, under its request key."""
    return target_of(input.cart_id, input.expected_version, shop.marketplace, _key(info, mutation, input))


def _key(info: Info, mutation: str, input: Any) -> RequestKey | None:  # noqa: A002
    return request_key(mutation, input, is_required=info.context.requires_keys)


def _notice_ids(ids: Sequence[str], marketplace: str) -> set[str]:
    return {part_of(each, "CartNotice", marketplace) or "" for each in ids}
