"""Help: what the service says of its operations and response groups."""

from ecs.model import Help, OperationHelp, ResponseGroupHelp
from ecs.parse.envelope import errors_of, is_valid
from ecs.parse.nodes import Element, children, fields, needed, parts, texts
from ecs.parse.refusals import refuse_unless_harmless


def help_(payload: Element) -> Help:
    """The information asked for; a name Help does not know is an error."""
    found = parts(payload)
    told = Help(
        operations=tuple(_operation(child) for child in children(payload, "OperationInformation")),
        response_groups=tuple(_response_group(child) for child in children(payload, "ResponseGroupInformation")),
    )
    has_value = bool(told.operations or told.response_groups)
    refuse_unless_harmless(errors_of(found), (), is_valid=is_valid(found), has_value=has_value)
    return told


def _operation(element: Element) -> OperationHelp:
    found, plain = parts(element), fields(element)
    return OperationHelp(
        name=needed(plain.get("Name"), "Name of an operation"),
        description=plain.get("Description"),
        required_parameters=texts(found.get("RequiredParameters"), "Parameter"),
        available_parameters=texts(found.get("AvailableParameters"), "Parameter"),
        default_response_groups=texts(found.get("DefaultResponseGroups"), "ResponseGroup"),
        available_response_groups=texts(found.get("AvailableResponseGroups"), "ResponseGroup"),
    )


def _response_group(element: Element) -> ResponseGroupHelp:
    found, plain = parts(element), fields(element)
    return ResponseGroupHelp(
        name=needed(plain.get("Name"), "Name of a response group"),
        creation_date=plain.get("CreationDate"),
        valid_operations=texts(found.get("ValidOperations"), "Operation"),
        elements=texts(found.get("Elements"), "Element"),
    )
