"""The second net: shapes and names that never reach a log line, and what passes untouched."""

import io
import json
import logging
from contextlib import redirect_stderr
from typing import Any

import pytest
import structlog
from pydantic import SecretStr

from resolvers.customers import customer_id_of
from server.hushing import DOTS, hashed, hushed, hushed_text
from server.observability import configure_logging
from tests.support.tokens import claims, key_of, token
from tests.unit.server.storefront import MovableClock, Storefront

JWT = token(claims(0), key_of("HS256"), "HS256")
SESSION = Storefront(clock=MovableClock()).sessions.issue("0123456789abcdef" * 2)
ANN = customer_id_of("https://id.example", "ann")
MERGE = "https://www.amazon.com/gp/cart/aws-merge.html?cart-id=102-1&associate-id=x&hmac=abc%2Bdef="

TEXTS = {
    JWT: DOTS,
    f"token {JWT}, refused": f"token {DOTS}, refused",
    ".".join(["eyJhbGciOiJkaXIifQ", "", "AAAA", "BBBB", "CCCC"]): DOTS,
    f"cookie cartograph_session={SESSION}; a=b": f"cookie {DOTS}; a=b",
    f"header {SESSION}": f"header {DOTS}",
    "Authorization: Bearer abcdefgh12345678": f"Authorization: {DOTS}",
    "basic YW5uOnNlY3JldA==": DOTS,
    f"see {MERGE} now": f"see {DOTS} now",
    "/onca/xml?CartId=102-1&HMAC=abc%3D&Operation=CartGet": f"/onca/xml?{DOTS}&{DOTS}&Operation=CartGet",
    "Signature=abc/def": DOTS,
    "postgresql://u:hunter2@db/shop": f"postgresql://u:{DOTS}@db/shop",
    f"of {ANN}.": f"of {hashed(ANN)}.",
    "The bearer of news": "The bearer of news",
    "nothing=secret at https://shop.example/gp/cart/view.html": "nothing=secret at https://shop.example/gp/cart/view.html",
    "2026-11-20T12:00:00Z 1.2.3 a.b.c eyJust.a.word": "2026-11-20T12:00:00Z 1.2.3 a.b.c eyJust.a.word",
}


@pytest.mark.parametrize(("text", "masked"), TEXTS.items(), ids=range(len(TEXTS)))
def test_texts(text: str, masked: str) -> None:
    """Whatever the field is called."""
    assert hushed_text(text) == masked


@pytest.mark.parametrize(
    "name",
    [
        "authorization",
        "Cookie",
        "set-cookie",
        "hmac",
        "cart_id",
        "cartId",
        "purchase_url",
        "token",
        "secret_key",
        "url",
    ],
)
@pytest.mark.parametrize("value", ["plain", ["plain"], {"a": "plain"}, SecretStr("plain")])
def test_names(name: str, value: Any) -> None:
    """Whatever the value looks like."""
    assert hushed(None, "info", {"event": "e", name: value}) == {"event": "e", name: DOTS}


@pytest.mark.parametrize("name", ["customer_id", "customer", "guest_id", "sub"])
def test_customers_are_hashed(name: str) -> None:
    """Lines of one customer can be found, and do not tell who it is."""
    assert hushed(None, "info", {"event": "e", name: ANN}) == {"event": "e", name: hashed(ANN)}
    assert len(hashed(ANN)) == 13


def test_what_lies_deeper_is_found() -> None:
    """In lists, mappings, objects and exceptions."""
    event = {
        "event": f"got {JWT}",
        "headers": {"Cookie": "a=b", "accept": "x", "list": [JWT, 7, None]},
        "error": ValueError(f"bad {JWT}"),
        "count": 7,
        "none": None,
        "ratio": 0.5,
        "is_good": True,
        "token": None,
    }

    assert hushed(None, "info", event) == {
        "event": f"got {DOTS}",
        "headers": {"Cookie": DOTS, "accept": "x", "list": [DOTS, 7, None]},
        "error": f"ValueError('bad {DOTS}')",
        "count": 7,
        "none": None,
        "ratio": 0.5,
        "is_good": True,
        "token": None,
    }


@pytest.mark.parametrize("log_format", ["json", "console"])
def test_every_line_goes_through_the_net(log_format: str) -> None:
    """Ours, traces, and those of other libraries."""
    out = io.StringIO()
    with redirect_stderr(out):
        configure_logging("debug", log_format)
        log = structlog.get_logger("fresh")
        try:
            raise ValueError(f"over {MERGE}")
        except ValueError as error:
            log.error("failed", exc_info=error, hmac="abc")
            logging.getLogger("other").exception("also %s", JWT)

    told = out.getvalue()
    assert (told.count("ValueError: over"), "aws-merge" in told, JWT in told, "abc" in told) == (2, False, False, False)
    assert "failed" in told
    assert "also" in told


def test_lines_of_other_libraries_have_our_form() -> None:
    """One form in the log, whoever writes; once, however often logging is configured."""
    out = io.StringIO()
    with redirect_stderr(out):
        configure_logging("info", "json")
        configure_logging("info", "json")
        logging.getLogger("uvicorn.error").warning("Invalid request from %s", "nowhere")
        logging.getLogger("uvicorn.error").info("hidden")
        ours = logging.getLogger().handlers[-1]
        ours.handle(logging.LogRecord("odd", logging.ERROR, "", 0, "%d of %d", ("two",), None))

    line, odd = (json.loads(each) for each in out.getvalue().splitlines())
    assert line.pop("timestamp").endswith("Z")
    assert line == {"event": "Invalid request from nowhere", "logger": "uvicorn.error", "level": "warning"}
    assert (odd["event"], odd["logger"]) == ("%d of %d", "odd")
