"""Which marketplace an operation is for."""

from dataclasses import replace
from typing import Any

import pytest
from graphql import OperationDefinitionNode, parse

from server.marketplaces import Shops, UnknownMarketplace
from tests.unit.server.storefront import shop

US = shop()
SHOPS = Shops.of(US, replace(US, marketplace="UK"), replace(US, marketplace="JP"))


def operation(text: str) -> OperationDefinitionNode:
    """The one operation of a document."""
    (found,) = parse(text).definitions
    assert isinstance(found, OperationDefinitionNode)
    return found


@pytest.mark.parametrize(
    ("text", "variables", "header", "expected"),
    [
        ("{ a }", {}, None, "US"),
        ("{ a }", {}, "", "US"),
        ("{ a }", {}, " uk ", "UK"),
        ("query @inContext(marketplace: JP) { a }", {}, None, "JP"),
        ("query @inContext(marketplace: JP) { a }", {}, "UK", "JP"),
        ("query @other @inContext(marketplace: JP) { a }", {}, None, "JP"),
        ("query @inContext { a }", {}, "UK", "UK"),
        ("query @inContext(marketplace: null) { a }", {}, "UK", "UK"),
        ("query ($m: Marketplace) @inContext(marketplace: $m) { a }", {"m": "JP"}, "UK", "JP"),
        ("query ($m: Marketplace) @inContext(marketplace: $m) { a }", {}, "UK", "UK"),
        ("query ($m: Marketplace) @inContext(marketplace: $m) { a }", {"m": 7}, None, "US"),
    ],
)
def test_the_directive_goes_before_the_header_before_the_default(
    text: str, variables: dict[str, Any], header: str | None, expected: str
) -> None:
    """What an operation says of itself is nearest to it."""
    assert SHOPS.of_operation(operation(text), variables, header).marketplace == expected


@pytest.mark.parametrize(("text", "header"), [("query @inContext(marketplace: FR) { a }", None), ("{ a }", "fr")])
def test_a_marketplace_that_is_not_run_here_is_refused(text: str, header: str | None) -> None:
    """Never quietly another one; the sentence says which there are."""
    with pytest.raises(UnknownMarketplace) as refused:
        SHOPS.of_operation(operation(text), {}, header)

    assert str(refused.value) == "This server does not sell in the marketplace asked for; it serves JP, UK, US."
