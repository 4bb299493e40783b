"""Carts as last seen."""

from resolvers.snapshots import SeenCart, from_snapshot, to_snapshot
from tests.support.fakes import NOON, a_remote_cart, a_remote_item


def test_a_snapshot_gives_back_what_was_put_away() -> None:
    """It is shown when the upstream does not answer."""
    remote = a_remote_cart(a_remote_item("K1", "A1", 2), saved=[a_remote_item("K2", "A2", saved=True, price=None)])

    snapshot = to_snapshot(SeenCart.of(remote), NOON)

    assert from_snapshot(snapshot) == SeenCart(remote.items, remote.saved, remote.subtotal)
    assert snapshot.observed_at == NOON


def test_a_snapshot_holds_nothing_that_opens_the_cart() -> None:
    """It lies in the database unsealed."""
    body = to_snapshot(SeenCart.of(a_remote_cart(a_remote_item("K1", "A1"))), NOON).body

    assert b"hmac-1" not in body
    assert b"100-1" not in body
    assert b"aws-merge" not in body
