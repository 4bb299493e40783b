"""Request keys: the client's name for one mutation, bound to what the mutation asked for."""

import re
from dataclasses import fields, is_dataclass
from decimal import Decimal
from enum import Enum
from hashlib import sha256
from typing import Any, Final

import orjson
import strawberry

from persistence.records import RequestKey
from resolvers.errors import BadInput

_KEY: Final = re.compile(r"[!-~]{16,128}")
_KEY_FIELD: Final = "idempotency_key"


def request_key(mutation: str, input: Any, *, is_required: bool) -> RequestKey | None:  # noqa: A002
    """
    The key of a mutation's input, with a fingerprint of the field's name and everything else that is asked for.

    Raises:
        BadInput: the key is not 16 to 128 visible ASCII characters, or there is none where one is required.
    """
    key = getattr(input, _KEY_FIELD)
    if key is None or key is strawberry.UNSET:
        if is_required:
            raise BadInput(
                "This shop wants an `idempotencyKey` on every mutation; a fresh UUID for each change will do."
            )
        return None
    if not _KEY.fullmatch(key):
        raise BadInput("`idempotencyKey` is 16 to 128 visible ASCII characters; a fresh UUID for each change will do.")
    text = orjson.dumps([mutation, _plain(input)], option=orjson.OPT_SORT_KEYS)
    return RequestKey(key, sha256(text).digest())


def _plain(value: Any) -> Any:
    """A value without what makes no difference: fields that are absent or null, and the key itself."""
    if is_dataclass(value) and not isinstance(value, type):
        given = {field.name: getattr(value, field.name) for field in fields(value) if field.name != _KEY_FIELD}
        return {name: _plain(each) for name, each in given.items() if each is not None and each is not strawberry.UNSET}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if isinstance(value, Enum):
        return str(getattr(value.value, "value", value.value))
    if isinstance(value, Decimal):
        return str(value.normalize())
    return value
