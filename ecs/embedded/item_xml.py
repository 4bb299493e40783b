"""An ``Item`` with the elements its response groups bring, in the order of the schemas."""

from collections.abc import Callable, Iterable
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from ecs.embedded.item_attributes import attributes, small_attributes
from ecs.embedded.item_extras import (
    VARIATION_GROUPS,
    Paging,
    Shelf,
    accessories,
    expanded_variations,
    listmania_lists,
    related_items,
    tracks,
    variation_attributes,
    variations,
)
from ecs.embedded.item_links import page_links
from ecs.embedded.item_pictures import pictures
from ecs.embedded.offer_xml import OfferChoice, offer_summary, offers
from ecs.embedded.offers import OfferBook
from ecs.embedded.prepared import Prepared
from ecs.embedded.product import FeedNode, Product
from ecs.embedded.versions import Version
from ecs.embedded.xml import element, escaped, wrapped

_MEDIUM: Final = frozenset(
    {"Request", "Small", "ItemAttributes", "Images", "OfferSummary", "SalesRank", "EditorialReview"}
)
_LARGE: Final = _MEDIUM | {"Accessories", "BrowseNodes", "Reviews", "Offers", "Similarities", "Tracks"}
PREPARED_GROUPS: Final = frozenset({"Images", "ItemAttributes", "OfferSummary", "Offers", "OfferFull", "OfferListings"})
"""Those whose parts may be there already."""
_CARD: Final = frozenset({"Images", "ItemAttributes"})
_ON_CARDS: Final = PREPARED_GROUPS | {"ItemIds", "Request", "Small"}
SIMILAR_SHOWN: Final = 5
_BARE: Final = frozenset({"ItemIds", "Request"})
_REVIEWS_PER_PAGE: Final = 5


def expanded(groups: Iterable[str]) -> frozenset[str]:
    """``groups`` with those that the large ones stand for."""
    asked = frozenset(groups)
    if "Large" in asked:
        asked |= _LARGE
    return expanded_variations(asked | _MEDIUM if "Medium" in asked else asked)


def is_card(groups: frozenset[str]) -> bool:
    """Whether items with these groups are their prepared parts, all of them, and nothing else."""
    return groups >= _CARD and groups <= _ON_CARDS and not groups.isdisjoint({"Offers", "OfferFull"})


class ItemView(Struct, frozen=True):
    """How the items of one answer are written. ``groups`` are expanded."""

    site: str
    currency: str
    version: Version
    groups: frozenset[str]
    choice: OfferChoice
    books: Callable[[Product], OfferBook]
    similar: Callable[[Product], Iterable[tuple[str, str]]]
    shelf: Shelf
    paging: Paging = Paging()


def item(product: Product, view: ItemView, ready: Prepared | None = None) -> str:
    """The element of one product; with ``ready``, which must be for this view, it is put together sooner."""
    parts = (_head(product, view, ready), _goods(product, view, ready), _around(product, view))
    return f"<Item><ASIN>{product.asin}</ASIN>{''.join(parts)}</Item>"


def _head(product: Product, view: ItemView, ready: Prepared | None) -> str:
    groups, asin = view.groups, product.asin
    parts = []
    if product.parent and groups - _BARE and view.version.since("2007-09-21"):
        parts.append(element("ParentASIN", product.parent.upper()))
    if groups & {"Small", "ItemAttributes"}:
        parts.append(page_links(asin, view.site, view.version))
    if "SalesRank" in groups:
        parts.append(element("SalesRank", product.sales_rank))
    if "Images" in groups:
        parts.append(ready.pictures if ready else pictures(product, view.site, view.version))
    return "".join(parts)


def _goods(product: Product, view: ItemView, ready: Prepared | None) -> str:
    """What it is and what it costs: attributes, relations, offers, variations."""
    groups, version = view.groups, view.version
    parts = []
    needs_book = groups & {"ItemAttributes", "OfferSummary", "Offers", "OfferFull", "OfferListings"}
    book = view.books(product) if needs_book and ready is None else None
    if "ItemAttributes" in groups and ready:
        parts.append(ready.attributes)
    elif "ItemAttributes" in groups and book:
        parts.append(attributes(product, book.list_price, view.currency, version))
    elif "Small" in groups:
        parts.append(small_attributes(product))
    if product.variation:
        parts.append(variation_attributes(product, groups, version))
    if "RelatedItems" in groups and product.related and version.since("2008-08-19"):
        parts.append(related_items(product, groups, view.paging, view.shelf, _writer(view)))
    if not product.variation_dimensions:
        parts.append(_offers(product.asin, book, view, ready))
    if product.variation_dimensions and groups & VARIATION_GROUPS:
        parts.append(_variations(product, view))
    return "".join(parts)


def _variations(product: Product, view: ItemView) -> str:
    page = view.paging.variation_page
    return variations(
        *(product, view.groups, view.version, view.shelf, page),
        books=view.books,
        currency=view.currency,
        write=_writer(view),
    )


def _around(product: Product, view: ItemView) -> str:
    """What is said of it, and what it leads to."""
    groups, version = view.groups, view.version
    parts = []
    if "Reviews" in groups:
        parts.append(_reviews(product, view))
    if "EditorialReview" in groups and product.description:
        parts.append(
            "<EditorialReviews><EditorialReview><Source>Product Description</Source>"
            f"<Content>{escaped(product.description)}</Content></EditorialReview></EditorialReviews>"
        )
    if "Similarities" in groups:
        parts.append(wrapped("SimilarProducts", pairs("SimilarProduct", view.similar(product))))
    if "Accessories" in groups:
        parts.append(accessories(product, view.shelf, SIMILAR_SHOWN))
    if "Tracks" in groups:
        parts.append(tracks(product))
    if "BrowseNodes" in groups:
        parts.append(wrapped("BrowseNodes", "".join(_node(node, version) for node in product.browse_nodes)))
    if "ListmaniaLists" in groups:
        parts.append(listmania_lists(product, view.shelf, version))
    if "AlternateVersions" in groups and version.since("2007-09-21"):
        parts.append(_alternate_versions(product))
    return "".join(parts)


def _writer(view: ItemView) -> Callable[[Product, frozenset[str]], str]:
    return lambda product, groups: item(product, replace(view, groups=groups))


def pairs(name: str, products: Iterable[tuple[str, str]]) -> str:
    """One element of ASIN and title for each product."""
    return "".join(f"<{name}><ASIN>{asin}</ASIN><Title>{escaped(title)}</Title></{name}>" for asin, title in products)


def _offers(asin: str, book: OfferBook | None, view: ItemView, ready: Prepared | None) -> str:
    groups, text = view.groups, ""
    if groups & {"OfferSummary", "Offers", "OfferFull"}:
        text += ready.summary if ready else offer_summary(book, view.currency) if book else ""
    if groups & {"Offers", "OfferFull", "OfferListings"}:
        text += ready.offers if ready else _offers_of(asin, book, view) if book else ""
    return text


def _offers_of(asin: str, book: OfferBook, view: ItemView) -> str:
    is_full = "OfferFull" in view.groups
    return offers(asin, book, view.choice, view.currency, view.version, view.site, is_full=is_full)


def _reviews(product: Product, view: ItemView) -> str:
    if view.version.is_late:
        page = f"{escaped(view.site)}/dp/{product.asin}#reviews"
        has_reviews = str(product.rating is not None).lower()
        return f"<CustomerReviews><IFrameURL>{page}</IFrameURL><HasReviews>{has_reviews}</HasReviews></CustomerReviews>"
    if product.rating is None:
        return ""
    count = product.review_count or 0
    return (
        f"<CustomerReviews><AverageRating>{product.rating:.1f}</AverageRating><TotalReviews>{count}</TotalReviews>"
        f"<TotalReviewPages>{-(-count // _REVIEWS_PER_PAGE)}</TotalReviewPages></CustomerReviews>"
    )


def _node(node: FeedNode, version: Version) -> str:
    # Each ancestor holds its own ancestors; only the last is the root.
    inner = ""
    for place, ref in enumerate(reversed(node.ancestors)):
        root = "<IsCategoryRoot>1</IsCategoryRoot>" if place == 0 and version.since("2007-09-21") else ""
        above = wrapped("Ancestors", inner)
        inner = (
            f"<BrowseNode><BrowseNodeId>{escaped(ref.id)}</BrowseNodeId><Name>{escaped(ref.name)}</Name>{root}{above}"
            "</BrowseNode>"
        )
    root = "<IsCategoryRoot>1</IsCategoryRoot>" if not node.ancestors and version.since("2007-09-21") else ""
    return (
        f"<BrowseNode><BrowseNodeId>{escaped(node.id)}</BrowseNodeId><Name>{escaped(node.name)}</Name>{root}"
        f"{wrapped('Ancestors', inner)}</BrowseNode>"
    )


def _alternate_versions(product: Product) -> str:
    versions = "".join(
        f"<AlternateVersion><ASIN>{version.asin}</ASIN>{element('Binding', version.binding)}</AlternateVersion>"
        for version in product.alternate_versions
    )
    return wrapped("AlternateVersions", versions)
