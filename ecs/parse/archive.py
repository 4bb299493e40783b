"""Customers, tags and transactions, as services up to 2010-12-01 answered them."""

from typing import Final

from ecs.model import (
    Customer,
    CustomerPage,
    Item,
    Money,
    Package,
    Shipment,
    TaggedWith,
    Transaction,
    TransactionItem,
)
from ecs.parse.envelope import errors_of, is_valid
from ecs.parse.nodes import Element, children, fields, integer, needed, parts, text, texts
from ecs.parse.opinions import customer_reviews, tag, tags
from ecs.parse.products import item
from ecs.parse.refusals import refuse_unless_harmless
from ecs.parse.values import location, money
from ecs.vocabulary import ErrorCode

_NOT_FOUND: Final = frozenset({ErrorCode.NO_EXACT_MATCHES, ErrorCode.INVALID_VALUE})


def customer_page(payload: Element) -> CustomerPage:
    """Customers; an unknown id or name gives none."""
    found = parts(payload)
    customers = tuple(_customer(child) for child in children(payload, "Customer"))
    _refuse(payload, has_value=bool(customers))
    return CustomerPage(customers, integer(text(found, "TotalResults")), integer(text(found, "TotalPages")))


def tagged(payload: Element) -> tuple[TaggedWith, ...]:
    """Tags with what bears them; unknown ones are left out."""
    read = [(tag(child), _tagged_items(child)) for child in children(payload, "Tag")]
    known = tuple(TaggedWith(one, items) for one, items in read if one is not None)
    _refuse(payload, has_value=bool(known))
    return known


def transactions(payload: Element) -> tuple[Transaction, ...]:
    """Transactions; unknown ones are left out."""
    found = tuple(_transaction(child) for child in children(payload, "Transaction"))
    _refuse(payload, has_value=bool(found))
    return found


def _refuse(payload: Element, *, has_value: bool) -> None:
    found = parts(payload)
    refuse_unless_harmless(errors_of(found), _NOT_FOUND, is_valid=is_valid(found), has_value=has_value)


def _customer(element: Element) -> Customer:
    found, plain = parts(element), fields(element)
    return Customer(
        customer_id=needed(plain.get("CustomerId"), "CustomerId"),
        nickname=plain.get("Nickname"),
        birthday=plain.get("Birthday"),
        wish_list_id=plain.get("WishListId"),
        location=location(found.get("Location")),
        reviews=tuple(customer_reviews(child) for child in children(element, "CustomerReviews")),
        tags=tags(found.get("Tags")),
    )


def _tagged_items(element: Element) -> tuple[Item, ...]:
    items = (parts(child).get("Item") for child in children(element, "TaggedItems"))
    return tuple(item(one) for one in items if one is not None)


def _transaction(element: Element) -> Transaction:
    found, plain = parts(element), fields(element)
    return Transaction(
        transaction_id=needed(plain.get("TransactionId"), "TransactionId"),
        seller_id=plain.get("SellerId"),
        seller_name=plain.get("SellerName"),
        condition=plain.get("Condition"),
        date=plain.get("TransactionDate"),
        sums=_sums(found.get("Totals")),
        items=tuple(_transaction_item(child) for child in children(found.get("TransactionItems"), "TransactionItem")),
        shipments=tuple(_shipment(child) for child in children(found.get("Shipments"), "Shipment")),
    )


def _sums(element: Element | None) -> tuple[tuple[str, Money], ...]:
    named = ((child.tag, money(child)) for child in (element[:] if element is not None else ()))
    return tuple((name, amount) for name, amount in named if amount is not None)


def _transaction_item(element: Element) -> TransactionItem:
    found, plain = parts(element), fields(element)
    return TransactionItem(
        line_id=needed(plain.get("TransactionItemId"), "TransactionItemId"),
        quantity=integer(plain.get("Quantity")),
        unit_price=money(found.get("UnitPrice")),
        total=money(found.get("TotalPrice")),
        asin=plain.get("ASIN"),
        sku=plain.get("SKU"),
        title=plain.get("Title"),
    )


def _shipment(element: Element) -> Shipment:
    found, plain = parts(element), fields(element)
    packages = [fields(child) for child in children(found.get("Packages"), "Package")]
    return Shipment(
        condition=plain.get("Condition"),
        delivery_method=plain.get("DeliveryMethod"),
        line_ids=texts(found.get("ShipmentItems"), "TransactionItemId"),
        packages=tuple(
            Package(one["TrackingNumber"], one.get("CarrierName")) for one in packages if "TrackingNumber" in one
        ),
    )
