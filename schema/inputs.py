"""Input types and their turning into what the resolvers take."""

from decimal import Decimal as Number

import strawberry

from resolvers.errors import BadInput
from resolvers.searching import SearchRequest, Sort
from schema.departments import SearchIndex
from schema.enums import ItemCondition, ProductSort
from schema.facet_tokens import Parameters, read_token
from schema.ids import part_of
from schema.scalars import Decimal, FacetToken


@strawberry.input(description="Narrowing of a search; every given field must hold.")
class SearchFilter:
    """Filter of a search."""

    search_index: SearchIndex | None = strawberry.field(description="Department.", default=strawberry.UNSET)
    browse_node_id: strawberry.ID | None = strawberry.field(
        description="Browse node the products must hang under.", default=strawberry.UNSET
    )
    facets: list[FacetToken] | None = strawberry.field(
        description="Facet choices to apply; choices of one facet are alternatives.", default=strawberry.UNSET
    )
    min_price: Decimal | None = strawberry.field(description="Lowest price, inclusive.", default=strawberry.UNSET)
    max_price: Decimal | None = strawberry.field(description="Highest price, inclusive.", default=strawberry.UNSET)
    brand: str | None = strawberry.field(description="Brand.", default=strawberry.UNSET)
    contributor: str | None = strawberry.field(
        description="Author, artist, actor or director.", default=strawberry.UNSET
    )
    title: str | None = strawberry.field(description="Words of the title.", default=strawberry.UNSET)
    manufacturer: str | None = strawberry.field(description="Maker.", default=strawberry.UNSET)
    condition: ItemCondition | None = strawberry.field(
        description="State of the offers looked at.", default=strawberry.UNSET
    )
    available_only: bool | None = strawberry.field(description="Only what can be bought now.", default=strawberry.UNSET)
    seller_id: strawberry.ID | None = strawberry.field(
        description="Seller of the offers looked at.", default=strawberry.UNSET
    )
    min_rating: int | None = strawberry.field(description="Lowest average rating, 1 to 5.", default=strawberry.UNSET)

    def chosen(self) -> tuple[Parameters, ...]:
        """The facet choices, as request parameters."""
        return tuple(read_token(token) for token in self.facets or ())

    def request(self, words: str | None, sort: ProductSort, marketplace: str) -> SearchRequest:
        """
        What the resolvers search for.

        Raises:
            BadInput: an id or token is none of ours.
        """
        chosen = self.chosen()
        facet_index = next((value for pairs in chosen for name, value in pairs if name == "SearchIndex"), None)
        index = str(self.search_index.value) if self.search_index else facet_index or "All"
        return SearchRequest(
            words=words or None,
            search_index=index,
            sort=Sort(str(sort.value)),
            browse_node_id=_node_id(self.browse_node_id, marketplace),
            facets=tuple(tuple(pair for pair in pairs if pair[0] != "SearchIndex") for pairs in chosen),
            min_price=Number(self.min_price) if self.min_price else None,
            max_price=Number(self.max_price) if self.max_price else None,
            brand=self.brand or None,
            contributor=self.contributor or None,
            title=self.title or None,
            manufacturer=self.manufacturer or None,
            condition=str(self.condition.value) if self.condition else None,
            is_available_only=bool(self.available_only),
            merchant_id=_merchant_id(self.seller_id, marketplace),
            min_rating=self.min_rating if self.min_rating is not strawberry.UNSET else None,
        )


def _node_id(text: strawberry.ID | None, marketplace: str) -> str | None:
    """A browse node by global id or by upstream number."""
    if not text:
        return None
    node_id = text if text.isdecimal() else part_of(text, "BrowseNode", marketplace)
    if node_id is None:
        raise BadInput("`filter.browseNodeId` is no browse node of this marketplace; take it from browseNodes.")
    return node_id


def _merchant_id(text: strawberry.ID | None, marketplace: str) -> str | None:
    if not text:
        return None
    merchant_id = part_of(text, "Seller", marketplace)
    if merchant_id is None:
        raise BadInput("`filter.sellerId` is no seller of this marketplace; take it from an offer's seller.")
    return merchant_id


@strawberry.input(description="Exactly one way to name a product.", one_of=True)
class ProductBy:
    """One of several numbers."""

    id: strawberry.ID | None = strawberry.field(description="Global id.", default=strawberry.UNSET)
    asin: str | None = strawberry.field(
        description="Catalog number in the operation's marketplace.", default=strawberry.UNSET
    )
    ean: str | None = strawberry.field(description="European article number.", default=strawberry.UNSET)
    upc: str | None = strawberry.field(description="Universal product code.", default=strawberry.UNSET)
    isbn: str | None = strawberry.field(description="International standard book number.", default=strawberry.UNSET)
