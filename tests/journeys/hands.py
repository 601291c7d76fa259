"""What somebody in the warehouse does with a phone and its scanner."""

import re

from playwright.sync_api import Page, expect

from tests.factories.oms import PASSWORD
from tests.factories.warehouse import Floor
from warehouse.models import ScanLog


def sign_in(phone: Page, floor: Floor) -> None:
    phone.goto("/wh/")
    phone.locator("[name=name]").fill(floor.worker.username)
    phone.locator("[name=password]").fill(PASSWORD)
    phone.locator("button.primary").tap()
    expect(phone.locator(".tile-pick")).to_be_visible()


def open_station(phone: Page, key: str) -> None:
    """From anywhere: back to the tasks, then the station."""
    if not phone.url.endswith("/wh/"):
        phone.locator(".back").tap()
    phone.locator(f".tile-{key}").tap()
    expect(phone.locator("#screen > *").first).to_be_visible()


def scan(phone: Page, code: str) -> None:
    """Type as a scanner does, into whatever has the focus, and end with Enter."""
    expect(phone.locator("#code")).to_be_focused()
    phone.keyboard.type(code)
    with phone.expect_response(re.compile("/wh/api/scan")):
        phone.keyboard.press("Enter")


def touch(phone: Page, text: str) -> None:
    """Choose a row of a list."""
    with phone.expect_response(re.compile("/wh/api/scan")):
        phone.locator(".choice button", has_text=text).tap()


def press(phone: Page, command: str, *, sure: bool = False) -> None:
    with phone.expect_response(re.compile("/wh/api/scan")):
        phone.locator(f"[data-command={command}]").tap()
        if sure:
            phone.locator("#ask-choices .primary").tap()


def say_understood(phone: Page, text: str) -> None:
    """Read the red screen; until then no scan gets through."""
    expect(phone.locator("#stop-text")).to_contain_text(text)
    before = ScanLog.objects.count()
    phone.keyboard.type("NOT-SENT")
    phone.keyboard.press("Tab")
    assert ScanLog.objects.count() == before
    phone.locator("#understood").tap()
    expect(phone.locator("#stop")).to_be_hidden()


def big(phone: Page, text: str) -> None:
    expect(phone.locator(".big")).to_have_text(text)
