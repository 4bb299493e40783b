"""How our lines follow the upstream's."""

from collections.abc import Sequence
from datetime import timedelta

from ecs.model import RemoteCartItem
from persistence.records import LineRecord, Placement
from resolvers.goals import Goal
from resolvers.lines import accepted_minor, follow, line_of
from resolvers.prices import money
from resolvers.snapshots import SeenCart
from tests.support.fakes import NOON, a_line, a_remote_cart, a_remote_item

LATER = NOON + timedelta(hours=1)
CART = "cart-1"


def seen(*items: RemoteCartItem, saved: Sequence[RemoteCartItem] = ()) -> SeenCart:
    """An upstream cart with these lines."""
    return SeenCart.of(a_remote_cart(*items, saved=saved))


def test_an_unchanged_line_stays_the_very_same() -> None:
    """Nothing is written for a cart nobody touched."""
    known = (a_line(1), a_line(2))
    remote = seen(a_remote_item("K1", "A1"), a_remote_item("K2", "A2"))

    assert follow(known, remote, LATER, CART) == known


def test_a_line_keeps_its_id_through_saving_and_back() -> None:
    """Clients hold line ids; the upstream renames its own on every move."""
    known = (a_line(1, seller_name="Fair Books"),)

    saved = follow(known, seen(saved=[a_remote_item("K1", "A1", saved=True, seller_name=None)]), LATER, CART)
    back = follow(saved, seen(a_remote_item("K1", "A1")), LATER, CART)

    assert saved == (a_line(1, placement=Placement.SAVED_FOR_LATER, updated_at=LATER),)
    assert back == (a_line(1, updated_at=LATER),)


def test_a_new_quantity_and_seller_are_taken_up() -> None:
    """The upstream has the last word on both."""
    remote = seen(a_remote_item("K1", "A1", 4, seller_name="Other Books"))

    found = follow((a_line(1, listing_id="offer"),), remote, LATER, CART)

    assert found == (a_line(1, listing_id="offer", quantity=4, seller_name="Other Books", updated_at=LATER),)


def test_gone_lines_are_left_out_and_the_order_stays() -> None:
    """The cart does not jump about when the upstream answers in another order."""
    known = (a_line(1), a_line(2), a_line(3))
    remote = seen(a_remote_item("K3", "A3"), a_remote_item("K1", "A1"))

    assert follow(known, remote, LATER, CART) == (a_line(1), a_line(3))


def test_new_lines_come_last_in_the_order_asked() -> None:
    """The upstream puts later items first; shoppers see them as they added them."""
    remote = seen(a_remote_item("K9", "A9", 2), a_remote_item("K8", "A8"), a_remote_item("K1", "A1"))
    made_by = {"K8": Goal("A8", 1), "K9": Goal("A9", 2, listing_id="listing-9")}

    found = follow((a_line(1, position=7),), remote, LATER, CART, made_by)

    assert found[0] == a_line(1, position=7)
    assert found[1:] == (
        LineRecord(
            id="a783a5e2210186a932b584c8187c567d",
            upstream_key="K8", asin="A8", title="Title of A8", quantity=1, placement=Placement.ACTIVE,
            position=8, added_at=LATER, updated_at=LATER, listing_id=None, seller_name="Fair Books",
            price_when_added_minor=1000,
        ),
        LineRecord(
            id="2944c4e03d5910c1d813b96112be3d72",
            upstream_key="K9", asin="A9", title="Title of A9", quantity=2, placement=Placement.ACTIVE,
            position=9, added_at=LATER, updated_at=LATER, listing_id="listing-9", seller_name="Fair Books",
            price_when_added_minor=1000,
        ),
    )  # fmt: skip


def test_a_line_nobody_asked_for_is_kept_without_an_offer() -> None:
    """What another session of the upstream put in the cart is in the cart."""
    remote = seen(a_remote_item("K5", "A5", price=None), saved=[a_remote_item("K6", "A6", saved=True)])

    found = follow((), remote, LATER, CART, {"K6": Goal("A6", 1, listing_id="listing-6")})

    assert [(line.asin, line.position, line.listing_id, line.placement) for line in found] == [
        ("A6", 1, "listing-6", Placement.SAVED_FOR_LATER),
        ("A5", 2, None, Placement.ACTIVE),
    ]
    assert found[1].price_when_added_minor is None


def test_a_new_line_has_one_id_whoever_sees_it() -> None:
    """A reader who sees half of a change, and the change that writes it."""
    new = a_remote_item("N1", "N")

    half = follow((a_line(1),), seen(new, a_remote_item("K1", "A1")), LATER, CART)
    whole = follow(
        (a_line(1),), seen(a_remote_item("N2", "M"), new), NOON, CART, {"N2": Goal("M", 1), "N1": Goal("N", 1)}
    )

    ids = {line.upstream_key: line.id for line in whole}
    assert half[-1].id == ids["N1"] != ids["N2"]


def test_ids_tell_nothing_and_no_two_carts_share_one() -> None:
    """The upstream's name for an item is the same in every cart, and may be known to anybody."""
    remote = seen(a_remote_item("N1", "A1"))

    (ours,), (theirs,) = (follow((), remote, LATER, cart_id) for cart_id in ("cart-1", "cart-2"))

    assert ours.id != theirs.id
    for line_id in (ours.id, theirs.id):
        assert len(bytes.fromhex(line_id)) == 16


def test_an_id_that_another_line_bears_is_not_given_again() -> None:
    """The first offer came back after another had taken its place, and its line."""
    (first,) = follow((), seen(a_remote_item("N1", "A1")), NOON, CART)
    moved = follow((first,), seen(a_remote_item("N2", "A1")), NOON, CART)

    both = follow(moved, seen(a_remote_item("N1", "A1"), a_remote_item("N2", "A1")), LATER, CART)
    again = follow(moved, seen(a_remote_item("N1", "A1"), a_remote_item("N2", "A1")), NOON, CART)

    assert moved[0].id == both[0].id == first.id
    assert both[1].id == again[1].id != first.id


def test_a_line_is_found_by_item_and_offer_together() -> None:
    """The same item of two sellers is two lines."""
    lines = (a_line(1), a_line(2, asin="A1", listing_id="other"))

    assert line_of(("A1", None), lines) == lines[0]
    assert line_of(("A1", "other"), lines) == lines[1]
    assert line_of(("A1", "third"), lines) is None


def test_a_line_of_a_new_upstream_cart_is_known_by_the_goal_it_was_put_for() -> None:
    """Its key is another one; its id, its day and the price it was added at stay."""
    goal = Goal("A1", 3, key="N1", line_id="line-1")

    found = follow((a_line(1),), seen(a_remote_item("N1", "A1", 3)), LATER, CART, {"N1": goal})

    assert found == (a_line(1, upstream_key="N1", quantity=3, updated_at=LATER),)


def test_a_line_put_by_another_offer_forgets_the_one_that_is_gone() -> None:
    """A later addition of that offer must not be taken for this line."""
    goal = Goal("A1", 1, key="N1", line_id="line-1")

    (line,) = follow((a_line(1, listing_id="gone"),), seen(a_remote_item("N1", "A1")), LATER, CART, {"N1": goal})

    assert (line.id, line.listing_id) == ("line-1", None)


def test_an_offer_replaced_at_the_upstream_keeps_the_line() -> None:
    """The upstream swaps sellers without a word: same item, another key."""
    found = follow((a_line(1, listing_id="gone"),), seen(a_remote_item("N1", "A1")), LATER, CART)

    assert found == (a_line(1, upstream_key="N1", listing_id=None, updated_at=LATER),)


def test_one_of_two_lines_of_an_item_is_not_guessed() -> None:
    """Nobody can tell whose offer was replaced."""
    known = (a_line(1, listing_id="one"), a_line(2, asin="A1", listing_id="two"))

    (line,) = follow(known, seen(a_remote_item("N1", "A1")), LATER, CART)

    assert (line.id, line.position) == ("e0940f669f65b13bdc95d30b96ed613d", 3)


def test_the_line_that_is_left_of_an_item_is_not_taken_for_the_one_that_is_gone() -> None:
    """Two sellers' offers of one item: the one that ended takes nothing with it."""
    known = (a_line(1, listing_id="one"), a_line(2, asin="A1", listing_id="two"))

    assert follow(known, seen(a_remote_item("K1", "A1")), LATER, CART) == known[:1]


def test_what_was_asked_for_is_no_replacement_of_a_line_that_is_gone() -> None:
    """Another offer of the same item was added while the first one ended: it is a new line."""
    goal = Goal("A1", 1, listing_id="other")

    (line,) = follow((a_line(1),), seen(a_remote_item("N1", "A1")), LATER, CART, {"N1": goal})

    assert (line.id == "line-1", line.listing_id, line.added_at, line.position) == (False, "other", LATER, 2)


def test_an_offer_is_replaced_by_one_line_behind_those_that_stay() -> None:
    """The first of two new ones keeps the line; the second is a line of its own."""
    known = (a_line(1), a_line(2))
    remote = seen(a_remote_item("K2", "A2"), a_remote_item("N1", "A1"), a_remote_item("N2", "A1"))

    first, second, third = follow(known, remote, LATER, CART)

    assert (first, second) == (a_line(1, upstream_key="N1", updated_at=LATER), a_line(2))
    assert (third.upstream_key, third.position, third.added_at) == ("N2", 3, LATER)


def test_a_line_of_another_cart_comes_in_under_its_own_id() -> None:
    """Merging moves lines; clients hold their ids."""
    guest = a_line(1, id="guest", upstream_key="G", price_when_added_minor=900, position=1)
    goal = Goal("A1", 2, key="N1", line_id="guest", takes="guest")

    (_, line) = follow(
        (a_line(5),), seen(a_remote_item("K5", "A5"), a_remote_item("N1", "A1", 2)), LATER, CART, {"N1": goal},
        (guest,),
    )  # fmt: skip

    assert (line.id, line.quantity, line.position, line.added_at) == ("guest", 2, 6, NOON)
    assert (line.price_when_added_minor, line.price_moved_at) == (900, LATER)


def test_the_first_sight_of_another_price_is_kept_until_it_is_back() -> None:
    """How long it has stood tells a shopper more than when it was looked at."""
    much_later = LATER + timedelta(days=1)
    risen = seen(a_remote_item("K1", "A1", price=money(1100, "USD")))

    first = follow((a_line(1),), risen, LATER, CART)
    second = follow(first, risen, much_later, CART)
    hidden = follow(first, seen(a_remote_item("K1", "A1", price=None)), much_later, CART)
    back = follow(first, seen(a_remote_item("K1", "A1")), much_later, CART)

    assert [found[0].price_moved_at for found in (first, second, hidden, back)] == [LATER, LATER, LATER, None]
    # The line itself was not changed by that.
    assert (first, back) == ((a_line(1, price_moved_at=LATER),), (a_line(1),))


def test_a_price_let_stand_is_the_one_acknowledged_last() -> None:
    """The one it was added at stands until then; none is known of a hidden price."""
    assert accepted_minor(a_line(1)) == 1000
    assert accepted_minor(a_line(1, price_accepted_minor=0)) == 0
    assert accepted_minor(a_line(1, price_when_added_minor=None)) is None
