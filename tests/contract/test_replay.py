"""
Recorded refusals asked for again: the embedded service refuses the same request the same way.

The answers repeat the arguments of their request. It is built anew from them, signed with our key, and sent to a
service of the recording's locale, in its version. Compared are the codes in their order, IsValid, the HTTP status and
the place: root and element. Carts are made first where a request names one.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

from lxml import etree

from ecs.embedded import Faults
from tests.contract.recordings import beside_the_checkout
from tests.contract.replay import SOLD, Case, Services, all_cases, found, text
from tests.unit.ecs.embedded.caller import Caller

pytestmark = beside_the_checkout

_BY_ACCOUNT: Final = frozenset({"AWS.InvalidAccount"})
"""Refused inside an answer for what Amazon knew of the sender's account; nothing in the request brings it about."""
_BY_CONFIGURATION: Final = frozenset({"AWS.InvalidAssociate", "InternalError", "RequestThrottled"})
"""Refused whatever the request; our service does so when it is configured to."""

_EDITED: Final = "edited in its source: the arguments and the echo are those of a CartAdd under another root"
_BY_ADDRESS: Final = "throttled by the sender's address, before anything was read; ours throttles by key"
DIFFERENT: Final[Mapping[str, str]] = {
    "redtoad-python-amazon-product-api/2009-11-01/CustomerContentLookup-de-fails-for-wrong-input.xml": (
        "customers were never served here: Deprecated, as the original answered soon after"
    ),
    "redtoad-python-amazon-product-api/2009-11-01/ItemSearch-ca-invalid-response-group.xml": (
        "the same three codes, the first two in the other order; France and the United Kingdom have ours"
    ),
    "redtoad-python-amazon-product-api/misc/APICalls-fails-for-too-many-requests.xml": _BY_ADDRESS,
    "redtoad-python-amazon-product-api/misc/error-RequestThrottled.xml": _BY_ADDRESS,
    "ngs-go-amazon-product-advertising-api/CartClearResponseErrorItem.xml": _EDITED,
    "ngs-go-amazon-product-advertising-api/CartGetResponseErrorItem.xml": _EDITED,
}
"""Recording → why our answer differs."""

_STATUS: Final = {
    "AWS.InvalidAssociate": 400,
    "Deprecated": 410,
    "InternalError": 500,
    "InvalidClientTokenId": 403,
    "MissingClientTokenId": 403,
    "RequestExpired": 400,
    "RequestThrottled": 503,
    "SignatureDoesNotMatch": 403,
}
"""HTTP status of what is refused before the operation; few recordings tell it."""
_CART_ID: Final = re.compile(r"\d{3}-\d{7}-\d{7}")
_HMAC: Final = re.compile(r"[A-Za-z0-9+/]{27}=")


class Refusal(NamedTuple):
    """What is compared."""

    status: int
    place: str
    is_valid: str | None
    codes: tuple[str, ...]


def _refusal(status: int, root: Any) -> Refusal:
    """What a document refuses; its place is the root and, where there is one, the element with the Request."""
    place = etree.QName(root).localname
    holders = [request for request in found(root, "Request") if len(request.xpath("*[local-name()='Errors']"))]
    is_valid = None
    if holders:
        place = f"{place}/{etree.QName(holders[0].getparent()).localname}"
        is_valid = text(holders[0], "IsValid")
    # A document of errors alone is its own root.
    codes = root.xpath("descendant-or-self::*[local-name()='Error']/*[local-name()='Code']")
    return Refusal(status, place, is_valid, tuple(code.text for code in codes))


def _recorded(case: Case) -> Refusal:
    bare = _refusal(200, case.recording.root)
    return bare._replace(status=_STATUS.get(bare.codes[0], 200))


async def _replayed(services: Services, case: Case) -> Refusal:
    code = _recorded(case).codes[0]
    arguments = case.arguments()
    faults = Faults(script=(code,) if code in _BY_CONFIGURATION and "CartId" not in arguments else ())
    async with services.opened(case, faults) as ecs:
        if "CartId" in arguments:
            arguments |= await _handle(ecs, case, arguments)
        parameters = ecs.parameters(arguments.get("Operation", ""), arguments)
        if "Operation" not in arguments:
            del parameters["Operation"]
        answer = await ecs.query(_signed(ecs, parameters, code))
    return _refusal(answer.status, answer.root)


async def _handle(ecs: Caller, case: Case, arguments: Mapping[str, str]) -> dict[str, str]:
    """A cart that holds what the recorded answer shows; what was no CartId and no HMAC stays as it was."""
    asins = [text(line, "ASIN") for line in found(case.recording.root, "CartItem")] or [SOLD]
    real = (await ecs.create(*((asin, 1) for asin in asins))).handle
    shapes = {"CartId": _CART_ID, "HMAC": _HMAC}
    return {name: real[name] for name, shape in shapes.items() if shape.fullmatch(arguments.get(name, ""))}


def _signed(ecs: Caller, parameters: dict[str, str], code: str) -> str:
    """The query, wrong in what only its sender could make wrong."""
    match code:
        case "MissingClientTokenId":
            del parameters["AWSAccessKeyId"]
        case "InvalidClientTokenId":
            parameters["AWSAccessKeyId"] = "AKIAIOSFODNN7UNKNOWN"
        case "RequestExpired":
            parameters["Timestamp"] = "2016-11-16T12:34:00Z"
    query = ecs.signed(parameters)
    return query.replace("&Signature=", "&Signature=x") if code == "SignatureDoesNotMatch" else query


async def test_recorded_refusals_are_refused_alike(tmp_path: Path) -> None:
    """A client that branches on codes must find here what it was written for."""
    cases = [case for case in all_cases() if case.codes and not _BY_ACCOUNT & set(case.codes)]
    services = Services(tmp_path, cases)

    answers = {case.name: (_recorded(case), await _replayed(services, case)) for case in cases}

    differing = {name: pair for name, pair in answers.items() if pair[0] != pair[1]}
    unexplained = {name: pair for name, pair in differing.items() if name not in DIFFERENT}
    assert unexplained == {}
    assert set(DIFFERENT) & set(answers) <= set(differing), "these agree by now; take them off the list"
    assert (len(answers) - len(differing), len(answers)) == (290, 296)
