"""Items of the catalog."""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final

from ecs.model import (
    AlternateVersion,
    Attribute,
    BrowseNode,
    Collection,
    Disc,
    Image,
    ImageSet,
    Item,
    ItemLink,
    Refusal,
    RelatedItems,
    SimilarProduct,
    Track,
    VariationAttribute,
)
from ecs.parse.attributes import attributes, flat
from ecs.parse.browse import browse_node
from ecs.parse.nodes import (
    Element,
    Table,
    children,
    fields,
    integer,
    needed,
    number_of,
    parts,
    text,
    text_of,
    texts,
)
from ecs.parse.offers import offer_summary, rental_offers
from ecs.parse.opinions import customer_reviews, editorial_reviews, excerpt, list_pointers, rating, tags
from ecs.parse.pictures import image_sets
from ecs.parse.plain_offers import offers
from ecs.parse.refusals import refusals
from ecs.parse.values import image, pointers, price_range


def item(element: Element) -> Item:
    """An item with whatever parts the answer brought; only its ASIN must be there."""
    found = _found(element)
    found.pop("errors", None)
    return _item(found)


def item_or_errors(element: Element) -> Item | tuple[Refusal, ...]:
    """An item, or the errors that it holds in place of data."""
    found = _found(element)
    return found["errors"] if "errors" in found else _item(found)


def _item(found: dict[str, Any]) -> Item:
    return Item(needed(found.pop("asin", None), "ASIN"), **found)


def _found(element: Element) -> dict[str, Any]:
    found: dict[str, Any] = {}
    own: dict[str, Element] = {}
    for child in element[:]:
        name = child.tag
        part = _PARTS.get(name)
        if part is not None:
            found[part[0]] = part[1](child)
        elif name in _OWN_PICTURES:
            own[name] = child
        elif name in _SPREAD:
            found |= _SPREAD[name](child)
        elif name in _REPEATED:
            field, read = _REPEATED[name]
            found[field] = (*found.get(field, ()), *read(child))
    return found | _own_pictures(own, found.get("image_sets", ())) if own else found


def _own_pictures(own: Mapping[str, Element], views: tuple[ImageSet, ...]) -> dict[str, Image | None]:
    # They are those of the primary view, in every recorded answer that has both: they need not be read twice.
    primary = next((view for view in views if view.category == "primary"), _NO_VIEW)
    known = {"SmallImage": primary.small, "MediumImage": primary.medium, "LargeImage": primary.large}
    return {_OWN_PICTURES[name]: known[name] or image(element) for name, element in own.items()}


def _opinions(element: Element) -> dict[str, Any]:
    reviews = customer_reviews(element)
    return {"reviews": reviews, "rating": rating(reviews)}


def _variations(element: Element) -> dict[str, Any]:
    found = parts(element)
    return {
        "variations": tuple(item(one) for one in children(element, "Item")),
        "variation_dimensions": texts(found.get("VariationDimensions"), "VariationDimension"),
        "total_variations": integer(text(found, "TotalVariations")),
        "variation_pages": integer(text(found, "TotalVariationPages")),
    }


def _browse_nodes(element: Element) -> tuple[BrowseNode, ...]:
    return tuple([browse_node(node) for node in children(element, "BrowseNode")])


def _links(element: Element) -> Iterator[ItemLink]:
    for child in children(element, "ItemLink"):
        found = fields(child)
        if "URL" in found:
            yield ItemLink(found.get("Description", ""), found["URL"])


def _discs(element: Element) -> tuple[Disc, ...]:
    return tuple(_disc(child) for child in children(element, "Disc"))


def _disc(element: Element) -> Disc:
    tracks = tuple(
        Track(integer(child.get("Number", "")), title)
        for child in children(element, "Track")
        if (title := (child.text or "").strip())
    )
    return Disc(integer(element.get("Number", "")), tracks)


def _alternate_versions(element: Element) -> Iterator[AlternateVersion]:
    for child in children(element, "AlternateVersion"):
        found = fields(child)
        if "ASIN" in found:
            yield AlternateVersion(found["ASIN"], found.get("Title", found["ASIN"]), found.get("Binding"))


def _related(element: Element) -> RelatedItems:
    plain = fields(element)
    items = [parts(child).get("Item") for child in children(element, "RelatedItem")]
    return RelatedItems(
        kind=plain.get("RelationshipType", ""),
        relationship=plain.get("Relationship"),
        items=tuple(item(one) for one in items if one is not None),
        total=integer(plain.get("RelatedItemCount")),
        pages=integer(plain.get("RelatedItemPageCount")),
        page=integer(plain.get("RelatedItemPage")),
    )


def _collections(element: Element) -> tuple[Collection, ...]:
    return tuple(_collection(child) for child in children(element, "Collection"))


def _collection(element: Element) -> Collection:
    found = parts(element)
    parent = fields(found.get("CollectionParent"))
    listed = [fields(child) for child in children(element, "CollectionItem")]
    return Collection(
        prices=price_range(found.get("CollectionSummary")),
        parent=SimilarProduct(parent["ASIN"], parent.get("Title", parent["ASIN"])) if "ASIN" in parent else None,
        items=tuple(SimilarProduct(one["ASIN"], one.get("Title", one["ASIN"])) for one in listed if "ASIN" in one),
    )


def _variation_attributes(element: Element) -> Iterator[VariationAttribute]:
    for child in children(element, "VariationAttribute"):
        found = fields(child)
        if "Name" in found and "Value" in found:
            yield VariationAttribute(found["Name"], found["Value"])


def _merchant_attributes(element: Element) -> tuple[Attribute, ...]:
    return tuple(one for leaf in element[:] for one in flat(leaf.tag, leaf))


_PARTS: Final[Table] = {
    "ASIN": ("asin", text_of),
    "Errors": ("errors", refusals),
    "ParentASIN": ("parent_asin", text_of),
    "DetailPageURL": ("detail_url", text_of),
    "ItemLinks": ("links", lambda element: tuple(_links(element))),
    "SalesRank": ("sales_rank", number_of),
    "OfferSummary": ("offer_summary", offer_summary),
    "Offers": ("offers", offers),
    "EditorialReviews": ("editorial_reviews", editorial_reviews),
    "SimilarProducts": ("similar", pointers),
    "Accessories": ("accessories", pointers),
    "BrowseNodes": ("browse_nodes", _browse_nodes),
    "Tracks": ("discs", _discs),
    "AlternateVersions": ("alternate_versions", lambda element: tuple(_alternate_versions(element))),
    "VariationAttributes": ("variation_attributes", lambda element: tuple(_variation_attributes(element))),
    "VariationSummary": ("variation_prices", price_range),
    "Collections": ("collections", _collections),
    "Subjects": ("subjects", lambda element: texts(element, "Subject")),
    "RentalOffers": ("rental_offers", rental_offers),
    "MerchantItemAttributes": ("merchant_attributes", _merchant_attributes),
    "ListmaniaLists": ("listmania", list_pointers),
    "SearchInside": ("excerpt", excerpt),
    "Tags": ("tags", tags),
}
_OWN_PICTURES: Final = {"SmallImage": "small_image", "MediumImage": "medium_image", "LargeImage": "large_image"}
_NO_VIEW: Final = ImageSet("")
_SPREAD: Final[Mapping[str, Callable[[Element], dict[str, Any]]]] = MappingProxyType(
    {"ItemAttributes": attributes, "CustomerReviews": _opinions, "Variations": _variations}
)
"""Parts that fill several fields."""
_REPEATED: Final[Mapping[str, tuple[str, Callable[[Element], tuple[Any, ...]]]]] = MappingProxyType(
    {
        "ImageSets": ("image_sets", image_sets),
        # An item may have several relationships side by side.
        "RelatedItems": ("related", lambda element: (_related(element),)),
    }
)
"""Parts that the schemas allow several times."""
