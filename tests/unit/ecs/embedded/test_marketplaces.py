"""Several marketplaces at one address."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from ecs.embedded import EcsService, Marketplaces, ServiceConfig
from ecs.embedded.marketplaces import HOSTS, split
from tests.unit.ecs.embedded.caller import KEY, SECRET, SITE, Caller, Clock, new_items
from tests.unit.ecs.embedded.feeds import LANTERN

_SERVED = ("US", "UK", "DE", "JP")


def _service(loaded: Path, folder: Path, code: str, clock: Clock) -> EcsService:
    folder.mkdir()
    (folder / "catalog").symlink_to(loaded / "catalog")
    site = SITE if code == "US" else f"{SITE}/{code.lower()}"
    return EcsService(
        ServiceConfig(data_dir=folder, site_url=site, credentials={KEY: SECRET}, marketplace=code, now=clock)
    )


@pytest.fixture
def served(loaded: Path, tmp_path: Path, clock: Clock) -> Iterator[Marketplaces]:
    """Four marketplaces on the small catalog."""
    served = Marketplaces(*(_service(loaded, tmp_path / code, code, clock) for code in _SERVED))
    yield served
    served.close()


@pytest.mark.parametrize(
    ("host", "price"),
    [
        ("webservices.amazon.com", "$12.50"),
        ("ecs.amazonaws.co.uk", "£10.00"),
        ("webservices.amazon.co.uk:443", "£10.00"),
        ("webservices.amazon.de", "EUR 11,57"),
        ("ecs.amazonaws.jp", "￥ 1,786"),
        ("shop.example", "$12.50"),
        ("webservices.amazon.fr", "$12.50"),
    ],
)
async def test_host_decides_the_money(served: Marketplaces, clock: Clock, host: str, price: str) -> None:
    """As it did at the original; a host that stands for no marketplace served is the first one's."""
    async with Caller(served, clock, host=host) as ecs:
        answer = await ecs("ItemLookup", ItemId=LANTERN, ResponseGroup="OfferSummary")

    assert answer.first("LowestNewPrice/FormattedPrice") == price


@pytest.mark.parametrize("path", ["/onca/xml", "/uk/onca/xml"])
async def test_prefix_decides_before_the_host(served: Marketplaces, clock: Clock, path: str) -> None:
    """Signed with the path as sent, or with the API's own by a client that does not know where it was put."""
    async with Caller(served, clock, host="webservices.amazon.de", prefix="/uk") as ecs:
        query = ecs.signed(
            ecs.parameters("ItemLookup", {"ItemId": LANTERN, "ResponseGroup": "OfferSummary"}), path=path
        )
        answer = await ecs.query(query)

    assert answer.first("LowestNewPrice/FormattedPrice") == "£10.00"


async def test_path_of_another_marketplace_is_no_signature(served: Marketplaces, clock: Clock) -> None:
    """What was signed for one shop must not open another."""
    async with Caller(served, clock, prefix="/uk") as ecs:
        query = ecs.signed(ecs.parameters("ItemLookup", {"ItemId": LANTERN}), path="/de/onca/xml")
        answer = await ecs.query(query)

    assert (answer.status, answer.first("Error/Code")) == (403, "SignatureDoesNotMatch")


async def test_carts_never_cross(served: Marketplaces, clock: Clock) -> None:
    """Neither a handle nor a line of one means anything in another."""
    async with Caller(served, clock) as us, Caller(served, clock, prefix="/uk") as uk:
        american, british = await us.create((LANTERN, 1)), await uk.create((LANTERN, 1))
        stranger = await uk("CartAdd", {**american.handle, **new_items((LANTERN, 2))})
        line = american.texts("CartItem/CartItemId")[0]
        taken_out = await uk("CartModify", {**british.handle, "Item.1.CartItemId": line, "Item.1.Quantity": "0"})
        kept = await us("CartGet", american.handle)

    assert stranger.codes == ["AWS.ECommerceService.CartInfoMismatch"]
    assert line != british.texts("CartItem/CartItemId")[0]
    assert taken_out.texts("CartItem/Quantity") == ["1"]
    assert kept.texts("CartItem/Quantity") == ["1"]


async def test_purchase_url_leads_to_the_cart_of_its_marketplace(served: Marketplaces, clock: Clock) -> None:
    """Through the prefix that its service was told."""
    async with Caller(served, clock, prefix="/de") as ecs:
        url = (await ecs.create((LANTERN, 2))).texts("Cart/PurchaseURL")[0]
        parts = urlsplit(url)
        page = await ecs.http.get(f"{parts.path}?{parts.query}")
        elsewhere = await ecs.http.get(f"{parts.path.removeprefix('/de')}?{parts.query}")

    assert url.startswith(f"{SITE}/de/gp/cart/aws-merge.html?cart-id=")
    assert (page.status_code, "EUR 23,14" in page.text) == (200, True)
    assert elsewhere.status_code == 404


async def test_japan_has_an_address_for_telephones(served: Marketplaces, clock: Clock) -> None:
    """From 2010-12-01 on, beside the other one, and the same page is there."""
    async with Caller(served, clock, prefix="/jp", version="2010-12-01") as ecs:
        created = await ecs.create((LANTERN, 1))
        parts = urlsplit(created.texts("Cart/MobileCartURL")[0])
        page = await ecs.http.get(f"{parts.path}?{parts.query}")
    async with Caller(served, clock, prefix="/jp", version="2010-11-01") as ecs:
        earlier = await ecs("CartGet", created.handle)

    assert parts.path == "/jp/gp/aw/rcart"
    assert unquote(parts.query).endswith("&MergeCart=False&uid=NULLGWDOCOMO")
    assert page.status_code == 200
    assert created.texts("Cart/MobileCartURL") != []
    assert earlier.texts("Cart/MobileCartURL") == []


async def test_merging_carts_is_asked_for_in_the_united_states_alone(served: Marketplaces, clock: Clock) -> None:
    """As the guides say; elsewhere the parameter is echoed and means nothing."""
    shown = {}
    for prefix in ("/us", "/de"):
        async with Caller(served, clock, prefix=prefix, version="2010-12-01") as ecs:
            made = await ecs("CartCreate", new_items((LANTERN, 1)), MergeCart="True")
        shown[prefix] = made.texts("PurchaseURL")[0].rpartition("MergeCart=")[2]
        assert made.texts("CartCreateRequest/MergeCart") == ["True"]

    assert shown == {"/us": "True", "/de": "False"}


async def test_address_of_no_marketplace(served: Marketplaces, clock: Clock) -> None:
    """The first service says that nothing is there."""
    async with Caller(served, clock) as ecs:
        response = await ecs.http.get("/xx/onca/xml")

    assert response.status_code == 404


async def test_what_is_no_request_goes_to_the_first(served: Marketplaces) -> None:
    """A server starts and ends the application once."""
    messages = iter([{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}])
    sent: list[str] = []

    async def receive() -> dict[str, str]:
        return next(messages)

    async def send(message: object) -> None:
        assert isinstance(message, dict)
        sent.append(message["type"])

    await served({"type": "lifespan"}, receive, send)

    assert sent == ["lifespan.startup.complete", "lifespan.shutdown.complete"]


def test_marketplaces_share_nothing(service: EcsService) -> None:
    """One folder for two would mix their carts."""
    with pytest.raises(ValueError, match="a marketplace and a folder of its own"):
        Marketplaces(service, service)
    with pytest.raises(ValueError, match="a marketplace and a folder of its own"):
        Marketplaces()


def test_services_are_known_by_their_codes(served: Marketplaces) -> None:
    """The server that holds them asks each for its catalog."""
    assert tuple(served.services) == _SERVED
    assert HOSTS["www.amazon.co.jp"] == "JP"
    assert len(HOSTS) == 32


@pytest.mark.parametrize(
    ("path", "parts"),
    [
        ("/uk/onca/xml", ("/uk", "/onca/xml")),
        ("/onca/xml", ("", "/onca/xml")),
        ("/uk/graphql", ("", "/uk/graphql")),
        ("/", ("", "/")),
        ("", ("", "")),
    ],
)
def test_prefix_is_told_from_other_paths(path: str, parts: tuple[str, str]) -> None:
    """Only what is followed by a path of the service is one."""
    assert split(path) == parts
