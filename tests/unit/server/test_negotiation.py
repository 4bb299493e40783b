"""Media types: the whole table of what is taken and what is answered."""

import pytest

from server.negotiation import is_json, media_type_of, wants_html

NEW = "application/graphql-response+json"
OLD = "application/json"


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("", OLD),
        (" , ", OLD),
        ("*/*", OLD),
        ("application/*", OLD),
        (OLD, OLD),
        ("Application/JSON", OLD),
        ("application/json; charset=utf-8", OLD),
        (NEW, NEW),
        ("APPLICATION/GRAPHQL-RESPONSE+JSON", NEW),
        (f"{NEW}; charset=utf-8", NEW),
        (f"{NEW}, {OLD}", NEW),
        (f"{OLD}, {NEW}", NEW),
        (f"{NEW}; charset=utf-8, {OLD}; charset=utf-8", NEW),
        (f"{NEW}, */*", NEW),
        (f"{NEW}, {OLD};q=0.9", NEW),
        (f"{NEW};q=0.9, {OLD}", OLD),
        (f"{NEW};q=0.5, */*", OLD),
        (f"{NEW}, {OLD};q=0.5, text/event-stream", NEW),
        (f"{NEW};q=0, */*", OLD),
        (f"{OLD};q=0, */*", NEW),
        (f"{OLD};q=0", None),
        (f"{NEW};q=0", None),
        ("*/*;q=0", None),
        (f"*/*;q=0, {OLD}", OLD),
        (f"{NEW};q=0.001", NEW),
        (f"{OLD};Q=0", None),
        (f"{OLD};q=much", None),
        (f"{OLD};q=nan", None),
        (f"{OLD};q=inf", None),
        (f"{OLD};q=-1", None),
        ("text/html", None),
        ("text/html, application/xhtml+xml, */*;q=0.8", OLD),
        ("multipart/mixed", None),
        ("application/graphql+json", None),
        ("json", None),
    ],
)
def test_media_type_of_an_answer(accept: str, expected: str | None) -> None:
    """Old clients get what they know, new ones the type that carries its own status."""
    assert media_type_of(accept) == expected


@pytest.mark.parametrize(
    ("content_type", "expected"),
    [
        ("application/json", True),
        ("Application/JSON", True),
        ("application/json; charset=utf-8", True),
        ("application/json;charset=UTF-8", True),
        ('application/json ; charset="utf-8"', True),
        ("application/json; Charset=UTF8", True),
        ("application/json; profile=x", True),
        ("application/json; charset=utf-16", False),
        ("application/json; Charset=utf-16", False),
        ("application/json; charset=latin-1", False),
        ("", False),
        ("text/plain", False),
        ("text/plain; application/json", False),
        ("application/x-www-form-urlencoded", False),
        ("multipart/form-data; boundary=x", False),
        ("application/graphql", False),
        ("application/jsonp", False),
        (NEW, False),
    ],
)
def test_bodies_are_json_in_utf_8(content_type: str, expected: bool) -> None:
    """Each other type can be sent by a page of another origin without asking, or read in two ways."""
    assert is_json(content_type) is expected


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", True),
        ("TEXT/HTML;q=0.5", True),
        ("*/*", False),
        ("text/*", False),
        (OLD, False),
        ("", False),
    ],
)
def test_browsers_ask_for_html_by_name(accept: str, expected: bool) -> None:
    """curl takes anything and gets no page."""
    assert wants_html(accept) is expected
