"""What is around every answer: the root, OperationRequest, Request with the echo, and documents that are errors."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

from msgspec import Struct

from ecs.embedded.call import Call
from ecs.embedded.faults import Fault, Refused
from ecs.embedded.parameters import LISTS, echoed, obligatory
from ecs.embedded.versions import Version
from ecs.embedded.xml import HEADER, element, foreign
from ecs.vocabulary import DEFAULT_VERSION, NAMESPACE, ErrorCode, Operation

_UPPER_CASED: Final = frozenset({"ItemId"})


class Receipt(Struct, frozen=True):
    """What identifies an exchange: shown to the client, and in our log."""

    request_id: str
    user_agent: str
    duration_s: float


def answer(call: Call, receipt: Receipt, payload: str) -> str:
    """The whole document for an operation's ``payload``."""
    arguments = "".join(
        f'<Argument Name="{foreign(name)}" Value="{foreign(value)}"/>'
        if value
        else f'<Argument Name="{foreign(name)}"/>'
        for name, value in sorted(call.parameters.items())
    )
    agent = f'<Header Name="UserAgent" Value="{foreign(receipt.user_agent)}"/>' if receipt.user_agent else ""
    root = f"{call.operation}Response"
    return (
        f'{HEADER}<{root} xmlns="{call.version.namespace}"><OperationRequest>'
        f"<HTTPHeaders>{agent}</HTTPHeaders><RequestId>{receipt.request_id}</RequestId>"
        f"<Arguments>{arguments}</Arguments>"
        f"<RequestProcessingTime>{receipt.duration_s:.16f}</RequestProcessingTime></OperationRequest>"
        f"{payload}</{root}>"
    )


def request(
    call: Call,
    faults: Iterable[Fault] = (),
    *,
    is_valid: bool = True,
    defaults: Mapping[str, str] = MappingProxyType({}),
    items: str | None = None,
) -> str:
    """
    The ``Request`` element.

    ``defaults`` stand for parameters that were not sent; ``items`` is the XML of a cart request's Items, None when
    it has none (without them and without anything else the echo itself is left out, as the original did).
    """
    is_whole = all(call.get(name) for name in obligatory(call.operation, call.version))
    # Of the many parameters an operation may have, a request has a few.
    there = call.parameters.keys() | defaults.keys() | LISTS | {"Items"}
    names = [name for name in echoed(call.operation, call.version) if name in there]
    content = "".join([_echoed(call, name, defaults, items) for name in names])
    echo = f"<{call.operation}Request>{content}</{call.operation}Request>" if content and is_whole else ""
    errors = "".join(
        f"<Error><Code>{fault.code}</Code><Message>{foreign(fault.message)}</Message></Error>" for fault in faults
    )
    shown = f"<Errors>{errors}</Errors>" if errors else ""
    return f"<Request><IsValid>{is_valid}</IsValid>{echo}{shown}</Request>"


def refusal(refused: Refused, operation: str | None, version: Version, request_id: str) -> str:
    """The document for a request that did not reach its operation."""
    root = f"{operation or ''}ErrorResponse"
    return (
        f'{HEADER}<{root} xmlns="{version.error_namespace}"><Error><Code>{refused.code}</Code>'
        f"<Message>{foreign(refused.message)}</Message></Error><RequestId>{request_id}</RequestId></{root}>"
    )


def no_operation(asked: str | None, valid: Iterable[str], version: Version) -> str:
    """
    The document for a missing or unknown operation; its namespace is the oldest version's, whatever was asked.

    Of a missing one the original said in 2011 that it was invalid; a code of its own is only known from later lists.
    """
    choices = f"Valid values for the Operation parameter include {', '.join(valid)}."
    if asked is None and version.is_late:
        code = ErrorCode.MISSING_OPERATION
        message = f"The Operation parameter is missing. Please add the Operation parameter and retry. {choices}"
    else:
        code = ErrorCode.INVALID_OPERATION
        message = f"The Operation parameter is invalid. Please modify the Operation parameter and retry. {choices}"
    return (
        f'{HEADER}<Errors xmlns="{NAMESPACE}{DEFAULT_VERSION}">'
        f"<Error><Code>{code}</Code><Message>{message}</Message></Error></Errors>"
    )


def _echoed(call: Call, name: str, defaults: Mapping[str, str], items: str | None) -> str:
    if name == "Items":
        return "" if items is None else f"<Items>{items}</Items>"
    if name in LISTS or (name == "SellerId" and call.operation == Operation.SELLER_LOOKUP):
        values = call.values(name) or tuple(filter(None, (defaults.get(name),)))
        shown = [value.upper() for value in values] if name in _UPPER_CASED else values
        return "".join(f"<{name}>{foreign(value)}</{name}>" for value in shown)
    value = call.parameters.get(name) or defaults.get(name)
    return element(name, None) if value is None else f"<{name}>{foreign(value)}</{name}>"
