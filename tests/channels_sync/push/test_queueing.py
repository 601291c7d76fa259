"""One job per act and original order, written with the event, and never twice."""

from datetime import datetime, timedelta

import pytest

from channels_sync import handlers
from channels_sync.flows import PushStatus
from channels_sync.models import PushJob, StoreConnection
from oms.events import bus
from oms.events.types import PackagesShipped, RefundRequested
from oms.models import EventDelivery, Order, Store, TimelineEntry
from tests.channels_sync.push.parcels import items_of, order_of, parcel, refund_of, the_job, whole
from tests.factories.oms import OrderFactory, StoreFactory

pytestmark = pytest.mark.django_db


def ship(*shipment_ids: int, now: datetime) -> None:
    handlers.upload_tracking(shipment_ids=list(shipment_ids), now=now, added_since=True)


def numbers(order: Order) -> list[str | None]:
    return [line.channel_line_no for line in order.lines.order_by("pk")]


def test_parcel_of_one_order_makes_one_job(store: Store, now: datetime) -> None:
    order = order_of(store, quantity=2)
    shipment = parcel(whole(order))
    ship(shipment.pk, now=now)
    job = the_job()
    assert (job.kind, job.order, job.reference) == ("shipment", order, shipment.package_no)
    assert (job.status, job.not_before, job.attempts) == (PushStatus.WAITING, now, 0)
    assert job.payload == {
        "shipment": shipment.pk,
        "lines": [[numbers(order)[0], 2]],
        "is_split": False,
    }
    assert TimelineEntry.objects.filter(subject="push", action="create").count() == 1


def test_every_order_of_a_merge_gets_its_own_upload(store: Store, now: datetime) -> None:
    first, second = order_of(store), order_of(store, quantity=3)
    shipment = parcel({**whole(first), **whole(second)})
    ship(shipment.pk, now=now)
    told = {job.order: job.payload["lines"] for job in PushJob.objects.all()}
    assert told == {first: [[numbers(first)[0], 1]], second: [[numbers(second)[0], 3]]}
    assert len(set(PushJob.objects.values_list("key", flat=True))) == 2


def test_part_of_an_order_is_told_as_split(store: Store, now: datetime) -> None:
    order = order_of(store, lines=2)
    one, other = items_of(order)
    earlier = parcel({one: 1})
    later = parcel({other: 1}, at=now + timedelta(hours=1))
    ship(later.pk, earlier.pk, now=now)
    told = {job.reference: job.payload for job in PushJob.objects.all()}
    assert [told[each.package_no]["is_split"] for each in (earlier, later)] == [True, True]
    assert [told[each.package_no]["lines"] for each in (earlier, later)] == [
        [[number, 1]] for number in numbers(order)
    ]


def test_cancelled_units_are_not_missed(store: Store, now: datetime) -> None:
    order = OrderFactory.create(
        store=store, released=True, lines__quantity=3, lines__cancelled_quantity=2
    )
    ship(parcel(whole(order)).pk, now=now)
    assert the_job().payload["is_split"] is False


def test_event_told_twice_makes_one_job(store: Store, now: datetime) -> None:
    shipment = parcel(whole(order_of(store)))
    ship(shipment.pk, now=now)
    ship(shipment.pk, now=now + timedelta(minutes=5))
    assert the_job().created_at == now
    assert TimelineEntry.objects.filter(subject="push").count() == 1


def test_parcel_that_is_still_here_is_not_told(store: Store, now: datetime) -> None:
    shipment = parcel(whole(order_of(store)))
    shipment.handed_over_at = None
    shipment.save()
    ship(shipment.pk, now=now)
    assert not PushJob.objects.exists()


def test_order_that_no_channel_knows_is_not_told(store: Store, now: datetime) -> None:
    order = OrderFactory.create(store=store, kind="manual", channel_order_no=None, released=True)
    ship(parcel(whole(order)).pk, now=now)
    assert not PushJob.objects.exists()


def test_channel_that_takes_nothing_is_not_told(now: datetime) -> None:
    silent = StoreFactory.create()
    StoreConnection.objects.create(store=silent, kind="file")
    for store in (silent, StoreFactory.create()):
        ship(parcel(whole(order_of(store))).pk, now=now)
    assert not PushJob.objects.exists()


def test_own_shop_without_an_address_is_not_told(now: datetime) -> None:
    store = StoreFactory.create()
    StoreConnection.objects.create(store=store, kind="webhook")
    ship(parcel(whole(order_of(store))).pk, now=now)
    assert not PushJob.objects.exists()


def test_refund_makes_one_job(store: Store, now: datetime) -> None:
    refund = refund_of(order_of(store))
    for _time in range(2):
        handlers.send_refunds(refund_ids=[refund.pk], now=now)
    job = the_job()
    assert (job.kind, job.reference, job.status) == ("refund", refund.refund_no, "waiting")
    assert job.payload == {"refund": refund.pk}


def test_refund_that_no_channel_takes_is_in_front_of_a_person(now: datetime) -> None:
    refund = refund_of(order_of(StoreFactory.create()))
    handlers.send_refunds(refund_ids=[refund.pk], now=now)
    job = the_job()
    assert job.status == PushStatus.NEEDS_PERSON
    assert job.last_error
    refund.refresh_from_db()
    assert refund.status == "asked"


@pytest.mark.parametrize(
    ("handler", "kind"),
    [
        (handlers.agree_to_returns, "return_agree"),
        (handlers.refuse_returns, "return_refuse"),
    ],
)
def test_answer_goes_to_the_channel_that_asked(
    store: Store, now: datetime, handler: handlers.Answering, kind: str
) -> None:
    order = order_of(store)
    told = {"order_ids": [order.pk, order.pk], "channel_refund_nos": ["R-1", ""]}
    handler(case_nos=["AS-1", "AS-2"], now=now, **told)
    job = the_job()
    assert (job.kind, job.reference) == (kind, "AS-1")
    assert job.payload == {"case": "AS-1", "channel_refund": "R-1"}


def test_answer_without_an_asking_channel_is_nobodys_business(store: Store, now: datetime) -> None:
    handlers.agree_to_returns(case_nos=["AS-1"], now=now)
    handlers.refuse_returns(case_nos=["AS-1"], now=now)
    assert not PushJob.objects.exists()


@pytest.mark.parametrize("event", [PackagesShipped([1]), RefundRequested([1])])
def test_events_have_their_handlers(now: datetime, event: PackagesShipped) -> None:
    bus.publish(event, now=now)
    paths = EventDelivery.objects.values_list("handler", flat=True)
    assert any(path.startswith("channels_sync.handlers.") for path in paths)
