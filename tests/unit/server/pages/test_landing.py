"""The landing page."""

import json
import re
import shlex
from dataclasses import replace

import pytest

from server.pages import LandingState, UpstreamState, landing
from server.pages.landing import first_query

STATE = LandingState(
    version="1.2.3",
    origin="http://127.0.0.1:8000",
    upstream="Embedded ECS service, in this process",
    upstream_state=UpstreamState.UP,
    catalog="Sample catalog",
    products=58869,
    explorer_built=True,
)


def test_it_says_what_runs_here() -> None:
    """A person who opens the address sees at once what it is and what it holds."""
    page = landing(STATE)

    assert "Cartograph is a storefront server" in page
    assert "Embedded ECS service, in this process" in page
    assert "Sample catalog<small>58,869 products</small>" in page
    assert "1.2.3" in page


def test_it_leads_to_everything() -> None:
    """No address has to be guessed."""
    links = set(re.findall(r'href="([^"]+)"', landing(STATE)))

    assert {"/graphql", "/schema.graphql", "/healthz", "/readyz"} <= links


@pytest.mark.parametrize(
    ("state", "shown"),
    [
        (UpstreamState.UP, '<span class="state up">Up</span>'),
        (UpstreamState.DEGRADED, '<span class="state degraded">Degraded</span>'),
        (UpstreamState.DOWN, '<span class="state down">Down</span>'),
    ],
)
def test_the_upstreams_state_is_shown_in_words(state: UpstreamState, shown: str) -> None:
    """Colour alone tells nothing to those who cannot see it."""
    assert shown in landing(replace(STATE, upstream_state=state))


@pytest.mark.parametrize(
    ("products", "shown"), [(None, "not counted"), (0, "0 products"), (1, "1 product"), (354, "354 products")]
)
def test_a_count_that_is_not_known_is_not_nought(products: int | None, shown: str) -> None:
    """A remote upstream does not say how many products it has."""
    assert f"<small>{shown}</small>" in landing(replace(STATE, products=products))


def test_the_first_query_works_in_a_shell() -> None:
    """A query that is pasted and fails is the last thing a newcomer tries."""
    words = shlex.split(first_query("http://127.0.0.1:8123", "/graphql"))

    assert words[:2] == ["curl", "http://127.0.0.1:8123/graphql"]
    assert json.loads(words[-1]) == {"query": '{ search(query: "hobbit", first: 3) { edges { node { asin title } } } }'}


def test_a_catalog_name_cannot_become_markup() -> None:
    """Names come from a feed and the host from a request."""
    page = landing(
        replace(STATE, catalog="<script>x</script>", origin='http://a"><script>y</script>', upstream="$state")
    )

    assert "<script>" not in page
    assert "&lt;script&gt;x&lt;/script&gt;" in page
    assert "$state" in page


def test_an_explorer_that_is_not_built_is_said() -> None:
    """The link still works: the page behind it says how to build."""
    assert "Not built yet" in landing(replace(STATE, explorer_built=False))
    assert "Not built yet" not in landing(STATE)
