"""How the items of an answer are to be written, from the parameters that all item operations share."""

from ecs.embedded.call import Call
from ecs.embedded.groups import default_group
from ecs.embedded.item_xml import SIMILAR_SHOWN, ItemView, expanded
from ecs.embedded.offer_xml import OfferChoice
from ecs.embedded.product import Product
from ecs.embedded.shop import Shop

CONDITIONS = ("All", "New", "Used", "Collectible", "Refurbished")
_LAST_OFFER_PAGE = 100


def item_view(call: Call, shop: Shop) -> ItemView:
    """The view a call asks for; faults are noted in the call."""
    groups = expanded(call.groups(default_group(call.operation)))
    condition = call.choice("Condition", CONDITIONS)
    page = 1 if call.version.is_late else call.number("OfferPage", 1, _LAST_OFFER_PAGE) or 1
    choice = OfferChoice(condition=condition, merchant=call.get("MerchantId"), page=page)

    def similar(product: Product) -> list[tuple[str, str]]:
        return list(shop.similarities.pairs(product, SIMILAR_SHOWN)) if shop.similarities else []

    return ItemView(
        site=shop.config.site,
        currency=shop.config.currency,
        version=call.version,
        groups=groups,
        choice=choice,
        books=shop.offers,
        similar=similar,
    )
