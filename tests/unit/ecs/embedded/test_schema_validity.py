"""
Answers follow the published schemas: every operation with every response group, in every version that has them.

Answers to wrong requests as well, except where the original broke its schema in the same way. Each exception names a
recording that shows it; that it does is a test, too.
"""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

import pytest
from lxml import etree

from ecs.embedded import EcsService, ServiceConfig
from ecs.embedded.groups import groups_of
from ecs.embedded.operations.registry import OPERATIONS
from tests.unit.ecs.embedded.caller import KEY, SECRET, Answer, Caller, Clock, new_items
from tests.unit.ecs.embedded.feeds import HARBOR, KETTLE, LANTERN, PREORDER, SPEAKER
from tests.unit.ecs.embedded.rich import AUDIOBOOK, MANIA, PAPER_MOON, RECORD, SHIRT, SHIRT_S, WISHES

_SHARED: Final = Path(__file__).parents[5] / "shared" / "ecs"
_VERSIONS: Final = (
    *("2005-10-05", "2007-09-21", "2007-10-29", "2008-08-19", "2009-06-01", "2009-10-01", "2009-11-01"),
    *("2010-06-01", "2010-09-01", "2010-10-01", "2010-11-01", "2010-12-01", "2011-08-01", "2013-08-01"),
)
_RETIRED: Final = frozenset(
    {"Help", "ListLookup", "ListSearch", "SellerListingLookup", "SellerListingSearch", "SellerLookup"}
)
"""Operations that 2011-08-01 and 2013-08-01 do not have."""

Parameters = Mapping[str, str]

pytestmark = pytest.mark.skipif(not _SHARED.is_dir(), reason="the schemas lie beside the checkout, not in it")


class Breach(NamedTuple):
    """Where the original broke its schema: what a validator says, since and until which version, and a recording."""

    message: str
    recording: str
    since: str = "2005-10-05"
    until: str = "2013-08-01"

    def covers(self, version: str, message: str) -> bool:
        """True when this is what the validator says of an answer in that version."""
        return self.since <= version <= self.until and self.message in _plain(message)


_REDTOAD: Final = "redtoad-python-amazon-product-api"
_OLD: Final = "2010-12-01"
_BREACHES: Final = (
    # A cart that could not be had, or made, is a Request alone.
    Breach(
        "Element 'Cart': Missing child element(s). Expected is ( CartId ).",
        f"{_REDTOAD}/2011-08-01/CartAdd-ca-adding-empty-items-fails-2.xml",
    ),
    # An echo repeats what it was sent, right or wrong.
    Breach(
        "Element 'Quantity': '0' is not a valid value of the atomic type 'xs:positiveInteger'.",
        f"{_REDTOAD}/2011-08-01/CartAdd-ca-adding-empty-items-fails-3.xml",
    ),
    Breach(
        "Element 'Quantity': '-1' is not a valid value of the atomic type 'xs:positiveInteger'.",
        f"{_REDTOAD}/2011-08-01/CartAdd-ca-adding-negative-item-quantity-fails-2.xml",
    ),
    Breach(
        "Element 'Quantity': '-1' is not a valid value of the atomic type 'xs:nonNegativeInteger'.",
        f"{_REDTOAD}/2011-08-01/CartModify-ca-modifying-negative-item-quantity-fails-2.xml",
    ),
    Breach(
        "Element 'HelpType': [facet 'enumeration'] The value",
        f"{_REDTOAD}/2009-11-01/Help-de-fails-for-wrong-input-3.xml",
        until=_OLD,
    ),
    Breach(
        "Element 'ListType': [facet 'enumeration'] The value '???'",
        f"{_REDTOAD}/2009-11-01/ListLookup-ca-invalid-list-type.xml",
        until=_OLD,
    ),
    Breach(
        "Element 'IsOmitPurchasedItems': 'True' is not a valid value of the atomic type 'xs:boolean'.",
        f"{_REDTOAD}/2009-11-01/ResultPaginator-de-pagination-works-for-xpath-expr-returning-attributes-2.xml",
        until=_OLD,
    ),
    Breach(
        "Element 'IdType': [facet 'enumeration'] The value 'ISBN'",
        f"{_REDTOAD}/2005-10-05/ItemLookup-ca-invalid-search-index.xml",
        until="2005-10-05",
    ),
    Breach(
        "Element 'BrowseNodes': Missing child element(s). Expected is ( BrowseNode ).",
        f"{_REDTOAD}/2005-10-05/BrowseNodeLookup-ca-fails-for-wrong-input-2.xml",
        until="2005-10-05",
    ),
)
_CLEARED: Final = Breach(
    "Element 'Cart': Missing child element(s). Expected is ( PurchaseURL ).",
    "infews-amaz.infews/cart_clear_cart_B.xml",
    until="2005-10-05",
)
"""An empty cart has no PurchaseURL. The recording is of 2005-03-23, of which no schema is known."""


def _plain(message: str) -> str:
    """A validator's message without namespaces."""
    return re.sub(r"\{[^}]*\}", "", message)


@cache
def _schema(version: str) -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(_SHARED / "xsd" / f"AWSECommerceService-{version}.xsd"))


_ITEMS: Final = ",".join((LANTERN, SHIRT, SHIRT_S, RECORD, AUDIOBOOK, SPEAKER, PREORDER))
_ALL: Final = {"MerchantId": "All", "Condition": "All"}
_RIGHT: Final[Mapping[str, Parameters]] = {
    "BrowseNodeLookup": {"BrowseNodeId": "100,9000000012"},
    "CartCreate": new_items((LANTERN, 2), (KETTLE, 1)),
    "Help": {"HelpType": "Operation", "About": "ItemSearch"},
    "ItemLookup": {"ItemId": _ITEMS, **_ALL},
    "ItemSearch": {"SearchIndex": "All", "Keywords": "lantern", **_ALL},
    "ListLookup": {"ListId": WISHES, "ListType": "WishList"},
    "ListSearch": {"ListType": "WishList", "Name": "ann"},
    "SellerListingLookup": {"IdType": "Exchange"},
    "SellerListingSearch": {"SellerId": PAPER_MOON},
    "SellerLookup": {"SellerId": PAPER_MOON},
    "SimilarityLookup": {"ItemId": LANTERN},
}
_FURTHER: Final[tuple[tuple[str, Parameters], ...]] = (
    ("Help", {"HelpType": "ResponseGroup", "About": "Tracks"}),
    ("ItemLookup", {"ItemId": "9780306406157", "IdType": "EAN", "SearchIndex": "Books"}),
    ("ItemSearch", {"SearchIndex": "Books", "Title": "harbor", "Sort": "price", "MinimumPrice": "1", "ItemPage": "1"}),
    ("ItemSearch", {"SearchIndex": "Books", "Keywords": "lantrn", "Availability": "Available", "ReleaseDate": "2001"}),
    (
        "ItemSearch",
        {"SearchIndex": "Books", "Keywords": "x", "City": "x", "Count": "1", "TagPage": "1", "TagSort": "x"},
    ),
    ("ItemSearch", {"SearchIndex": "Books", "Keywords": "sea", "TruncateReviewsAt": "1", "MinPercentageOff": "10"}),
    ("ListLookup", {"ListId": MANIA, "ListType": "Listmania", "ResponseGroup": "ListFull,Large"}),
    ("ListLookup", {"ListId": WISHES, "ListType": "WishList", "IsOmitPurchasedItems": "true", "Sort": "Price"}),
    ("ListSearch", {"ListType": "WeddingRegistry", "LastName": "sample", "City": "anytown"}),
    ("SellerListingSearch", {"SellerId": PAPER_MOON, "OfferStatus": "Closed", "Country": "US", "SearchIndex": "Books"}),
    ("SellerLookup", {"SellerId": PAPER_MOON, "FeedbackPage": "2"}),
    ("CartCreate", {**new_items((HARBOR, 1)), "Item.1.MetaData.1.Key": "a", "Item.1.MetaData.1.Value": "<b>"}),
    ("CartCreate", {**new_items((KETTLE, 1)), "Item.1.ListItemId": "IKETTLE", "MergeCart": "True"}),
)
_WRONG: Final[tuple[tuple[str, Parameters], ...]] = (
    *((operation, {}) for operation in OPERATIONS),
    *((operation, {"ResponseGroup": "???"}) for operation in OPERATIONS),
    ("BrowseNodeLookup", {"BrowseNodeId": "404"}),
    ("CartAdd", {"CartId": "1", "HMAC": "2", **new_items((KETTLE, 1))}),
    ("CartCreate", new_items(("B0NOTHERE0", 1))),
    ("CartCreate", new_items((KETTLE, 1000))),
    ("CartCreate", new_items((KETTLE, 0))),
    ("CartCreate", {"Item.1.ASIN": KETTLE, "Item.1.Quantity": "-1"}),
    ("CartGet", {"CartId": "1", "HMAC": "2"}),
    ("CartModify", {"CartId": "1", "HMAC": "2", "Item.1.CartItemId": "U1", "Item.1.Quantity": "-1"}),
    ("Help", {"HelpType": "???", "About": "Help"}),
    ("ItemLookup", {"ItemId": f"{LANTERN},???"}),
    ("ItemLookup", {"ItemId": "0306406152", "IdType": "ISBN", "SearchIndex": "Books"}),
    ("ItemSearch", {"SearchIndex": "Books", "Keywords": "zzzzzzzz"}),
    ("ItemSearch", {"SearchIndex": "???", "Keywords": "x"}),
    ("ListLookup", {"ListId": "???", "ListType": "WishList"}),
    ("ListLookup", {"ListId": "???", "ListType": "???"}),
    ("ListLookup", {"ListId": WISHES, "ListType": "WishList", "IsOmitPurchasedItems": "True"}),
    ("ListSearch", {"ListType": "???"}),
    ("ListSearch", {"ListType": "WishList", "Email": "???"}),
    ("SellerListingLookup", {"Id": "x", "IdType": "Exchange"}),
    ("SellerListingSearch", {"SellerId": "ANOBODY"}),
    ("SellerLookup", {"SellerId": "ANOBODY"}),
    ("SimilarityLookup", {"ItemId": "B0NOTHERE0"}),
)


def _has(version: str, operation: str) -> bool:
    return version < "2011-08-01" or operation not in _RETIRED


async def _ordinary(ecs: Caller, version: str) -> list[Answer]:
    """Every operation alone with every response group, and with all of them at once."""
    listing = ""
    if _has(version, "SellerListingSearch"):
        listing = (await ecs("SellerListingSearch", SellerId=PAPER_MOON)).texts("ExchangeId")[0]
    cart = (await ecs("CartCreate", _RIGHT["CartCreate"])).handle
    answers = []
    for operation in OPERATIONS:
        if not _has(version, operation) or operation in ("CartAdd", "CartClear", "CartModify"):
            continue
        parameters = {**_RIGHT.get(operation, cart), **({"Id": listing} if operation == "SellerListingLookup" else {})}
        groups = groups_of(operation)
        for group in (*groups, ",".join(groups)):
            wanted = {"RelationshipType": "AuthorityTitle"} if "RelatedItems" in group else {}
            answers.append(await ecs(operation, {**parameters, **wanted, "ResponseGroup": group}))
    answers += [await ecs(operation, parameters) for operation, parameters in _FURTHER if _has(version, operation)]
    return answers


async def _changes(ecs: Caller) -> list[Answer]:
    """A cart's life with every change, up to its being cleared."""
    every = "Cart,CartNewReleases,CartSimilarities,CartTopSellers,Request"
    made = await ecs("CartCreate", _RIGHT["CartCreate"], ResponseGroup=every)
    line = made.texts("CartItem/CartItemId")[0]
    metadata = {"Item.1.MetaData.1.Key": "k", "Item.1.MetaData.1.Value": "v"}
    return [
        made,
        await ecs("CartAdd", {**made.handle, **new_items((SPEAKER, 1)), **metadata}, ResponseGroup=every),
        await ecs("CartAdd", {**made.handle, **new_items((SPEAKER, 1))}),
        await ecs("CartModify", {**made.handle, "Item.1.CartItemId": line, "Item.1.Action": "SaveForLater"}),
        await ecs("CartModify", {**made.handle, "Item.1.CartItemId": line, "Item.1.Quantity": "0"}),
        await ecs("CartClear", made.handle, ResponseGroup=every),
    ]


@pytest.fixture
async def called(rich: Path, tmp_path: Path, clock: Clock, version: str) -> Caller:
    """A client of that version; what it opens ends with the test."""
    (tmp_path / "catalog").symlink_to(rich / "catalog")
    config = ServiceConfig(data_dir=tmp_path, site_url="http://shop.example", credentials={KEY: SECRET}, now=clock)
    return Caller(EcsService(config), clock, version=version)


def _breaches(answers: list[Answer], version: str) -> list[str]:
    """What the validator finds that is no known breach of the original."""
    schema = _schema(version)
    found = []
    for answer in answers:
        if schema.validate(answer.root):
            continue
        messages = [error.message for error in schema.error_log]
        found += [
            f"{answer.name} {answer.codes}: {message}"
            for message in messages
            if not any(breach.covers(version, message) for breach in (*_BREACHES, _CLEARED))
        ]
    return found


@pytest.mark.parametrize("breach", _BREACHES, ids=lambda breach: breach.recording.rpartition("/")[2])
def test_recording_shows_the_breach(breach: Breach) -> None:
    """An exception without evidence would be a fault of ours."""
    recording = etree.parse(_SHARED / "responses" / breach.recording)
    version = (etree.QName(recording.getroot()).namespace or "").rpartition("/")[2]

    assert not _schema(version).validate(recording)
    assert any(breach.covers(version, error.message) for error in _schema(version).error_log)


def test_recorded_cleared_cart_has_no_purchase_url() -> None:
    """The oldest schema wants one; the original sent none, as we do."""
    recording = etree.parse(_SHARED / "responses" / _CLEARED.recording)

    assert recording.find(".//{*}Cart/{*}CartId") is not None
    assert recording.find(".//{*}PurchaseURL") is None


@pytest.mark.parametrize("version", _VERSIONS)
async def test_ordinary_answers_follow_the_schema(called: Caller, version: str) -> None:
    """A client that was generated from the schema must be able to read every answer."""
    answers = await _ordinary(called, version)
    changed = await _changes(called)
    await called.http.aclose()
    called.service.close()

    assert len(answers) == (208 if _has(version, "Help") else 144)
    assert {code for answer in answers for code in answer.codes} <= {"AWS.ECommerceService.NoExactMatches"}
    assert _breaches([*answers, *changed], version) == []


@pytest.mark.parametrize("version", _VERSIONS)
async def test_refusals_follow_the_schema_as_far_as_the_original_did(called: Caller, version: str) -> None:
    """Errors stand where a reader of the schema looks for them."""
    answers = [await called(operation, parameters) for operation, parameters in _WRONG if _has(version, operation)]
    await called.http.aclose()
    called.service.close()

    # Two are right, but their echo is not: an ISBN before there was one, and a boolean in capitals.
    assert sum(not answer.codes for answer in answers) == (2 if _has(version, "ListLookup") else 1)
    assert _breaches(answers, version) == []
