"""Settings of a client."""

import pytest

from ecs.client import endpoint_of
from tests.unit.ecs.client.upstreams import KEY_ID, SECRET, config


@pytest.mark.parametrize(
    ("endpoint", "host"),
    [
        ("https://webservices.amazon.com/onca/xml", "webservices.amazon.com"),
        ("https://webservices.amazon.com:443/onca/xml", "webservices.amazon.com"),
        ("http://embedded.internal/onca/xml", "embedded.internal"),
        ("http://Shop.example:8001/onca/xml", "shop.example:8001"),
        ("https://shop.example:80/onca/xml", "shop.example:80"),
        ("http://[::1]:8001/onca/xml", "[::1]:8001"),
    ],
)
def test_the_signed_host_is_that_of_the_host_header(endpoint: str, host: str) -> None:
    """The upstream signs what it was sent: with the port, unless it is the usual one."""
    assert config(endpoint).host == host


@pytest.mark.parametrize(
    "endpoint",
    [
        "",
        "webservices.amazon.com/onca/xml",
        "ftp://shop.example/onca/xml",
        "https:///onca/xml",
        "https://shop.example",
        "https://user:word@shop.example/onca/xml",
        "https://shop.example/onca/xml?Service=x",
        "https://shop.example/onca/xml#x",
        "http://[broken/onca/xml",
        "http://two words/onca/xml",
        "http://shop.example:port/onca/xml",
        "http://shop.example:99999/onca/xml",
    ],
)
def test_an_endpoint_that_cannot_be_asked_is_refused(endpoint: str) -> None:
    """At start, not at the first customer."""
    with pytest.raises(ValueError, match="endpoint"):
        config(endpoint)


def test_each_marketplace_has_its_endpoint() -> None:
    """The host decides the locale."""
    assert endpoint_of("JP") == "https://webservices.amazon.co.jp/onca/xml"
    with pytest.raises(KeyError):
        endpoint_of("XX")


def test_key_and_secret_are_not_printed() -> None:
    """Settings end up in logs."""
    assert KEY_ID not in repr(config())
    assert SECRET not in repr(config())
