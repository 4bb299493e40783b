"""
Whether a cart may go to the marketplace's checkout, and where to. Pure.

The purchase address opens the cart for whoever has it: it is checked here, given to the owner in one answer, and kept
sealed only for a repetition under the same request key.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final
from urllib.parse import urlsplit

from ecs.model import RemoteCart
from resolvers.intents import Agreed
from resolvers.outcomes import AnyNotice, NoticeCode
from resolvers.prices import money
from resolvers.problems import PriceProblem, Problem, ProblemCode, VersionProblem
from resolvers.shop import CheckoutSite
from resolvers.views import CartView, LineView

ADDRESS_LIFETIME: Final = timedelta(days=90)
"""How long the marketplace keeps a cart with items, and with it its purchase address."""


_OTHER_LINES: Final = frozenset({
    NoticeCode.BACK_IN_STOCK, NoticeCode.LINE_REMOVED, NoticeCode.MOVED_TO_SAVED, NoticeCode.OFFER_REPLACED,
    NoticeCode.QUANTITY_CAPPED,
})  # fmt: skip


def refusal(cart: CartView, agreed: Agreed) -> Problem | None:
    """Why ``cart``, just read, may not be handed over on the terms ``agreed``; None when it may."""
    if not cart.lines:
        return empty()
    rise = _rise_minor(cart, agreed)
    moved = [line for line in cart.lines if line.price_rise_minor]
    if agreed.subtotal_minor is not None:
        is_refused = (rise > 0 and not agreed.accepts_rise) or (rise < 0 and not agreed.accepts_drop)
    else:
        is_refused = any(_is_too_much(line, agreed) for line in moved)
    return _price_changed(cart, agreed, moved) if is_refused else None


def unseen(notices: Sequence[AnyNotice], cart: CartView) -> Problem | None:
    """Why a cart may not be handed over when the last look has shown what the shopper has not: other lines than his."""
    if not any(notice.code in _OTHER_LINES for notice in notices):
        return None
    message = "The marketplace has changed what is in the cart; show it again with its notices, then check out."
    return VersionProblem(code=ProblemCode.VERSION_CONFLICT, message=message, current_version=cart.record.version)


def purchase_address(remote: RemoteCart, sites: tuple[CheckoutSite, ...]) -> str | None:
    """
    The cart's purchase address when it leads to one of ``sites``, else None.

    The upstream's word is not enough: scheme, host, port and path must be expected ones, without user part, fragment,
    control characters or backslashes, so that a forged answer cannot send shoppers elsewhere.
    """
    url = remote.purchase_url.get_secret_value() if remote.purchase_url else ""
    if not url.isascii() or not url.isprintable() or "\\" in url or " " in url:
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    leads_to = CheckoutSite(parts.scheme, parts.netloc, parts.path)
    return url if leads_to in sites and not parts.fragment else None


def empty() -> Problem:
    """There is no line to be bought."""
    return Problem(
        code=ProblemCode.CART_EMPTY, message="There is nothing to check out; put something in the cart first."
    )


def no_address() -> Problem:
    """The upstream gave no address, or one that leads elsewhere."""
    message = "The marketplace gave no usable purchase address; the cart is unchanged, try again in a moment."
    return Problem(code=ProblemCode.UPSTREAM_REJECTED, message=message, is_retryable=True)


def _rise_minor(cart: CartView, agreed: Agreed) -> int:
    """How much the sum is above the one agreed to; a sum that is not known is as good as too high."""
    if agreed.subtotal_minor is None:
        return 0
    return 1 if cart.subtotal is None else cart.subtotal.amount_minor - agreed.subtotal_minor


def _is_too_much(line: LineView, agreed: Agreed) -> bool:
    return not (agreed.accepts_rise if line.price_rise_minor > 0 else agreed.accepts_drop)


def _price_changed(cart: CartView, agreed: Agreed, moved: list[LineView]) -> PriceProblem:
    currency = cart.record.currency
    return PriceProblem(
        code=ProblemCode.PRICE_CHANGED,
        message="Prices have moved; show the cart again, then acknowledge its notices or send the new sum.",
        field=("expectedSubtotal",) if agreed.subtotal_minor is not None else None,
        line_ids=tuple(line.record.id for line in moved),
        expected=None if agreed.subtotal_minor is None else money(agreed.subtotal_minor, currency),
        current=cart.subtotal,
    )
