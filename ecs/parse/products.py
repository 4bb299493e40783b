"""Items of the catalog."""

from collections.abc import Iterator

from ecs.model import (
    AlternateVersion,
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
from ecs.parse.nodes import Element, children, fields, integer, local, needed, parts, text, texts
from ecs.parse.offers import offer_page, offer_summary, rental_offers
from ecs.parse.opinions import customer_reviews, editorial_reviews, excerpt, list_pointers, rating, tags
from ecs.parse.pictures import image_sets
from ecs.parse.values import image, pointers, price_range


def item(element: Element) -> Item:
    """An item with whatever parts the answer brought; only its ASIN must be there."""
    found = parts(element)
    known = attributes(found.get("ItemAttributes"))
    single = known.single
    opinions = customer_reviews(found.get("CustomerReviews"))
    variations = parts(found.get("Variations"))
    return Item(
        asin=needed(text(found, "ASIN"), "ASIN"),
        title=single.get("Title"),
        detail_url=text(found, "DetailPageURL"),
        parent_asin=text(found, "ParentASIN"),
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
        sales_rank=integer(text(found, "SalesRank")),
        rating=rating(opinions),
        editorial_reviews=editorial_reviews(found.get("EditorialReviews")),
        browse_nodes=tuple([browse_node(node) for node in children(found.get("BrowseNodes"), "BrowseNode")]),
        similar=pointers(found.get("SimilarProducts")),
        accessories=pointers(found.get("Accessories")),
        variation_attributes=tuple(_variation_attributes(found.get("VariationAttributes"))),
        variations=tuple([item(variation) for variation in children(found.get("Variations"), "Item")]),
        links=tuple(_links(found.get("ItemLinks"))),
        reviews=opinions,
        discs=tuple(_disc(child) for child in children(found.get("Tracks"), "Disc")),
        alternate_versions=tuple(_alternate_versions(found.get("AlternateVersions"))),
        variation_prices=price_range(found.get("VariationSummary")),
        variation_dimensions=texts(variations.get("VariationDimensions"), "VariationDimension"),
        total_variations=integer(text(variations, "TotalVariations")),
        variation_pages=integer(text(variations, "TotalVariationPages")),
        # An item may have several relationships side by side.
        related=tuple(_related(one) for one in children(element, "RelatedItems")) if "RelatedItems" in found else (),
        collections=tuple(_collection(one) for one in children(found.get("Collections"), "Collection")),
        subjects=texts(found.get("Subjects"), "Subject"),
        rental_offers=rental_offers(found.get("RentalOffers")),
        merchant_attributes=tuple(
            one for leaf in found.get("MerchantItemAttributes", ()) for one in flat(local(leaf), leaf)
        ),
        listmania=list_pointers(found.get("ListmaniaLists")),
        excerpt=excerpt(found.get("SearchInside")),
        tags=tags(found.get("Tags")),
    )


def _links(element: Element | None) -> Iterator[ItemLink]:
    for child in children(element, "ItemLink"):
        found = fields(child)
        if "URL" in found:
            yield ItemLink(found.get("Description", ""), found["URL"])


def _disc(element: Element) -> Disc:
    tracks = tuple(
        Track(integer(child.get("Number", "")), title)
        for child in children(element, "Track")
        if (title := (child.text or "").strip())
    )
    return Disc(integer(element.get("Number", "")), tracks)


def _alternate_versions(element: Element | None) -> Iterator[AlternateVersion]:
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


def _collection(element: Element) -> Collection:
    found = parts(element)
    parent = fields(found.get("CollectionParent"))
    listed = [fields(child) for child in children(element, "CollectionItem")]
    return Collection(
        prices=price_range(found.get("CollectionSummary")),
        parent=SimilarProduct(parent["ASIN"], parent.get("Title", parent["ASIN"])) if "ASIN" in parent else None,
        items=tuple(SimilarProduct(one["ASIN"], one.get("Title", one["ASIN"])) for one in listed if "ASIN" in one),
    )


def _variation_attributes(element: Element | None) -> Iterator[VariationAttribute]:
    for child in children(element, "VariationAttribute"):
        found = fields(child)
        if "Name" in found and "Value" in found:
            yield VariationAttribute(found["Name"], found["Value"])
