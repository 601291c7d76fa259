"""The journeys' own watchman: without him a broken script would go unseen."""

import pytest
from playwright.sync_api import Browser, Page

from tests.journeys.console import BrowserComplaints, Console


@pytest.fixture
def blank(browser: Browser) -> Page:
    """Give a page without a server."""
    return browser.new_context(locale="zh-CN").new_page()


def test_console_error_is_a_complaint_unless_allowed(blank: Page) -> None:
    console = Console()
    console.watch(blank.context)
    blank.evaluate("console.error('stock is wrong')")
    with pytest.raises(BrowserComplaints, match="stock is wrong"):
        console.verify()
    console.allow("stock is .*")
    console.verify()


def test_exception_in_a_script_is_a_complaint(blank: Page) -> None:
    console = Console()
    console.watch(blank.context)
    with blank.context.expect_event("weberror"):
        blank.evaluate("setTimeout(() => { throw new Error('broken') })")
    with pytest.raises(BrowserComplaints, match="uncaught: .*broken"):
        console.verify()


def test_foreign_server_is_out_of_reach_and_a_complaint(blank: Page) -> None:
    console = Console()
    console.watch(blank.context)
    blank.set_content("<img src='https://cdn.example.com/picture.png'>")
    with pytest.raises(BrowserComplaints, match="ERR_NAME_NOT_RESOLVED"):
        console.verify()


def test_warning_is_no_complaint(blank: Page) -> None:
    console = Console()
    console.watch(blank.context)
    blank.evaluate("console.warn('slow')")
    console.verify()
