"""Finding out why the upstream would not take an item: "not eligible" stands for all from a typo to sold out."""

from collections.abc import Sequence

from ecs.errors import UpstreamError
from ecs.model import Item, Offer, Seen
from ecs.vocabulary import MAX_LOOKUP_IDS, ResponseGroup
from resolvers.availability import is_buyable
from resolvers.lines import Addition
from resolvers.ports import Catalog
from resolvers.problems import Problem, ProblemCode, UnavailableProblem
from resolvers.products import spread

_GROUPS = frozenset({ResponseGroup.SMALL, ResponseGroup.OFFER_FULL})


async def why_rejected(catalog: Catalog, rejected: Sequence[Addition]) -> dict[int, Problem]:
    """The reason for each rejected entry, by its index, as far as the catalog tells."""
    asins = list(dict.fromkeys(addition.asin for addition in rejected))[:MAX_LOOKUP_IDS]
    if not asins:
        return {}
    try:
        seen = await catalog.look_up(asins, _GROUPS)
    except UpstreamError:
        return {addition.index: _not_eligible(addition, None) for addition in rejected}
    items = {each.value.asin: each for each in spread(seen)}
    return {addition.index: reason(addition, items.get(addition.asin)) for addition in rejected}


def reason(addition: Addition, seen: Seen[Item] | None) -> Problem:
    """Why ``addition`` was not taken, given what the catalog says of its item (None: it does not know it)."""
    if seen is None:
        return Problem(
            code=ProblemCode.PRODUCT_NOT_FOUND,
            message=f"There is no product {addition.asin} in this marketplace; check the catalog number.",
            field=("item",),
        )
    item = seen.value
    offers = item.offers.offers if item.offers else ()
    if addition.listing_id is not None and not _holds(offers, addition.listing_id):
        return UnavailableProblem(
            code=ProblemCode.OFFER_NOT_FOUND,
            message=f"This offer of {item.title} is gone; choose another one.",
            field=("item",),
            seen=seen,
        )
    if not any(is_buyable(offer) for offer in _meant(offers, addition)):
        return UnavailableProblem(
            code=ProblemCode.OUT_OF_STOCK,
            message=f"{item.title} cannot be bought now; choose another offer or try later.",
            field=("item",),
            seen=seen,
        )
    return _not_eligible(addition, seen)


def _holds(offers: Sequence[Offer], listing_id: str) -> bool:
    return any(offer.listing_id == listing_id for offer in offers)


def _meant(offers: Sequence[Offer], addition: Addition) -> Sequence[Offer]:
    if addition.listing_id is None:
        return offers
    return [offer for offer in offers if offer.listing_id == addition.listing_id]


def _not_eligible(addition: Addition, seen: Seen[Item] | None) -> Problem:
    name = (seen and seen.value.title) or addition.asin
    return UnavailableProblem(
        code=ProblemCode.ITEM_NOT_ELIGIBLE,
        message=f"{name} cannot be put in a cart; choose another product or offer.",
        field=("item",),
        seen=seen,
    )
