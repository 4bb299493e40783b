"""
Bytes from outside into an XML tree, hardened.

No document type, hence no entities and no DTD; UTF-8 only; at most 4 MB, 50,000 elements, 100,000 attributes and 64 Ki
characters a text (and libxml2's own 256 levels). The largest recorded answer has 290 KB.

Of an ordinary document its bytes alone show that it keeps these bounds; any other one is counted while it is parsed,
which takes twice as long.
"""

import re
from typing import Any, Final, cast

from lxml import etree

from ecs.errors import BadReply
from ecs.parse.kept import without_kept_parts
from ecs.parse.nodes import Element

MAX_BYTES: Final = 4 * 1024 * 1024
MAX_ELEMENTS: Final = 50_000
MAX_ATTRIBUTES: Final = 100_000
"""Counted as equals signs; the recorded answers hold at most a few thousand."""
MAX_TEXT: Final = 64 * 1024
_MAX_NAMESPACE: Final = 200
_LEAST_ELEMENT: Final = len(b"<a/>")
_LEAST_ATTRIBUTE: Final = len(b' a=""')
_FED_BYTES: Final = 64 * 1024
_ORDINARY_HEAD: Final = re.compile(
    rb'(?:\xef\xbb\xbf)?(?:<\?xml version="1\.0"(?: encoding="utf-8")?(?: standalone="(?:yes|no)")?\s*\?>\s*)?'
    rb"<[a-z_][^<>]{0,300}>",
    re.IGNORECASE,
)
"""Text in which ``<`` begins every element (not so in UTF-7, say), and a root element without a long namespace."""
_NAMED: Final = b"xmlns"
_DECLARED: Final = b" xmlns="
_NAMESPACE: Final = "namespace"
_VANISHING: Final = (b"!", b"?")
"""What follows ``<`` in comments, CDATA sections and processing instructions."""
_DECLARATION: Final = b"<?xml"
_LESS: Final = ord("<")

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

    Tags are local names; the namespace of the root is what ``namespace_of`` tells.

    Raises:
        BadReply: anything else.
    """
    if len(body) > MAX_BYTES:
        raise BadReply(f"the answer is larger than {MAX_BYTES} bytes")
    if len(body) > _LEAST_ATTRIBUTE * MAX_ATTRIBUTES and body.count(b"=") > MAX_ATTRIBUTES:
        raise BadReply(f"the answer may have more than {MAX_ATTRIBUTES} attributes")
    try:
        told = _ordinary(body)
        root: Any = _with_local_names(_counted(body)) if told is None else etree.fromstring(told, _PARSER)
    except (etree.LxmlError, ValueError) as error:
        raise BadReply("the answer is not well-formed XML") from error
    info = root.getroottree().docinfo
    if info.doctype:
        raise BadReply("the answer declares a document type")
    if (info.encoding or "UTF-8").upper() != "UTF-8":
        raise BadReply("the answer is not UTF-8")
    return cast("Element", root)


def fragment(markup: str) -> Element:
    """
    The root element of a part that was kept out of a document, which was found to be within its bounds.

    Raises:
        BadReply: it is not well-formed by itself.
    """
    part = markup.encode()
    try:
        # Of the parts alone nobody has looked yet whether they declare a namespace.
        root: Any = _with_local_names(_counted(part)) if _NAMED in part else etree.fromstring(part, _PARSER)
    except (etree.LxmlError, ValueError) as error:
        raise BadReply("the answer is not well-formed XML") from error
    return cast("Element", root)


def namespace_of(root: Element) -> str:
    """The namespace of a root element, "" when it has none."""
    return root.get(_NAMESPACE, "")


def _with_local_names(root: Any) -> Any:
    namespace = root.tag[1:].rpartition("}")[0]
    for element in root.iter(etree.Element):
        element.tag = element.tag.rpartition("}")[2]
    root.set(_NAMESPACE, namespace)
    return root


def _ordinary(body: bytes) -> bytes | None:
    """
    What is parsed in place of a document whose elements, texts and namespaces its bytes show to be within their bounds.

    None for any other document. The parts that are read from their markup are not in it.
    """
    head = _ORDINARY_HEAD.match(body)
    if head is None or head[0].count(_NAMED) > head[0].count(_DECLARED):
        return None
    # Comments, processing instructions and CDATA vanish from a text, so that what stands around them is one text.
    has_vanishing = _has_vanishing(body)
    if len(body) > MAX_TEXT and (has_vanishing or not _has_short_texts(body) or _may_have_too_many_elements(body)):
        return None
    # Tags would be made with the whole namespace in front, which takes a third of the walk. As another attribute of the
    # root it is told once.
    told = head[0].replace(_DECLARED, f" {_NAMESPACE}=".encode(), 1) + body[head.end() :]
    told = told if has_vanishing else without_kept_parts(told)
    return None if _NAMED in told else told


def _may_have_too_many_elements(body: bytes) -> bool:
    return len(body) >= _LEAST_ELEMENT * MAX_ELEMENTS and body.count(b"<") > MAX_ELEMENTS


def _has_vanishing(body: bytes) -> bool:
    # One character is searched for twenty times as fast as two. The declaration comes first, if at all.
    for sign in _VANISHING:
        at = body.find(sign, len(_DECLARATION))
        while at >= 0:
            if body[at - 1] == _LESS:
                return True
            at = body.find(sign, at + 1)
    return False


def _has_short_texts(body: bytes) -> bool:
    # A text that is too long fills at least one of these blocks.
    block = MAX_TEXT // 2
    return all(body.find(b"<", start, start + block) >= 0 for start in range(0, len(body) - block, block))


def _counted(body: bytes) -> Any:
    # An element costs about 35 times its bytes: counting while feeding stops a bomb before its tree is built.
    parser: Any = etree.XMLPullParser(events=("start", "start-ns"), **_HARDENED)
    elements = 0
    for start in range(0, len(body), _FED_BYTES):
        parser.feed(body[start : start + _FED_BYTES])
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
