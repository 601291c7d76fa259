"""A shop's refund goes the way of its orders: kept, read, taken in, or in front of a person."""

from datetime import timedelta
from typing import Any

import pytest

from channels_sync.connectors.base import Connector
from channels_sync.dto import Unreadable
from channels_sync.models import RawOrder
from channels_sync.services import exceptions, intake
from oms.events import bus
from oms.models import ChannelRefund, Order, OutboxEvent, Refund
from tests.factories.basics import UserFactory
from tests.factories.channels_sync import HookShop, refund_json
from tests.factories.oms import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> HookShop:
    return HookShop()


def keep(shop: HookShop, event: str = "refund.created", **told: Any) -> RawOrder:
    return shop.keep(event, about={"refund": refund_json(**told)})


def drain() -> list[str]:
    intake.drain(now=NOW)
    return list(RawOrder.objects.order_by("pk").values_list("status", flat=True))


def holds() -> list[str]:
    rows = Order.objects.get().holds.filter(released_at=None)
    return list(rows.values_list("code", flat=True))


def test_request_in_the_same_page_finds_its_order(shop: HookShop) -> None:
    raw = keep(shop)
    shop.keep()
    assert drain() == ["ingested", "ingested"]
    raw.refresh_from_db()
    assert raw.order == Order.objects.get()
    assert holds() == ["refund_requested"]


def test_request_before_its_order_waits(shop: HookShop) -> None:
    keep(shop)
    assert drain() == ["ingested"]
    shop.keep()
    drain()
    assert holds() == ["refund_requested"]


def test_request_told_again_or_late_is_ignored(shop: HookShop) -> None:
    shop.keep()
    older = (NOW - timedelta(minutes=9)).isoformat()
    late = {"status": "closed", "updated_at": older}
    for told in ({}, {}, late):
        keep(shop, **told)
    assert drain() == ["ingested", "ingested", "ingested", "ignored"]
    assert OutboxEvent.objects.filter(name="channels.return.requested").count() == 1


def test_money_that_went_back_keeps_the_goods(shop: HookShop) -> None:
    shop.keep()
    keep(shop, "refund.updated", status="success")
    drain()
    assert Refund.objects.get().status == "done_by_platform"
    assert Order.objects.get().status == "cancelled"


def test_request_becomes_a_case(shop: HookShop) -> None:
    shop.keep()
    keep(shop, amount_cents=20900)
    drain()
    while bus.deliver_due(now=NOW):
        pass
    row = ChannelRefund.objects.get()
    assert row.case_no
    assert row.order == Order.objects.get()


def test_refund_that_cannot_be_read_waits_for_a_person_and_is_replayed(shop: HookShop) -> None:
    shop.keep()
    raw = keep(shop, status="lost")
    assert drain() == ["ingested", "exception"]
    raw.refresh_from_db()
    assert raw.cause == "unreadable"
    boss = UserFactory.create(superuser=True)
    assert exceptions.preview_replay([raw.pk], actor=boss, now=NOW).wont
    raw.payload = raw.payload.replace('"lost"', '"wait_merchant"')
    raw.save()
    assert exceptions.preview_replay([raw.pk], actor=boss, now=NOW).will == [raw]
    assert not ChannelRefund.objects.exists()
    assert exceptions.replay([raw.pk], actor=boss, now=NOW).ingested == 1
    assert holds() == ["refund_requested"]


def test_refund_that_contradicts_itself_waits_for_a_person(shop: HookShop) -> None:
    raw = keep(shop, amount_cents=-1)
    assert drain() == ["exception"]
    raw.refresh_from_db()
    assert raw.cause == "faulty_refund"


def test_fault_of_ours_stops_neither_orders_nor_other_refunds(
    shop: HookShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.keep()
    keep(shop)
    with monkeypatch.context() as broken:
        broken.setattr("channels_sync.services.taking_in.note_platform_refund", _die)
        assert drain() == ["ingested", "exception"]
    assert RawOrder.objects.get(event="refund.created").cause == "unexpected"


def _die(*_args: object, **_told: object) -> None:
    raise RuntimeError


def test_refund_from_tomorrow_is_not_believed(shop: HookShop) -> None:
    keep(shop, updated_at=(NOW + timedelta(days=2)).isoformat())
    assert drain() == ["exception"]


def test_accepted_refund_leaves_the_orders_exceptions_open(shop: HookShop) -> None:
    shop.keep(lines=[])
    keep(shop)
    assert drain() == ["exception", "ingested"]


def test_connector_that_reads_no_refunds_says_so() -> None:
    with pytest.raises(Unreadable):
        Connector.read_refund("{}")
