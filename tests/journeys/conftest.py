"""A real browser for the journeys: `page` is a desktop, `phone` a phone with touch, both Chinese.

Errors in the browser's console fail the test unless it calls `console.allow(...)`. Of a failed test
build/screenshots keeps what every open page showed.
"""

import os
import re
import shutil
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine
from playwright.sync_api import Browser, BrowserContext, Error, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

from channels_sync.simulator.settings import Settings as ShopSettings
from deploy.paths import BUILD
from deploy.suites import BROWSERS, NO_BROWSER
from tests.channels_sync.simulator.bench import NOW, running
from tests.journeys.console import Console
from tests.journeys.stage import Stage
from tests.warehouse.simulator.serving import serving
from warehouse.simulator.server import SimulatorServer

SCREENSHOTS = BUILD / "screenshots"
ARGUMENTS = [
    "--no-sandbox",  # the tests may run as root, where Chromium has no sandbox
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Nothing beyond this machine: a page that asks a foreign server fails its test.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
]
ASYNC_UNSAFE = "DJANGO_ALLOW_ASYNC_UNSAFE"

OpenContext = Callable[..., BrowserContext]


def pytest_itemcollected(item: pytest.Item) -> None:
    """Mark every test here as a journey, and let one worker's browser tell them all."""
    item.add_marker(pytest.mark.journey)
    item.add_marker(pytest.mark.xdist_group("journey"))


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Generator[None, object, object]:
    """Let the browser's complaints fail the test itself, and keep pictures of what failed."""
    console = pyfuncitem.funcargs.get("console")
    try:
        result = yield
        if isinstance(console, Console):
            console.verify()
    except BaseException:
        if isinstance(console, Console):
            _take_pictures(console, pyfuncitem.nodeid)
        raise
    return result


# Playwright's synchronous interface keeps an event loop running in this thread while it is open, so
# it closes with the last journey instead of with the session: other tests must not meet it.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Give the machine's Chromium; without one the test is skipped, or fails where CI is set."""
    executable = next(filter(None, map(shutil.which, BROWSERS)), None)
    if executable is None:
        if os.environ.get("CI", "").lower() in ("1", "true"):
            pytest.fail(NO_BROWSER, pytrace=False)
        pytest.skip(NO_BROWSER)
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # Django takes that loop for asynchronous code and would refuse every query of the test.
        patch.setenv(ASYNC_UNSAFE, "true")
        opened = playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture
def console() -> Console:
    """Give the collected console errors of this test, to allow some of them."""
    return Console()


@pytest.fixture
def open_context(
    browser: Browser, live_server: LiveServer, console: Console
) -> Iterator[OpenContext]:
    """Give a function that opens a separate window (own cookies); it takes Playwright's options."""

    def opener(**options: Any) -> BrowserContext:
        context = browser.new_context(
            base_url=live_server.url, locale="zh-CN", timezone_id="Asia/Shanghai", **options
        )
        console.watch(context)
        return context

    yield opener
    for context in console.contexts:
        context.close()


@pytest.fixture
def page(open_context: OpenContext) -> Page:
    """Give a desktop's page of 1440 x 900."""
    return open_context(viewport={"width": 1440, "height": 900}).new_page()


@pytest.fixture
def phone(open_context: OpenContext) -> Page:
    """Give a phone's page of 390 x 844 with touch, three device pixels to one."""
    screen = {"width": 390, "height": 844}
    return open_context(
        viewport=screen, device_scale_factor=3, has_touch=True, is_mobile=True
    ).new_page()


@pytest.fixture
def sf(tmp_path: Path) -> Iterator[SimulatorServer]:
    """Serve the simulated carrier on a free port."""
    with serving(tmp_path / "carriers.sqlite3") as server:
        yield server


@pytest.fixture
def stage(tmp_path: Path, live_server: LiveServer, sf: SimulatorServer) -> Iterator[Stage]:
    """Open the shop; time goes on by itself, and by leaps when the story says so."""
    with (
        time_machine.travel(NOW, tick=True) as clock,
        running(tmp_path / "shop.sqlite3", ShopSettings(oms_url=live_server.url)) as shop,
    ):
        yield Stage(shop, sf, clock)


def _take_pictures(console: Console, test: str) -> None:
    stem = re.sub(r"[^\w.]+", "-", test.removeprefix("tests/journeys/")).strip("-")
    pages = [page for context in console.contexts for page in context.pages]
    for number, page in enumerate(pages, start=1):
        try:
            page.screenshot(path=SCREENSHOTS / f"{stem}-{number}.png", full_page=True)
        except Error as error:  # the page may be what broke; its test's own failure counts
            print(f"no picture of {page.url}: {error}")  # noqa: T201
