"""I9: nothing about anybody's person leaves in a page, an event, a log line or a record."""

import json
import logging
from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse

from aftersales.models import AfterSalesCase
from oms.dto import PlainReceiver
from oms.models import EvidenceEntry, Order, OutboxEvent, TimelineEntry
from tests.aftersales import acts
from tests.aftersales.portal.buyer import form_url, send_form, text_of
from tests.factories.aftersales import shipped_order, supervisor
from tests.factories.oms import BuyerFactory, ReceiverFactory

pytestmark = pytest.mark.django_db

NAME, PHONE, STREET, NICKNAME = "欧阳样例", "13800007777", "样例路888号", "夜猫子小铺"
WORDS = "please call my sister at 13900006666"
SECRETS = (NAME, PHONE, STREET, NICKNAME, "13900006666")


def private_order() -> Order:
    receiver = PlainReceiver(
        name=NAME, phone=PHONE, street=STREET, province="浙江省", city="杭州市"
    )
    return shipped_order(
        receiver=ReceiverFactory.create(receiver=receiver),
        buyer=BuyerFactory.create(nickname=NICKNAME),
    )


def assert_silent(text: str, *, but: tuple[str, ...] = ()) -> None:
    for secret in SECRETS:
        assert secret in but or secret not in text, secret


def test_buyers_pages_show_nobody(client: Client, now: datetime) -> None:
    order = private_order()
    assert_silent(text_of(client.get(form_url(order, now))))
    response = send_form(client, order, now, words=WORDS)
    status = response["Location"]
    assert_silent(text_of(client.get(status)))
    acts.approve(AfterSalesCase.objects.get())
    page = text_of(client.get(status))
    assert_silent(page)
    assert order.receiver is not None
    assert order.receiver.phone_mask not in page


def test_form_with_a_mistake_shows_only_what_was_typed(client: Client, now: datetime) -> None:
    response = send_form(client, private_order(), now, words=WORDS, reason=None)
    assert_silent(text_of(response), but=("13900006666",))


def test_approver_sees_masks_and_the_words(client: Client, now: datetime) -> None:
    order = private_order()
    send_form(client, order, now, words=WORDS)
    case = AfterSalesCase.objects.get()
    client.force_login(supervisor(case))
    page = text_of(client.get(reverse("aftersales:decide_case", args=[case.case_no])))
    assert_silent(page, but=("13900006666",))
    assert "138****7777" in page


def test_events_records_and_logs_name_nobody(
    client: Client, now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    send_form(client, private_order(), now, words=WORDS)
    case = acts.receive(acts.approve(AfterSalesCase.objects.get()))
    acts.confirm_refund(case)
    events = [json.dumps(row.payload) for row in OutboxEvent.objects.all()]
    records = [f"{row.note}{row.detail}" for row in TimelineEntry.objects.all()]
    proofs = [json.dumps(row.facts) for row in EvidenceEntry.objects.all()]
    assert len(events) >= 4
    for text in (*events, *records, *proofs, caplog.text):
        assert_silent(text)


def test_addresses_hold_no_numbers_of_ours(client: Client, now: datetime) -> None:
    order = private_order()
    status = send_form(client, order, now)["Location"]
    case = AfterSalesCase.objects.get()
    for number in (case.case_no, order.order_no, str(order.channel_order_no), f"/{case.pk}/"):
        assert number not in status
