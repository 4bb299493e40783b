"""The landing page: what this server is, how its upstream fares, where to go, and a first query to paste."""

from dataclasses import dataclass
from enum import Enum
from html import escape
from typing import Final

from server.pages.frame import framed, template


class UpstreamState(Enum):
    """Whether the upstream answers, in the words of the API."""

    UP = "UP"
    DEGRADED = "DEGRADED"
    DOWN = "DOWN"


@dataclass(frozen=True, slots=True)
class LandingState:
    """What the page shows. Texts are plain; addresses are paths of this server or absolute."""

    version: str
    origin: str
    """Scheme, host and port as the reader typed them, for the query to paste; no slash at the end."""
    upstream: str
    """What the upstream is, such as "Embedded ECS service, in this process"."""
    upstream_state: UpstreamState
    catalog: str
    """Name of the catalog, such as "Sample catalog"."""
    products: int | None
    """How many products the catalog holds; None where the upstream cannot say."""
    explorer_built: bool
    graphql_path: str = "/graphql"
    schema_path: str = "/schema.graphql"
    health_path: str = "/healthz"
    ready_path: str = "/readyz"


_STATES: Final = {
    UpstreamState.UP: ("up", "Up", "All is well."),
    UpstreamState.DEGRADED: ("degraded", "Degraded", "Some calls fail or are slow; older data may be shown."),
    UpstreamState.DOWN: ("down", "Down", "No call succeeds; carts are shown as last confirmed."),
}
_LANDING: Final = template("landing.html")
_FIRST_QUERY: Final = r"""curl ${origin}${graphql_path} \
  -H 'Content-Type: application/json' \
  -d '{"query": "{ search(query: \"hobbit\", first: 3) { edges { node { asin title } } } }"}'"""


def landing(state: LandingState) -> str:
    """The page as HTML."""
    css_class, label, meaning = _STATES[state.upstream_state]
    values = {
        "version": state.version,
        "upstream": state.upstream,
        "state_class": css_class,
        "state_label": label,
        "state_meaning": meaning,
        "catalog": state.catalog,
        "products": _count(state.products),
        "graphql_path": state.graphql_path,
        "schema_path": state.schema_path,
        "health_path": state.health_path,
        "ready_path": state.ready_path,
        "explorer_text": _explorer_text(state.explorer_built),
        "first_query": first_query(state.origin, state.graphql_path),
    }
    content = _LANDING.substitute({name: escape(value) for name, value in values.items()})
    return framed(title="Cartograph · a storefront in GraphQL", content=content)


def first_query(origin: str, graphql_path: str) -> str:
    """A shell command that searches; it works as it stands against a server at `origin`."""
    return _FIRST_QUERY.replace("${origin}", origin).replace("${graphql_path}", graphql_path)


def _count(products: int | None) -> str:
    if products is None:
        return "not counted"
    return "1 product" if products == 1 else f"{products:,} products"


def _explorer_text(is_built: bool) -> str:
    if is_built:
        return "GraphiQL with the shopping tour: twelve tabs from the first search to checkout, ready to run."
    return "Not built yet; the page says how. GraphQL over HTTP answers at this address all the same."
