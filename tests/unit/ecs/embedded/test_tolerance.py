"""What clients in the field do differently from the guides, and what the original took from them."""

import re

import httpx
import pytest

from ecs.embedded import EcsService
from tests.unit.ecs.embedded.caller import Answer, Caller, Clock
from tests.unit.ecs.embedded.feeds import HARBOR, KETTLE, LANTERN


@pytest.mark.parametrize("labels", [("0", "1"), ("1", "2"), ("9", "10"), ("first", "then"), ("x-1", "x-2")])
async def test_items_may_have_any_label(ecs: Caller, labels: tuple[str, str]) -> None:
    """From 0, from 1, or words: a label only groups."""
    wanted: dict[str, str] = {}
    for label, asin in zip(labels, (HARBOR, KETTLE), strict=True):
        wanted |= {f"Item.{label}.ASIN": asin, f"Item.{label}.Quantity": "2"}
    answer = await ecs("CartCreate", wanted)

    assert (answer.codes, answer.texts("CartItem/ASIN")) == ([], [HARBOR, KETTLE])


async def test_parameters_nobody_knows_are_echoed(ecs: Caller) -> None:
    """Clients send domains, locales and stray names; the original repeated them and went on."""
    extra = {"Domain": "us", "locale": "en", "AwsTag": "x", "items": "", "Ünknown": "ä&<"}
    answer = await ecs("ItemLookup", extra, ItemId=HARBOR)

    shown = {
        argument.get("Name"): argument.get("Value") for argument in answer.root.iterfind(".//{*}Arguments/{*}Argument")
    }
    assert answer.texts("Item/ASIN") == [HARBOR]
    assert {name: shown[name] for name in extra} == {**extra, "items": None}


@pytest.mark.parametrize(
    "timestamp",
    ["2024-03-01T12:00:00.000Z", "2024-03-01T12:00:00.123456Z", "2024-03-01T12:00:00Z", "2024-03-01T12:00:00+00:00"],
)
async def test_timestamps_of_all_kinds(ecs: Caller, timestamp: str) -> None:
    """With milliseconds or without, Z or an offset."""
    answer = await ecs("ItemLookup", ItemId=HARBOR, Timestamp=timestamp)

    assert (answer.status, answer.texts("Item/ASIN")) == (200, [HARBOR])


async def test_escapes_in_lower_case(ecs: Caller) -> None:
    """The signature is of the upper-case form, whatever the address looks like."""
    parameters = ecs.parameters("ItemSearch", {"SearchIndex": "Books", "Keywords": "red lantern & the sea*"})
    query = re.sub(r"%[0-9A-F]{2}", lambda escape: escape[0].lower(), ecs.signed(parameters))
    assert "%2a" in query
    answer = await ecs.query(query)

    assert (answer.status, answer.texts("Item/ASIN")) == (200, [LANTERN])


async def test_characters_that_need_no_escape_here(ecs: Caller) -> None:
    """Slashes, commas and colons as they are, a plus sign for a space: decoded before the signature is checked."""
    parameters = ecs.parameters("ItemSearch", {"SearchIndex": "Books", "Keywords": "red lantern/sea:the"})
    query = ecs.signed(parameters).replace("%20", "+").replace("%2F", "/").replace("%3A", ":")
    answer = await ecs.query(query)

    assert (answer.status, answer.texts("Item/ASIN")) == (200, [LANTERN])


@pytest.mark.parametrize("version", [None, "2005-10-05", "2009-11-01", "2010-12-01"])
async def test_old_versions_want_no_tag(service: EcsService, clock: Clock, version: str | None) -> None:
    """It became obligatory in November 2011; without one PurchaseURL says ws."""
    async with Caller(service, clock, version=version, tag=None) as ecs:
        answer = await ecs.create((HARBOR, 1))

    assert answer.codes == []
    assert "associate-id=ws" in answer.texts("PurchaseURL")[0]


@pytest.mark.parametrize(
    ("asked", "answered"),
    [
        (None, "2005-10-05"),
        ("", "2005-10-05"),
        ("2005-03-23", "2011-08-01"),
        ("2009-03-31", "2011-08-01"),
        ("2012-02-02", "2011-08-01"),
        ("2099-01-01", "2013-08-01"),
        ("nonsense", "2013-08-01"),
    ],
)
async def test_versions_without_a_schema(service: EcsService, clock: Clock, asked: str | None, answered: str) -> None:
    """Unknown older ones get 2011-08-01, as the original answered from 2012 on; later ones the last."""
    async with Caller(service, clock, version=asked) as ecs:
        answer = await ecs("ItemLookup", ItemId=HARBOR)

    assert answer.namespace == f"http://webservices.amazon.com/AWSECommerceService/{answered}"
    assert answer.texts("Item/ASIN") == [HARBOR]


async def test_lists_of_an_unknown_older_version_are_retired(service: EcsService, clock: Clock) -> None:
    """What is answered like 2011-08-01 has its nine operations; the refusal names the version asked."""
    async with Caller(service, clock, version="2009-03-31") as ecs:
        answer = await ecs("ListSearch", ListType="WishList", Name="x")

    assert (answer.status, answer.texts("Code")) == (410, ["Deprecated"])
    assert answer.namespace == "http://ecs.amazonaws.com/doc/2009-03-31/"


@pytest.mark.parametrize(
    "kind", ["application/x-www-form-urlencoded", "application/x-www-form-urlencoded; charset=utf-8"]
)
async def test_post_with_gzip(ecs: Caller, kind: str) -> None:
    """Long requests come as forms; the answer is compressed where that is offered."""
    parameters = ecs.parameters("ItemLookup", {"ItemId": HARBOR})
    form = ecs.signed(parameters, method="POST")
    response: httpx.Response = await ecs.http.post(
        "/onca/xml", content=form, headers={"content-type": kind, "accept-encoding": "gzip"}
    )

    assert response.headers["content-encoding"] == "gzip"
    assert Answer(response).texts("Item/ASIN") == [HARBOR]
