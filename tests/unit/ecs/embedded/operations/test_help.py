"""Help on the wire, and operations that are no more."""

import pytest

from tests.unit.ecs.embedded.caller import Caller

_OLD = (
    *("CustomerContentLookup", "CustomerContentSearch", "Help", "ListLookup", "ListSearch", "SellerListingLookup"),
    *("SellerListingSearch", "SellerLookup", "TagLookup", "TransactionLookup", "VehiclePartLookup"),
    *("VehiclePartSearch", "VehicleSearch"),
)


async def test_help_about_an_operation(older: Caller) -> None:
    """Word for word what the original said of Help itself."""
    answer = await older("Help", HelpType="Operation", About="Help")

    assert answer.texts("OperationInformation/Name") == ["Help"]
    assert answer.texts("RequiredParameters/Parameter") == ["About", "HelpType"]
    assert answer.texts("DefaultResponseGroups/ResponseGroup") == ["Request", "Help"]
    assert set(answer.texts("AvailableParameters/Parameter")) == {
        *("AssociateTag", "ContentType", "Marketplace", "MarketplaceDomain", "Style", "Validate", "Version"),
        *("XMLEscaping", "ResponseGroup"),
    }
    assert answer.texts("HelpRequest/*") == ["Help", "Operation"]


async def test_help_about_a_response_group(older: Caller) -> None:
    """Which operations take it, and what it brings."""
    answer = await older("Help", HelpType="ResponseGroup", About="SearchBins")

    assert answer.texts("ResponseGroupInformation/Name") == ["SearchBins"]
    assert answer.texts("ValidOperations/Operation") == ["ItemSearch"]
    assert len(answer.texts("Elements/Element")) == 2


@pytest.mark.parametrize(
    ("about", "kind", "codes"),
    [
        ("Unknown", "Operation", ["AWS.InvalidEnumeratedParameter"]),
        ("Help", "Unknown", ["AWS.InvalidEnumeratedParameter"]),
        ("Unknown", "Unknown", ["AWS.InvalidEnumeratedParameter"] * 2),
        ("Tracks", "Operation", ["AWS.InvalidEnumeratedParameter"]),
        ("", "", ["AWS.MissingParameters"] * 2),
    ],
)
async def test_wrong_questions(older: Caller, about: str, kind: str, codes: list[str]) -> None:
    """As recorded: each wrong parameter is one error."""
    answer = await older("Help", About=about, HelpType=kind)

    assert (answer.is_valid, answer.codes) == ("False", codes)


@pytest.mark.parametrize("operation", _OLD)
async def test_late_versions_have_nine_operations(ecs: Caller, operation: str) -> None:
    """All thirteen recorded refusals of 2011-08-01, each under its own root."""
    ecs.version = "2011-08-01"
    answer = await ecs(operation)

    assert (answer.status, answer.name) == (410, f"{operation}ErrorResponse")
    assert answer.namespace == "http://ecs.amazonaws.com/doc/2011-08-01/"
    assert answer.texts("Code") == ["Deprecated"]
    assert answer.texts("Message") == [f"Feature {operation} is deprecated."]


@pytest.mark.parametrize("operation", ["CustomerContentSearch", "TagLookup", "TransactionLookup", "VehicleSearch"])
async def test_what_this_service_never_had_is_retired_in_every_version(older: Caller, operation: str) -> None:
    """The original ended them in 2010."""
    answer = await older(operation)

    assert (answer.status, answer.texts("Code")) == (410, ["Deprecated"])
