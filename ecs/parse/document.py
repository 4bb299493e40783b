"""
Bytes from outside into an XML tree, hardened.

No document type, hence no entities and no DTD; UTF-8 only; at most 4 MB, 50,000 elements and 64 Ki characters a text
(and libxml2's own 256 levels). Larger real answers are not known: the largest recorded one has 290 KB.
"""

from typing import Any, Final, cast

from lxml import etree

from ecs.errors import BadReply
from ecs.parse.nodes import Element

MAX_BYTES: Final = 4 * 1024 * 1024
MAX_ELEMENTS: Final = 50_000
MAX_TEXT: Final = 64 * 1024
_MAX_NAMESPACE: Final = 200
_PLAIN_BYTES: Final = 64 * 1024
"""Up to here a document cannot hold more than about 16,000 elements and is parsed without counting them."""

_HARDENED: Final[dict[str, Any]] = {
    "resolve_entities": False,
    "no_network": True,
    "load_dtd": False,
    "dtd_validation": False,
    "huge_tree": False,
    "remove_comments": True,
    "remove_pis": True,
}
_PARSER: Final = etree.XMLParser(**_HARDENED)
_LONG_TEXT: Final = etree.XPath(f"boolean(//text()[string-length(.) > {MAX_TEXT}])")


def document(body: bytes) -> Element:
    """
    The root element of a well-formed and harmless document. No comments or processing instructions are in it.

    Raises:
        BadReply: anything else.
    """
    if len(body) > MAX_BYTES:
        raise BadReply(f"the answer is larger than {MAX_BYTES} bytes")
    try:
        root: Any = etree.fromstring(body, _PARSER) if len(body) <= _PLAIN_BYTES else _counted(body)
    except (etree.LxmlError, ValueError) as error:
        raise BadReply("the answer is not well-formed XML") from error
    info = root.getroottree().docinfo
    if info.doctype:
        raise BadReply("the answer declares a document type")
    if (info.encoding or "UTF-8").upper() != "UTF-8":
        raise BadReply("the answer is not UTF-8")
    return cast("Element", root)


def _counted(body: bytes) -> Any:
    # An element costs about 35 times its bytes: counting while feeding stops a bomb before its tree is built.
    parser: Any = etree.XMLPullParser(events=("start", "start-ns"), **_HARDENED)
    elements = 0
    for start in range(0, len(body), _PLAIN_BYTES):
        parser.feed(body[start : start + _PLAIN_BYTES])
        events = list(parser.read_events())
        elements += len(events)
        # Every tag repeats its namespace in full: a long one times many elements would fill the memory.
        if any(len(value[1]) > _MAX_NAMESPACE for event, value in events if event == "start-ns"):
            raise BadReply("the answer has an overlong namespace")
        if elements > MAX_ELEMENTS:
            raise BadReply(f"the answer has more than {MAX_ELEMENTS} elements")
    root = parser.close()
    if _LONG_TEXT(root):
        raise BadReply(f"the answer has a text of more than {MAX_TEXT} characters")
    return root
