"""The door for signed messages: who is let in, and that nothing is kept of who is not."""

import json
import logging
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from channels_sync.models import HookNonce, RawOrder
from channels_sync.services import hooks, intake
from oms.models import Order
from tests.factories.channels_sync import NAME, PHONE, SECRET, STREET, HookShop, order_json, queued
from tests.factories.oms import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def shop() -> HookShop:
    return HookShop()


def assert_refused(answer: Any, status: int, error: str) -> None:
    assert answer.status_code == status
    assert answer.json()["error"] == error
    assert answer.json()["text"]
    assert not RawOrder.objects.exists()


def test_address_is_the_contract_s() -> None:
    assert reverse("custom_hook", args=["demo-shop"]) == "/hooks/custom/demo-shop/"


def test_signed_message_is_kept_as_it_came(shop: HookShop) -> None:
    message = shop.message(number="W-7")
    answer = shop.send(message)
    assert (answer.status_code, answer.json()) == (200, {"code": 0})
    raw = RawOrder.objects.get()
    assert json.loads(raw.payload) == message
    assert (raw.store, raw.source, raw.status) == (shop.store, "webhook", "received")
    assert (raw.channel_order_no, raw.event) == ("W-7", "order.paid")
    assert raw.received_at == NOW
    assert raw.channel_modified_at == NOW - timedelta(minutes=19)
    assert HookNonce.objects.count() == 1
    assert not Order.objects.exists()


def test_message_sets_no_cookie(shop: HookShop) -> None:
    assert not shop.send(shop.message()).cookies


def test_message_wakes_the_drain(shop: HookShop, django_capture_on_commit_callbacks: Any) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        shop.send(shop.message())
        shop.send(shop.message(number="W-2"))
    assert queued(intake.DRAIN) == 1


@pytest.mark.parametrize("secret", ["another-secret", ""])
def test_wrong_signature_is_refused(shop: HookShop, secret: str) -> None:
    assert_refused(shop.send(shop.message(), secret=secret), 401, "signature")
    assert not HookNonce.objects.exists()


@pytest.mark.parametrize("header", ["X-OMS-Signature", "X-OMS-Timestamp", "X-OMS-Nonce"])
def test_missing_header_is_refused(shop: HookShop, header: str) -> None:
    assert_refused(shop.send(shop.message(), headers={header: ""}), 401, "signature")


def test_changed_body_is_refused(shop: HookShop) -> None:
    message = shop.message()
    genuine = shop.send(message)
    assert genuine.status_code == 200
    RawOrder.objects.all().delete()
    signature = genuine.wsgi_request.headers["X-OMS-Signature"]
    message["order"]["amounts"]["paid_cents"] = 1
    answer = shop.send(message, headers={"X-OMS-Signature": signature})
    assert_refused(answer, 401, "signature")


def test_unknown_store_is_answered_like_a_wrong_signature(shop: HookShop) -> None:
    unknown = shop.send(shop.message(), path="/hooks/custom/nobody/")
    wrong = shop.send(shop.message(), secret="another")
    assert (unknown.status_code, unknown.json()) == (wrong.status_code, wrong.json())
    assert_refused(unknown, 401, "signature")


@pytest.mark.parametrize("what", ["store", "connection", "kind", "no_secret"])
def test_store_that_is_not_connected_is_answered_alike(shop: HookShop, what: str) -> None:
    match what:
        case "store":
            shop.store.is_active = False
            shop.store.save()
        case "connection":
            shop.connection.is_active = False
        case "kind":
            shop.connection.kind = "other"
        case _:
            shop.connection.credentials = {}
    shop.connection.save()
    assert_refused(shop.send(shop.message()), 401, "signature")


def test_secret_before_is_good_while_the_shop_changes_over(shop: HookShop) -> None:
    shop.connection.credentials = {"hook_secret": "new", "hook_secret_before": SECRET}
    shop.connection.save()
    assert shop.send(shop.message()).status_code == 200
    assert shop.send(shop.message(number="W-2"), secret="new").status_code == 200


@pytest.mark.parametrize("seconds", [-301, 301])
def test_stale_time_stamp_is_refused(shop: HookShop, seconds: int) -> None:
    answer = shop.send(shop.message(), at=NOW + timedelta(seconds=seconds))
    assert_refused(answer, 401, "timestamp")


@pytest.mark.parametrize("seconds", [-300, 300])
def test_time_stamp_within_the_skew_is_accepted(shop: HookShop, seconds: int) -> None:
    assert shop.send(shop.message(), at=NOW + timedelta(seconds=seconds)).status_code == 200


def test_replayed_nonce_is_refused(shop: HookShop) -> None:
    shop.send(shop.message(), nonce="once")
    answer = shop.send(shop.message(number="W-2"), nonce="once")
    assert (answer.status_code, answer.json()["error"]) == (409, "nonce")
    assert RawOrder.objects.count() == 1


def test_two_stores_may_use_the_same_nonce(shop: HookShop) -> None:
    other = HookShop(sku=shop.sku)
    assert shop.send(shop.message(), nonce="same").status_code == 200
    assert other.send(other.message(), nonce="same").status_code == 200


def test_same_event_with_a_new_nonce_is_a_duplicate(shop: HookShop) -> None:
    message = shop.message()
    shop.send(message)
    answer = shop.send(message)
    assert (answer.status_code, answer.json()) == (200, {"code": 0, "duplicate": True})
    assert RawOrder.objects.count() == 1
    assert HookNonce.objects.count() == 2


def test_nonces_are_dropped_once_they_cannot_be_replayed(shop: HookShop) -> None:
    shop.send(shop.message())
    assert hooks.prune_nonces(now=NOW + timedelta(seconds=600)) == 0
    assert hooks.prune_nonces(now=NOW + timedelta(seconds=601)) == 1


@pytest.mark.parametrize("size", [1_000_001, 3_000_000])
def test_large_body_is_refused(shop: HookShop, size: int) -> None:
    assert_refused(shop.send(b" " * size), 413, "too_large")


def test_body_of_one_megabyte_is_read(shop: HookShop) -> None:
    message = json.dumps(shop.message()).encode()
    assert shop.send(message + b" " * (1_000_000 - len(message))).status_code == 200


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b"[NaN]", b"[" * 50_000])
def test_malformed_json_is_refused(shop: HookShop, body: bytes) -> None:
    assert_refused(shop.send(body), 400, "malformed")


def test_message_that_is_no_event_is_refused(shop: HookShop) -> None:
    assert_refused(shop.send({"event": "order.eaten", "event_id": "1"}), 422, "schema")


def test_message_for_another_shop_is_refused(shop: HookShop) -> None:
    assert_refused(shop.send(shop.message() | {"shop_code": "other"}), 422, "schema")


def test_header_and_body_must_name_one_event(shop: HookShop) -> None:
    answer = shop.send(shop.message(), headers={"X-OMS-Event-Id": "another"})
    assert_refused(answer, 422, "schema")


def test_only_post_is_answered(shop: HookShop) -> None:
    answer = Client().get(shop.path)
    assert (answer.status_code, answer.json()["error"]) == (405, "method")


def test_order_that_cannot_be_mapped_is_kept_all_the_same(shop: HookShop) -> None:
    assert shop.send(shop.message(lines=[], amounts=None)).status_code == 200
    assert RawOrder.objects.get().status == "received"


def test_answers_and_logs_name_nobody(shop: HookShop, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    message = shop.message()
    answers = [
        shop.send(message),
        shop.send(message),
        shop.send(shop.message() | {"event": NAME, "shop_code": PHONE}),
        shop.send(json.dumps(message).encode()[:-1]),
        shop.send(message, secret="wrong"),
    ]
    seen = caplog.text + "".join(answer.content.decode() for answer in answers)
    assert not [word for word in (NAME, PHONE, STREET, SECRET) if word in seen]


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=12,
)


class AnyBody(TestCase):
    """Whatever is signed and sent, the answer is one that the contract knows."""

    @given(body=st.binary(max_size=200) | _json.map(lambda told: json.dumps(told).encode()))
    def test_any_body_is_answered(self, body: bytes) -> None:
        with time_machine.travel(NOW, tick=False):
            assert HookShop().send(body).status_code in (400, 422)

    @given(field=st.sampled_from(["event", "event_id", "shop_code", "order"]), value=_json)
    def test_any_field_of_the_envelope_is_answered(self, field: str, value: Any) -> None:
        with time_machine.travel(NOW, tick=False):
            shop = HookShop()
            message = shop.message() | {field: value}
            assert shop.send(message).status_code in (200, 400, 422)

    @given(field=st.sampled_from(sorted(order_json())), value=_json)
    def test_any_field_of_the_order_is_answered_and_taken_in(self, field: str, value: Any) -> None:
        with time_machine.travel(NOW, tick=False):
            shop = HookShop()
            message = shop.message()
            message["order"][field] = value
            status = shop.send(message).status_code
            assert status in (200, 400, 422)
            intake.drain(now=NOW)
            assert not RawOrder.objects.filter(status="received").exists()
