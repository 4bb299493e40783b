"""
An ECS-compatible service of our own, for development, tests and small shops.

It speaks the wire of Amazon's E-Commerce Service: signed REST, XML in the namespace of the asked version, carts with
CartId and HMAC, a catalog with search, facets and similarity. ``EcsService`` is an ASGI application; ``load_catalog``
fills it. It keeps its own files and shares nothing with the ECS client but names and the signature.
"""

from ecs.embedded.catalog import CatalogState
from ecs.embedded.config import PATHS, SAMPLE_CATALOG, ServiceConfig
from ecs.embedded.feed import BadLine, FeedUnreadable
from ecs.embedded.generations import has_catalog
from ecs.embedded.injection import FAULT_KINDS, NO_FAULTS, Faults, share_of
from ecs.embedded.load import LoadReport, load_catalog
from ecs.embedded.marketplaces import Marketplaces
from ecs.embedded.service import EcsService

__all__ = [
    "FAULT_KINDS",
    "NO_FAULTS",
    "PATHS",
    "SAMPLE_CATALOG",
    "BadLine",
    "CatalogState",
    "EcsService",
    "Faults",
    "FeedUnreadable",
    "LoadReport",
    "Marketplaces",
    "ServiceConfig",
    "has_catalog",
    "load_catalog",
    "share_of",
]
