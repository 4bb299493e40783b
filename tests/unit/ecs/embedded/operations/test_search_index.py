"""What an unknown SearchIndex and a wrong ResponseGroup bring, by marketplace and version, as recorded."""

from pathlib import Path

import pytest

from ecs.embedded import EcsService, ServiceConfig
from tests.unit.ecs.embedded.caller import KEY, SECRET, SITE, Answer, Caller, Clock
from tests.unit.ecs.embedded.feeds import LANTERN

_INDEX = "AWS.InvalidEnumeratedParameter"
_RESTRICTED = "AWS.RestrictedParameterValueCombination"
_GROUP = "AWS.InvalidResponseGroup"


async def _search(data_dir: Path, clock: Clock, marketplace: str, version: str | None, **parameters: str) -> Answer:
    service = EcsService(
        ServiceConfig(data_dir=data_dir, site_url=SITE, credentials={KEY: SECRET}, marketplace=marketplace, now=clock)
    )
    async with Caller(service, clock, version=version) as ecs:
        answer = await ecs("ItemSearch", **parameters)
    service.close()
    return answer


@pytest.mark.parametrize(
    ("marketplace", "version", "forbidden"),
    [
        ("DE", "2009-11-01", ["ItemPage", "BrowseNode", "MerchantId"]),
        ("FR", "2005-10-05", ["ItemPage", "BrowseNode", "MerchantId"]),
        ("US", "2009-11-01", ["BrowseNode", "MerchantId"]),
        ("CA", "2005-10-05", []),
        ("DE", "2011-08-01", []),
        ("US", "2013-08-01", []),
    ],
)
async def test_unknown_search_index(
    data_dir: Path, clock: Clock, marketplace: str, version: str, forbidden: list[str]
) -> None:
    """Older services named what the index would have had to allow, MerchantId too, which nobody had sent."""
    answer = await _search(data_dir, clock, marketplace, version, SearchIndex="Nowhere", BrowseNode="132", ItemPage="1")

    assert (answer.is_valid, answer.codes) == ("False", [_INDEX, *(_RESTRICTED for _ in forbidden)])
    assert answer.messages[1:] == [
        "Your request contained a restricted parameter combination."
        f"  When SearchIndex equals Nowhere, {name} cannot be present."
        for name in forbidden
    ]


async def test_what_was_not_sent_is_not_forbidden(data_dir: Path, clock: Clock) -> None:
    """Only MerchantId is, for it has a default."""
    answer = await _search(data_dir, clock, "UK", "2009-11-01", SearchIndex="Nowhere", Keywords="lantern")

    assert answer.codes == [_INDEX, _RESTRICTED]
    assert answer.messages[1].endswith("MerchantId cannot be present.")


async def test_look_up_refuses_an_unknown_index_too(ecs: Caller) -> None:
    """It is looked at as soon as it may be sent."""
    answer = await ecs("ItemLookup", ItemId="9780000000001", IdType="EAN", SearchIndex="Nowhere")

    assert (answer.is_valid, answer.codes) == ("False", [_INDEX])
    assert answer.texts("Item") == []


@pytest.mark.parametrize(
    ("version", "codes"),
    [
        ("2005-10-05", [_GROUP]),
        ("2007-09-21", [_INDEX, _GROUP, "AWS.MinimumParameterRequirement"]),
        ("2013-08-01", [_INDEX, _GROUP, "AWS.MinimumParameterRequirement"]),
    ],
)
async def test_wrong_response_group_comes_first(data_dir: Path, clock: Clock, version: str, codes: list[str]) -> None:
    """In the oldest version it is all that is said."""
    answer = await _search(data_dir, clock, "US", version, SearchIndex="All", ResponseGroup="???")

    assert (answer.is_valid, answer.codes) == ("False", codes)


@pytest.mark.parametrize(
    ("version", "codes"), [("2005-03-23", []), ("2010-12-01", []), ("2011-08-01", ["AWS.MissingParameters"])]
)
async def test_old_versions_need_no_tag(service: EcsService, clock: Clock, version: str, codes: list[str]) -> None:
    """Nor does one older than any we know, although it is answered like 2011-08-01."""
    async with Caller(service, clock, version=version, tag=None) as ecs:
        answer = await ecs("ItemLookup", ItemId=LANTERN)

    assert answer.codes == codes
