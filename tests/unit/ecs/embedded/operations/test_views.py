"""Items from memory."""

import pytest

from ecs.embedded import EcsService
from tests.unit.ecs.embedded.caller import Caller, Clock
from tests.unit.ecs.embedded.feeds import KETTLE

_ASKED = (
    {"ResponseGroup": "Large"},
    {"ResponseGroup": "Small"},
    {"ResponseGroup": "Large", "Condition": "Used"},
    {"ResponseGroup": "Large", "MerchantId": "All", "Condition": "All"},
    {"ResponseGroup": "Large", "MerchantId": "All", "Condition": "All", "OfferPage": "2"},
)


@pytest.mark.parametrize(("version", "ways"), [("2010-12-01", 4), ("2013-08-01", 3)])
async def test_an_item_is_the_same_from_memory(service: EcsService, clock: Clock, version: str, ways: int) -> None:
    """Whatever else was asked about it before: another group, condition, merchant, page or version."""
    fresh = []
    async with Caller(service, clock, version=version) as ecs:
        for asked in _ASKED:
            shelves = service._library.shelves
            assert shelves is not None
            shelves.catalog.renderings.clear()
            fresh.append((await ecs("ItemLookup", asked, ItemId=KETTLE)).text.partition("<Item>")[2])
        async with Caller(service, clock, version="2005-10-05") as older:
            await older("ItemLookup", _ASKED[0], ItemId=KETTLE)
        remembered = [(await ecs("ItemLookup", asked, ItemId=KETTLE)).text.partition("<Item>")[2] for asked in _ASKED]
        again = [(await ecs("ItemLookup", asked, ItemId=KETTLE)).text.partition("<Item>")[2] for asked in _ASKED]

    assert remembered == again == fresh
    assert len(set(fresh)) == ways
