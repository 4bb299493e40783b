"""
CPU time of reading an ItemSearch answer of ten Large items into values: ``python -m bench.ecs_parse``.

One answer is made here and has what such answers had: pictures in seven sizes, attributes, an offer with its seller,
nodes up to the root, similar items and texts. The other is what the embedded service answers, cut to the whole items
that 60 KB hold. ``parse`` is libxml2 with the bounds of a document, ``read`` is all of ``ecs.parse``.
"""

import statistics
import sys
import time
from collections.abc import Callable
from typing import Final

from bench.ecs_answer import large_items
from ecs import parse
from ecs.parse.document import document

_TURNS: Final = 400
_SIZE: Final = 60 * 1024
_SIZES: Final = ("Swatch", "Small", "Thumbnail", "Tiny", "Medium", "Large")
_PAGE: Final = "https://shop.example/a-quiet-book-about-tea/dp/B000000001?tag=bench-20&amp;linkCode=xm2&amp;camp=2025"
_WORDS: Final = "a quiet book about tea and the people who grow it, told with care and with many pictures "


def large_answer() -> bytes:
    """The answer; 60 KB, as the largest recorded ones of ten items have."""
    items = "".join(_item(number) for number in range(1, 11))
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<ItemSearchResponse xmlns="http://webservices.amazon.com/AWSECommerceService/2013-08-01"><OperationRequest>'
        "<RequestId>bench</RequestId></OperationRequest><Items><Request><IsValid>True</IsValid></Request>"
        f"<TotalResults>10</TotalResults><TotalPages>1</TotalPages>{items}</Items></ItemSearchResponse>"
    ).encode()


def own_answer() -> bytes:
    """The answer of the embedded service without the items after the first 60 KB."""
    body = large_items("2013-08-01")
    at = body.rindex(b"</Item>", 0, _SIZE) + len(b"</Item>")
    return body[:at] + body[body.rindex(b"</Item>") + len(b"</Item>") :]


def _item(number: int) -> str:
    asin = f"B{number:09}"
    return (
        f"<Item><ASIN>{asin}</ASIN><DetailPageURL>{_PAGE}</DetailPageURL>"
        f"<ItemLinks><ItemLink><Description>All Offers</Description><URL>{_PAGE}</URL></ItemLink></ItemLinks>"
        f"<SalesRank>{number * 1000}</SalesRank>{_picture('Small')}{_picture('Medium')}{_picture('Large')}"
        f"<ImageSets><ImageSet Category='primary'>{''.join(map(_picture, _SIZES))}</ImageSet></ImageSets>"
        f"{_attributes(number)}{_offers(number)}<CustomerReviews><IFrameURL>https://shop.example/r</IFrameURL>"
        "<HasReviews>true</HasReviews></CustomerReviews><EditorialReviews><EditorialReview><Source>Shop</Source>"
        f"<Content>{_WORDS * 2}</Content></EditorialReview></EditorialReviews><SimilarProducts>"
        f"{_leaves('SimilarProduct', 3, '<ASIN>B000000099</ASIN><Title>Another book about tea</Title>')}"
        f"</SimilarProducts><BrowseNodes>{_node(1)}</BrowseNodes></Item>"
    )


def _attributes(number: int) -> str:
    names = ("Binding", "Brand", "Label", "Languages", "Manufacturer", "ProductGroup", "ProductTypeName", "Publisher")
    plain = "".join(f"<{name}>Value of {name}</{name}>" for name in names if name != "Languages")
    return (
        f"<ItemAttributes><Author>Writer {number}</Author><Creator Role='Editor'>Editor</Creator>{plain}"
        f"<EAN>978000000000{number % 10}</EAN><EANList><EANListElement>9780000000000</EANListElement></EANList>"
        f"{_leaves('Feature', 3, _WORDS)}<IsAdultProduct>0</IsAdultProduct><ISBN>0000000000</ISBN>"
        f"{_price('ListPrice', 2500)}<NumberOfItems>1</NumberOfItems><NumberOfPages>320</NumberOfPages>"
        "<Languages><Language><Name>English</Name><Type>Published</Type></Language></Languages><PackageDimensions>"
        "<Height Units='hundredths-inches'>100</Height><Length Units='hundredths-inches'>900</Length>"
        "<Weight Units='hundredths-pounds'>120</Weight><Width Units='hundredths-inches'>600</Width>"
        "</PackageDimensions><PublicationDate>2012-03-04</PublicationDate>"
        f"<Title>The Book of Tea, Volume {number}</Title></ItemAttributes>"
    )


def _offers(number: int) -> str:
    return (
        f"<OfferSummary>{_price('LowestNewPrice', 1800)}{_price('LowestUsedPrice', 700)}<TotalNew>12</TotalNew>"
        "<TotalUsed>4</TotalUsed><TotalCollectible>0</TotalCollectible><TotalRefurbished>0</TotalRefurbished>"
        "</OfferSummary><Offers><TotalOffers>1</TotalOffers><TotalOfferPages>1</TotalOfferPages><Offer><Merchant>"
        "<Name>Amazon</Name></Merchant><OfferAttributes><Condition>New</Condition></OfferAttributes><OfferListing>"
        f"<OfferListingId>{'Ab%2B' * 24}{number}</OfferListingId>{_price('Price', 1800)}{_price('AmountSaved', 700)}"
        "<PercentageSaved>28</PercentageSaved><Availability>Usually ships in 24 hours</Availability>"
        "<AvailabilityAttributes><AvailabilityType>now</AvailabilityType><MinimumHours>0</MinimumHours>"
        "<MaximumHours>0</MaximumHours></AvailabilityAttributes><IsEligibleForSuperSaverShipping>1"
        "</IsEligibleForSuperSaverShipping><IsEligibleForPrime>1</IsEligibleForPrime></OfferListing></Offer></Offers>"
    )


def _node(times: int) -> str:
    inner = "<BrowseNode><BrowseNodeId>1000</BrowseNodeId><Name>Books</Name></BrowseNode>"
    for level in range(3):
        inner = (
            f"<BrowseNode><BrowseNodeId>10{level}</BrowseNodeId><Name>Level {level}</Name>"
            f"<Ancestors>{inner}</Ancestors></BrowseNode>"
        )
    return inner * times


def _picture(size: str) -> str:
    return (
        f"<{size}Image><URL>https://images.shop.example/images/I/51AbCdEfGhL._SL160_{size}.jpg</URL>"
        "<Height Units='pixels'>160</Height>"
        f"<Width Units='pixels'>107</Width></{size}Image>"
    )


def _price(name: str, amount: int) -> str:
    return (
        f"<{name}><Amount>{amount}</Amount><CurrencyCode>USD</CurrencyCode>"
        f"<FormattedPrice>${amount / 100:.2f}</FormattedPrice></{name}>"
    )


def _leaves(name: str, times: int, inside: str) -> str:
    return f"<{name}>{inside}</{name}>" * times


def cpu_ms(work: Callable[[bytes], object], body: bytes) -> list[float]:
    """CPU milliseconds of each turn, sorted; the first tenth is warming up and left out."""
    taken = []
    for _ in range(_TURNS):
        begun = time.process_time_ns()
        work(body)
        taken.append((time.process_time_ns() - begun) / 1e6)
    return sorted(taken[_TURNS // 10 :])


def main() -> None:
    """Print best and median of both, for each answer."""
    for whose, body in (("as once recorded", large_answer()), ("of the embedded service", own_answer())):
        items, size = body.count(b"<Item>"), len(body) / 1024
        sys.stdout.write(f"ItemSearch {whose}, {items} Large items, {size:.1f} KB, CPU ms of {_TURNS} turns\n")
        for name, work in (("parse", document), ("read", parse.search_page)):
            taken = cpu_ms(work, body)
            sys.stdout.write(f"  {name:6} best {taken[0]:.3f}  median {statistics.median(taken):.3f}\n")


if __name__ == "__main__":
    main()
