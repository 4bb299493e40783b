"""
ECS answers read into the values of ``ecs.model``: bytes in, a value or an ``ecs.errors.UpstreamError`` out.

Each function reads one kind of answer in one walk over the tree; ``replies`` reads any. Bytes come from outside and
are not trusted: what is too large, declares a document type, is not well-formed, or is an answer of another kind
raises ``BadReply``; nothing else is ever raised but the errors an answer spells out. The namespace's version is not
looked at, so every version from 2005-03-23 to 2013-08-01 is read alike.
"""

from ecs.parse.answers import (
    browse_nodes,
    cart,
    customers,
    help_,
    items,
    lists,
    search_page,
    search_pages,
    seller_listings,
    sellers,
    tags,
    transactions,
    vehicle_entries,
)
from ecs.parse.envelope import failure
from ecs.parse.replies import Reply, replies

__all__ = [
    "Reply",
    "browse_nodes",
    "cart",
    "customers",
    "failure",
    "help_",
    "items",
    "lists",
    "replies",
    "search_page",
    "search_pages",
    "seller_listings",
    "sellers",
    "tags",
    "transactions",
    "vehicle_entries",
]
