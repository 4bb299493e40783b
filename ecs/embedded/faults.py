"""
Errors as the wire words them. Inside an answer: code and message; before the operation ran: with an HTTP status.

The texts are those recorded from the original, slips of the pen included, where a recording exists.
"""

from collections.abc import Iterable
from typing import NamedTuple

from ecs.vocabulary import ErrorCode


class Fault(NamedTuple):
    """An error inside the ``Request`` of an answer."""

    code: ErrorCode
    message: str


class Refused(Exception):
    """The request did not reach its operation."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message


class NotExecuted(Exception):
    """Nothing was done: the parameters are wrong (``faults``), or no more than their check was asked for (none)."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__(self.faults)


def missing(parameter: str) -> Fault:
    """A required parameter is not there."""
    return Fault(
        ErrorCode.MISSING_PARAMETERS,
        f"Your request is missing required parameters. Required parameters include {parameter}.",
    )


def at_least_one(parameters: Iterable[str]) -> Fault:
    """None of these parameters is there."""
    return Fault(
        ErrorCode.MINIMUM_PARAMETERS,
        f"Your request should have atleast 1 of the following parameters: {', '.join(parameters)}.",
    )


def exactly_one(parameters: Iterable[str]) -> Fault:
    """None, or more than one, of these parameters is there."""
    return Fault(
        ErrorCode.EXACT_PARAMETERS,
        f"Your request should have exactly 1 of the following parameters: {', '.join(parameters)}.",
    )


def out_of_range(parameter: str, lowest: int, highest: int) -> Fault:
    """A number beyond its bounds, or no number at all."""
    return Fault(
        ErrorCode.OUT_OF_RANGE,
        f"The value you specified for {parameter} is invalid.  Valid values must be between {lowest} and {highest}.",
    )


def not_among(parameter: str, valid: Iterable[str]) -> Fault:
    """A value that is not in the list of values."""
    return Fault(
        ErrorCode.INVALID_ENUMERATED,
        f"The value you specified for {parameter} is invalid. Valid values include {', '.join(valid)}.",
    )


def bad_response_group(operation: str, valid: Iterable[str]) -> Fault:
    """A response group the operation does not have."""
    return Fault(
        ErrorCode.INVALID_RESPONSE_GROUP,
        "Your ResponseGroup parameter is invalid."
        f" Valid response groups for {operation} requests include {', '.join(valid)}.",
    )


def cannot_be_present(parameter: str, *, when: str, equals: str) -> Fault:
    """A parameter that another one's value forbids."""
    return Fault(
        ErrorCode.RESTRICTED_COMBINATION,
        "Your request contained a restricted parameter combination."
        f"  When {when} equals {equals}, {parameter} cannot be present.",
    )


def must_be_present(parameter: str, *, when: str, equals: str) -> Fault:
    """A parameter that another one's value requires."""
    return Fault(
        ErrorCode.MISSING_COMBINATION,
        "Your request is missing a required parameter combination."
        f"  When {when} equals {equals}, {parameter} must be present.",
    )


def not_together(first: str, second: str) -> Fault:
    """Two parameters that exclude each other."""
    return Fault(
        ErrorCode.INVALID_COMBINATION,
        f"Your request contains an invalid parameter combination. {first} and {second} cannot appear in the same"
        " request.",
    )


def too_many(parameter: str, most: int) -> Fault:
    """More values than a parameter may have."""
    return Fault(
        ErrorCode.TOO_MANY_VALUES,
        f"Your request contains too many values for {parameter}. This parameter can have a maximum of {most} values.",
    )


def too_many_parts(operation: str, most: int) -> Fault:
    """More parts in one request than an operation takes. Only the code is known of the original."""
    return Fault(
        ErrorCode.TOO_MANY_BATCHES, f"You may send at most {most} batch requests for {operation} in one request."
    )


def invalid_value(parameter: str, value: str) -> Fault:
    """A value that names nothing."""
    return Fault(
        ErrorCode.INVALID_VALUE,
        f"{value} is not a valid value for {parameter}. Please change this value and retry your request.",
    )


def no_exact_matches() -> Fault:
    """A search without a hit."""
    return Fault(ErrorCode.NO_EXACT_MATCHES, "We did not find any matches for your request.")


def no_similarities(asins: Iterable[str]) -> Fault:
    """Nothing is similar."""
    return Fault(ErrorCode.NO_SIMILARITIES, f"There are no similar items for this ASIN: {', '.join(asins)}.")


def cart_mismatch() -> Fault:
    """No cart under this CartId, HMAC and AssociateTag; which of them is wrong is not said."""
    return Fault(
        ErrorCode.CART_INFO_MISMATCH,
        "Your request contains an invalid AssociateTag, CartId and HMAC combination. Please verify the AssociateTag,"
        " CartId, HMAC and retry. Remember that all Cart operations must pass in the CartId and HMAC that were"
        " returned to you during the CartCreate operation.",
    )


def already_in_cart(item: str) -> Fault:
    """An item to add is there."""
    return Fault(ErrorCode.ITEM_ALREADY_IN_CART, f"The item you specified, {item}, is already in your cart.")


def quantity_exceeded(item: str) -> Fault:
    """More units were asked for than one cart may hold."""
    return Fault(
        ErrorCode.INVALID_QUANTITY,
        f"You have exceeded the maximum quantity allowed for the following items: {item}.",
    )


def not_eligible(item: str) -> Fault:
    """Nothing that could be bought has this name."""
    return Fault(
        ErrorCode.ITEM_NOT_ELIGIBLE,
        f"The item you specified, {item}, is not eligible to be added to the cart."
        " Check the item's availability to make sure it is available.",
    )


def cart_full(most: int) -> Fault:
    """The cart has as many lines as it may have."""
    return Fault(ErrorCode.EXCEEDED_CART_ITEMS, f"You may not add more than {most} items to the cart.")
