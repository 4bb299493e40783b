"""The address of a signed request."""

import httpx

from ecs.client.signed_url import SignedUrl

QUERY = "HMAC=a%2Fb%3D&Operation=CartGet&Signature=c%2Bd"
URL = SignedUrl(httpx.URL("http://upstream.example:8080/onca/xml"), QUERY)


def test_it_says_what_the_same_address_taken_apart_says() -> None:
    """Transports and logs read it in their own ways."""
    plain = httpx.URL(f"http://upstream.example:8080/onca/xml?{QUERY}")

    assert str(URL) == str(plain)
    assert (URL.raw_path, URL.query, URL.path) == (plain.raw_path, plain.query, plain.path)
    assert (URL.scheme, URL.host, URL.port, URL.netloc) == (plain.scheme, plain.host, plain.port, plain.netloc)
    assert dict(URL.params) == {"HMAC": "a/b=", "Operation": "CartGet", "Signature": "c+d"}


def test_it_is_shown_without_what_opens_a_cart() -> None:
    """A traceback prints it so."""
    assert repr(URL) == "SignedUrl('http://upstream.example:8080/onca/xml')"
