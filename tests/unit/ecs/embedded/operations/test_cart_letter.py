"""Where carts differed by marketplace or version, to the letter of the recordings."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest
from lxml import etree

from ecs.embedded import EcsService, ServiceConfig
from tests.unit.ecs.embedded.caller import KEY, SECRET, SITE, Caller, Clock, new_items
from tests.unit.ecs.embedded.feeds import FILLERS, HARBOR, LANTERN, SOLD_OUT

Opened = Callable[[str, str], AbstractAsyncContextManager[Caller]]


@pytest.fixture
def shop_in(data_dir: Path, clock: Clock) -> Opened:
    """Opens a service of a marketplace, and a client of a version."""

    @asynccontextmanager
    async def opened(marketplace: str, version: str) -> AsyncIterator[Caller]:
        config = ServiceConfig(
            data_dir=data_dir, site_url=SITE, credentials={KEY: SECRET}, marketplace=marketplace, now=clock
        )
        service = EcsService(config)
        async with Caller(service, clock, version=version) as caller:
            yield caller
        service.close()

    return opened


@pytest.mark.parametrize("marketplace", ["ES", "IT"])
async def test_spain_and_italy_set_the_quantity_of_what_is_there(shop_in: Opened, marketplace: str) -> None:
    """As recorded in 2011: no error, and the answer lists the line alone; the cart keeps the others."""
    async with shop_in(marketplace, "2011-08-01") as ecs:
        created = await ecs.create((LANTERN, 1), (HARBOR, 2))
        again = await ecs("CartAdd", {**created.handle, **new_items((LANTERN, 3))})
        fetched = await ecs("CartGet", created.handle)
        new = await ecs("CartAdd", {**created.handle, **new_items((FILLERS[0], 1))})

    assert again.codes == []
    assert again.texts("CartItem/Quantity") == ["3"]
    assert again.texts("Cart/SubTotal/Amount") == again.texts("CartItems/SubTotal/Amount")
    assert again.texts("Cart/SubTotal/Amount") == again.texts("CartItem/ItemTotal/Amount")
    assert list(zip(fetched.texts("CartItem/ASIN"), fetched.texts("CartItem/Quantity"), strict=True)) == [
        (LANTERN, "3"),
        (HARBOR, "2"),
    ]
    assert new.texts("CartItem/ASIN") == [FILLERS[0], LANTERN, HARBOR]


async def test_spain_sets_no_more_than_there_is(shop_in: Opened) -> None:
    """The limit of an offer holds there as everywhere."""
    async with shop_in("ES", "2011-08-01") as ecs:
        created = await ecs.create((LANTERN, 1))
        again = await ecs("CartAdd", {**created.handle, **new_items((LANTERN, 9))})

    assert again.texts("CartItem/Quantity") == ["5"]


async def test_spain_sets_the_wish_for_what_is_out_of_stock(shop_in: Opened) -> None:
    """It waits among the saved lines, with the quantity asked for last."""
    async with shop_in("ES", "2011-08-01") as ecs:
        created = await ecs.create((SOLD_OUT, 1))
        again = await ecs("CartAdd", {**created.handle, **new_items((SOLD_OUT, 4))})

    assert again.codes == []
    assert again.texts("SavedForLaterItem/Quantity") == ["4"]


@pytest.mark.parametrize(("marketplace", "version"), [("ES", "2013-08-01"), ("ES", "2010-12-01"), ("FR", "2011-08-01")])
async def test_others_refuse_what_is_there(shop_in: Opened, marketplace: str, version: str) -> None:
    """The oddity is one of two shops in one version; a client of ours must not meet it elsewhere."""
    async with shop_in(marketplace, version) as ecs:
        created = await ecs.create((LANTERN, 1), (HARBOR, 2))
        again = await ecs("CartAdd", {**created.handle, **new_items((HARBOR, 3))})

    assert again.codes == ["AWS.ECommerceService.InvalidQuantity", "AWS.ECommerceService.ItemAlreadyInCart"]
    assert again.is_valid == "True"
    assert again.texts("CartItem/ASIN") == [LANTERN, HARBOR]
    assert again.texts("CartItem/Quantity") == ["1", "2"]


@pytest.mark.parametrize("version", ["2010-11-01", "2013-08-01"])
async def test_saved_line_does_not_name_its_seller(shop_in: Opened, version: str) -> None:
    """As recorded; who sells what is in the cart is said."""
    async with shop_in("US", version) as ecs:
        created = await ecs.create((LANTERN, 1), (HARBOR, 1))
        line = created.texts("CartItem/CartItemId")[0]
        saved = await ecs("CartModify", {**created.handle, "Item.0.CartItemId": line, "Item.0.Action": "SaveForLater"})

    assert saved.texts("SavedForLaterItem/ASIN") == [LANTERN]
    assert saved.texts("SavedForLaterItem/SellerNickname") == []
    assert len(saved.texts("CartItem/SellerNickname")) == 1
    assert len(saved.texts("SavedForLaterItem/MerchantId")) == (1 if version == "2010-11-01" else 0)


async def test_purchase_url_of_china_is_separated_by_ampersands(shop_in: Opened) -> None:
    """Everywhere else they are the text %26."""
    async with shop_in("CN", "2011-08-01") as ecs:
        url = (await ecs.create((LANTERN, 1))).texts("Cart/PurchaseURL")[0]

    assert "%26" not in url
    assert [part.partition("=")[0] for part in url.partition("?")[2].split("&")] == [
        *("cart-id", "associate-id", "hmac", "SubscriptionId", "MergeCart"),
    ]


@pytest.mark.parametrize(("version", "ending"), [("2011-08-01", "="), ("2013-08-01", "%3D")])
async def test_hmac_in_purchase_url_is_encoded_as_in_its_time(shop_in: Opened, version: str, ending: str) -> None:
    """Clients that take the address apart met both."""
    async with shop_in("US", version) as ecs:
        created = await ecs.create((LANTERN, 1))
        url = created.texts("Cart/PurchaseURL")[0]
        page = await ecs.http.get(url.removeprefix(SITE))

    assert url.partition("%26hmac=")[2].partition("%26")[0].endswith(ending)
    assert page.status_code == 200


async def test_cart_item_ids_are_the_same_in_every_cart_of_a_marketplace(shop_in: Opened) -> None:
    """Clients remember them beyond a cart; another marketplace has others."""
    async with shop_in("US", "2010-11-01") as ecs:
        first, second = await ecs.create((LANTERN, 1)), await ecs.create((HARBOR, 1), (LANTERN, 2))
    async with shop_in("UK", "2010-11-01") as ecs:
        british = await ecs.create((LANTERN, 1))

    (line,) = first.texts("CartItem/CartItemId")
    assert second.texts("CartItem/CartItemId")[1] == line
    assert british.texts("CartItem/CartItemId") != [line]


async def test_nine_hundred_and_ninety_nine_units(shop_in: Opened) -> None:
    """The most that may be asked for; what there is of it is what comes."""
    async with shop_in("US", "2013-08-01") as ecs:
        created = await ecs.create((LANTERN, 999))
        line = created.texts("CartItem/CartItemId")[0]
        wrong = await ecs("CartModify", {**created.handle, "Item.1.CartItemId": line, "Item.1.Quantity": "1000"})
        kept = await ecs("CartGet", created.handle)

    assert created.codes == ["AWS.ECommerceService.InvalidQuantity"]
    assert created.texts("CartItem/Quantity") == ["5"]
    assert (wrong.is_valid, wrong.codes) == ("False", ["AWS.ParameterOutOfRange"])
    assert kept.texts("CartItem/Quantity") == ["5"]


async def test_cart_emptied_line_by_line_is_like_a_cleared_one(shop_in: Opened) -> None:
    """Neither has a PurchaseURL, a SubTotal or items; both still open."""
    async with shop_in("US", "2013-08-01") as ecs:
        created = await ecs.create((LANTERN, 1))
        line = created.texts("CartItem/CartItemId")[0]
        emptied = await ecs("CartModify", {**created.handle, "Item.1.CartItemId": line, "Item.1.Quantity": "0"})
        filled = await ecs("CartAdd", {**created.handle, **new_items((HARBOR, 1))})

    assert [etree.QName(element).localname for element in emptied.root[1]] == [
        *("Request", "CartId", "HMAC", "URLEncodedHMAC"),
    ]
    assert filled.texts("CartItem/ASIN") == [HARBOR]
