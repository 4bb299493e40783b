"""The table of operations."""

from ecs.resilience.operations import RULES, Rank, Rule
from ecs.vocabulary import Operation


def test_every_operation_has_a_rule() -> None:
    """One that is added cannot be forgotten here."""
    assert set(RULES) == set(Operation)


def test_only_what_reads_is_repeatable() -> None:
    """CartAdd sent twice adds twice; other changes are repeated by the journal, which looks first."""
    changes = {operation for operation, rule in RULES.items() if not rule.is_repeatable}

    assert changes == {Operation.CART_CREATE, Operation.CART_ADD, Operation.CART_MODIFY, Operation.CART_CLEAR}
    assert {RULES[operation].rank for operation in changes} == {Rank.CART_CHANGE}


def test_carts_go_before_the_catalog() -> None:
    """Whoever is about to buy does not wait for those who look around."""
    assert RULES[Operation.CART_GET] == Rule(Rank.CART_READ, is_repeatable=True)
    assert RULES[Operation.ITEM_LOOKUP] == Rule(Rank.LOOK_UP, is_repeatable=True)
    assert RULES[Operation.ITEM_SEARCH] == Rule(Rank.SEARCH, is_repeatable=True)
    assert sorted(Rank) == [
        Rank.SETTLE,
        Rank.CART_CHANGE,
        Rank.CART_READ,
        Rank.LOOK_UP,
        Rank.SEARCH,
        Rank.REFRESH,
    ]
