"""Signatures: published vectors where they lie beside the checkout, and two worked by hand."""

import hmac
import json
from base64 import b64encode
from hashlib import sha256
from pathlib import Path

import pytest

from ecs.signature import canonical_query, signature

VECTORS = Path(__file__).resolve().parents[4] / "shared" / "ecs" / "signature-vectors.json"


@pytest.mark.skipif(not VECTORS.exists(), reason="the signature vectors are not beside the checkout")
def test_published_requests_get_their_published_signatures() -> None:
    """What the real service accepted is the only proof that a signature is right."""
    vectors = json.loads(VECTORS.read_bytes())["vectors"]

    signed = [
        signature(one["secret"], one["method"], one["host"], one["path"], canonical_query(one["parameters"]))
        for one in vectors
    ]

    assert len(vectors) == 9
    assert [canonical_query(one["parameters"]) for one in vectors] == [one["canonical_query"] for one in vectors]
    assert signed == [one["signature"] for one in vectors]


def test_query_is_encoded_and_ordered_by_bytes() -> None:
    """Upper case before lower case, Item.10 before Item.2, all but the unreserved characters encoded in upper case."""
    parameters = {
        "b": "~*/ +",
        "Item.2.ASIN": "B",
        "Item.10.ASIN": "A",
        "Keywords": "café au lait",
        "a": "-_.",
        "Signature": "left out",
    }

    query = canonical_query(parameters)

    assert query == "Item.10.ASIN=A&Item.2.ASIN=B&Keywords=caf%C3%A9%20au%20lait&a=-_.&b=~%2A%2F%20%2B"


def test_signature_is_that_of_the_four_lines() -> None:
    """The text to sign is method, lower-case host, path and query, each on its line."""
    text = "POST\nshop.example:8443\n/onca/xml\nOperation=CartGet&Service=AWSECommerceService"
    expected = b64encode(hmac.digest(b"open sesame", text.encode(), sha256)).decode()

    made = signature(
        "open sesame",
        "POST",
        "Shop.Example:8443",
        "/onca/xml",
        canonical_query({"Service": "AWSECommerceService", "Operation": "CartGet"}),
    )

    assert made == expected
    assert made == "QiOmhLM1yiqwvZlg/I5QHKSpyF2l2SiPuLU2KGqHxuE="
