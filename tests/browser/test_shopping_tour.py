"""The shopping sequence in GraphiQL: every tab, from left to right, in a real browser."""

from decimal import Decimal
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from tests.browser.explorer import Explorer

TABS = [
    "Search",
    "Product",
    "Similar",
    "CreateCart",
    "AddItem",
    "Cart",
    "ModifyItem",
    "SaveForLater",
    "MoveToCart",
    "Checkout",
    "AddItems",
    "ClearCart",
]
HOBBIT = "The Hobbit"
RINGS = "The Lord of the Rings (Collector's Edition)"

Json = dict[str, Any]


def nodes(connection: Json) -> list[Json]:
    return [edge["node"] for edge in connection["edges"]]


def lines(cart: Json) -> list[tuple[str, int]]:
    return [(line["title"], line["quantity"]) for line in nodes(cart["lines"])]


def saved(cart: Json) -> list[tuple[str, int]]:
    return [(line["title"], line["quantity"]) for line in nodes(cart["savedForLater"])]


def total(cart: Json) -> Decimal:
    return sum((Decimal(line["unitPrice"]["amount"]) * line["quantity"] for line in nodes(cart["lines"])), Decimal(0))


def test_the_whole_sequence_from_search_to_checkout(page: Page, shop: str, screenshots: Path) -> None:
    """What a newcomer does first must work from the first tab to the last, with nothing to fill in."""
    explorer = Explorer(page, shop)
    explorer.open()
    assert explorer.tabs == TABS
    assert page.title() == "Cartograph"
    page.screenshot(path=screenshots / "graphiql-opened.png")

    found = explorer.run_well("Search")
    assert HOBBIT in [product["title"] for product in nodes(found)]
    page.screenshot(path=screenshots / "graphiql-search.png")

    product = explorer.run_well("Product")
    assert product["title"] == HOBBIT
    other = next(offer for offer in nodes(product["offers"]) if not offer["isFeatured"])

    similar = explorer.run_well("Similar")["items"]
    assert RINGS in [item["title"] for item in similar]

    created = explorer.run_well("CreateCart")["cart"]
    assert lines(created) == [(RINGS, 1)]

    added = explorer.run_well("AddItem")["cart"]
    assert lines(added) == [(RINGS, 1), (HOBBIT, 2)]
    assert nodes(added["lines"])[1]["unitPrice"]["formatted"] == other["price"]["formatted"]
    assert nodes(added["lines"])[1]["sellerName"] == other["seller"]["name"]
    assert Decimal(added["subtotal"]["amount"]) == total(added)

    shown = explorer.run_well("Cart")
    assert (shown["id"], lines(shown)) == (created["id"], [(RINGS, 1), (HOBBIT, 2)])
    picture_of_the_cart(page, screenshots)

    modified = explorer.run_well("ModifyItem")["cart"]
    assert lines(modified) == [(RINGS, 3), (HOBBIT, 2)]
    assert Decimal(modified["subtotal"]["amount"]) == total(modified) > total(added)

    put_aside = explorer.run_well("SaveForLater")["cart"]
    assert (lines(put_aside), saved(put_aside)) == ([(RINGS, 3)], [(HOBBIT, 2)])
    assert Decimal(put_aside["subtotal"]["amount"]) == total(put_aside) < total(modified)

    taken_back = explorer.run_well("MoveToCart")["cart"]
    assert (sorted(lines(taken_back)), saved(taken_back)) == ([(HOBBIT, 2), (RINGS, 3)], [])

    handover = explorer.run_well("Checkout")["handover"]
    page.screenshot(path=screenshots / "graphiql-checkout.png")
    visit_purchase_page(page, handover["url"], total(modified), screenshots)

    opened = explorer.run_well("AddItems")["cart"]
    assert opened["id"] != created["id"]
    assert [quantity for _, quantity in lines(opened)] == [1, 1, 1]

    cleared = explorer.run_well("ClearCart")["cart"]
    assert (lines(cleared), saved(cleared)) == ([], [])
    page.screenshot(path=screenshots / "graphiql-cleared.png")


def picture_of_the_cart(page: Page, screenshots: Path) -> None:
    """The picture of the README: a window high enough for both lines."""
    usual = page.viewport_size
    assert usual is not None
    page.set_viewport_size({"width": usual["width"], "height": 1180})
    page.screenshot(path=screenshots / "graphiql-cart.png")
    page.set_viewport_size(usual)


def visit_purchase_page(page: Page, url: str, amount: Decimal, screenshots: Path) -> None:
    """The shopper's journey ends where a person sees what is bought and what it costs."""
    purchase = page.context.new_page()
    purchase.goto(url)
    text = purchase.locator("body").inner_text()
    purchase.screenshot(path=screenshots / "purchase.png", full_page=True)
    purchase.close()

    assert HOBBIT in text
    assert RINGS in text
    assert f"${amount}" in text


def test_no_editor_underlines_anything(page: Page, shop: str) -> None:
    """A tab with red lines under it looks broken before it is run."""
    explorer = Explorer(page, shop)
    explorer.open()

    underlined = {}
    for title in TABS:
        explorer.choose(title)
        # The workers check half a second after the last change; a request to them is answered after that.
        page.wait_for_timeout(700)
        underlined[title] = explorer.problems

    assert underlined == {title: [] for title in TABS}


def test_a_tab_run_too_early_says_which_to_run_first(page: Page, shop: str, screenshots: Path) -> None:
    """People do not run tabs in order; the explorer tells them, and asks the server nothing."""
    explorer = Explorer(page, shop)
    explorer.open()

    early = explorer.run("AddItem")
    page.screenshot(path=screenshots / "graphiql-too-early.png")

    assert [error["extensions"]["code"] for error in early["errors"]] == ["PLACEHOLDER_EMPTY"]
    assert early["errors"][0]["message"].endswith("Run Product first.")


def test_what_was_seen_outlives_a_reload(page: Page, shop: str) -> None:
    """Reloading a page half way must not mean starting over."""
    explorer = Explorer(page, shop)
    explorer.open()
    explorer.run_well("Product")

    explorer.open()
    added = explorer.run_well("AddItem")

    assert lines(added["cart"]) == [(HOBBIT, 2)]


def test_the_tour_can_be_had_back(page: Page, shop: str) -> None:
    """Tabs get closed and changed; one button brings the tour back."""
    explorer = Explorer(page, shop)
    explorer.open()
    page.get_by_label("Close Tab").first.click()
    assert explorer.tabs == TABS[1:]

    with page.expect_navigation():
        page.get_by_role("button", name="Shopping tour").click()
    explorer.wait_for_editors()

    assert explorer.tabs == TABS


def test_the_tour_runs_in_the_dark(dark_page: Page, shop: str, screenshots: Path) -> None:
    """Dark colours follow the system's setting."""
    explorer = Explorer(dark_page, shop)
    explorer.open()

    explorer.run_well("Product")
    dark_page.screenshot(path=screenshots / "graphiql-dark.png")

    background = dark_page.evaluate(
        "() => getComputedStyle(document.querySelector('.graphiql-container')).backgroundColor"
    )
    assert background == "rgb(33, 42, 59)"


def test_reference_history_and_prettify_work_too(page: Page, shop: str, screenshots: Path) -> None:
    """Parts that load later must come from our origin and be allowed by the policy as well."""
    explorer = Explorer(page, shop)
    explorer.open()
    explorer.run_well("Search")

    page.get_by_role("button", name="Show Documentation Explorer").click()
    page.get_by_role("link", name="Mutation", exact=True).click()
    page.get_by_text("saveForLater", exact=True).first.wait_for()
    page.screenshot(path=screenshots / "graphiql-reference.png")
    page.get_by_role("button", name="Show History").click()
    page.locator(".graphiql-history-item-label").get_by_text("Search").first.wait_for()
    page.get_by_role("button", name="Prettify").click()
    page.get_by_text("Headers", exact=True).click()
    page.get_by_role("button", name="Open short keys dialog").click()
    page.get_by_role("dialog").wait_for()
