"""Pages for people: the purchase page, product pages, drawn covers."""

from pathlib import Path
from urllib.parse import unquote

import httpx
import pytest
from lxml import etree
from structlog.testing import capture_logs

from ecs.embedded import PATHS, SAMPLE_CATALOG, EcsService, ServiceConfig
from tests.unit.ecs.embedded.caller import Answer, Caller, Clock
from tests.unit.ecs.embedded.feeds import HARBOR, HIDDEN, KETTLE, LANTERN, SOLD_OUT, UNOFFERED


async def _purchase_url(ecs: Caller) -> tuple[str, Answer]:
    created = await ecs.create((LANTERN, 2), (KETTLE, 1), (SOLD_OUT, 1))
    return created.texts("PurchaseURL")[0], created


def _forms(url: str) -> dict[str, str]:
    return {"as sent": url, "separators decoded": url.replace("%26", "&"), "decoded": unquote(url)}


@pytest.mark.parametrize("form", ["as sent", "separators decoded", "decoded"])
async def test_purchase_page_shows_the_cart(ecs: Caller, form: str) -> None:
    """However the client treated the address, the shopper arrives."""
    # Every tenth HMAC or so holds a plus sign, which is what such addresses suffer from.
    url, _ = await _purchase_url(ecs)
    while "%2B" not in url:
        url, _ = await _purchase_url(ecs)

    response = await ecs.http.get(_forms(url)[form])

    assert response.status_code == 200
    for text in ("The Red Lantern &amp; the &lt;Sea&gt;", "$25.00", "2 × $12.50", "$56.00", "Total (3 items)"):
        assert text in response.text
    assert "Sold by Cartograph Sample Store" in response.text
    assert response.text.index("Saved for later") < response.text.index("Sold Out Lantern")
    assert "no money moves" in response.text


async def test_looking_changes_nothing(ecs: Caller, clock: Clock) -> None:
    """A link that is followed twice, or by a preview robot, must do no harm."""
    url, created = await _purchase_url(ecs)
    clock.move(days=89)
    await ecs.http.get(url)
    clock.move(days=2)

    answer = await ecs("CartGet", created.handle)

    assert answer.codes == ["AWS.ECommerceService.CartInfoMismatch"]


async def test_purchase_page_is_kept_to_itself(ecs: Caller) -> None:
    """The address opens the cart, so it must not travel on in a referrer or lie in a cache."""
    url, _ = await _purchase_url(ecs)

    headers = (await ecs.http.get(url)).headers

    assert headers["cache-control"] == "no-store"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["content-security-policy"].startswith(
        "default-src 'none'; img-src data: http: https:; style-src 'sha256-"
    )
    assert "unsafe" not in headers["content-security-policy"]


@pytest.mark.parametrize(
    "query",
    [
        "",
        "cart-id=111-1111111-1111111",
        "cart-id=111-1111111-1111111&hmac=AAAA",
        "cart-id=111-1111111-1111111%26hmac=AAAA%26x",
        "cart-id=%26%26",
        "hmac=AAAA",
        "cart-id=%3Cscript%3E&hmac=%3Cscript%3E",
    ],
)
async def test_wrong_address_reveals_nothing(ecs: Caller, query: str) -> None:
    """One and the same page, whatever is wrong."""
    response = await ecs.http.get(f"/gp/cart/aws-merge.html?{query}")

    assert response.status_code == 404
    assert "This link does not lead to a cart." in response.text
    assert "script" not in response.text


async def test_cart_of_another_hmac_is_not_shown(ecs: Caller) -> None:
    """A cart id alone can be guessed."""
    url, created = await _purchase_url(ecs)
    other = await ecs.create((HARBOR, 1))

    response = await ecs.http.get(url.replace(created.handle["CartId"], other.handle["CartId"]))

    assert response.status_code == 404
    assert "Harbor" not in response.text


async def test_empty_cart_has_nothing_to_buy(ecs: Caller) -> None:
    """An address from before the cart was cleared still leads somewhere."""
    url, created = await _purchase_url(ecs)
    await ecs("CartClear", created.handle)

    response = await ecs.http.get(url)

    assert response.status_code == 200
    assert "There is nothing to buy in this cart." in response.text


@pytest.mark.parametrize("suffix", ["", "?tag=x", "%3FSubscriptionId%3Dx", "/ref=x"])
async def test_product_page(ecs: Caller, suffix: str) -> None:
    """Old clients append their tracking to the path."""
    response = await ecs.http.get(f"/dp/{LANTERN}{suffix}")

    assert response.status_code == 200
    for text in (
        "<title>The Red Lantern &amp; the &lt;Sea&gt;</title>",
        "by Ann Writer",
        "$12.50",
        "Books › Fiction › Mystery",
        "4.5 of 5 (20 ratings)",
        "Paper Moon",
        "A name inside.",
        "A lighthouse, a letter, a storm.",
    ):
        assert text in response.text
    assert "<Sea>" not in response.text


async def test_product_page_without_a_price(ecs: Caller) -> None:
    """Sold out, hidden, and made offers have pages as well."""
    pages = [(await ecs.http.get(f"/dp/{asin}")).text for asin in (SOLD_OUT, HIDDEN, UNOFFERED)]

    assert "Currently unavailable" in pages[0]
    assert "Price shown in the cart" in pages[1]
    assert "$7.00" not in pages[1]
    assert "Made Offers Puzzle" in pages[2]


async def test_picture_of_the_feed_is_shown(ecs: Caller) -> None:
    """Drawn covers are for products without pictures."""
    response = await ecs.http.get(f"/dp/{HARBOR}")

    assert "http://pictures.example/l.jpg" in response.text


@pytest.mark.parametrize(
    ("side", "size"), [(30, ("20", "30")), (75, ("50", "75")), (160, ("107", "160")), (500, ("333", "500"))]
)
async def test_cover_is_drawn_in_each_size(ecs: Caller, side: int, size: tuple[str, str]) -> None:
    """The same every time, safe text included; it may be cached."""
    first = await ecs.http.get(f"/covers/{LANTERN}-{side}.svg")
    second = await ecs.http.get(f"/covers/{LANTERN}-{side}.svg")

    drawing = etree.fromstring(first.content)
    assert (drawing.get("width"), drawing.get("height")) == size
    assert drawing.findtext("{*}title") == "The Red Lantern & the <Sea>"
    assert first.content == second.content
    assert first.headers["content-type"] == "image/svg+xml"
    assert first.headers["cache-control"] == "public, max-age=2592000"


async def test_long_titles_are_cut(ecs: Caller) -> None:
    """A cover has room for five lines."""
    response = await ecs.http.get(f"/covers/{KETTLE}-500.svg")

    lines = [element.text for element in etree.fromstring(response.content).iterfind(".//{*}tspan")]
    assert lines == ["Kettle Cooking for", "Everyone"]


@pytest.mark.parametrize(
    "path",
    [
        "/covers/B0UNKNOWN0-75.svg",
        f"/covers/{LANTERN}-76.svg",
        "/covers/x",
        "/dp/B0UNKNOWN0",
        "/dp/",
        "/gp/cart/x",
        "/x",
    ],
)
async def test_nothing_there(ecs: Caller, path: str) -> None:
    """A page that says so."""
    response = await ecs.http.get(path)

    assert response.status_code == 404
    assert response.headers["content-type"] == "text/html; charset=utf-8"


async def test_pages_are_for_reading(ecs: Caller) -> None:
    """HEAD has no body; POST is refused."""
    head = await ecs.http.head(f"/dp/{LANTERN}")
    post = await ecs.http.post(f"/dp/{LANTERN}")

    assert (head.status_code, head.content) == (200, b"")
    assert (post.status_code, post.headers["allow"]) == (405, "GET, HEAD")


async def test_broken_page_says_sorry_without_a_trace(service: EcsService, clock: Clock) -> None:
    """What broke is for the log alone."""
    async with Caller(service, clock) as ecs:
        url, _ = await _purchase_url(ecs)
        service.close()
        with capture_logs() as logs:
            response = await ecs.http.get(url)

    assert response.status_code == 500
    assert "Something went wrong on our side." in response.text
    assert "Traceback" not in response.text
    assert [entry["event"] for entry in logs] == ["ecs.page_failed"]


def test_paths_are_what_a_server_routes() -> None:
    """The server that holds us sends these here and nothing else."""
    assert PATHS == ("/onca/xml", "/gp/cart/", "/gp/aw/", "/dp/", "/covers/")


async def test_every_product_that_ships_has_a_cover_and_a_page(sample: Path, tmp_path: Path, clock: Clock) -> None:
    """Not one drawing may be broken XML."""
    (tmp_path / "catalog").symlink_to(sample / "catalog")
    service = EcsService(ServiceConfig(data_dir=tmp_path, site_url="http://x", credentials={}, now=clock))
    lines = SAMPLE_CATALOG.read_text(encoding="utf-8").splitlines()
    asins = [line.split('"')[3] for line in lines if not line.startswith('{"record"')]

    async with httpx.AsyncClient(transport=httpx.ASGITransport(service), base_url="http://x") as http:
        covers = [await http.get(f"/covers/{asin}-500.svg") for asin in asins]
        pages = [await http.get(f"/dp/{asin}") for asin in asins]
    service.close()

    assert len(asins) == 354
    assert all(etree.QName(etree.fromstring(cover.content)).localname == "svg" for cover in covers)
    assert {page.status_code for page in pages} == {200}
