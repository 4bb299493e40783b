"""Offers and pictures read from their markup: what comes of them, and what is read as a tree instead."""

import re

import pytest

from ecs import parse
from ecs.errors import BadReply
from ecs.model import Image, ImageSet, Item, Money, Offer, OfferPage
from ecs.parse.pictures import plain_views
from ecs.parse.plain_offers import plain_page
from tests.contract.recordings import beside_the_checkout, recordings
from tests.unit.ecs.parse.answers import looked_up, price

_TOTALS = "<TotalOffers>2</TotalOffers><TotalOfferPages>1</TotalOfferPages>"
_HEAD = (
    "<Merchant><MerchantId>A1</MerchantId><Name>Alder &amp; Finch</Name></Merchant>"
    "<OfferAttributes><Condition>used</Condition></OfferAttributes>"
)
_TAIL = "<Availability>Soon</Availability><Quantity>7</Quantity><IsEligibleForPrime>1</IsEligibleForPrime>"


def _listed(inside: str, *, head: str = _HEAD) -> str:
    return f"<Offer>{head}<OfferListing>{inside}</OfferListing></Offer>"


def _page(*offers: str, totals: str = _TOTALS) -> str:
    return totals + "".join(offers)


ONE = _listed(f"<OfferListingId>a%2Bb</OfferListingId>{price('Price', 500)}{_TAIL}")


def _item(markup: str, name: str = "Offers") -> Item:
    (item,) = parse.items(looked_up(f"<ASIN>B1</ASIN><{name}>{markup}</{name}>"))
    return item


def _as_a_tree(markup: str, name: str = "Offers") -> Item:
    # With a comment in it a document is read as a whole.
    (item,) = parse.items(looked_up(f"<ASIN>B1</ASIN><!-- --><{name}>{markup}</{name}>"))
    return item


def test_an_offer_of_every_part() -> None:
    """What varies from offer to offer stands in the pattern, the rest is remembered by its words."""
    markup = _page(
        _listed(
            "<OfferListingId>a%2Fb%3D</OfferListingId><ExchangeId>Y1</ExchangeId>"
            f"{price('Price', 500)}{price('AmountSaved', 120)}<PercentageSaved>19</PercentageSaved>"
            "<Availability>Usually ships in 24 hours</Availability><AvailabilityAttributes>"
            "<AvailabilityType>now</AvailabilityType><MinimumHours>0</MinimumHours><MaximumHours>24</MaximumHours>"
            "</AvailabilityAttributes><Quantity>12</Quantity>"
            "<IsEligibleForSuperSaverShipping>1</IsEligibleForSuperSaverShipping>"
        ),
        totals="<TotalOffers>11</TotalOffers><TotalOfferPages>2</TotalOfferPages>"
        "<MoreOffersUrl>http://shop/?a=1&amp;b=2</MoreOffersUrl>",
    )

    assert plain_page(markup) == OfferPage(
        total=11,
        pages=2,
        offers=(
            Offer(
                listing_id="a/b=",
                merchant_name="Alder & Finch",
                merchant_id="A1",
                condition="Used",
                price=Money(500, "USD", "as sent"),
                saved=Money(120, "USD", "as sent"),
                percent_saved=19,
                availability="Usually ships in 24 hours",
                availability_type="now",
                min_hours=0,
                max_hours=24,
                max_quantity=12,
                is_super_saver=True,
                exchange_id="Y1",
            ),
        ),
        more_url="http://shop/?a=1&b=2",
    )


PLAIN = {
    "one": _page(ONE),
    "two of one seller": _page(ONE, ONE.replace("a%2Bb", "c").replace("Amount>500", "Amount>7")),
    "none": _page(),
    "hidden price": _page(
        _listed("<OfferListingId>a</OfferListingId><Price><FormattedPrice>Too low</FormattedPrice></Price>" + _TAIL)
    ),
    "no price": _page(_listed("<OfferListingId>a</OfferListingId>" + _TAIL)),
    "sale": _page(
        _listed(f"<OfferListingId>a</OfferListingId>{price('Price', 500)}{price('SalePrice', 400)}{_TAIL}"),
    ),
    "quantity twice": _page(_listed("<OfferListingId>a</OfferListingId><Quantity>1</Quantity><Quantity>2</Quantity>")),
    "quantity of something else": _page(
        _listed("<OfferListingId>a</OfferListingId><Other><Quantity>3</Quantity></Other><Quantity>2</Quantity>")
    ),
    "quantity of something else alone": _page(
        _listed("<OfferListingId>a</OfferListingId><Other><Quantity>3</Quantity></Other>")
    ),
    "price once more": _page(
        _listed(f"<OfferListingId>a</OfferListingId>{price('Price', 500)}{_TAIL}{price('Price', 300)}")
    ),
    "currency of spaces": _page(_listed(f"<OfferListingId>a</OfferListingId>{price('Price', 5, currency=' ')}")),
    "units without end": _page(_listed("<OfferListingId>a</OfferListingId><Quantity>" + "1" * 16 + "</Quantity>")),
    "charges": _page(
        _listed(
            "<OfferListingId>a</OfferListingId><ShippingCharge><ShippingType>Fast</ShippingType>"
            f"{price('ShippingPrice', 3)}</ShippingCharge>"
        )
    ),
}
ODD = {
    "no name": _page(_listed("<OfferListingId></OfferListingId>" + _TAIL), ONE),
    "line breaks": _page("\n" + ONE),
    "two listings": _page(
        _listed("<OfferListingId>a</OfferListingId></OfferListing><OfferListing><OfferListingId>b</OfferListingId>")
    ),
    "points after the listing": _page(
        ONE.replace("</Offer>", "<LoyaltyPoints><Points>5</Points></LoyaltyPoints></Offer>")
    ),
    "an offer without listing": _page(f"<Offer>{_HEAD}</Offer>", ONE),
    "a listing with an attribute": _page(
        _listed(
            "<OfferListingId>a</OfferListingId>", head="<OfferListing x='1'><OfferListingId>b</OfferListingId>"
        ).replace("b</OfferListingId>", "b</OfferListingId></OfferListing>")
    ),
    "a negative price": _page(_listed(f"<OfferListingId>a</OfferListingId>{price('Price', -5)}", head="")),
    "a numeric reference": _page(_listed("<OfferListingId>&#65;</OfferListingId>")),
    "id later": _page(_listed(f"{price('Price', 500)}<OfferListingId>a</OfferListingId>")),
    "text between": _page(ONE, "and more"),
    "a namespace of its own": _page(ONE.replace("<Merchant>", "<Merchant xmlns='urn:other'>")),
    "a prefix of its own": _page(ONE.replace("<Name>", "<t:Name xmlns:t='urn:t'>").replace("</Name>", "</t:Name>")),
}


@pytest.mark.parametrize("name", PLAIN)
def test_the_plain_form_says_what_the_tree_says(name: str) -> None:
    """None of these needs a tree of its own."""
    assert plain_page(PLAIN[name]) == _as_a_tree(PLAIN[name]).offers
    assert _item(PLAIN[name]) == _as_a_tree(PLAIN[name])


@pytest.mark.parametrize("name", ["two listings", "points after the listing", "id later", "text between"])
def test_any_other_form_is_left_to_the_tree(name: str) -> None:
    """It is no plain form, and so nothing is said of it."""
    assert plain_page(ODD[name]) is None


@pytest.mark.parametrize("name", ODD)
def test_an_odd_form_is_read_all_the_same(name: str) -> None:
    """As a tree, after all."""
    assert _item(ODD[name]) == _as_a_tree(ODD[name])


@pytest.mark.parametrize(
    "markup",
    [
        pytest.param(_page(ONE.replace("</Name>", "")), id="not closed"),
        pytest.param(_page(ONE.replace("Soon", "a & b")), id="bare ampersand"),
        pytest.param(_page(ONE.replace("Soon", "a\x01b")), id="control character"),
        pytest.param(_page(ONE.replace("</Availability>", "]]></Availability>")), id="end of a section"),
        pytest.param(_page(ONE, "<Offer>"), id="half an offer"),
    ],
)
def test_what_is_not_well_formed_is_no_answer(markup: str) -> None:
    """Though the parser never sees the part."""
    with pytest.raises(BadReply):
        _item(markup)


def test_bytes_that_are_no_text_are_no_answer() -> None:
    """The parser sees to it elsewhere."""
    body = looked_up(f"<ASIN>B1</ASIN><Offers>{_page(ONE)}</Offers>")

    with pytest.raises(BadReply, match="not UTF-8"):
        parse.items(body.replace(b"Soon", b"S\xffon"))


def test_a_mark_of_somebody_else_is_none() -> None:
    """An answer cannot have its parts taken from another one."""
    parse.items(looked_up(f"<ASIN>B1</ASIN><Offers>{_page(ONE)}</Offers>"))

    for mark in ("1.0", "0.0", "x", "9.9.9", "1.-1"):
        (item,) = parse.items(looked_up(f"<ASIN>B1</ASIN><Offers kept='{mark}'/>"))
        assert item.offers == OfferPage(total=0, pages=0), mark


def _size(name: str, url: str, side: int) -> str:
    return (
        f'<{name}><URL>{url}</URL><Height Units="pixels">{side}</Height><Width Units="pixels">{side}</Width></{name}>'
    )


VIEWS = (
    f'<ImageSet Category="primary">{_size("SwatchImage", "s?a=1&amp;b=2", 30)}{_size("HiResImage", "h", 1000)}'
    "</ImageSet>"
    f'<ImageSet Category="variant">{_size("LargeImage", "", 500)}</ImageSet>'
)


def test_views_of_an_item() -> None:
    """A picture without an address is none."""
    assert plain_views(VIEWS) == (
        ImageSet("primary", swatch=Image("s?a=1&b=2", 30, 30), hires=Image("h", 1000, 1000)),
        ImageSet("variant"),
    )
    assert _item(VIEWS, "ImageSets") == _as_a_tree(VIEWS, "ImageSets")


@pytest.mark.parametrize(
    "markup",
    [
        pytest.param(VIEWS.replace("pixels", "inches"), id="another unit"),
        pytest.param(VIEWS.replace("30<", "30.5<"), id="half a pixel"),
        pytest.param(VIEWS + "<Note>x</Note>", id="something else"),
        pytest.param(VIEWS.replace("HiResImage", "OtherImage"), id="a size nobody knows"),
        pytest.param(VIEWS.replace("SwatchImage", "LargeImage").replace("HiRes", "Small"), id="another order"),
    ],
)
def test_views_in_another_form(markup: str) -> None:
    """Read as a tree."""
    assert plain_views(markup) is None
    assert _item(markup, "ImageSets") == _as_a_tree(markup, "ImageSets")


@beside_the_checkout
def test_recorded_offers_are_plain() -> None:
    """Nearly all that the real service once sent without line breaks."""
    kept = re.compile(r"<Offers>(<TotalOffers>.*?)</Offers>", re.DOTALL)
    pages = [markup for recording in recordings() for markup in kept.findall(recording.body.decode("utf-8", "replace"))]
    odd = [markup for markup in pages if plain_page(markup) is None]

    assert (len(pages), len(odd)) == (98, 2)
