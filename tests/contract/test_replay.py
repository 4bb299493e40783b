"""
Recorded refusals asked for again: the embedded service refuses the same request the same way.

The answers repeat the arguments of their request. It is built anew from them, signed with our key, and sent to a
service of the recording's locale, in its version. Compared are the codes in their order, IsValid, the HTTP status and
the place: root and element. Carts are made first where a request names one.
"""

import re
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

import orjson
import pytest
from lxml import etree

from ecs.embedded import EcsService, ServiceConfig, load_catalog
from ecs.vocabulary import LOCALES
from tests.contract.recordings import ECS, PRESENT, Recording, beside_the_checkout, recordings
from tests.unit.ecs.embedded.caller import KEY, SECRET, START, Answer, Caller, Clock, new_items

pytestmark = beside_the_checkout

_BY_ACCOUNT: Final = frozenset({"AWS.InvalidAccount", "AWS.InvalidAssociate"})
"""Refusals for what Amazon knew of the sender; nothing in the request brings them about."""

DIFFERENT: Final[Mapping[str, str]] = {}
"""Recording → why our answer differs."""

_STATUS: Final = {
    "Deprecated": 410,
    "InternalError": 500,
    "InvalidClientTokenId": 403,
    "MissingClientTokenId": 403,
    "RequestExpired": 400,
    "RequestThrottled": 503,
    "SignatureDoesNotMatch": 403,
}
"""HTTP status of what is refused before the operation; the recordings themselves hold few."""
_OURS: Final = frozenset({"AWSAccessKeyId", "Service", "Signature", "SubscriptionId", "Timestamp"})
_CART_ID: Final = re.compile(r"\d{3}-\d{7}-\d{7}")
_HMAC: Final = re.compile(r"[A-Za-z0-9+/]{27}=")
_ASIN: Final = re.compile(r"[0-9A-Z]{10}")
_ALWAYS_SOLD: Final = "0201896834"
_LOST_ARGUMENTS: Final[Mapping[str, Mapping[str, str]]] = {
    "BrowseNodeLookup": {"BrowseNodeId": "132"},
    "ItemLookup": {"ItemId": _ALWAYS_SOLD},
    "ItemSearch": {"SearchIndex": "All"},
    "SimilarityLookup": {"ItemId": _ALWAYS_SOLD},
}
"""What a request needs whose arguments were not recorded, beside what it was refused for."""


class Refusal(NamedTuple):
    """What is compared."""

    status: int
    place: str
    is_valid: str | None
    codes: tuple[str, ...]


def _refused() -> list[Recording]:
    return [recording for recording in recordings() if recording.xpath("descendant::Error/Code".replace("descendant::Error", "descendant::*[local-name()='Error']"))]


def _refusal(status: int, root: Any) -> Refusal:
    """What a document refuses: its root's name, and the element that holds the errors' Request if one does."""
    name = etree.QName(root).localname
    errors = root.xpath("//*[local-name()='Error']/*[local-name()='Code']")
    requests = root.xpath("/*/*/*[local-name()='Request'][*[local-name()='Errors']]")
    place = f"{name}/{etree.QName(requests[0].getparent()).localname}" if requests else name
    is_valid = requests[0].xpath("string(*[local-name()='IsValid'])") if requests else None
    return Refusal(status, place, is_valid, tuple(error.text for error in errors))


def _recorded(recording: Recording) -> Refusal:
    bare = _refusal(200, recording.root)
    return bare._replace(status=_STATUS.get(bare.codes[0], 200))
