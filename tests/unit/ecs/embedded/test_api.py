"""The XML API over HTTP: methods, versions, encodings, errors before the operation."""

import gzip
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from lxml import etree
from structlog.testing import capture_logs

from ecs.embedded import EcsService, ServiceConfig
from ecs.embedded.config import utc_now
from tests.unit.ecs.embedded.caller import KEY, SECRET, SITE, Answer, Caller, Clock, new_items
from tests.unit.ecs.embedded.feeds import KETTLE

_FORM = {"content-type": "application/x-www-form-urlencoded"}


async def test_post_with_a_form_is_answered_alike(ecs: Caller) -> None:
    """Long cart requests do not fit into an address."""
    body = ecs.signed(ecs.parameters("CartCreate", new_items((KETTLE, 2))), method="POST")

    response = await ecs.http.post("/onca/xml", content=body, headers=_FORM)

    assert Answer(response).texts("CartItem/Quantity") == ["2"]


async def test_body_of_another_kind_is_not_read(ecs: Caller) -> None:
    """Only forms hold parameters."""
    body = ecs.signed(ecs.parameters("ItemSearch", {}), method="POST")

    response = await ecs.http.post("/onca/xml", content=body, headers={"content-type": "text/plain"})

    assert Answer(response).first("Error/Code") == "MissingClientTokenId"


async def test_body_too_large_is_refused(ecs: Caller) -> None:
    """Memory is not for strangers to fill."""
    response = await ecs.http.post("/onca/xml", content=b"x" * 100_001, headers=_FORM)

    assert response.status_code == 413


async def test_more_parameters_than_any_operation_has(ecs: Caller) -> None:
    """They are not read at all."""
    query = "&".join(f"a{number}=1" for number in range(300))

    answer = await ecs.query(query)

    assert answer.first("Error/Code") == "MissingClientTokenId"


@pytest.mark.parametrize("method", ["PUT", "DELETE", "HEAD"])
async def test_other_methods_are_refused(ecs: Caller, method: str) -> None:
    """The API is asked by GET and POST."""
    response = await ecs.http.request(method, "/onca/xml")

    assert (response.status_code, response.headers["allow"]) == (405, "GET, POST")


@pytest.mark.parametrize(
    ("asked", "namespace"),
    [
        (None, "2005-10-05"),
        ("2005-10-05", "2005-10-05"),
        ("2010-12-01", "2010-12-01"),
        ("2013-08-01", "2013-08-01"),
        ("2009-03-31", "2011-08-01"),
        ("2020-01-01", "2013-08-01"),
        ("nonsense", "2013-08-01"),
    ],
)
async def test_namespace_follows_the_version(
    service: EcsService, clock: Clock, asked: str | None, namespace: str
) -> None:
    """Clients find elements by namespace."""
    async with Caller(service, clock, version=asked) as caller:
        answer = await caller("ItemSearch", SearchIndex="Books", Keywords="kettle")

    assert answer.namespace == f"http://webservices.amazon.com/AWSECommerceService/{namespace}"
    assert answer.texts("Item/ASIN") == [KETTLE]


@pytest.mark.parametrize(("version", "namespace"), [("2009-03-31", "2009-03-31"), ('"><x', "2011-08-01")])
async def test_refusal_names_the_asked_version(service: EcsService, clock: Clock, version: str, namespace: str) -> None:
    """Unless it is no version at all, which must not get into the document."""
    async with Caller(service, clock, version=version) as caller:
        answer = await caller("ItemSearch", AWSAccessKeyId="nobody")

    assert answer.namespace == f"http://ecs.amazonaws.com/doc/{namespace}/"


@pytest.mark.parametrize(
    ("operation", "code"), [("???", "AWS.InvalidOperationParameter"), ("", "AWS.InvalidOperationParameter")]
)
async def test_unknown_operation_is_a_document_of_its_own(ecs: Caller, operation: str, code: str) -> None:
    """HTTP 200, oldest namespace, the valid operations in the message."""
    answer = await ecs(operation)

    assert (answer.status, answer.name) == (200, "Errors")
    assert answer.namespace == "http://webservices.amazon.com/AWSECommerceService/2005-10-05"
    assert answer.first("Error/Code") == code
    assert "BrowseNodeLookup, CartAdd, CartClear" in (answer.first("Error/Message") or "")


@pytest.mark.parametrize(
    ("version", "code"),
    [("2013-08-01", "AWS.MissingOperationParameter"), ("2010-11-01", "AWS.InvalidOperationParameter")],
)
async def test_missing_operation(service: EcsService, clock: Clock, version: str, code: str) -> None:
    """Told apart from an unknown one, which the original did not do in 2011."""
    async with Caller(service, clock, version=version) as caller:
        parameters = caller.parameters("", {})
        del parameters["Operation"]

        answer = await caller.query(caller.signed(parameters))

    assert answer.first("Error/Code") == code


async def test_operation_request_repeats_what_was_sent(ecs: Caller) -> None:
    """Sorted by name, decoded, an empty value without the attribute; text of strangers is escaped."""
    answer = await ecs("ItemSearch", SearchIndex="Books", Keywords='<a> & "b"\x07', Domain="", Zoo="ü")

    arguments = [dict(element.attrib) for element in answer.root.iterfind(".//{*}Argument")]
    names = [argument["Name"] for argument in arguments]
    assert names == sorted(names)
    assert {"Name": "Domain"} in arguments
    assert {"Name": "Keywords", "Value": '<a> & "b"'} in arguments
    assert {"Name": "Zoo", "Value": "ü"} in arguments
    assert "Signature" in names
    header = answer.root.find(".//{*}Header")
    assert header is not None
    assert header.get("Name") == "UserAgent"
    assert len(answer.first("OperationRequest/RequestId") or "") == 36
    assert 0 < float(answer.first("OperationRequest/RequestProcessingTime") or 0) < 5


async def test_parameter_sent_twice_is_an_error(ecs: Caller) -> None:
    """Which of the two was meant cannot be known."""
    query = ecs.signed(ecs.parameters("ItemSearch", {"SearchIndex": "Books", "Keywords": "kettle"}))

    answer = await ecs.query(f"Keywords=lantern&{query}")

    assert (answer.is_valid, answer.codes) == ("False", ["AWS.ParameterRepeatedInRequest"])


async def test_unexpected_error_is_a_document_without_a_trace(service: EcsService, clock: Clock) -> None:
    """What broke is for the log alone."""
    service.close()

    async with Caller(service, clock) as caller:
        with capture_logs() as logs:
            answer = await caller.create((KETTLE, 1))

    assert (answer.status, answer.name) == (500, "CartCreateErrorResponse")
    assert answer.texts("Error/*") == ["InternalError", "We encountered an internal error. Please try again."]
    assert "Traceback" not in answer.text
    assert "closed" not in answer.text
    assert [entry["event"] for entry in logs] == ["ecs.request_failed"]


@pytest.mark.parametrize(
    ("accepts", "encoding"),
    [("gzip", "gzip"), ("deflate, gzip;q=0.8", "gzip"), ("identity", None), ("", None), ("gzip;q=0, br", None)],
)
async def test_gzip_where_it_is_accepted(ecs: Caller, accepts: str, encoding: str | None) -> None:
    """A real client fails when the header is missing from an answer to an offer of gzip."""
    query = ecs.signed(ecs.parameters("ItemSearch", {"SearchIndex": "Books", "Keywords": "kettle"}))

    async with ecs.http.stream("GET", f"/onca/xml?{query}", headers={"accept-encoding": accepts}) as response:
        raw = b"".join([chunk async for chunk in response.aiter_raw()])

    assert response.headers.get("content-encoding") == encoding
    assert response.headers["content-length"] == str(len(raw))
    assert response.headers["content-type"] == "text/xml;charset=UTF-8"
    document = gzip.decompress(raw) if encoding else raw
    assert etree.QName(etree.fromstring(document)).localname == "ItemSearchResponse"


async def test_small_refusals_are_gzip_too(ecs: Caller) -> None:
    """The header must be there on every answer."""
    response = await ecs.http.get("/onca/xml", headers={"accept-encoding": "gzip"})

    assert (response.status_code, response.headers["content-encoding"]) == (403, "gzip")


async def test_empty_service_finds_nothing_and_says_so(tmp_path: Path, clock: Clock) -> None:
    """Before the first feed is loaded the shop is open and empty."""
    service = EcsService(ServiceConfig(data_dir=tmp_path, site_url=SITE, credentials={KEY: SECRET}, now=clock))

    async with Caller(service, clock) as caller:
        answers = [
            await caller("ItemSearch", SearchIndex="Books", Keywords="kettle"),
            await caller("ItemLookup", ItemId=KETTLE, IdType="EAN", SearchIndex="Books"),
            await caller("SimilarityLookup", ItemId=KETTLE),
            await caller("BrowseNodeLookup", BrowseNodeId="100"),
            await caller.create((KETTLE, 1)),
        ]
    state = service.catalog_state()
    service.close()

    assert [answer.codes for answer in answers] == [
        ["AWS.ECommerceService.NoExactMatches"],
        ["AWS.InvalidParameterValue"],
        ["AWS.InvalidParameterValue"],
        ["AWS.InvalidParameterValue"],
        ["AWS.ECommerceService.ItemNotEligibleForCart"],
    ]
    assert state is None


async def test_lifespan_is_answered(service: EcsService) -> None:
    """So that a server can run the service alone."""
    events = [{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}]
    sent = []

    async def receive() -> dict[str, str]:
        return events.pop(0)

    async def send(message: object) -> None:
        sent.append(message)

    await service({"type": "lifespan"}, receive, send)

    assert sent == [{"type": "lifespan.startup.complete"}, {"type": "lifespan.shutdown.complete"}]


async def test_other_protocols_are_not_spoken(service: EcsService) -> None:
    """A web socket is refused by the server that runs us."""
    with pytest.raises(NotImplementedError, match="does not speak websocket"):
        await service({"type": "websocket"}, None, None)  # type: ignore[arg-type]


async def test_marketplace_decides_the_currency(data_dir: Path, clock: Clock) -> None:
    """A shop in yen sells in yen."""
    config = ServiceConfig(data_dir=data_dir, site_url=SITE, credentials={KEY: SECRET}, marketplace="JP", now=clock)
    service = EcsService(config)

    async with Caller(service, clock) as caller:
        answer = await caller.create((KETTLE, 2))
    service.close()

    assert answer.texts("ItemTotal/FormattedPrice") == ["￥ 8,858"]


def test_secrets_are_not_printed(config: ServiceConfig) -> None:
    """Settings end up in logs."""
    assert SECRET not in repr(config)


def test_default_clock_is_aware() -> None:
    """A naive time would be an error at the first request."""
    assert utc_now().tzinfo is UTC
    assert abs((utc_now() - datetime.now(UTC)).total_seconds()) < 5


async def test_service_works_over_a_real_client(service: EcsService, clock: Clock) -> None:
    """Headers of any case and a body in parts."""
    async with Caller(service, clock) as caller:
        body = caller.signed(
            caller.parameters("ItemSearch", {"SearchIndex": "Books", "Keywords": "kettle"}), method="POST"
        )

        async def parts() -> object:
            yield body[:40].encode()
            yield body[40:].encode()

        response: httpx.Response = await caller.http.post(
            "/onca/xml",
            content=parts(),  # type: ignore[arg-type]
            headers={"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"},
        )

    assert Answer(response).texts("Item/ASIN") == [KETTLE]
