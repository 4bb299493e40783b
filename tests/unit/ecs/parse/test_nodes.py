"""One level of a tree by local names."""

from ecs.parse.document import document, namespace_of
from ecs.parse.nodes import children, fields, filled, level, parts, text, text_of


def test_the_namespace_is_not_looked_at() -> None:
    """Every version has its own."""
    root = document(b"<a xmlns='urn:one' xmlns:t='urn:two'><b> 1 </b><t:c>2</t:c><d/></a>")

    assert (root.tag, namespace_of(root)) == ("a", "urn:one")
    assert fields(root) == {"b": "1", "c": "2"}
    assert list(parts(root)) == ["b", "c", "d"]
    assert [child.text for child in children(root, "c")] == ["2"]
    assert text(parts(root), "d") is None


def test_nothing_holds_nothing() -> None:
    """So that a missing part need not be asked for first."""
    assert (parts(None), fields(None), list(children(None, "a"))) == ({}, {}, [])


def test_a_level_tells_texts_from_what_holds_more() -> None:
    """A part with white space around its own parts is no text, and an empty one none either."""
    plain, nested = level(document(b"<a><b> 1 </b><c> <d>2</d> </c><e/><b>3</b></a>"))

    assert plain == {"b": "3"}
    assert list(nested) == ["c", "e"]


def test_a_table_says_what_fills_a_field() -> None:
    """What it does not name is left alone."""
    root = document(b"<a><b> 1 </b><c/><d>2</d></a>")

    assert filled(root, {"b": ("first", text_of), "c": ("second", text_of)}) == {"first": "1", "second": None}
