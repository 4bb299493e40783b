"""A real server, a real Chromium, and a page that fails its test on any error or any request to another origin."""

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from server.explorer import bundle_dir
from server.explorer.build import PROJECT, places_of
from tests.browser.guard import Guard

CHROMIUM_ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
START_TIMEOUT_S = 60


@pytest.fixture(scope="session")
def chromium() -> str:
    for name in ("chromium", "chromium-browser", "google-chrome"):
        found = shutil.which(name)
        if found is not None:
            return found
    pytest.skip("the machine has no Chromium")


@pytest.fixture(scope="session")
def bundle() -> Path:
    found = bundle_dir(places_of(os.environ, PROJECT, Path.cwd()).data)
    if found is None:
        pytest.skip("the explorer is not built; `make explorer` builds it where there is a Node")
    return found


@pytest.fixture(scope="module")
def shop(chromium: str, bundle: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The origin of a server of its own: fresh data, sample catalog, and the bundle of the checkout."""
    data = tmp_path_factory.mktemp("shop")
    shutil.copytree(bundle, data / "explorer")
    port = _free_port()
    origin = f"http://127.0.0.1:{port}"
    log = data / "serve.log"
    command = [str(Path(sys.executable).with_name("cartograph")), "serve", "--host", "127.0.0.1", "--port", str(port)]
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=PROJECT, env={**os.environ, "DATA_DIR": str(data)}, stdout=output, stderr=subprocess.STDOUT
        )
        try:
            _wait_until_ready(origin, process, log)
            yield origin
        finally:
            process.terminate()
            process.wait(timeout=20)


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, headless=True, args=CHROMIUM_ARGS)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser, shop: str) -> Iterator[Page]:
    """A page of a new visitor who sees the site in light colours."""
    with visitor(browser, shop) as page:
        yield page


@pytest.fixture
def dark_page(browser: Browser, shop: str) -> Iterator[Page]:
    """A page of a new visitor who prefers dark colours."""
    with visitor(browser, shop, dark=True) as page:
        yield page


@pytest.fixture(scope="session")
def screenshots() -> Path:
    folder = PROJECT / ".cartograph" / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@contextmanager
def visitor(browser: Browser, origin: str, *, dark: bool = False) -> Iterator[Page]:
    """A page in a context of its own, which nothing may go wrong in."""
    context = browser.new_context(color_scheme="dark" if dark else "light", viewport={"width": 1440, "height": 900})
    guard = Guard(origin)
    guard.watch(context)
    try:
        yield context.new_page()
    finally:
        context.close()
    assert guard.complaints == []


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _wait_until_ready(origin: str, process: subprocess.Popen[bytes], log: Path) -> None:
    """Ask until the server says it can serve; waiting for its end meanwhile paces the questions."""
    for _ in range(START_TIMEOUT_S * 5):
        try:
            if httpx.get(f"{origin}/readyz", trust_env=False).status_code == httpx.codes.OK:
                return
        except httpx.TransportError:
            pass
        try:
            process.wait(timeout=0.2)
        except subprocess.TimeoutExpired:
            continue
        break
    pytest.fail(f"the server did not get ready: {log.read_text(errors='replace')[-2000:]}")
