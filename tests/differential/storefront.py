"""A shop over the fakes of its ports, with values and failures drawn from a seed."""

from collections.abc import Sequence
from random import Random
from typing import Any, Final, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from ecs.errors import UpstreamFault, UpstreamThrottled
from ecs.model import (
    Attribute,
    BrowseNode,
    Contributor,
    EditorialReview,
    Identifier,
    Image,
    ImageSet,
    Item,
    ListItem,
    OfferPage,
    ProductList,
    Rating,
    SearchBin,
    SearchBinSet,
    SearchPage,
    Seller,
    SellerListing,
    SimilarProduct,
)
from persistence.errors import StoreUnavailable
from persistence.records import CartRecord
from resolvers.prices import money
from schema.context import Context
from schema.ids import to_id
from schema.paging import cursor
from tests.differential.comparing import Effect
from tests.support.fake_carts import FakeCarts, Goods
from tests.support.fakes import (
    FakeCatalog,
    FakeDirectory,
    Groups,
    Storefront,
    a_cart,
    a_line,
    an_item,
    an_offer,
)
from tests.support.memory_journal import MemoryStore
from tests.unit.schema.conftest import FakeSession, FakeStatus

S = TypeVar("S", bound=Struct)
_ASINS: Final = ("A1", "A2", "A3", "A4")
_ODD: Final[tuple[Any, ...]] = (
    None, object(), 2**31, -(2**40), float("nan"), True, "BOGUS", 3, (), ("x",), (None,), money(5, "USD"),
)  # fmt: skip
"""What may stand in a value of the upstream where something else is expected."""

TEXTS: Final[dict[str, tuple[object, ...]]] = {
    "asin": _ASINS,
    "asins": (*_ASINS, "X"),
    "id": (
        *(to_id("Product", "US", asin) for asin in _ASINS),
        to_id("Offer", "US", "A1", "A1-0"),
        to_id("Seller", "US", "S1", "Fair Books"),
        to_id("BrowseNode", "US", "1000"),
        to_id("Cart", "US", "cart-1"),
        to_id("CartLine", "US", "line-1"),
        to_id("Viewer", "US", "ann"),
        to_id("ProductList", "US", "WishList", "L1"),
        to_id("ProductListItem", "US", "WishList", "L1", "I1", "0"),
    ),
    "to": tuple(to_id("Product", "US", asin) for asin in _ASINS),
    "query": ("tea", ""),
    "nodeId": ("1000", "9"),
    "sellerId": ("S1", to_id("Seller", "US", "S1", "Fair Books")),
    "owner": ("ann",),
    "after": (cursor(0), cursor(3)),
    "before": (cursor(2),),
    "first": (1, 2, 3, 10, 60),
    "last": (1, 2),
    "cartId": (to_id("Cart", "US", "cart-1"),),
    "lineId": (to_id("CartLine", "US", "line-1"), to_id("CartLine", "US", "line-2")),
    "lineIds": (to_id("CartLine", "US", "line-1"), to_id("CartLine", "US", "line-2")),
    "expectedVersion": (1, 2),
    "quantity": (1, 2, 0),
    "productId": tuple(to_id("Product", "US", asin) for asin in _ASINS),
    "offerId": (to_id("Offer", "US", "A1", "A1-0"), to_id("Offer", "US", "A2", "A2-0")),
    "Decimal": ("1.00", "900"),
}
"""Values for arguments and input fields, so that most requests find something."""
TEXTS["ids"] = TEXTS["id"]


class Chance:
    """Draws for one shop; the same question gets the same answer, in whatever order they are asked."""

    def __init__(self, seed: int, faults: int) -> None:
        self._seed = seed
        self._faults = faults

    def fails(self, *question: object) -> bool:
        """True for ``faults`` of a thousand questions."""
        return self.random(*question).randrange(1000) < self._faults

    def random(self, *question: object) -> Random:
        """Numbers for one question."""
        return Random(f"{self._seed}{question}")

    def spoiled(self, value: S, name: str) -> S:
        """The value, perhaps with something odd in one of its fields."""
        if not self.fails("spoil", name):
            return value
        random = self.random("field", name)
        return replace(value, **{random.choice(value.__struct_fields__[1:]): random.choice(_ODD)})


class UnsureCatalog(FakeCatalog):
    """Fails for what it is asked, not for when."""

    chance: Chance

    async def _called(self, operation: str, ids: Sequence[str], groups: Groups, options: Any) -> None:
        await super()._called(operation, ids, groups, options)
        if any(self.chance.fails(operation, each) for each in (*ids, str(options.get("offer_page")))):
            raise UpstreamThrottled(f"busy with {operation}")


class UnsureStore(MemoryStore):
    """Cannot be read sometimes."""

    chance: Chance

    async def active(self, customer_id: str, marketplace: str) -> CartRecord | None:
        """See ``resolvers.ports.CartStore``."""
        found = await super().active(customer_id, marketplace)
        if self.chance.fails("store"):
            raise StoreUnavailable("away")
        return found


class Shopfront:
    """One shop, one customer."""

    def __init__(self, seed: int, faults: int) -> None:
        chance = Chance(seed, faults)
        catalog, store = UnsureCatalog(), UnsureStore()
        catalog.chance = store.chance = chance
        items = [_item(chance, asin) for asin in _ASINS]
        catalog.items = dict(zip(_ASINS, items, strict=True))
        catalog.matches = lambda _: items
        catalog.page = SearchPage((), 0, 0, bins=(_BINS,), corrected_query="tea pot")
        catalog.nodes = {"1000": _NODE}
        catalog.similar_to = {(asin,): tuple(items[:2]) for asin in _ASINS}
        catalog.offer_pages = {("A4", 2): items[3]}
        carts = FakeCarts([Goods(asin, 1000 + place, f"{asin}-0") for place, asin in enumerate(_ASINS)])
        if chance.fails("carts"):
            carts.fail(chance.random("call").randrange(1, 4), UpstreamFault("no"), after_effect=chance.fails("after"))
        self.front = Storefront(carts, catalog, _directory(chance), store)
        self.session = FakeSession(chance.random("who").choice(["ann", "ann", None]))
        self._new_cart = chance.random("cart").randrange(4) == 0

    @classmethod
    async def opened(cls, seed: int, faults: int) -> "Shopfront":
        """A shop in which ``ann`` has a cart, mostly."""
        shop = cls(seed, faults)
        if not shop._new_cart:
            lines = [a_line(number, asin=f"A{number}", listing_id=f"A{number}-0") for number in (1, 2)]
            shop.front.store.keep(a_cart(*lines))
        return shop

    def context(self) -> Context:
        """The surroundings of a request."""
        return Context(self.front.shop, self.session, FakeStatus())

    def effects(self) -> list[Effect]:
        """
        Every call of a port. A look-up of several products counts once for each: how many go out together may differ.
        """
        found: list[Effect] = []
        for call in self.front.catalog.calls:
            found += [(each, f"{call.operation} {sorted(call.groups)} {call.options}") for each in call.ids or ("",)]
        for asked in self.front.directory.calls:
            found += [("", f"{asked}")]
        found += [("", f"{each}") for each in (*self.front.carts.calls, *self.front.store.writes)]
        return [*found, ("", f"{self.session}")]


def _item(chance: Chance, asin: str) -> Item:
    offers = [
        chance.spoiled(
            an_offer(f"{asin}-{number}", condition=("New", "Used", "Odd")[number], max_quantity=number), f"offer {asin}"
        )
        for number in range(chance.random("offers", asin).randrange(4))
    ]
    picture = chance.spoiled(Image(f"https://images.example/{asin}.jpg", 75, 60), f"picture {asin}")
    item = an_item(
        asin,
        list_price=chance.spoiled(money(2500, "USD"), f"price {asin}"),
        offers=OfferPage(11, 2, tuple(offers)) if asin == "A4" else OfferPage(len(offers), 1, tuple(offers)),
        image_sets=(ImageSet("swatch", small=picture), ImageSet("primary", medium=picture)),
        contributors=(chance.spoiled(Contributor("Ann", "Author"), f"contributor {asin}"),),
        identifiers=(chance.spoiled(Identifier("EAN", "978"), f"identifier {asin}"),),
        attributes=(Attribute("NumberOfPages", "320"),),
        editorial_reviews=(chance.spoiled(EditorialReview("Shop", "<b>Good</b> tea"), f"review {asin}"),),
        rating=chance.spoiled(Rating(4.5, 12), f"rating {asin}"),
        browse_nodes=(_NODE,),
        similar=(SimilarProduct("A1", "One"),),
        accessories=(SimilarProduct("A2", "Two"), SimilarProduct("X", "None")),
        sales_rank=7,
        parent_asin="A3",
        variations=(an_item("A2"),),
        release_date="2005-03",
        features=("hot", "green"),
    )
    return chance.spoiled(item, f"item {asin}")


def _directory(chance: Chance) -> FakeDirectory:
    entries = [ListItem(f"I{number}", item=an_item(asin)) for number, asin in enumerate(_ASINS, start=1)]
    wishes = ProductList("L1", "Wishes", "WishList", owner="ann", items=tuple(entries))
    seller = chance.spoiled(Seller("S1", nickname="Fair Books", rating=4.5, ratings=10, about="Fair."), "seller")
    return FakeDirectory(
        lists=[wishes], known_sellers=[seller], listings=[SellerListing("E1", asin=asin) for asin in _ASINS]
    )


_PARENT: Final = BrowseNode("1", "Books", is_root=True)
_NODE: Final = BrowseNode(
    "1000", "Tea", ancestors=(_PARENT,), children=(_PARENT,), top_sellers=(SimilarProduct("A1", "One"),)
)
_BINS: Final = SearchBinSet("Brand", (SearchBin("Fair", 3, (("Brand", "Fair"),)),))
