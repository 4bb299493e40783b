"""Hostile and broken bytes."""

import random
import zlib
from collections.abc import Callable
from typing import Any

import pytest

from ecs import parse
from ecs.errors import BadReply, UpstreamError
from ecs.parse.document import MAX_BYTES, MAX_ELEMENTS, document, namespace_of
from ecs.vocabulary import NAMESPACE
from tests.unit.ecs.parse.answers import answer, early, looked_up, price, request

READERS: list[Callable[[bytes], Any]] = [parse.search_page, parse.items, parse.browse_nodes, parse.cart]
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))


def test_a_plain_document_is_read_without_comments() -> None:
    """Comments and processing instructions could hide inside a text or stand where an element is expected."""
    root = document(b'<?xml version="1.0" encoding="utf-8"?><a><!-- x --><?p q?><b>1<!-- x -->2</b></a>')

    assert [(child.tag, child.text) for child in root[:]] == [("b", "12")]


@pytest.mark.parametrize(
    "body",
    [
        b"<!DOCTYPE a><a/>",
        b'<!DOCTYPE a SYSTEM "http://127.0.0.1:1/x.dtd"><a/>',
        b'<!DOCTYPE a PUBLIC "-//x" "file:///etc/hostname"><a/>',
        b"<!DOCTYPE a [<!ELEMENT a ANY>]><a/>",
        b'<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>',
        b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><a>&x;</a>',
        f'<!DOCTYPE a [<!ENTITY l0 "ha">{LAUGHS}]><a b="&l9;">&l9;</a>'.encode(),
    ],
)
def test_a_document_type_is_refused(body: bytes) -> None:
    """Entities read files, call home, fill the memory, or silently vanish from a text."""
    with pytest.raises(BadReply):
        document(body)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"plain text",
        b"<html><body><p>Not here</body></html>",
        b"<a>",
        b"<a>&undefined;</a>",
        b"<a>&#0;</a>",
        b"<a>\xff\xfe</a>",
        b'<?xml version="1.0" encoding="no-such"?><a/>',
        "<a>é</a>".encode("latin-1"),
        b'<?xml version="1.0" encoding="ISO-8859-1"?><a>\xe9</a>',
        '<?xml version="1.0" encoding="UTF-16"?><a>é</a>'.encode("utf-16"),
        b"<a>" * 300 + b"</a>" * 300,
        b"<a>\x00</a>",
    ],
)
def test_broken_bytes_are_a_bad_reply(body: bytes) -> None:
    """Nothing but BadReply may come of them."""
    with pytest.raises(BadReply):
        document(body)


def test_bytes_are_bounded() -> None:
    """A body of five megabytes is not even looked at."""
    with pytest.raises(BadReply, match="larger"):
        document(b"<a>" + b" " * (5 * 1024 * 1024) + b"</a>")
    within = b"<a>" + (b" " * 60_000 + b"<b/>") * 69 + b"</a>"
    assert len(within) in range(MAX_BYTES - 65_536, MAX_BYTES)
    assert len(document(within)) == 69


def test_elements_are_bounded() -> None:
    """An empty element takes four bytes on the wire and a hundred and more in memory."""
    within = b"<a>" + b"<b/>" * (MAX_ELEMENTS - 1) + b"</a>"

    assert len(document(within)) == MAX_ELEMENTS - 1
    with pytest.raises(BadReply, match="elements"):
        document(b"<a>" + b"<b/>" * 60_000 + b"</a>")


def test_texts_are_bounded() -> None:
    """No field of a shop is longer than 64 Ki characters."""
    assert len(document(b"<a><b>" + b"x" * 65_536 + b"</b></a>")) == 1
    with pytest.raises(BadReply, match="text"):
        document(b"<a><b>" + b"x" * 65_537 + b"</b></a>")


def test_attributes_are_bounded() -> None:
    """A tree of attributes takes thirty times the bytes of the answer."""
    with pytest.raises(BadReply, match="attributes"):
        document(b"<a>" + b'<b c="" d=""/>' * 50_001 + b"</a>")
    assert len(document(b"<a>" + b'<b c="" d=""/>' * 49_999 + b"</a>")) == 49_999


@pytest.mark.parametrize("between", [b"<!-- -->", b"<?p ?>", b"<![CDATA[<]]>"])
def test_a_text_in_pieces_is_one_text(between: bytes) -> None:
    """What vanishes from a text must not make a way around its bound."""
    with pytest.raises(BadReply, match="text"):
        document(b"<a><b>" + (b"x" * 1000 + between) * 66 + b"</b></a>")


def test_elements_of_another_encoding_are_counted() -> None:
    """In UTF-7 an element begins without the sign that is counted in an ordinary answer."""
    with pytest.raises(BadReply):
        document(b'<?xml version="1.0" encoding="UTF-7"?><a>' + b"+ADw-b/+AD4-" * 60_000 + b"</a>")


@pytest.mark.parametrize(
    "head",
    [
        '<a xmlns="urn:one">',
        "<a xmlns='urn:one'>",
        '<a\nxmlns="urn:one">',
        '<a xmlns = "urn:one" xmlns:t="urn:two">',
        '<a xmlns:t="urn:two" xmlns="urn:one">',
    ],
)
def test_tags_are_local_however_the_namespace_is_declared(head: str) -> None:
    """Each service and each version of it writes its own."""
    root = document(f"{head}<b>1</b><c xmlns='urn:three'/></a>".encode())
    plain = document(f"{head}<b>1</b></a>".encode())

    assert [root.tag, *(child.tag for child in root[:])] == ["a", "b", "c"]
    assert [plain.tag, *(child.tag for child in plain[:])] == ["a", "b"]
    assert namespace_of(root) == namespace_of(plain) == "urn:one"


def test_namespaces_are_bounded() -> None:
    """Each tag repeats its namespace: a long one over many elements would be gigabytes."""
    with pytest.raises(BadReply, match="namespace"):
        document(b'<a xmlns="' + b"n" * 70_000 + b'">' + b"<b/>" * 20 + b"</a>")
    with pytest.raises(BadReply, match="namespace"):
        document(b'<a xmlns="short"><b xmlns="' + b"n" * 201 + b'"/></a>')


def test_broken_large_documents_are_a_bad_reply() -> None:
    """They go through another parser than small ones."""
    with pytest.raises(BadReply, match="well-formed"):
        document(b"<a>" + b"<b/>" * 20_000)
    with pytest.raises(BadReply, match="document type"):
        document(b"<!DOCTYPE a><a>" + b"<b/>" * 20_000 + b"</a>")


def test_an_overlong_name_does_not_multiply() -> None:
    """Flattened attributes are named by their container, so a long name would be copied for each of its leaves."""
    leaves = b"<x>1</x>" * 5_000
    body = looked_up(f"<ASIN>B000000001</ASIN><ItemAttributes><{'L' * 20_000}>LEAVES</{'L' * 20_000}></ItemAttributes>")

    (item,) = parse.items(body.replace(b"LEAVES", leaves))

    assert item.attributes == ()


@pytest.mark.parametrize("read", READERS)
def test_random_damage_gives_a_value_or_an_upstream_error(read: Callable[[bytes], Any]) -> None:
    """The upstream's bytes must never reach a caller as some other exception."""
    seed = 20_260_101
    chance = random.Random(seed)
    line = (
        "<CartItemId>C1</CartItemId><ASIN>B000000001</ASIN><Quantity>2</Quantity><Title>Tea</Title>"
        + price("Price", 100)
        + price("ItemTotal", 200)
    )
    item = (
        "<ASIN>B000000001</ASIN><ItemAttributes><Title>Tea</Title><Creator Role='Editor'>A</Creator>"
        "<PackageDimensions><Height Units='cm'>3</Height></PackageDimensions></ItemAttributes>"
        "<BrowseNodes><BrowseNode><BrowseNodeId>1</BrowseNodeId><Name>N</Name></BrowseNode></BrowseNodes>"
    )
    sources = [
        looked_up(item, item, request=request("AWS.InvalidParameterValue")),
        answer(
            "ItemSearch",
            f"<Items>{request()}<TotalResults>1</TotalResults><TotalPages>1</TotalPages><Item>{item}</Item></Items>",
        ),
        answer(
            "CartGet",
            f"<Cart>{request()}<CartId>1</CartId><HMAC>h</HMAC><CartItems>{price('SubTotal', 200)}"
            f"<CartItem>{line}</CartItem></CartItems></Cart>",
        ),
        answer("BrowseNodeLookup", f"<BrowseNodes>{request()}</BrowseNodes>"),
        early("CartAdd", "RequestThrottled"),
    ]

    for turn in range(500):
        body = _damaged(chance, chance.choice(sources))
        try:
            read(body)
        except UpstreamError:
            continue
        except Exception as error:
            error.add_note(f"seed {seed}, turn {turn}: {body!r}")
            raise


def _damaged(chance: random.Random, body: bytes) -> bytes:
    damaged = bytearray(body)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(damaged))
        match chance.randrange(5):
            case 0:
                damaged[at] = chance.randrange(256)
            case 1:
                del damaged[at : at + chance.randint(1, 60)]
            case 2:
                damaged[at:at] = damaged[chance.randrange(len(damaged)) :][: chance.randint(1, 60)]
            case 3:
                damaged[at:at] = chance.choice(
                    [b"<x>", b"</x>", b"&lt;", b"<!--", b"]]>", b"-1", b"\xc3\xa9", NAMESPACE.encode()]
                )
            case _:
                # Numbers are where values break without breaking the XML.
                digits = [place for place, byte in enumerate(damaged) if 48 <= byte <= 57]
                if digits:
                    damaged[chance.choice(digits)] = chance.choice(b"-.x_e9 ")
        if not damaged:
            damaged = bytearray(zlib.compress(body))
    return bytes(damaged)
