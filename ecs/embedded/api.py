"""The XML API: from an HTTP request to the document that answers it."""

import time
from collections import Counter
from typing import Final
from urllib.parse import unquote_plus
from uuid import uuid4

import structlog

from ecs.embedded.access import Place, recognised
from ecs.embedded.call import Call
from ecs.embedded.envelope import Receipt, answer, no_operation, refusal
from ecs.embedded.faults import Refused
from ecs.embedded.http import Request, Response
from ecs.embedded.operations.batch import MULTI_OPERATION, is_multi_operation, performed
from ecs.embedded.operations.registry import OPERATIONS, RETIRED, changes_carts, check_offered
from ecs.embedded.shop import Shop
from ecs.embedded.versions import version_of
from ecs.vocabulary import ErrorCode

_XML: Final = "text/xml;charset=UTF-8"
_MOST_PARAMETERS: Final = 200
_FORM: Final = "application/x-www-form-urlencoded"

_log = structlog.get_logger(__name__)


class Inquiry:
    """One request to the API, with its parameters read."""

    def __init__(self, request: Request) -> None:
        self._request = request
        self._started = time.perf_counter()
        self._request_id = str(uuid4())
        pairs = _pairs(request)
        self._parameters = dict(pairs)
        self._repeated = _repeated(pairs) if len(self._parameters) < len(pairs) else ()
        self._version = version_of(self._parameters.get("Version"))
        asked = self._parameters.get("Operation")
        self._operation = asked if asked in OPERATIONS or asked in RETIRED else None
        if is_multi_operation(asked, self._version):
            self._operation = MULTI_OPERATION

    @property
    def key_id(self) -> str:
        """The access key id it bears, whoever sent it; empty when it bears none."""
        return self._parameters.get("AWSAccessKeyId") or self._parameters.get("SubscriptionId") or ""

    @property
    def changes_carts(self) -> bool:
        """True when answering may change a cart."""
        return self._operation in OPERATIONS and changes_carts(self._operation or "")

    def answered(self, shop: Shop) -> Response:
        """The document; whatever goes wrong, it is one."""
        try:
            return _xml(self._answer(shop))
        except Refused as refused:
            return self.refusal(refused)
        except Exception:  # noqa: BLE001 - logged; a client never sees a trace
            return self.failed()

    def failed(self) -> Response:
        """The document that says that it is our fault; what went wrong is being handled, and is logged."""
        _log.exception("ecs.request_failed", request_id=self._request_id, operation=self._operation)
        return self.refusal(
            Refused(500, ErrorCode.INTERNAL_ERROR, "We encountered an internal error. Please try again.")
        )

    def _answer(self, shop: Shop) -> str:
        request, config = self._request, shop.config
        place = Place(request.method, request.headers.get("host", ""), request.root_path)
        key_id = recognised(self._parameters, place, config.credentials, shop.now)
        if self._operation is None:
            return no_operation(self._parameters.get("Operation"), OPERATIONS, self._version)
        check_offered(self._operation, self._version)
        call = Call(
            operation=self._operation,
            parameters=self._parameters,
            version=self._version,
            key_id=key_id,
            repeated=self._repeated,
        )
        payload = performed(call, shop)
        duration_s = time.perf_counter() - self._started
        return answer(call, Receipt(self._request_id, request.headers.get("user-agent", ""), duration_s), payload)

    def refusal(self, refused: Refused) -> Response:
        """The document of a request that does not reach its operation."""
        return _xml(refusal(refused, self._operation, self._version, self._request_id), refused.status)


def _repeated(pairs: list[tuple[str, str]]) -> tuple[str, ...]:
    return tuple(name for name, count in Counter(name for name, _ in pairs).items() if count > 1)


def _pairs(request: Request) -> list[tuple[str, str]]:
    text = request.query
    if request.method == "POST" and request.headers.get("content-type", "").startswith(_FORM):
        text = "&".join(filter(None, (text, request.body.decode("utf-8", "replace"))))
    if text.count("&") >= _MOST_PARAMETERS:
        # More parameters than any operation has: without a key among them the request is refused.
        return []
    pairs = (pair.partition("=") for pair in text.split("&") if pair)
    return [(_decoded(name), _decoded(value)) for name, _, value in pairs]


def _decoded(text: str) -> str:
    # Most have nothing to decode; the general way costs three times as much.
    return unquote_plus(text, errors="replace") if "%" in text or "+" in text else text


def _xml(document: str, status: int = 200) -> Response:
    return Response(document.encode(), _XML, status)
