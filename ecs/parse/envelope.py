"""The outside of an answer: which operation it answers, its payloads, and errors in every place they stand."""

from collections.abc import Collection, Iterator
from typing import Final

from ecs.errors import BadReply, UpstreamError
from ecs.model import Refusal
from ecs.parse.document import document, namespace_of
from ecs.parse.nodes import Element, Parts, flag, parts, text
from ecs.parse.refusals import error_of, refusals
from ecs.vocabulary import NAMESPACE

_RESPONSE: Final = "Response"
_NO_PAYLOAD: Final = "OperationRequest"


def payloads(body: bytes, operations: Collection[str], *names: str) -> Iterator[Element]:
    """The payload elements (one or more, called one of ``names``) of an answer to one of ``operations``."""
    root = opened(body)
    if answered(root) not in operations:
        raise BadReply("the answer is not that of the operation asked")
    found = [child for child in root[:] if child.tag in names]
    if not found:
        _raise_errors_of(root)
        raise BadReply(f"the answer lacks {names[0]}")
    return iter(found)


def all_payloads(body: bytes) -> Iterator[tuple[str, Element]]:
    """Each payload with the name of its operation, of an answer to any request, batch or several operations."""
    root = opened(body)
    if not namespace_of(root).startswith(NAMESPACE) or not root.tag.endswith(_RESPONSE):
        raise BadReply("the document is not an answer of this service")
    found = list(_payloads_below(root))
    if not found:
        _raise_errors_of(root)
        raise BadReply("the answer has no payload")
    return iter(found)


def opened(body: bytes) -> Element:
    """The root of an answer that was not refused before its operation ran; else its error is raised."""
    root = document(body)
    early = _early_error(root)
    if early is not None:
        raise early
    return root


def answered(root: Element) -> str | None:
    """The operation that the root element answers, in our namespace; None for any other document."""
    tag = root.tag
    is_answer = namespace_of(root).startswith(NAMESPACE) and tag.endswith(_RESPONSE)
    return tag.removesuffix(_RESPONSE) if is_answer else None


def failure(body: bytes) -> UpstreamError | None:
    """The error of an answer that was refused before its operation ran; None when the body spells none out."""
    try:
        return _early_error(document(body))
    except BadReply:
        return None


def is_valid(payload: Parts) -> bool:
    """Whether the request was understood; without the word of the answer it was."""
    return flag(text(parts(payload.get("Request")), "IsValid") or "True")


def errors_of(payload: Parts) -> tuple[Refusal, ...]:
    """The errors in the payload's Request."""
    return refusals(parts(payload.get("Request")).get("Errors"))


def _early_error(root: Element) -> UpstreamError | None:
    """``<Operation>ErrorResponse`` or ``ErrorResponse`` from the gate, ``Errors`` from the choice of the operation."""
    tag = root.tag
    return error_of(refusals(root)) if tag == "Errors" or tag.endswith("ErrorResponse") else None


def _payloads_below(root: Element) -> Iterator[tuple[str, Element]]:
    # A request of several operations is answered with their whole answers, one inside the other's place.
    operation = root.tag.removesuffix(_RESPONSE)
    for child in root[:]:
        name = child.tag
        if name.endswith(_RESPONSE):
            inner = name.removesuffix(_RESPONSE)
            yield from ((inner, payload) for payload in child[:] if payload.tag != _NO_PAYLOAD)
        elif name != _NO_PAYLOAD:
            yield operation, child


def _raise_errors_of(root: Element) -> None:
    errors = refusals(parts(parts(root).get(_NO_PAYLOAD)).get("Errors"))
    if errors:
        raise error_of(errors)
