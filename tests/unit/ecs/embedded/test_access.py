"""Who may ask: keys, signatures and time."""

from typing import Final

import pytest

from tests.unit.ecs.embedded.caller import Answer, Caller, Clock

_SEARCH: Final = {"SearchIndex": "Books", "Keywords": "lantern"}


def _refused(answer: Answer) -> tuple[int, str, str | None, str | None]:
    return answer.status, answer.name, answer.namespace, answer.first("Error/Code")


@pytest.mark.parametrize("host", ["shop.example:8000", "shop.example"])
async def test_host_is_signed_with_or_without_its_port(ecs: Caller, host: str) -> None:
    """Real clients differ in this, and both must work on another port than 80."""
    query = ecs.signed(ecs.parameters("ItemSearch", _SEARCH), host=host)

    answer = await ecs.query(query)

    assert (answer.status, answer.is_valid) == (200, "True")


async def test_wrong_signature_is_refused(ecs: Caller) -> None:
    """Whoever changes a signed request must sign it anew."""
    query = ecs.signed(ecs.parameters("ItemSearch", _SEARCH)).replace("lantern", "harbor")

    answer = await ecs.query(query)

    expected = (403, "ItemSearchErrorResponse", "http://ecs.amazonaws.com/doc/2013-08-01/", "SignatureDoesNotMatch")
    assert _refused(answer) == expected


async def test_unsigned_cart_request_changes_nothing(ecs: Caller) -> None:
    """A request that was refused for its signature must not have touched the cart."""
    created = await ecs.create(("B000000001", 1))
    query = ecs.signed(ecs.parameters("CartClear", created.handle))

    refused = await ecs.query(query[:-6] + "AAA%3D")

    after = await ecs("CartGet", created.handle)
    assert refused.first("Error/Code") == "SignatureDoesNotMatch"
    assert after.texts("CartItem/ASIN") == ["B000000001"]


async def test_unknown_key_is_told_from_a_missing_one(ecs: Caller) -> None:
    """The operator must see which of the two to mend."""
    parameters = ecs.parameters("ItemSearch", _SEARCH)
    unknown = {**parameters, "AWSAccessKeyId": "AKIANOBODY"}
    without = {name: value for name, value in parameters.items() if name != "AWSAccessKeyId"}

    answers = [await ecs.query(ecs.signed(sent)) for sent in (unknown, without)]

    assert [(answer.status, answer.first("Error/Code")) for answer in answers] == [
        (403, "InvalidClientTokenId"),
        (403, "MissingClientTokenId"),
    ]


async def test_subscription_id_is_a_key(ecs: Caller) -> None:
    """Clients of 2005 name their key so."""
    parameters = ecs.parameters("ItemSearch", _SEARCH)
    parameters["SubscriptionId"] = parameters.pop("AWSAccessKeyId")

    answer = await ecs.query(ecs.signed(parameters))

    assert answer.first("TotalResults") == "3"


@pytest.mark.parametrize("name", ["Signature", "Timestamp"])
async def test_signature_and_timestamp_are_required(ecs: Caller, name: str) -> None:
    """An unsigned or undated request could be sent by anybody, at any time."""
    parameters = ecs.parameters("ItemSearch", _SEARCH)
    parameters.pop(name, None)
    query = ecs.signed(parameters)
    query = query.partition("&Signature=")[0] if name == "Signature" else query

    answer = await ecs.query(query)

    assert (answer.status, answer.first("Error/Code")) == (403, "MissingParameter")
    assert answer.first("Error/Message") == f"The request must contain the parameter {name}."


@pytest.mark.parametrize(
    ("minutes", "code"), [(15, None), (15.1, "RequestExpired"), (-15, None), (-15.1, "RequestExpired")]
)
async def test_request_is_good_for_fifteen_minutes(ecs: Caller, clock: Clock, minutes: float, code: str | None) -> None:
    """A recorded request cannot be sent again later, nor prepared long ahead."""
    query = ecs.signed(ecs.parameters("ItemSearch", _SEARCH))
    clock.move(minutes=minutes)

    answer = await ecs.query(query)

    assert answer.first("Error/Code") == code
    if code:
        assert answer.status == 400
        assert answer.first("Error/Message") == "Request has expired. Timestamp date is 2024-03-01T12:00:00Z."


@pytest.mark.parametrize(
    ("timestamp", "status"),
    [("2024-03-01T12:00:00.000Z", 200), ("2024-03-01T12:00:00", 200), ("yesterday", 400)],
)
async def test_timestamp_may_have_milliseconds(ecs: Caller, timestamp: str, status: int) -> None:
    """The npm client sends them."""
    answer = await ecs("ItemSearch", _SEARCH, Timestamp=timestamp)

    assert answer.status == status
