"""Departments of the catalog. A member's value is the upstream's search index."""

from enum import Enum

import strawberry
from strawberry import enum_value


@strawberry.enum(description="Departments of the catalog.")
class SearchIndex(Enum):
    """Departments of the catalog."""

    ALL = enum_value("All", description="Every department, a few results of each.")
    APPAREL = enum_value("Apparel", description="Clothes.")
    APPLIANCES = enum_value("Appliances", description="Large household machines.")
    AUTOMOTIVE = enum_value("Automotive", description="Car parts.")
    BABY = enum_value("Baby", description="Baby goods.")
    BEAUTY = enum_value("Beauty", description="Beauty.")
    BOOKS = enum_value("Books", description="Books.")
    CLASSICAL = enum_value("Classical", description="Classical music.")
    DVD = enum_value("DVD", description="Films on disc.")
    ELECTRONICS = enum_value("Electronics", description="Electronics.")
    FOREIGN_BOOKS = enum_value("ForeignBooks", description="Books in other languages.")
    GOURMET_FOOD = enum_value("GourmetFood", description="Food.")
    GROCERY = enum_value("Grocery", description="Food and household goods.")
    HEALTH_PERSONAL_CARE = enum_value("HealthPersonalCare", description="Health and personal care.")
    HOME_GARDEN = enum_value("HomeGarden", description="House and garden.")
    INDUSTRIAL = enum_value("Industrial", description="Science, industry and trade.")
    JEWELRY = enum_value("Jewelry", description="Jewelry.")
    KITCHEN = enum_value("Kitchen", description="Kitchen.")
    MAGAZINES = enum_value("Magazines", description="Magazines.")
    MERCHANTS = enum_value("Merchants", description="Goods of independent merchants.")
    MUSIC = enum_value("Music", description="Music on disc.")
    MUSICAL_INSTRUMENTS = enum_value("MusicalInstruments", description="Musical instruments.")
    OFFICE_PRODUCTS = enum_value("OfficeProducts", description="Office goods.")
    OUTDOOR_LIVING = enum_value("OutdoorLiving", description="Garden.")
    PC_HARDWARE = enum_value("PCHardware", description="Computers.")
    PET_SUPPLIES = enum_value("PetSupplies", description="Goods for pets.")
    PHOTO = enum_value("Photo", description="Photography.")
    SHOES = enum_value("Shoes", description="Shoes.")
    SOFTWARE = enum_value("Software", description="Software.")
    SPORTING_GOODS = enum_value("SportingGoods", description="Sports.")
    TOOLS = enum_value("Tools", description="Tools.")
    TOYS = enum_value("Toys", description="Toys.")
    VHS = enum_value("VHS", description="Films on tape.")
    VIDEO = enum_value("Video", description="Films, any medium.")
    VIDEO_GAMES = enum_value("VideoGames", description="Games.")
    WATCHES = enum_value("Watches", description="Watches.")
    WIRELESS = enum_value("Wireless", description="Telephones.")
    WIRELESS_ACCESSORIES = enum_value("WirelessAccessories", description="Telephone accessories.")
