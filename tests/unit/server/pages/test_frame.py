"""The frame that every page shares, and its style sheet."""

import re

import pytest

from server.explorer.build import SOURCES
from server.pages import ASSETS, CONTENT_SECURITY_POLICY, FAVICON, SITE_CSS, message_page, not_found


def test_a_wrong_address_leads_back() -> None:
    """The page for nothing has a way on."""
    page = not_found()

    assert "<h1>Nothing at this address</h1>" in page
    assert '<a href="/">start page</a>' in page


def test_texts_are_escaped() -> None:
    """A title may hold what a request brought."""
    page = message_page(title="<b>", lead="a & b", body="<code>kept</code>")

    assert "<title>&lt;b&gt; · Cartograph</title>" in page
    assert "a &amp; b" in page
    assert "<p><code>kept</code></p>" in page


def test_a_page_without_a_body_has_no_empty_paragraph() -> None:
    """Screen readers announce empty paragraphs."""
    assert "<p></p>" not in message_page(title="t", lead="l")


@pytest.mark.parametrize("page", [not_found(), message_page(title="t", lead="l")])
def test_a_page_needs_only_what_its_policy_allows(page: str) -> None:
    """No script and no inline style, so that the strictest policy holds."""
    assert "<script" not in page
    assert " style=" not in page
    assert "<style" not in page
    assert set(re.findall(r'(?:src|href)="(/assets/[^"]+)"', page)) == set(ASSETS) - {"/favicon.ico"}
    assert "'unsafe-inline'" not in CONTENT_SECURITY_POLICY


def test_the_style_sheet_loads_nothing() -> None:
    """Fonts and pictures from elsewhere would tell others who visits."""
    assert b"url(" not in SITE_CSS
    assert b"@import" not in SITE_CSS
    assert ASSETS["/assets/site.css"].content == SITE_CSS


def test_the_explorer_bears_the_same_mark() -> None:
    """The bundle stands alone, so the mark is there twice; it is one mark."""
    assert (SOURCES / "src" / "favicon.svg").read_bytes() == FAVICON
