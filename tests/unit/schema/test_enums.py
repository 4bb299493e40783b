"""Enumerations of the API agree with the words of the resolvers, the store and the wire."""

from enum import Enum, StrEnum

import pytest

from ecs.search_indexes import DEPARTMENTS
from ecs.vocabulary import LOCALES
from persistence.records import CartStatus as KeptStatus
from persistence.records import Placement
from resolvers.availability import Availability
from resolvers.changing import ClearScope as Scope
from resolvers.merging import MergeStrategy as Strategy
from resolvers.outcomes import ItemOutcome as Outcome
from resolvers.outcomes import NoticeCode
from resolvers.problems import ProblemCode
from resolvers.searching import Sort
from schema.cart_enums import (
    CartErrorCode,
    CartLinePlacement,
    CartNoticeCode,
    CartStatus,
    ClearScope,
    ItemOutcome,
    MergeStrategy,
)
from schema.departments import SearchIndex
from schema.enums import AvailabilityStatus, Marketplace, ProductSort


@pytest.mark.parametrize(
    ("ours", "shown"),
    [
        (ProblemCode, CartErrorCode),
        (NoticeCode, CartNoticeCode),
        (Outcome, ItemOutcome),
        (Sort, ProductSort),
        (Availability, AvailabilityStatus),
        (Placement, CartLinePlacement),
        (Scope, ClearScope),
        (Strategy, MergeStrategy),
    ],
    ids=lambda enum: enum.__name__,
)
def test_every_word_of_ours_is_one_of_the_api(ours: type[StrEnum], shown: type[Enum]) -> None:
    """A word without its name in the API would fail in the answer."""
    assert {member.name: shown(member.value).name for member in ours} == {name: name for name in shown.__members__}


def test_every_cart_that_is_shown_has_a_status() -> None:
    """A pending cart is shown to nobody."""
    assert {status.name for status in KeptStatus} - set(CartStatus.__members__) == {"PENDING"}
    assert {CartStatus(status.value).name for status in KeptStatus if status is not KeptStatus.PENDING} == set(
        CartStatus.__members__
    )


def test_every_locale_is_a_marketplace() -> None:
    """A server for any of them can say where it sells."""
    assert {Marketplace(code).name for code in LOCALES} == set(Marketplace.__members__)


def test_departments_are_search_indexes_of_the_upstream_or_known_to_be_older() -> None:
    """A department nobody knows finds nothing; these are of earlier versions or other countries."""
    older = {"ForeignBooks", "Merchants", "WirelessAccessories"}

    assert {str(index.value) for index in SearchIndex} - set(DEPARTMENTS) == older
