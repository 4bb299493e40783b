"""What is sealed opens in its place, with its key, unchanged; and nowhere else."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from persistence.errors import SealBroken
from persistence.sealing import KeyRing, Place, new_key

PLACE = Place("carts", "sealed_hmac", "cart-1")
KEY = base64.b64encode(bytes(range(32))).decode()


@given(st.binary(max_size=200))
def test_what_is_sealed_opens_in_its_place(clear: bytes) -> None:
    """Any bytes survive, and none of more than a few letters can be seen from outside."""
    ring = KeyRing.parse(new_key())

    sealed = ring.seal(clear, PLACE)

    assert ring.open(sealed, PLACE) == clear
    assert len(clear) < 4 or clear not in sealed


def test_the_same_value_is_never_sealed_alike() -> None:
    """Equal handles cannot be told from the database."""
    ring = KeyRing.parse(new_key())

    assert ring.seal(b"secret", PLACE) != ring.seal(b"secret", PLACE)


@pytest.mark.parametrize(
    "elsewhere",
    [
        PLACE._replace(row_id="cart-2"),
        PLACE._replace(column="sealed_cart_id"),
        PLACE._replace(table="lists"),
        Place("cart", "ssealed_hmac", "cart-1"),
    ],
)
def test_a_value_moved_elsewhere_does_not_open(elsewhere: Place) -> None:
    """Copying a column gives nobody another's cart; parts of the place cannot be shifted into each other."""
    ring = KeyRing.parse(new_key())
    sealed = ring.seal(b"secret", PLACE)

    with pytest.raises(SealBroken):
        ring.open(sealed, elsewhere)


def test_no_changed_byte_goes_unnoticed() -> None:
    """Every bit of the sealed value is under the seal, the header too."""
    ring = KeyRing.parse(new_key())
    sealed = ring.seal(b"secret", PLACE)

    for index in range(len(sealed)):
        tampered = sealed[:index] + bytes((sealed[index] ^ 1,)) + sealed[index + 1 :]
        with pytest.raises(SealBroken):
            ring.open(tampered, PLACE)


def test_no_cut_goes_unnoticed() -> None:
    """A truncated value is a broken seal, not a crash."""
    ring = KeyRing.parse(new_key())
    sealed = ring.seal(b"secret", PLACE)

    for length in range(len(sealed)):
        with pytest.raises(SealBroken):
            ring.open(sealed[:length], PLACE)


def test_the_first_key_seals_and_all_open() -> None:
    """Changing keys leaves what was sealed before readable."""
    old, new = new_key(), new_key()
    sealed_before = KeyRing.parse(old).seal(b"secret", PLACE)

    rotated = KeyRing.parse(f" {new} , {old} ")

    assert rotated.open(sealed_before, PLACE) == b"secret"
    assert KeyRing.parse(new).open(rotated.seal(b"secret", PLACE), PLACE) == b"secret"


def test_a_key_that_is_gone_is_named_as_the_reason() -> None:
    """The operator learns that a key is missing, not merely that something is wrong."""
    sealed = KeyRing.parse(new_key()).seal(b"secret", PLACE)

    with pytest.raises(SealBroken, match=r"^carts\.sealed_hmac was sealed with a key that is not in the key ring"):
        KeyRing.parse(new_key()).open(sealed, PLACE)


def test_another_key_of_the_same_id_does_not_open() -> None:
    """An id is a hint, not a proof."""
    sealed = KeyRing.parse(f"main:{KEY}").seal(b"secret", PLACE)
    other = KeyRing.parse(f"main:{base64.b64encode(bytes(32)).decode()}")

    with pytest.raises(SealBroken, match="does not open"):
        other.open(sealed, PLACE)


def test_a_ring_prints_its_ids_only() -> None:
    """A ring in a log gives no key away."""
    assert repr(KeyRing.parse(f"new:{base64.b64encode(bytes(32)).decode()},old:{KEY}")) == "KeyRing(new, old)"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "Entry 1 of the key ring is not id:key"),
        (KEY, "Entry 1 of the key ring is not id:key"),
        (f"a:{KEY},", "Entry 2 of the key ring is not id:key"),
        (f"an id:{KEY}", "Entry 1 of the key ring is not id:key"),
        (f"{'x' * 33}:{KEY}", "Entry 1 of the key ring is not id:key"),
        (f"é:{KEY}", "Entry 1 of the key ring is not id:key"),
        (f"a:{KEY[:-4]}", "The key of entry 1 of the key ring is 30 bytes long and must be 32."),
        (f"a:{KEY[:-1]}", "The key of entry 1 of the key ring is not base64."),
        (f"a:{KEY[:-2]}é=", "The key of entry 1 of the key ring is not base64."),
        ("a:", "The key of entry 1 of the key ring is 0 bytes long and must be 32."),
        (f"a:{KEY},a:{KEY}", "Entry 2 of the key ring repeats the id 'a': ids must differ."),
    ],
)
def test_a_bad_ring_is_refused_without_repeating_it(text: str, sentence: str) -> None:
    """The operator sees which entry is wrong; the log does not see the key."""
    with pytest.raises(ValueError) as refused:
        KeyRing.parse(text)

    assert str(refused.value).startswith(sentence)
    assert KEY[:8] not in str(refused.value)
    assert refused.value.__cause__ is None


def test_new_keys_differ() -> None:
    """Two calls never give the same key, nor the same id."""
    (first_id, _, first), (second_id, _, second) = new_key().partition(":"), new_key().partition(":")

    assert first_id != second_id
    assert first != second
    assert len(base64.b64decode(first, validate=True)) == 32
