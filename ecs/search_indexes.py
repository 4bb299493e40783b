"""
Search indexes of the United States marketplace (2013-08-01): wire name, English label, accepted sort values, root node.

Facts only. A sort value is accepted in some indexes and refused in others, so both who asks and who answers look here.
``All`` and ``Blended`` span every index and accept no ``Sort``.
"""

from types import MappingProxyType
from typing import Final, NamedTuple


class _SearchIndex(NamedTuple):
    label: str
    root_node: str | None
    sorts: str


# The value of Sort in words, one line an index, as the locale reference of the last guide lists them.
_INDEXES: Final = {
    "All": _SearchIndex("All Departments", None, ""),
    "Apparel": _SearchIndex(
        "Apparel", "1036592", "-launch-date inverseprice pricerank relevancerank sale-flag salesrank"
    ),
    "Appliances": _SearchIndex(
        "Appliances", "2619526011", "-price pmrank price relevancerank reviewrank reviewrank_authority salesrank"
    ),
    "ArtsAndCrafts": _SearchIndex(
        "Arts & Crafts", "2617942011", "-price pmrank price relevancerank reviewrank reviewrank_authority salesrank"
    ),
    "Automotive": _SearchIndex("Automotive", "15690151", "-price -titlerank price relevancerank salesrank titlerank"),
    "Baby": _SearchIndex("Baby", "165797011", "-price price psrank salesrank titlerank"),
    "Beauty": _SearchIndex("Beauty", "11055981", "-launch-date -price pmrank price sale-flag salesrank"),
    "Blended": _SearchIndex("Blended", None, ""),
    "Books": _SearchIndex(
        "Books",
        "1000",
        "-price -publication_date -titlerank -unit-sales daterank inverse-pricerank price pricerank relevancerank "
        "reviewrank salesrank titlerank",
    ),
    "Classical": _SearchIndex(
        "Classical Music",
        "301668",
        "-orig-rel-date -price -releasedate -titlerank orig-rel-date price psrank releasedate salesrank titlerank",
    ),
    "Collectibles": _SearchIndex(
        "Collectibles", "4991426011", "-price price relevancerank reviewrank reviewrank_authority salesrank"
    ),
    "DVD": _SearchIndex(
        "DVD", "2625374011", "-price -releasedate -video-release-date price relevancerank salesrank titlerank"
    ),
    "DigitalMusic": _SearchIndex("Digital Music", "624868011", "songtitlerank uploaddaterank"),
    "Electronics": _SearchIndex("Electronics", "493964", "-price pmrank price reviewrank salesrank titlerank"),
    "Fashion": _SearchIndex("Fashion", None, "-price launch-date popularity-rank price relevancerank reviewrank"),
    "FashionBaby": _SearchIndex(
        "Fashion: Baby", None, "-price launch-date popularity-rank price relevancerank reviewrank"
    ),
    "FashionBoys": _SearchIndex(
        "Fashion: Boys", None, "-price launch-date popularity-rank price relevancerank reviewrank"
    ),
    "FashionGirls": _SearchIndex(
        "Fashion: Girls", None, "-price launch-date popularity-rank price relevancerank reviewrank"
    ),
    "FashionMen": _SearchIndex(
        "Fashion: Men", None, "-price launch-date popularity-rank price relevancerank reviewrank"
    ),
    "FashionWomen": _SearchIndex(
        "Fashion: Women", None, "-price launch-date popularity-rank price relevancerank reviewrank"
    ),
    "GiftCards": _SearchIndex(
        "Gift Cards", "2864120011", "-price price relevancerank reviewrank reviewrank_authority salesrank"
    ),
    "GourmetFood": _SearchIndex(
        "Gourmet Food", "16310211", "inverseprice launch-date pricerank relevancerank sale-flag salesrank"
    ),
    "Grocery": _SearchIndex(
        "Grocery", "16310211", "inverseprice launch-date pricerank relevancerank sale-flag salesrank"
    ),
    "HealthPersonalCare": _SearchIndex(
        "Health & Personal Care", "3760931", "inverseprice launch-date pmrank pricerank sale-flag salesrank"
    ),
    "HomeGarden": _SearchIndex("Home & Garden", "1063498", "-price -titlerank price salesrank titlerank"),
    "Industrial": _SearchIndex(
        "Industrial & Scientific", "16310161", "-price -titlerank pmrank price salesrank titlerank"
    ),
    "Jewelry": _SearchIndex("Jewelry", "2516784011", "inverseprice launch-date pmrank pricerank salesrank"),
    "KindleStore": _SearchIndex(
        "Kindle Store", "133141011", "-edition-sales-velocity -price daterank price relevancerank reviewrank salesrank"
    ),
    "Kitchen": _SearchIndex("Kitchen & Housewares", "284507", "-price -titlerank pmrank price salesrank titlerank"),
    "LawnAndGarden": _SearchIndex(
        "Lawn & Garden", "3238155011", "-price price relevancerank reviewrank reviewrank_authority salesrank"
    ),
    "Luggage": _SearchIndex("Luggage", None, "-price launch-date popularity-rank price relevancerank reviewrank"),
    "MP3Downloads": _SearchIndex("MP3 Downloads", "624868011", "-price -releasedate price relevancerank salesrank"),
    "Magazines": _SearchIndex(
        "Magazines",
        "599872",
        "-price -publication_date -titlerank -unit-sales daterank price reviewrank subslot-salesrank titlerank",
    ),
    "Miscellaneous": _SearchIndex("Miscellaneous", "10304191", "-price -titlerank pmrank price salesrank titlerank"),
    "MobileApps": _SearchIndex(
        "Mobile Apps", "2350150011", "-price pmrank price relevancerank reviewrank reviewrank_authority"
    ),
    "Music": _SearchIndex(
        "Music",
        "301668",
        "-orig-rel-date -price -releasedate -titlerank artistrank orig-rel-date price psrank release-date releasedate "
        "relevancerank salesrank titlerank",
    ),
    "MusicTracks": _SearchIndex("Music Tracks", "301668", "-titlerank titlerank"),
    "MusicalInstruments": _SearchIndex(
        "Musical Instruments", "11965861", "-launch-date -price pmrank price sale-flag salesrank"
    ),
    "OfficeProducts": _SearchIndex("Office Products", "1084128", "-price pmrank price reviewrank salesrank titlerank"),
    "OutdoorLiving": _SearchIndex("Outdoor Living", "2972638011", "-price -titlerank price psrank salesrank titlerank"),
    "PCHardware": _SearchIndex("Computers & Hardware", "541966", "-price price psrank salesrank titlerank"),
    "PetSupplies": _SearchIndex(
        "Pet Supplies",
        "2619534011",
        "-price -titlerank price relevance relevancerank reviewrank reviewrank_authority salesrank titlerank",
    ),
    "Photo": _SearchIndex("Camera & Photo", "502394", "-price -titlerank pmrank price salesrank titlerank"),
    "Shoes": _SearchIndex(
        "Shoes", "672124011", "-launch-date -price pmrank price relevancerank reviewrank reviewrank_authority"
    ),
    "Software": _SearchIndex("Software", "409488", "-price pmrank price salesrank titlerank"),
    "SportingGoods": _SearchIndex(
        "Sports & Outdoors",
        "3375301",
        "-price inverseprice launch-date price pricerank relevance-fs-rank relevancerank reviewrank_authority "
        "sale-flag salesrank",
    ),
    "Tools": _SearchIndex("Tools & Hardware", "468240", "-price -titlerank pmrank price salesrank titlerank"),
    "Toys": _SearchIndex("Toys & Games", "165795011", "-age-min -price pmrank price salesrank titlerank"),
    "UnboxVideo": _SearchIndex(
        "Instant Video", "2858778011", "-launch-date -price -video-release-date price relevancerank salesrank titlerank"
    ),
    "VHS": _SearchIndex(
        "VHS", "2625374011", "-price -releasedate -video-release-date price relevancerank salesrank titlerank"
    ),
    "Video": _SearchIndex(
        "Video", "404276", "-price -releasedate -video-release-date price relevancerank salesrank titlerank"
    ),
    "VideoGames": _SearchIndex("Video Games", "11846801", "-price pmrank price salesrank titlerank"),
    "Watches": _SearchIndex("Watches", "378516011", "-price price relevancerank reviewrank salesrank"),
    "Wireless": _SearchIndex(
        "Cell Phones & Accessories",
        "2335753011",
        "-titlerank daterank inverse-pricerank pricerank reviewrank salesrank titlerank",
    ),
}

SORTS: Final = MappingProxyType({name: tuple(index.sorts.split()) for name, index in _INDEXES.items()})
"""Search index → accepted values of ``Sort``; empty where none may be sent. Without ``Sort`` relevance decides."""

DEPARTMENTS: Final = MappingProxyType({name: index.label for name, index in _INDEXES.items()})
"""Search index → English label."""

ROOT_NODES: Final = MappingProxyType({name: index.root_node for name, index in _INDEXES.items() if index.root_node})
"""Search index → id of the browse node at its root, where one is known. Catalog feeds may bring other ids."""

SPANNING: Final = frozenset({"All", "Blended"})
"""Search indexes that stand for every other one; they take neither ``Sort`` nor ``BrowseNode``."""
