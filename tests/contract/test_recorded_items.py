"""The items of every recorded answer, part by part, against what XPath finds."""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from ecs import parse
from ecs.errors import UpstreamError
from ecs.model import Item, ListPage, SearchPage
from tests.contract.recordings import Recording, beside_the_checkout, recordings

pytestmark = beside_the_checkout

PARTS: dict[str, tuple[Callable[[Item], int], str]] = {
    "image sets": (lambda item: len(item.image_sets), "ImageSets/ImageSet"),
    "similar": (lambda item: len(item.similar), "SimilarProducts/SimilarProduct"),
    "accessories": (lambda item: len(item.accessories), "Accessories/Accessory"),
    "nodes": (lambda item: len(item.browse_nodes), "BrowseNodes/BrowseNode"),
    "features": (lambda item: len(item.features), "ItemAttributes/Feature"),
    "editorial reviews": (lambda item: len(item.editorial_reviews), "EditorialReviews/EditorialReview"),
    "reviews": (lambda item: len(item.reviews.reviews) if item.reviews else 0, "CustomerReviews/Review"),
    "links": (lambda item: len(item.links), "ItemLinks/ItemLink"),
    "discs": (lambda item: len(item.discs), "Tracks/Disc"),
    "tracks": (lambda item: sum(len(disc.tracks) for disc in item.discs), "Tracks/Disc/Track"),
    "versions": (lambda item: len(item.alternate_versions), "AlternateVersions/AlternateVersion"),
    "related": (lambda item: sum(len(one.items) for one in item.related), "RelatedItems/RelatedItem/Item"),
    "lists": (lambda item: len(item.listmania), "ListmaniaLists/ListmaniaList"),
    "offers": (lambda item: len(item.offers.offers) if item.offers else 0, "Offers/Offer/OfferListing"),
    "variations": (lambda item: len(item.variations), "Variations/Item"),
}
PICTURES = ("SwatchImage", "SmallImage", "ThumbnailImage", "TinyImage", "MediumImage", "LargeImage", "HiResImage")


def test_every_part_of_every_item_is_there() -> None:
    """Whatever is lost in parsing is lost for the shopper without a trace."""
    counts: Counter[str] = Counter()

    for recording, item, node in _items():
        for name, (count, path) in PARTS.items():
            assert count(item) == recording.count(path, node), (recording.name, item.asin, name)
            counts[name] += count(item)
        counts["items"] += 1

    assert counts == {
        "items": 963,
        "offers": 500,
        "image sets": 268,
        "similar": 629,
        "accessories": 59,
        "nodes": 375,
        "features": 324,
        "editorial reviews": 142,
        "reviews": 115,
        "links": 3939,
        "discs": 24,
        "tracks": 338,
        "versions": 29,
        "related": 51,
        "lists": 113,
        "variations": 0,
    }


def test_names_prices_and_pictures_are_those_of_the_answer() -> None:
    """Key values, exactly as sent."""
    pictures = 0

    for recording, item, node in _items():
        assert item.asin == recording.string("ASIN", node)
        assert item.title == recording.string("ItemAttributes/Title", node)
        assert item.detail_url == recording.string("DetailPageURL", node)
        assert str(item.sales_rank or "") == (recording.string("SalesRank", node) or "").replace(",", "")
        assert item.list_price == recording.money("ItemAttributes/ListPrice", start=node), recording.name
        if item.offer_summary is not None:
            lowest = item.offer_summary
            assert lowest.lowest_new == recording.money("OfferSummary/LowestNewPrice", start=node), recording.name
            assert lowest.lowest_used == recording.money("OfferSummary/LowestUsedPrice", start=node), recording.name
        for one, element in zip(item.image_sets, recording.xpath("ImageSets/ImageSet", node), strict=True):
            sizes = (one.swatch, one.small, one.thumbnail, one.tiny, one.medium, one.large, one.hires)
            sent = [recording.string(f"{name}/URL", element) for name in PICTURES]
            assert [size.url if size else None for size in sizes] == sent, recording.name
            pictures += sum(size is not None for size in sizes)

    assert pictures == 1702


def test_contributors_and_attributes_are_those_of_the_answer() -> None:
    """Every leaf of ItemAttributes is found somewhere in the item."""
    leaves = 0

    for recording, item, node in _items():
        for leaf in recording.xpath("ItemAttributes/descendant::*[not(*)]", node):
            value = (leaf.text or "").strip()
            is_part_of_price = recording.count("parent::*/FormattedPrice", leaf) == 1
            is_type_of_language = leaf.tag.endswith("Type") and recording.count("parent::*/Name", leaf) == 1
            if value and not is_part_of_price and not is_type_of_language:
                assert value in _texts(item) or "".join(value.split()) in _texts(item), (recording.name, leaf.tag)
                leaves += 1

    assert leaves == 12_039


def test_offers_are_those_of_the_answer() -> None:
    """Price, seller and name of every offer, and how many there are in all."""
    seen = sales = 0

    for recording, item, node in _items():
        if item.offers is None:
            continue
        assert str(item.offers.total) == recording.string("Offers/TotalOffers", node)
        assert str(item.offers.pages) == recording.string("Offers/TotalOfferPages", node)
        listings = recording.xpath("Offers/Offer/OfferListing", node)
        for offer, listing in zip(item.offers.offers, listings, strict=True):
            sale = recording.xpath("SalePrice", listing)
            assert "%" not in offer.listing_id
            assert offer.price == recording.money("SalePrice", "Price", start=listing)
            assert offer.regular_price == (recording.money("Price", start=listing) if sale else None)
            assert offer.merchant_name == recording.string("parent::*/Merchant/Name", listing)
            assert offer.exchange_id == recording.string("ExchangeId", listing)
            assert offer.is_prime == (recording.string("IsEligibleForPrime", listing) == "1")
            points = recording.string("parent::*/LoyaltyPoints/Points", listing)
            assert (str(offer.loyalty_points.points) if offer.loyalty_points else None) == points
            seen += 1
            sales += bool(sale)

    assert (seen, sales) == (500, 7)


def test_no_recording_holds_what_no_catalog_here_has() -> None:
    """The embedded service answers these response groups with nothing; there is no recording to say otherwise."""
    names = (
        *("Collections", "MerchantItemAttributes", "Promotions", "PromotionalTag", "SearchInside", "ShippingCharge"),
        *("ShippingOptions", "Subjects", "Tags"),
    )

    held = {name: sum(recording.count(f"//{name}") for recording in recordings()) for name in (*names, "Tracks")}

    assert held == {**dict.fromkeys(names, 0), "Tracks": 19}


def _items() -> Iterator[tuple[Recording, Item, Any]]:
    """Each item of the answers with its element; items inside items and carts are others' business."""
    for recording in recordings():
        try:
            read = parse.replies(recording.body)
        except UpstreamError:
            continue
        for reply, payload in zip(read, recording.payloads(), strict=True):
            found = reply.value
            if isinstance(found, SearchPage):
                nodes, items = recording.xpath("Item", payload), list(found.items)
            elif isinstance(found, ListPage):
                nodes = recording.xpath("List/ListItem/Item", payload)
                items = [entry.item for one in found.lists for entry in one.items if entry.item is not None]
            elif recording.operation in {"ItemLookup", "SimilarityLookup"} and isinstance(found, tuple):
                nodes, items = recording.xpath("Item", payload), [one for one in found if isinstance(one, Item)]
            else:
                continue
            assert len(items) == len(nodes), recording.name
            yield from ((recording, item, node) for item, node in zip(items, nodes, strict=True))


def _texts(item: Item) -> set[str]:
    named = [item.title, item.group, item.binding, item.brand, item.manufacturer, item.model, item.release_date]
    found = {text for text in named if text}
    found |= {*item.features, *(one.name for one in item.contributors), *(one.value for one in item.identifiers)}
    return found | {one.value for one in item.attributes} | {"1" if item.is_adult else "0"}
