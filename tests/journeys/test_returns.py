"""A returned hoodie: the buyer's telephone, the supervisor's telephone, the dock, one refund."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from aftersales.flows import Approval, CaseStatus, Money
from aftersales.models import AfterSalesCase
from oms.events import bus
from oms.events.types import RefundConfirmed, ReturnReceived
from oms.models import ExpectedReturn, Order, Refund, User
from oms.services import refunds, returns
from tests.factories.aftersales import (
    dock_hand,
    parcel_of,
    photo,
    service_person,
    shipped_order,
    supervisor,
)
from tests.journeys.console import Console

pytestmark = pytest.mark.django_db(transaction=True)

OpenContext = Callable[..., BrowserContext]
PHONE = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 2,
    "has_touch": True,
    "is_mobile": True,
}


@pytest.fixture(autouse=True)
def _own_media(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def order() -> Order:
    made = shipped_order()
    line = made.lines.get()
    line.title = "加厚连帽卫衣 灰色 XL"
    line.save()
    return made


def sign_in(context: BrowserContext, user: User, address: str) -> Page:
    """Open a window in which this person is signed in."""
    client = Client()
    client.force_login(user)
    session = client.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": session, "url": address}])
    return context.new_page()


def look_up(phone: Page, order: Order) -> None:
    phone.goto(reverse("aftersales:lookup"))
    phone.locator("[name=order_no]").fill(str(order.channel_order_no))
    phone.locator("[name=waybill_no]").fill(str(parcel_of(order).waybill_no))
    phone.locator("button.main").tap()


def work() -> None:
    """Let the worker drain the events that are due, and those that they lead to."""
    while bus.deliver_due(now=timezone.now()):
        pass


def test_return_is_filed_approved_received_and_refunded_once(
    phone: Page, open_context: OpenContext, live_server: LiveServer, order: Order
) -> None:
    case = file(phone, order)
    status_page = phone.url
    approve(sign_in(open_context(**PHONE), supervisor(case), live_server.url), case)
    case.refresh_from_db()
    assert case.approval == Approval.APPROVED

    phone.goto(status_page)
    expect(phone.locator("address")).to_be_visible()
    phone.locator("[name=waybill_no]").fill("SF1234567890123")
    phone.locator("#send button.main").tap()
    expect(phone.locator(".steps")).to_contain_text("SF1234567890123")

    receive(ExpectedReturn.objects.get(return_waybill_no="SF1234567890123"))
    work()
    refund = Refund.objects.get()
    case.refresh_from_db()
    assert (case.money, refund.case_no) == (Money.ASKED, case.case_no)
    phone.goto(status_page)
    expect(phone.locator(".steps li.now")).to_have_count(1)
    expect(phone.locator(".steps li.done")).to_have_count(4)

    confirm(refund)
    work()
    phone.goto(status_page)
    expect(phone.locator(".steps li.done")).to_have_count(5)
    case.refresh_from_db()
    assert (case.status, Refund.objects.count()) == (CaseStatus.CLOSED, 1)


def file(phone: Page, order: Order) -> AfterSalesCase:
    """Ask for a return, with a photo and in the buyer's words."""
    look_up(phone, order)
    expect(phone.get_by_text("加厚连帽卫衣")).to_be_visible()
    phone.locator(".reason-damaged").check()
    expect(phone.locator(".for-damaged")).to_be_visible()
    phone.locator("[name=words]").fill("袖口开线")
    phone.locator("[name=photos]").set_input_files(
        {"name": "IMG_0001.jpg", "mimeType": "image/jpeg", "buffer": photo(size=(1200, 900))}
    )
    phone.locator("form[enctype] button.main").tap()
    expect(phone.locator("svg.qr")).to_be_visible()
    case = AfterSalesCase.objects.get()
    expect(phone.locator("h1")).to_have_text(case.case_no)
    return case


def approve(boss: Page, case: AfterSalesCase) -> None:
    """Look at the words and the photo, then say yes."""
    boss.goto(reverse("aftersales:decide"))
    boss.get_by_text(case.case_no).tap()
    expect(boss.get_by_text("袖口开线")).to_be_visible()
    picture = boss.locator(".photos img")
    picture.scroll_into_view_if_needed()
    expect(picture).to_have_js_property("naturalWidth", 1200)
    boss.locator(".bar button.yes").tap()
    expect(boss.locator(".note.good")).to_be_visible()


def receive(expected: ExpectedReturn) -> None:
    """The dock scans the parcel and counts it."""
    found = [returns.Found(line.quantity, line_id=line.pk) for line in expected.lines.all()]
    now = timezone.now()
    with transaction.atomic():
        returns.receive(expected.pk, found=found, actor=dock_hand(expected), now=now)
        bus.publish(ReturnReceived([expected.return_no]), now=now)


def confirm(refund: Refund) -> None:
    """The channel sends the money back and says so."""
    now = timezone.now()
    with transaction.atomic():
        refunds.mark_sent(refund.pk, now=now)
        refunds.mark_confirmed(refund.pk, now=now)
        bus.publish(RefundConfirmed([refund.pk]), now=now)


def test_rejection_reaches_the_buyer_with_its_reason(
    phone: Page,
    open_context: OpenContext,
    live_server: LiveServer,
    order: Order,
    console: Console,
) -> None:
    console.allow("422")  # the first press has no reason, and the page says so
    look_up(phone, order)
    phone.locator(".reason-changed_mind").check()
    phone.locator("form[enctype] button.main").tap()
    expect(phone.locator("svg.qr")).to_be_visible()
    case = AfterSalesCase.objects.get()
    boss = sign_in(open_context(**PHONE), supervisor(case), live_server.url)
    boss.goto(reverse("aftersales:decide_case", args=[case.case_no]))
    boss.locator(".bar button.no").tap()
    expect(boss.get_by_role("alert")).to_be_visible()
    boss.locator("#text").fill("穿过且洗过")
    boss.locator(".bar button.no").tap()
    expect(boss.locator(".bar")).to_have_count(0)
    phone.reload()
    expect(phone.locator(".steps li.bad")).to_contain_text("穿过且洗过")


def test_customer_service_opens_a_case_for_a_caller(
    open_context: OpenContext, live_server: LiveServer, order: Order
) -> None:
    context = open_context(viewport={"width": 1440, "height": 900})
    desk = sign_in(context, service_person(order), live_server.url)
    desk.goto(reverse("admin:aftersales_aftersalescase_add"))
    desk.locator("[name=order_no]").fill(order.order_no)
    desk.locator("main button[type=submit], form button[type=submit]").last.click()
    desk.locator("[name=source]").select_option("phone")
    desk.locator("[name=reason]").select_option("changed_mind")
    desk.locator("form:has([name=form_token]) button[type=submit]").click()
    desk.wait_for_url("**/change/")
    case = AfterSalesCase.objects.get()
    expect(desk.locator("body")).to_contain_text(case.case_no)
    assert case.source == "phone"
