"""Ordinary answers follow the published schemas, in every version we answer in."""

from pathlib import Path
from typing import Final

import pytest
from lxml import etree

from ecs.embedded import EcsService, ServiceConfig
from tests.unit.ecs.embedded.caller import KEY, SECRET, Answer, Caller, Clock, new_items

_SCHEMAS: Final = Path(__file__).parents[5] / "shared" / "ecs" / "xsd"
_VERSIONS: Final = (
    *("2005-10-05", "2007-09-21", "2007-10-29", "2008-08-19", "2009-06-01", "2009-10-01", "2009-11-01"),
    *("2010-06-01", "2010-09-01", "2010-10-01", "2010-11-01", "2010-12-01", "2011-08-01", "2013-08-01"),
)
_BOOKS: Final = ("0618260307", "0345339738", "0395193958")

pytestmark = pytest.mark.skipif(not _SCHEMAS.is_dir(), reason="the schemas lie beside the checkout, not in it")


async def _answers(ecs: Caller) -> list[Answer]:
    """One answer of every kind that holds no error."""
    groups = "Large,OfferFull,AlternateVersions"
    offers = {"MerchantId": "All", "Condition": "All"}
    answers = [
        await ecs("ItemSearch", offers, SearchIndex=name, Keywords="the", ResponseGroup=f"{groups},SearchBins")
        for name in ("Books", "DVD", "Electronics", "Kitchen", "Music", "PCHardware", "Toys", "VideoGames")
    ]
    created = await ecs("CartCreate", new_items(*((asin, 2) for asin in _BOOKS)), ResponseGroup="Cart,CartSimilarities")
    line_id = created.texts("CartItem/CartItemId")[0]
    return [
        *answers,
        await ecs(
            "ItemSearch", SearchIndex="Books", Keywords="tolkien", Sort="price", MinimumPrice="100", ItemPage="1"
        ),
        await ecs("ItemLookup", ItemId=",".join(_BOOKS), ResponseGroup=groups),
        await ecs("ItemLookup", ItemId="9780618260300", IdType="EAN", SearchIndex="Books", ResponseGroup="Medium"),
        await ecs("SimilarityLookup", ItemId=_BOOKS[0], ResponseGroup="Large"),
        await ecs(
            "BrowseNodeLookup", BrowseNodeId="283155,1000", ResponseGroup="BrowseNodeInfo,TopSellers,NewReleases"
        ),
        created,
        await ecs("CartModify", {**created.handle, "Item.1.CartItemId": line_id, "Item.1.Action": "SaveForLater"}),
        await ecs("CartAdd", {**created.handle, **new_items(("0439139600", 1))}, ResponseGroup="CartTopSellers"),
        await ecs("CartGet", created.handle, ResponseGroup="Cart,CartNewReleases"),
    ]


@pytest.mark.parametrize("version", _VERSIONS)
async def test_answers_follow_the_schema(sample: Path, tmp_path: Path, clock: Clock, version: str) -> None:
    """A client that was generated from the schema must be able to read every answer."""
    (tmp_path / "catalog").symlink_to(sample / "catalog")
    config = ServiceConfig(data_dir=tmp_path, site_url="http://shop.example", credentials={KEY: SECRET}, now=clock)
    service = EcsService(config)
    schema = etree.XMLSchema(etree.parse(_SCHEMAS / f"AWSECommerceService-{version}.xsd"))
    async with Caller(service, clock, version=version) as ecs:
        answers = await _answers(ecs)
        cleared = await ecs("CartClear", answers[-1].handle)
    service.close()

    for answer in answers:
        assert answer.codes == []
        assert schema.validate(answer.root), f"{answer.name}: {schema.error_log.last_error}"
    # The oldest schema wants a PurchaseURL even where the original sent none.
    assert schema.validate(cleared.root) or version == "2005-10-05"
