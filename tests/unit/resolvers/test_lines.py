"""How our lines follow the upstream's."""

from datetime import timedelta

from persistence.records import LineRecord, Placement
from resolvers.lines import Addition, follow, line_of
from tests.support.fakes import NOON, a_line, a_remote_cart, a_remote_item, numbered

LATER = NOON + timedelta(hours=1)


def test_an_unchanged_line_stays_the_very_same() -> None:
    """Nothing is written for a cart nobody touched."""
    known = (a_line(1), a_line(2))
    remote = a_remote_cart(a_remote_item("K1", "A1"), a_remote_item("K2", "A2"))

    assert follow(known, remote, LATER, numbered()) == known


def test_a_line_keeps_its_id_through_saving_and_back() -> None:
    """Clients hold line ids; the upstream renames its own on every move."""
    known = (a_line(1, seller_name="Fair Books"),)

    saved = follow(
        known, a_remote_cart(saved=[a_remote_item("K1", "A1", saved=True, seller_name=None)]), LATER, numbered()
    )
    back = follow(saved, a_remote_cart(a_remote_item("K1", "A1")), LATER, numbered())

    assert saved == (a_line(1, placement=Placement.SAVED_FOR_LATER, updated_at=LATER),)
    assert back == (a_line(1, updated_at=LATER),)


def test_a_new_quantity_and_seller_are_taken_up() -> None:
    """The upstream has the last word on both."""
    remote = a_remote_cart(a_remote_item("K1", "A1", 4, seller_name="Other Books"))

    found = follow((a_line(1),), remote, LATER, numbered())

    assert found == (a_line(1, quantity=4, seller_name="Other Books", updated_at=LATER),)


def test_gone_lines_are_left_out_and_the_order_stays() -> None:
    """The cart does not jump about when the upstream answers in another order."""
    known = (a_line(1), a_line(2), a_line(3))
    remote = a_remote_cart(a_remote_item("K3", "A3"), a_remote_item("K1", "A1"))

    assert follow(known, remote, LATER, numbered()) == (a_line(1), a_line(3))


def test_new_lines_come_last_in_the_order_asked() -> None:
    """The upstream puts later items first; shoppers see them as they added them."""
    remote = a_remote_cart(a_remote_item("K9", "A9", 2), a_remote_item("K8", "A8"), a_remote_item("K1", "A1"))
    made_by = {"K8": Addition(3, "A8", 1), "K9": Addition(7, "A9", 2, "listing-9")}

    found = follow((a_line(1, position=7),), remote, LATER, numbered(), made_by)

    assert found[0] == a_line(1, position=7)
    assert found[1:] == (
        LineRecord(
            id="id-1", upstream_key="K8", asin="A8", title="Title of A8", quantity=1, placement=Placement.ACTIVE,
            position=8, added_at=LATER, updated_at=LATER, listing_id=None, seller_name="Fair Books",
            price_when_added_minor=1000,
        ),
        LineRecord(
            id="id-2", upstream_key="K9", asin="A9", title="Title of A9", quantity=2, placement=Placement.ACTIVE,
            position=9, added_at=LATER, updated_at=LATER, listing_id="listing-9", seller_name="Fair Books",
            price_when_added_minor=1000,
        ),
    )  # fmt: skip


def test_a_line_nobody_asked_for_is_kept_without_an_offer() -> None:
    """What another session of the upstream put in the cart is in the cart."""
    remote = a_remote_cart(a_remote_item("K5", "A5", price=None), saved=[a_remote_item("K6", "A6", saved=True)])

    found = follow((), remote, LATER, numbered(), {"K6": Addition(4, "A6", 1, "listing-6")})

    assert [(line.asin, line.position, line.listing_id, line.placement) for line in found] == [
        ("A6", 1, "listing-6", Placement.SAVED_FOR_LATER),
        ("A5", 2, None, Placement.ACTIVE),
    ]
    assert found[1].price_when_added_minor is None


def test_a_line_is_found_by_item_and_offer_together() -> None:
    """The same item of two sellers is two lines."""
    lines = (a_line(1), a_line(2, asin="A1", listing_id="other"))

    assert line_of(Addition(0, "A1", 1), lines) == lines[0]
    assert line_of(Addition(0, "A1", 1, "other"), lines) == lines[1]
    assert line_of(Addition(0, "A1", 1, "third"), lines) is None
