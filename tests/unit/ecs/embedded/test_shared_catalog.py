"""The real catalog beside the checkout: its size, its unevenness, its speed."""

import gzip
import json
from pathlib import Path
from typing import Final

import pytest

from ecs.embedded import EcsService, LoadReport, ServiceConfig, load_catalog
from tests.unit.ecs.embedded.caller import KEY, SECRET, START, Answer, Caller, Clock

_SHARED: Final = Path(__file__).parents[5] / "shared" / "catalog"

pytestmark = pytest.mark.skipif(not _SHARED.is_dir(), reason="the real catalog lies beside the checkout, not in it")


def _service(data_dir: Path, clock: Clock) -> EcsService:
    config = ServiceConfig(data_dir=data_dir, site_url="http://x", credentials={KEY: SECRET}, now=clock)
    return EcsService(config)


async def _search(ecs: Caller, search_index: str, keywords: str) -> Answer:
    extra = {"MerchantId": "All", "Condition": "All", "ResponseGroup": "Large,OfferFull,SearchBins"}
    return await ecs("ItemSearch", extra, SearchIndex=search_index, Keywords=keywords)


async def test_titles_find_their_products(tmp_path: Path, clock: Clock) -> None:
    """A shopper who types a title gets it on the first page, in every department."""
    feed = _SHARED / "catalog-small.jsonl.gz"
    report = load_catalog(feed, tmp_path, now=START)
    rows = [json.loads(line) for line in gzip.decompress(feed.read_bytes()).splitlines()][:150]
    service = _service(tmp_path, clock)
    async with Caller(service, clock, version="2010-12-01") as ecs:
        answers = [await _search(ecs, row["search_index"], row["title"]) for row in rows]
    service.close()

    found = sum(row["asin"] in answer.texts("Items/Item/ASIN") for row, answer in zip(rows, answers, strict=True))
    assert report == LoadReport(2309, 0, ())
    assert found >= 145


@pytest.mark.timeout(600)
async def test_whole_catalog_loads_and_answers(tmp_path: Path, clock: Clock) -> None:
    """The size of a real small shop."""
    report = load_catalog(_SHARED / "catalog.jsonl.gz", tmp_path, now=START)
    service = _service(tmp_path, clock)
    async with Caller(service, clock, version="2010-12-01") as ecs:
        answer = await _search(ecs, "Books", "harry potter")
    service.close()

    assert report == LoadReport(58_869, 0, ())
    assert len(answer.texts("Items/Item")) == 10
