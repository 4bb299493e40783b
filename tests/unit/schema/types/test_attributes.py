"""The smaller parts of a product."""

import pytest

from ecs import model
from schema.enums import ContributorRole, ProductIdentifierKind
from schema.types.attributes import Contributor, EditorialReview, ProductAttribute, ProductIdentifier


@pytest.mark.parametrize(
    ("wire", "name", "label"),
    [
        ("NumberOfPages", "numberOfPages", "Number of pages"),
        ("Genre", "genre", "Genre"),
        ("ESRBAgeRating", "esrbAgeRating", "ESRB age rating"),
        ("ISBN", "isbn", "ISBN"),
        ("ItemDimensionsHeight", "itemDimensionsHeight", "Item dimensions height"),
        ("Mp3Player", "mp3Player", "Mp 3 player"),
        ("HasUSBPort", "hasUSBPort", "Has USB port"),
        ("warranty", "warranty", "warranty"),
    ],
)
def test_an_attribute_has_a_stable_name_and_a_label(wire: str, name: str, label: str) -> None:
    """Nobody keeps a list of the long tail."""
    found = ProductAttribute.of(model.Attribute(wire, "5", "inches"))

    assert (found.name, found.label, found.value, found.unit) == (name, label, "5", "inches")


@pytest.mark.parametrize(
    ("wire", "role"),
    [
        ("Author", ContributorRole.AUTHOR),
        ("Director", ContributorRole.DIRECTOR),
        ("Illustrator", ContributorRole.CREATOR),
    ],
)
def test_a_part_the_api_does_not_name_is_creator(wire: str, role: ContributorRole) -> None:
    """The wire has free words for it."""
    found = Contributor.of(model.Contributor("Ann Lee", wire))

    assert (found.name, found.role) == ("Ann Lee", role)


def test_an_identifier_keeps_its_kind() -> None:
    """EAN, ISBN, MPN, SKU and UPC."""
    found = ProductIdentifier.of(model.Identifier("ISBN", "0306406152"))

    assert (found.kind, found.value) == (ProductIdentifierKind.ISBN, "0306406152")


def test_a_review_comes_cleaned_and_as_text() -> None:
    """The upstream's HTML is of any quality, and at times escaped twice."""
    review = EditorialReview(review=model.EditorialReview("Publisher", "<p>Good &amp; <script>x</script>cheap"))
    escaped = EditorialReview(review=model.EditorialReview("Publisher", "&lt;p&gt;Good&lt;/p&gt;"))

    assert review.html() == "<p>Good &amp; cheap</p>"
    assert review.text() == "Good & cheap"
    assert escaped.text() == "Good"
    assert review.source() == "Publisher"


@pytest.mark.parametrize(
    ("length", "text"),
    [
        (None, "Good and cheap"),
        (14, "Good and cheap"),
        (13, "Good and che…"),
        (6, "Good…"),
        (1, "…"),
        (0, "Good and cheap"),
    ],
)
def test_a_text_is_cut_to_the_length_asked(length: int | None, text: str) -> None:
    """The mark of the cut counts as a sign."""
    review = EditorialReview(review=model.EditorialReview("Publisher", "Good and cheap"))

    assert review.text(length) == text
