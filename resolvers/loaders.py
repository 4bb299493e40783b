"""Batching look-ups of one request: products asked for one by one, in the same turn of the loop, go out in tens."""

import asyncio
from collections.abc import Sequence

from strawberry.dataloader import DataLoader

from ecs.listing_request import MAX_SELLERS
from ecs.model import Item, Seen, Seller
from resolvers.planning import Groups
from resolvers.ports import Catalog, Directory
from resolvers.products import by_asin


class SellerLoader:
    """Sellers by upstream number, for one request, asked for in fives."""

    def __init__(self, directory: Directory) -> None:
        async def load(seller_ids: list[str]) -> list[Seller | None]:
            seen = await directory.sellers(seller_ids, ("Seller",))
            found = {seller.seller_id: seller for seller in seen.value.sellers}
            return [found.get(seller_id) for seller_id in seller_ids]

        self._loader: DataLoader[str, Seller | None] = DataLoader(load, max_batch_size=MAX_SELLERS)

    async def load(self, seller_id: str) -> Seller | None:
        """The seller; None when the upstream knows none of this number."""
        return await self._loader.load(seller_id)


class ProductLoader:
    """Products by catalog number, for one request: each number is asked for once per set of response groups."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._loaders: dict[Groups, DataLoader[str, Seen[Item] | None]] = {}

    async def load(self, asin: str, groups: Groups) -> Seen[Item] | None:
        """The product; None when the catalog has none of this number."""
        return await self._loader(groups).load(asin.upper())

    async def load_many(self, asins: Sequence[str], groups: Groups) -> list[Seen[Item] | None]:
        """Several products, in the order asked."""
        return list(await asyncio.gather(*(self.load(asin, groups) for asin in asins)))

    def _loader(self, groups: Groups) -> DataLoader[str, Seen[Item] | None]:
        loader = self._loaders.get(groups)
        if loader is None:

            async def load(asins: list[str]) -> list[Seen[Item] | None]:
                return await by_asin(self._catalog, asins, groups)

            loader = self._loaders[groups] = DataLoader(load)
        return loader
