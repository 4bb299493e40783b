"""One level of a tree by local names."""

from ecs.parse.document import document
from ecs.parse.nodes import children, fields, local, parts, text


def test_the_namespace_is_not_looked_at() -> None:
    """Every version has its own."""
    root = document(b"<a xmlns='urn:one' xmlns:t='urn:two'><b> 1 </b><t:c>2</t:c><d/></a>")

    assert local(root) == "a"
    assert fields(root) == {"b": "1", "c": "2"}
    assert list(parts(root)) == ["b", "c", "d"]
    assert [child.text for child in children(root, "c")] == ["2"]
    assert text(parts(root), "d") is None


def test_nothing_holds_nothing() -> None:
    """So that a missing part need not be asked for first."""
    assert (parts(None), fields(None), list(children(None, "a"))) == ({}, {}, [])


def test_foreign_tags_are_not_kept_for_ever() -> None:
    """Local names are remembered; an upstream that invents names must not fill the memory."""
    names = [f"n{number}" for number in range(9000)]

    for start in range(0, len(names), 1000):
        some = names[start : start + 1000]
        root = document(f"<a>{''.join(f'<{name}>1</{name}>' for name in some)}</a>".encode())
        assert list(fields(root)) == some
