"""What the service says of itself, of customers, tags, transactions and vehicles (all to 2010)."""

from typing import Self

from msgspec import Struct

from ecs.model.offer import Location
from ecs.model.product import CustomerReviews, Item, Tag
from ecs.model.values import Attribute, Money


class OperationHelp(Struct, frozen=True, gc=False):
    """What Help says of an operation."""

    name: str
    description: str | None = None
    required_parameters: tuple[str, ...] = ()
    available_parameters: tuple[str, ...] = ()
    default_response_groups: tuple[str, ...] = ()
    available_response_groups: tuple[str, ...] = ()


class ResponseGroupHelp(Struct, frozen=True, gc=False):
    """What Help says of a response group; ``elements`` are paths below the payload."""

    name: str
    creation_date: str | None = None
    valid_operations: tuple[str, ...] = ()
    elements: tuple[str, ...] = ()


class Help(Struct, frozen=True, gc=False):
    """An answer of Help: about operations or about response groups."""

    operations: tuple[OperationHelp, ...] = ()
    response_groups: tuple[ResponseGroupHelp, ...] = ()


class Customer(Struct, frozen=True, gc=False):
    """A customer as CustomerContent shows one."""

    customer_id: str
    nickname: str | None = None
    birthday: str | None = None
    wish_list_id: str | None = None
    location: Location | None = None
    reviews: tuple[CustomerReviews, ...] = ()
    tags: tuple[Tag, ...] = ()


class CustomerPage(Struct, frozen=True, gc=False):
    """One page of customers."""

    customers: tuple[Customer, ...]
    total_results: int | None = None
    total_pages: int | None = None


class TaggedWith(Struct, frozen=True, gc=False):
    """A tag of TagLookup with the items that bear it."""

    tag: Tag
    items: tuple[Item, ...] = ()


class TransactionItem(Struct, frozen=True, gc=False):
    """A line of a transaction."""

    line_id: str
    quantity: int | None = None
    unit_price: Money | None = None
    total: Money | None = None
    asin: str | None = None
    sku: str | None = None
    title: str | None = None


class Package(Struct, frozen=True, gc=False):
    """A parcel under way."""

    tracking_number: str
    carrier: str | None = None


class Shipment(Struct, frozen=True, gc=False):
    """Lines of a transaction that were sent together."""

    condition: str | None = None
    delivery_method: str | None = None
    line_ids: tuple[str, ...] = ()
    packages: tuple[Package, ...] = ()


class Transaction(Struct, frozen=True, gc=False):
    """A purchase from a third-party seller; ``sums`` are named as on the wire: Total, Subtotal, Tax …"""

    transaction_id: str
    seller_id: str | None = None
    seller_name: str | None = None
    condition: str | None = None
    date: str | None = None
    sums: tuple[tuple[str, Money], ...] = ()
    items: tuple[TransactionItem, ...] = ()
    shipments: tuple[Shipment, ...] = ()


class VehicleEntry(Struct, frozen=True, gc=False):
    """An element of a vehicle answer: ``kind`` is its name, such as VehicleMake or Part, ``facts`` its leaves."""

    kind: str
    facts: tuple[Attribute, ...] = ()
    entries: tuple[Self, ...] = ()
    item: Item | None = None
