"""From a kept message to an order: once, whatever comes in which order and whoever dies."""

from contextlib import suppress
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from channels_sync import tasks
from channels_sync.flows import RawOrderStatus
from channels_sync.models import RawOrder
from channels_sync.services import intake, taking_in
from channels_sync.services.intake import LEASE, MOST_ATTEMPTS, PAGE
from oms.models import Listing, Order, OrderItem, TimelineEntry
from oms.scheduling import single_flight
from oms.services.orders.ingest import ingest_many
from tests.factories.channels_sync import NAME, PHONE, HookShop, line_json, queued
from tests.factories.oms import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> HookShop:
    return HookShop()


def later(minutes: int) -> str:
    return (NOW + timedelta(minutes=minutes)).isoformat()


def states() -> list[str]:
    return list(RawOrder.objects.order_by("pk").values_list("status", flat=True))


def test_received_order_comes_in(shop: HookShop) -> None:
    raw = shop.keep()
    assert intake.drain(now=NOW) is False
    raw.refresh_from_db()
    order = Order.objects.get()
    assert (raw.status, raw.order, raw.cause) == ("ingested", order, "")
    assert (order.status, order.paid_amount) == ("pending_review", Decimal("209.00"))
    assert OrderItem.objects.get().sku == shop.sku


def test_coming_in_is_on_the_timeline(shop: HookShop) -> None:
    raw = shop.keep()
    intake.drain(now=NOW)
    entry = TimelineEntry.objects.get(subject="raw_order", subject_id=raw.pk)
    assert (entry.action, entry.from_status, entry.to_status) == ("ingest", "received", "ingested")


def test_same_revision_twice_makes_one_order(shop: HookShop) -> None:
    shop.keep(number="W-1")
    intake.drain(now=NOW)
    shop.keep(number="W-1")
    intake.drain(now=NOW)
    assert states() == ["ingested", "ingested"]
    assert Order.objects.count() == 1


def test_paid_before_created_makes_one_complete_order(shop: HookShop) -> None:
    shop.keep("order.paid", updated_at=later(1))
    intake.drain(now=NOW + timedelta(minutes=2))
    shop.keep("order.created", status="unpaid", updated_at=later(0))
    intake.drain(now=NOW + timedelta(minutes=2))
    assert states() == ["ingested", "ignored"]
    assert RawOrder.objects.order_by("pk").values_list("cause", flat=True)[1] == "stale"
    assert Order.objects.get().channel_status == "paid"


def test_revisions_of_one_page_come_in_as_the_newest(shop: HookShop) -> None:
    shop.keep("order.paid", updated_at=later(1))
    shop.keep("order.cancelled", updated_at=later(2))
    shop.keep("order.created", status="unpaid", updated_at=later(0))
    intake.drain(now=NOW + timedelta(minutes=3))
    assert states() == ["superseded", "ingested", "superseded"]
    assert Order.objects.get().status == "cancelled"


def test_refused_newest_revision_leaves_the_one_before(shop: HookShop) -> None:
    shop.keep("order.paid", updated_at=later(0))
    shop.keep("order.updated", updated_at=later(1), lines=[line_json(quantity=0)])
    intake.drain(now=NOW + timedelta(minutes=2))
    assert states() == ["ingested", "exception"]
    assert Order.objects.count() == 1


def test_accepted_revision_closes_older_exceptions_of_the_order(shop: HookShop) -> None:
    shop.keep(updated_at=later(0), lines=[line_json(quantity=-1)])
    refund = shop.keep("refund.created", about={"refund": {"order_id": "W-1"}})
    intake.drain(now=NOW)
    shop.keep(updated_at=later(1))
    intake.drain(now=NOW + timedelta(minutes=2))
    assert states() == ["superseded", "exception", "ingested"]
    refund.refresh_from_db()
    assert refund.cause == "unreadable"


def test_one_bad_order_does_not_stop_the_others(shop: HookShop) -> None:
    shop.keep(number="W-1", lines=[line_json("UNKNOWN")])
    shop.keep(number="W-2", lines=[])
    shop.keep(number="W-3", status="lost")
    shop.keep(number="W-4")
    intake.drain(now=NOW)
    assert states() == ["exception", "exception", "exception", "ingested"]
    causes = list(RawOrder.objects.order_by("pk").values_list("cause", flat=True))
    assert causes == ["unmapped_listing", "faulty_order", "unreadable", ""]
    assert Listing.objects.filter(merchant_code="UNKNOWN", sku=None).exists()


@pytest.mark.parametrize(
    "line",
    [
        {"quantity": 0},
        {"quantity": -3},
        {"quantity": 10**9},
        {"unit_price_cents": -1},
        {"unit_price_cents": 10**14},
        {"quantity": 10**20},
        {"unit_price_cents": 10**20},
    ],
)
def test_absurd_quantities_and_amounts_are_put_in_front_of_a_person(
    shop: HookShop, line: dict[str, Any]
) -> None:
    shop.keep(lines=[line_json(**line)])
    intake.drain(now=NOW)
    assert states() == ["exception"]
    assert not Order.objects.exists()


def test_revision_from_the_future_is_not_believed(shop: HookShop) -> None:
    shop.keep(updated_at=later(24 * 60 + 1))
    intake.drain(now=NOW)
    raw = RawOrder.objects.get()
    assert (raw.status, raw.cause) == ("exception", "unreadable")


def test_explanation_names_the_field_and_nobody(shop: HookShop) -> None:
    shop.keep(status=f"{NAME} {PHONE}", buyer_note=PHONE)
    shop.keep(number="W-2", lines=[line_json("X", title=f"给 {PHONE}")])
    intake.drain(now=NOW)
    told = " ".join(RawOrder.objects.values_list("explanation", flat=True))
    assert "order.status" in told
    assert NAME not in told
    assert PHONE not in told


def test_phone_number_as_buyer_id_is_kept_as_a_fingerprint(shop: HookShop) -> None:
    shop.keep(buyer_id=PHONE)
    intake.drain(now=NOW)
    order = Order.objects.get()
    assert order.buyer is not None
    assert PHONE not in order.buyer.channel_buyer_id


def test_store_that_lost_its_connection_keeps_its_orders(shop: HookShop) -> None:
    raw = shop.keep()
    shop.connection.delete()
    intake.drain(now=NOW)
    raw.refresh_from_db()
    assert (raw.status, raw.cause) == ("exception", "unreadable")


def test_worker_killed_before_the_core_is_asked_loses_nothing(
    shop: HookShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.keep()
    with monkeypatch.context() as patch:
        patch.setattr(intake, "take_in", _die)
        with pytest.raises(KeyboardInterrupt):
            intake.drain(now=NOW)
    assert states() == ["received"]
    assert intake.drain(now=NOW + timedelta(seconds=1)) is False, "the dead worker's lease holds"
    intake.drain(now=NOW + LEASE)
    assert states() == ["ingested"]
    assert Order.objects.count() == 1


def test_worker_killed_after_the_core_took_it_takes_nothing_twice(
    shop: HookShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.keep()
    with monkeypatch.context() as patch:
        patch.setattr(intake, "settle", _die)
        with pytest.raises(KeyboardInterrupt):
            intake.drain(now=NOW)
    assert Order.objects.count() == 1
    assert states() == ["received"]
    intake.drain(now=NOW + LEASE)
    assert states() == ["ingested"]
    assert RawOrder.objects.get().order == Order.objects.get()


def test_message_that_always_kills_its_worker_ends_in_front_of_a_person(
    shop: HookShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    deadly, harmless = shop.keep(number="W-1"), shop.keep(number="W-2")
    with monkeypatch.context() as patch:
        patch.setattr(intake, "take_in", _die_of("W-1"))
        for turn in range(2 * MOST_ATTEMPTS + 2):
            with suppress(KeyboardInterrupt):
                intake.drain(now=NOW + turn * LEASE)
    deadly.refresh_from_db()
    harmless.refresh_from_db()
    assert (deadly.status, deadly.cause) == ("exception", "unexpected")
    assert harmless.status == "ingested"


def test_fault_of_ours_in_one_order_leaves_the_others(
    shop: HookShop, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    shop.keep(number="W-1", buyer_note=PHONE)
    shop.keep(number="W-2")
    genuine = ingest_many

    def faulty(store_id: int, *, orders: Any, now: Any) -> Any:
        if any(order.channel_order_no == "W-1" for order in orders):
            raise ZeroDivisionError(PHONE)
        return genuine(store_id, orders=orders, now=now)

    monkeypatch.setattr(taking_in, "ingest_many", faulty)
    intake.drain(now=NOW)
    assert states() == ["exception", "ingested"]
    first = RawOrder.objects.order_by("pk").first()
    assert first is not None
    assert first.cause == "unexpected"
    assert PHONE not in caplog.text + first.explanation


def test_drain_works_in_pages_and_wakes_itself(
    shop: HookShop, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    monkeypatch.setattr(intake, "PAGE", 2)
    for number in range(3):
        shop.keep(number=f"W-{number}")
    with django_capture_on_commit_callbacks(execute=True):
        assert intake.drain(now=NOW) is True
    assert states().count(RawOrderStatus.INGESTED) == 2
    assert queued(intake.DRAIN) == 1
    assert intake.drain(now=NOW) is False


def test_page_asks_the_core_once_per_store(shop: HookShop, monkeypatch: pytest.MonkeyPatch) -> None:
    other = HookShop(sku=shop.sku)
    for number in range(3):
        shop.keep(number=f"W-{number}")
        other.keep(number=f"W-{number}")
    asked: list[int] = []
    genuine = ingest_many

    def counted(store_id: int, *, orders: Any, now: Any) -> Any:
        asked.append(len(orders))
        return genuine(store_id, orders=orders, now=now)

    monkeypatch.setattr(taking_in, "ingest_many", counted)
    intake.drain(now=NOW)
    assert asked == [3, 3]
    assert PAGE == 100


@pytest.mark.usefixtures("clock")
def test_task_drains_and_never_beside_itself(shop: HookShop) -> None:
    shop.keep()
    with single_flight(intake.DRAIN):
        tasks.drain_raw_orders()
    assert states() == ["received"]
    tasks.drain_raw_orders()
    assert states() == ["ingested"]


def _die(*_args: Any, **_kwargs: Any) -> Any:
    raise KeyboardInterrupt  # like a worker that is killed: no handler of ours sees it


def _die_of(number: str) -> Any:
    def take_in(store_id: int, *, orders: Any, now: Any) -> Any:
        if any(order.channel_order_no == number for order in orders):
            raise KeyboardInterrupt
        return taking_in.take_in(store_id, orders=orders, now=now)

    return take_in


def test_one_that_cannot_be_decrypted_is_refused_alone(shop: HookShop) -> None:
    shop.keep(number="W-1")
    shop.keep(number="W-2")
    with connection.cursor() as cursor:
        spoil = "UPDATE channels_sync_raworder SET payload = %s WHERE channel_order_no = 'W-1'"
        cursor.execute(spoil, [b"{nobody sealed this}"])
    intake.drain(now=NOW)
    statuses = RawOrder.objects.order_by("pk").values_list("status", "cause")
    assert list(statuses) == [("exception", "unexpected"), ("ingested", "")]
    assert Order.objects.get().channel_order_no == "W-2"


def test_of_one_second_the_later_step_in_life_is_the_newest(shop: HookShop) -> None:
    shop.keep(status="cancelled", updated_at=later(0))
    shop.keep(status="paid", updated_at=later(0))
    intake.drain(now=NOW)
    assert Order.objects.get().channel_status == "cancelled"
    assert states() == ["ingested", "superseded"]
