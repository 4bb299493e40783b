"""The landing page and the page for a wrong address, in a real browser."""

from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page

WIDER_THAN_WINDOW = "() => document.documentElement.scrollWidth > document.documentElement.clientWidth"


def test_the_landing_page_tells_the_state_and_leads_to_graphiql(page: Page, shop: str, screenshots: Path) -> None:
    """The address that `make run` prints is where everybody starts."""
    page.goto(f"{shop}/")
    page.screenshot(path=screenshots / "landing.png", full_page=True)

    assert page.locator(".state").inner_text() == "Up"
    assert "354 products" in page.locator(".facts").inner_text()
    assert f"curl {shop}/graphql" in page.locator("pre").inner_text()

    page.get_by_role("link", name="Open GraphiQL").click()
    page.locator(".graphiql-execute-button").wait_for()

    page.get_by_role("link", name="Cartograph: start page").click()
    page.get_by_role("heading", level=1).wait_for()


def test_the_landing_page_in_the_dark(dark_page: Page, shop: str, screenshots: Path) -> None:
    """Dark colours follow the system's setting."""
    dark_page.goto(f"{shop}/")
    dark_page.screenshot(path=screenshots / "landing-dark.png", full_page=True)

    assert dark_page.evaluate("() => getComputedStyle(document.body).backgroundColor") == "rgb(16, 23, 21)"


@pytest.mark.parametrize("width", [320, 390, 768])
def test_the_landing_page_fits_a_small_window(page: Page, shop: str, screenshots: Path, width: int) -> None:
    """Nobody should have to scroll sideways to read."""
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"{shop}/")
    page.screenshot(path=screenshots / f"landing-{width}.png", full_page=True)

    assert page.evaluate(WIDER_THAN_WINDOW) is False


def test_every_link_of_the_landing_page_leads_somewhere(page: Page, shop: str) -> None:
    """A dead link on the first page is the first impression."""
    page.goto(f"{shop}/")
    paths = set(page.locator("a[href]").evaluate_all("links => links.map((link) => link.getAttribute('href'))"))

    browser_like = {"Accept": "text/html"}
    statuses = {path: httpx.get(shop + path, headers=browser_like, trust_env=False).status_code for path in paths}

    assert statuses == dict.fromkeys(["/", "/graphql", "/schema.graphql", "/healthz", "/readyz"], 200)
