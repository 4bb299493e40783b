"""Items of the catalog."""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final

from ecs.model import (
    AlternateVersion,
    Attribute,
    Collection,
    Disc,
    Item,
    ItemLink,
    RelatedItems,
    SimilarProduct,
    Track,
    VariationAttribute,
)
from ecs.parse.attributes import attributes, flat
from ecs.parse.browse import browse_node
from ecs.parse.nodes import Element, Parts, children, fields, integer, level, local, needed, parts, text, texts
from ecs.parse.offers import offer_page, offer_summary, rental_offers
from ecs.parse.opinions import customer_reviews, editorial_reviews, excerpt, list_pointers, rating, tags
from ecs.parse.pictures import image_sets
from ecs.parse.values import image, pointers, price_range


def item(element: Element) -> Item:
    """An item with whatever parts the answer brought; only its ASIN must be there."""
    plain, found = level(element)
    known = attributes(found.get("ItemAttributes"))
    single = known.single
    opinions = customer_reviews(found.get("CustomerReviews"))
    return Item(
        asin=needed(plain.get("ASIN"), "ASIN"),
        title=single.get("Title"),
        detail_url=plain.get("DetailPageURL"),
        parent_asin=plain.get("ParentASIN"),
        group=single.get("ProductGroup"),
        binding=single.get("Binding"),
        brand=single.get("Brand"),
        manufacturer=single.get("Manufacturer"),
        model=single.get("Model"),
        contributors=known.contributors,
        identifiers=known.identifiers,
        release_date=known.release_date,
        features=known.features,
        attributes=known.others,
        is_adult=known.is_adult,
        list_price=known.list_price,
        small_image=image(found.get("SmallImage")),
        medium_image=image(found.get("MediumImage")),
        large_image=image(found.get("LargeImage")),
        image_sets=image_sets(element, found),
        offer_summary=offer_summary(found.get("OfferSummary")),
        offers=offer_page(found.get("Offers")),
        sales_rank=integer(plain.get("SalesRank")),
        rating=rating(opinions),
        editorial_reviews=editorial_reviews(found.get("EditorialReviews")),
        browse_nodes=tuple([browse_node(node) for node in children(found.get("BrowseNodes"), "BrowseNode")]),
        similar=pointers(found.get("SimilarProducts")),
        accessories=pointers(found.get("Accessories")),
        links=tuple(_links(found["ItemLinks"])) if "ItemLinks" in found else (),
        reviews=opinions,
        **_rare_parts(element, found),
    )


def _rare_parts(element: Element, found: Parts) -> dict[str, Any]:
    """Fields for parts that few items have; looking for each one by one would cost every item."""
    rare = {_RARE[name][0]: _RARE[name][1](found[name]) for name in found.keys() & _RARE.keys()}
    if "Variations" in found:
        variations = parts(found["Variations"])
        rare["variations"] = tuple(item(one) for one in children(found["Variations"], "Item"))
        rare["variation_dimensions"] = texts(variations.get("VariationDimensions"), "VariationDimension")
        rare["total_variations"] = integer(text(variations, "TotalVariations"))
        rare["variation_pages"] = integer(text(variations, "TotalVariationPages"))
    if "RelatedItems" in found:
        # An item may have several relationships side by side.
        rare["related"] = tuple(_related(one) for one in children(element, "RelatedItems"))
    return rare


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
    return tuple(one for leaf in element for one in flat(local(leaf), leaf))


_RARE: Final[Mapping[str, tuple[str, Callable[[Element], object]]]] = MappingProxyType(
    {
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
)
"""Element → field of the item and how it is read."""
