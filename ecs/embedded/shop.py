"""What operations and pages work with: settings, the catalog of the moment, the carts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from ecs.embedded.carts import Carts
from ecs.embedded.catalog import Catalog
from ecs.embedded.config import ServiceConfig
from ecs.embedded.library import Shelves
from ecs.embedded.offers import Offer, OfferBook, offer_book
from ecs.embedded.product import Product
from ecs.embedded.similar import Similarities
from ecs.embedded.tokens import Listing


@dataclass(frozen=True, slots=True)
class Shop:
    """The service at one moment: the catalog does not change while a request is answered."""

    config: ServiceConfig
    shelves: Shelves | None
    carts: Carts

    @property
    def catalog(self) -> Catalog | None:
        """The catalog, None as long as nothing was loaded."""
        return self.shelves.catalog if self.shelves else None

    @property
    def similarities(self) -> Similarities | None:
        """What is similar to what, None as long as nothing was loaded."""
        return self.shelves.similarities if self.shelves else None

    @property
    def now(self) -> datetime:
        """This instant."""
        return self.config.now()

    def product(self, asin: str) -> Product | None:
        """The product of that ASIN."""
        return self.catalog.product(asin) if self.catalog else None

    def by_asins(self, asins: Sequence[str]) -> list[Product]:
        """The products of these ASINs that there are, in that order."""
        return self.catalog.by_asins(asins) if self.catalog else []

    def titles(self, asins: Sequence[str]) -> list[tuple[str, str]]:
        """ASIN and title of those of these products that there are, in that order."""
        return self.catalog.titles(asins) if self.catalog else []

    def variations(self, asin: str) -> list[Product]:
        """The variations of a product."""
        return self.catalog.variations(asin) if self.catalog else []

    def recommending(self, asin: str) -> list[tuple[str, str]]:
        """Id and name of the Listmania lists that hold a product."""
        return self.catalog.lists.recommending(asin) if self.catalog else []

    def offers(self, product: Product) -> OfferBook:
        """What is offered of a product."""
        currency = self.config.currency
        return self.catalog.books.of(product, currency) if self.catalog else offer_book(product, currency)

    def offer(self, listing: Listing) -> tuple[Product, Offer] | None:
        """The product and the offer a listing stands for, None when it has ended."""
        product = self.product(listing.asin)
        offer = self.offers(product).find(listing.offer_key) if product else None
        return (product, offer) if product and offer else None
