"""ItemAttributes."""

import pytest

from ecs import parse
from ecs.model import Attribute, Contributor, Identifier, Item, Money
from tests.unit.ecs.parse.answers import looked_up, price


def _item(attributes: str) -> Item:
    (item,) = parse.items(looked_up(f"<ASIN>B1</ASIN><ItemAttributes>{attributes}</ItemAttributes>"))
    return item


def test_single_fields() -> None:
    """What every product may have."""
    item = _item(
        "<Binding>Paperback</Binding><Brand>Acme</Brand><IsAdultProduct>1</IsAdultProduct>"
        + price("ListPrice", 1999, formatted="$19.99")
        + "<Manufacturer>Acme Inc</Manufacturer><Model>X 1</Model><ProductGroup>Book</ProductGroup>"
        + "<Title> Tea\n</Title><Feature>Hot</Feature><Feature>Hot</Feature><Feature/>"
    )

    assert (item.title, item.group, item.binding) == ("Tea", "Book", "Paperback")
    assert (item.brand, item.manufacturer, item.model) == ("Acme", "Acme Inc", "X 1")
    assert item.is_adult
    assert item.list_price == Money(1999, "USD", "$19.99")
    assert item.features == ("Hot", "Hot")
    assert item.attributes == ()


def test_contributors_in_the_order_of_the_answer() -> None:
    """Each name once in a role; a Creator has the role that is said."""
    item = _item(
        "<Actor>A</Actor><Artist>B</Artist><Author>C</Author><Author>C</Author><Creator Role='Translator'>D</Creator>"
        "<Creator>E</Creator><Director>A</Director><Composer>F</Composer><Conductor>G</Conductor><Author/>"
    )

    assert item.contributors == (
        Contributor("A", "Actor"),
        Contributor("B", "Artist"),
        Contributor("C", "Author"),
        Contributor("D", "Translator"),
        Contributor("E", "Creator"),
        Contributor("A", "Director"),
        Contributor("F", "Composer"),
        Contributor("G", "Conductor"),
    )


def test_identifiers_once_and_without_spaces() -> None:
    """The same number stands alone and in its list; part numbers keep the spaces that belong to them."""
    item = _item(
        "<EAN>9780000000002</EAN><EANList><EANListElement>978 0000000002</EANListElement>"
        "<EANListElement>9780000000019</EANListElement></EANList><EISBN>978 1</EISBN><ISBN>0000000001</ISBN>"
        "<MPN>AB 12</MPN><SKU>S 1</SKU><UPC>012</UPC><UPCList><UPCListElement>012</UPCListElement></UPCList>"
    )

    assert item.identifiers == (
        Identifier("EAN", "9780000000002"),
        Identifier("EAN", "9780000000019"),
        Identifier("ISBN", "9781"),
        Identifier("ISBN", "0000000001"),
        Identifier("MPN", "AB 12"),
        Identifier("SKU", "S 1"),
        Identifier("UPC", "012"),
    )
    assert item.attributes == ()


@pytest.mark.parametrize(
    ("sent", "date"),
    [
        ("<PublicationDate>2005</PublicationDate>", "2005"),
        ("<PublicationDate>2005-03</PublicationDate>", "2005-03"),
        ("<PublicationDate>2004</PublicationDate><ReleaseDate>2005-03-14</ReleaseDate>", "2005-03-14"),
        ("<ReleaseDate>soon</ReleaseDate><OriginalReleaseDate>1999</OriginalReleaseDate>", "1999"),
        ("<ReleaseDate>14.3.2005</ReleaseDate>", None),
        ("<ReleaseDate>2005-03-14T00:00:00</ReleaseDate>", None),
        ("", None),
    ],
)
def test_release_date_is_as_exact_as_it_was_sent(sent: str, date: str | None) -> None:
    """A year must not become the first of January."""
    assert _item(sent).release_date == date


def test_everything_else_is_a_flat_list() -> None:
    """Nested parts are named by where they stand, in the order of the answer, each once."""
    item = _item(
        "<Label>L</Label><Label>L</Label><Empty/><NumberOfPages>96</NumberOfPages>"
        "<PackageDimensions><Height Units='hundredths-inches'>827</Height><Length/></PackageDimensions>"
        "<CatalogNumberList><CatalogNumberListElement>7</CatalogNumberListElement></CatalogNumberList>"
        + price("TradeInValue", 55, formatted="$0.55")
        + "<RunningTime Units='minutes'>90</RunningTime>"
    )

    assert item.attributes == (
        Attribute("Label", "L"),
        Attribute("NumberOfPages", "96"),
        Attribute("PackageDimensionsHeight", "827", "hundredths-inches"),
        Attribute("CatalogNumber", "7"),
        Attribute("TradeInValue", "$0.55"),
        Attribute("RunningTime", "90", "minutes"),
    )


def test_languages_are_named_by_their_type() -> None:
    """A film's original language and its subtitles are different things."""
    languages = [
        ("English", "Original Language", "Dolby Digital"),
        ("English", "Published", None),
        ("German", "Subtitled", None),
        ("French", "Unknown", None),
        ("French", None, None),
    ]
    sent = "".join(
        "<Language>"
        + f"<Name>{name}</Name>"
        + (f"<Type>{type_}</Type>" if type_ else "")
        + (f"<AudioFormat>{audio}</AudioFormat>" if audio else "")
        + "</Language>"
        for name, type_, audio in languages
    )

    item = _item(f"<Languages>{sent}<Language><Type>Unknown</Type></Language></Languages>")

    assert item.attributes == (
        Attribute("OriginalLanguage", "English"),
        Attribute("OriginalLanguageAudioFormat", "Dolby Digital"),
        Attribute("Language", "English"),
        Attribute("SubtitledLanguage", "German"),
        Attribute("Language", "French"),
    )
