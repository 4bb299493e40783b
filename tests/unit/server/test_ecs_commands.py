"""The commands that speak ECS: what they send, what they show, and what they never show."""

from pathlib import Path

import orjson
import pytest
from click.testing import CliRunner, Result

from ecs.embedded import SAMPLE_CATALOG
from server.cli import main
from tests.unit.ecs.parse.answers import answer, early, looked_up, price, request


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """A data folder with a catalog of a hundred products, made once."""
    folder = tmp_path_factory.mktemp("ecs-commands")
    feed = folder / "feed.jsonl"
    feed.write_bytes(b"".join(SAMPLE_CATALOG.read_bytes().splitlines(keepends=True)[:100]))
    environment = {"DATA_DIR": str(folder / "data")}
    assert _run(environment, "catalog", "load", str(feed)).exit_code == 0
    return environment


def _run(environment: dict[str, str], *arguments: str, sent: bytes | None = None) -> Result:
    result = CliRunner().invoke(main, arguments, env=environment, input=sent)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def _call(environment: dict[str, str], *arguments: str) -> Result:
    return _run(environment, "ecs", "call", *arguments)


def _an_asin(environment: dict[str, str]) -> str:
    found = _call(environment, "ItemSearch", "-p", "SearchIndex=All", "-p", "Keywords=the")
    asin = orjson.loads(found.stdout)["value"]["items"][0]["asin"]
    assert isinstance(asin, str)
    return asin


def test_a_look_up_is_shown_as_json(environment: dict[str, str]) -> None:
    """Signed, sent to the embedded service, and read by the client's parser."""
    asin = _an_asin(environment)

    result = _call(environment, "ItemLookup", "--param", f"ItemId={asin}", "--param", "ResponseGroup=Small")

    shown = orjson.loads(result.stdout)
    assert result.exit_code == 0
    assert shown["operation"] == "ItemLookup"
    assert [item["asin"] for item in shown["value"]] == [asin]
    assert "sales_rank" not in shown["value"][0]


def test_raw_shows_the_answer_in_the_version_asked_for(environment: dict[str, str]) -> None:
    """For a look at the wire itself."""
    arguments = ("ItemLookup", "-p", f"ItemId={_an_asin(environment)}", "--raw", "--version", "2011-08-01")

    result = _call(environment, *arguments)

    assert result.exit_code == 0
    assert "<ItemLookupResponse" in result.stdout
    assert "AWSECommerceService/2011-08-01" in result.stdout


def test_what_opens_a_cart_is_stars_unless_raw(environment: dict[str, str]) -> None:
    """Output lands in tickets and chats; who asks for the bytes wants to go on with the cart."""
    item = ("-p", f"Item.1.ASIN={_an_asin(environment)}", "-p", "Item.1.Quantity=1")

    shown = _call(environment, "CartCreate", *item)
    raw = _call(environment, "CartCreate", *item, "--raw")

    cart = orjson.loads(shown.stdout)["value"]
    assert (cart["cart_id"], cart["hmac"], cart["purchase_url"]) == ("**********",) * 3
    assert cart["items"][0]["quantity"] == 1
    assert "<HMAC>" in raw.stdout


def test_what_was_refused_beside_a_value_is_shown(environment: dict[str, str]) -> None:
    """Else an id that is not known vanishes without a word."""
    asin = _an_asin(environment)

    result = _call(environment, "ItemLookup", "-p", f"ItemId={asin},B0000000ZZ", "-p", "ResponseGroup=ItemIds")

    message = "B0000000ZZ is not a valid value for ItemId. Please change this value and retry your request."
    assert orjson.loads(result.stdout) == {
        "operation": "ItemLookup",
        "value": [{"asin": asin, "is_adult": False}],
        "errors": [{"code": "AWS.InvalidParameterValue", "message": message}],
    }


def test_two_operations_are_asked_and_shown_together(environment: dict[str, str]) -> None:
    """Each answer under its operation, in the order of the schemas; from 2011-08-01 on there are no such requests."""
    arguments = (
        *("ItemSearch,Help", "-p", "ItemSearch.1.SearchIndex=All", "-p", "ItemSearch.1.Keywords=the"),
        *("-p", "Help.1.HelpType=Operation", "-p", "Help.1.About=CartGet", "-p", "ItemSearch.1.ResponseGroup=ItemIds"),
    )

    about, search = orjson.loads(_call(environment, *arguments, "--version", "2010-12-01").stdout)
    refused = _call(environment, *arguments, "-p", "Validate=True", "--version", "2013-08-01")

    assert search["operation"] == "ItemSearch"
    assert len(search["value"]["items"]) == 10
    assert about["operation"] == "Help"
    assert [one["name"] for one in about["value"]["operations"]] == ["CartGet"]
    assert refused.exit_code == 1
    assert refused.stderr.startswith("Error: AWS.")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("ItemSerch",), "there is no operation ItemSerch; did you mean ItemSearch?"),
        (("Xyz",), "there is no operation Xyz. The operations are ItemSearch, "),
        (("ItemSearch", "-p", "Keyword=x"), "ItemSearch has no parameter Keyword; did you mean Keywords?"),
        (("ItemSearch", "-p", "Keywords"), "'Keywords' is not of the form Name=Value"),
        (("ItemSearch", "-p", "Title=a", "-p", "Title=b"), "Title is given twice"),
        (("ItemSearch,Itemlookup",), "there is no operation Itemlookup; did you mean ItemLookup?"),
        (
            ("ItemSearch,Help", "-p", "About=x"),
            "with several operations About needs its own before it, as in ItemSearch.1.About",
        ),
        (("ItemSearch,Help", "-p", "Help.1.Abut=x"), "Help has no parameter Abut; did you mean About?"),
    ],
)
def test_a_slip_of_the_pen_is_a_wrong_call(
    environment: dict[str, str], arguments: tuple[str, ...], sentence: str
) -> None:
    """The service would ignore a name it does not know and answer something else."""
    result = _call(environment, *arguments)

    assert (result.exit_code, result.stdout) == (2, "")
    assert sentence in result.stderr


def test_what_the_service_refuses_is_one_sentence(environment: dict[str, str]) -> None:
    """Its code and its own words, and nothing that opens a cart."""
    result = _call(environment, "CartGet", "-p", "CartId=000-1111111-2222222", "-p", "HMAC=aGVsbG8=")

    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("Error: AWS.ECommerceService.CartInfoMismatch: Your request contains")
    assert "aGVsbG8" not in result.stderr


@pytest.mark.parametrize(
    ("endpoint", "sentence"),
    [
        ("http://127.0.0.1:9/onca/xml", "No connection to the upstream (ConnectError)."),
        ("ftp://127.0.0.1/onca/xml", "the endpoint must be an http or https address like https://host/onca/xml"),
    ],
)
def test_a_service_that_cannot_be_asked_is_one_sentence(
    environment: dict[str, str], endpoint: str, sentence: str
) -> None:
    """Nothing listens, or nothing can."""
    result = _call(environment, "ItemLookup", "-p", "ItemId=B000000001", "--endpoint", endpoint)

    assert (result.exit_code, result.stderr) == (1, f"Error: {sentence}\n")


def test_without_a_catalog_it_says_how_to_get_one(tmp_path: Path) -> None:
    """An empty answer would look like a fault of the request."""
    result = _call({"DATA_DIR": str(tmp_path / "new")}, "ItemLookup", "-p", "ItemId=B000000001")

    assert (result.exit_code, result.stdout) == (1, "")
    assert "cartograph catalog load" in result.stderr


def test_an_answer_in_a_file_is_shown_as_understood(tmp_path: Path) -> None:
    """A developer sees what the client makes of recorded bytes."""
    file = tmp_path / "answer.xml"
    inside = f"<ASIN>B000000001</ASIN><ItemAttributes><Title>Tea</Title>{price('ListPrice', 500)}</ItemAttributes>"
    file.write_bytes(looked_up(inside))

    result = _run({}, "ecs", "read", str(file))

    assert result.exit_code == 0
    assert orjson.loads(result.stdout)["value"] == [
        {
            "asin": "B000000001",
            "title": "Tea",
            "is_adult": False,
            "list_price": {"amount_minor": 500, "currency": "USD", "formatted": "as sent"},
        }
    ]


@pytest.mark.parametrize(
    ("body", "kind", "code"),
    [
        (early("CartAdd", "RequestThrottled"), "UpstreamThrottled", "RequestThrottled"),
        (answer("CartGet", f"<Cart>{request('AWS.MissingParameters', is_valid=False)}</Cart>"), "UpstreamRefused",
         "AWS.MissingParameters"),
    ],
)  # fmt: skip
def test_an_error_in_a_file_is_understood_too(body: bytes, kind: str, code: str) -> None:
    """From standard input; its codes are the answer."""
    result = _run({}, "ecs", "read", "-", sent=body)

    assert result.exit_code == 0
    error = orjson.loads(result.stdout)["error"]
    assert (error["kind"], error["code"], [one["code"] for one in error["errors"]]) == (kind, code, [code])


@pytest.mark.parametrize("body", [b"", b"<html/>", b"<!DOCTYPE a><a/>", b"\xff"])
def test_what_is_no_answer_is_one_sentence(body: bytes) -> None:
    """Never a trace."""
    result = _run({}, "ecs", "read", "-", sent=body)

    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("Error: The ")


def test_a_file_that_is_not_there_is_a_wrong_call(tmp_path: Path) -> None:
    """Told before anything is read."""
    assert _run({}, "ecs", "read", str(tmp_path / "none.xml")).exit_code == 2
