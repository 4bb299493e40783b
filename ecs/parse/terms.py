"""Terms of an offer that few offers have: points, promotions, charges for sending."""

from collections.abc import Iterator

from ecs.model import LoyaltyPoints, Promotion, ShippingCharge
from ecs.parse.attributes import flat
from ecs.parse.nodes import Element, children, fields, flag, integer, parts
from ecs.parse.values import money


def loyalty_points(element: Element) -> LoyaltyPoints | None:
    """Points for buying; None when their number cannot be read."""
    found = parts(element)
    points = integer(fields(element).get("Points"))
    return None if points is None else LoyaltyPoints(points, money(found.get("TypicalRedemptionValue")))


def promotions(element: Element) -> tuple[Promotion, ...]:
    """The promotions of an offer; one that no id names is left out."""
    return tuple(one for child in children(element, "Promotion") if (one := _promotion(child)) is not None)


def shipping_charges(listing: Element) -> tuple[ShippingCharge, ...]:
    """The charges of a listing, each with its price; one whose price cannot be read is left out."""
    return tuple(_charges(listing))


def _promotion(element: Element) -> Promotion | None:
    found = parts(element)
    summary, details = fields(found.get("Summary")), fields(found.get("Details"))
    promotion_id = summary.get("PromotionId") or details.get("PromotionId")
    if promotion_id is None:
        return None
    more = found.get("Details")
    return Promotion(
        promotion_id,
        category=summary.get("Category") or details.get("PromotionCategory"),
        start_date=summary.get("StartDate") or details.get("StartDate"),
        end_date=summary.get("EndDate") or details.get("EndDate"),
        requirement=summary.get("EligibilityRequirementDescription"),
        benefit=summary.get("BenefitDescription"),
        terms=summary.get("TermsAndConditions") or details.get("TermsAndConditions"),
        details=() if more is None else tuple(one for child in more[:] for one in flat(child.tag, child)),
    )


def _charges(listing: Element) -> Iterator[ShippingCharge]:
    for child in children(listing, "ShippingCharge"):
        price = money(parts(child).get("ShippingPrice"))
        if price is not None:
            found = fields(child)
            yield ShippingCharge(found.get("ShippingType", ""), price, flag(found.get("IsRateTaxInclusive")))
