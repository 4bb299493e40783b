"""Ids of customers: stable, apart from guests', and apart by issuer."""

import re
from uuid import uuid4

from resolvers.customers import customer_id_of, is_known


def test_the_id_is_the_same_for_ever() -> None:
    """Carts are found by it: a change of the formula would lose them all."""
    assert customer_id_of("https://id.example", "ann") == (
        "customer:55pdklkwamybzhvgbrak2cqsx3krcobo4ayje3gevferty7gqbta"
    )


def test_the_subject_does_not_show() -> None:
    """Subjects are often mail addresses."""
    made = customer_id_of("https://id.example", "ann@example.com")

    assert re.fullmatch(r"customer:[a-z2-7]{52}", made)


def test_neither_issuers_nor_subjects_meet() -> None:
    """Moving letters from one to the other makes another customer."""
    pairs = [("https://id.example", "ann"), ("https://id.examplea", "nn"), ("https://id.example", "\0ann"), ("", "ann")]

    assert len({customer_id_of(*pair) for pair in pairs}) == 4


def test_guests_are_told_apart() -> None:
    """Theirs are random and have no prefix."""
    assert is_known(customer_id_of("https://id.example", "ann"))
    assert not is_known(uuid4().hex)
