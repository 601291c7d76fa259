"""A store's channel is told of a parcel at the store's own moment: once, and never not at all."""

from datetime import datetime, timedelta

import pytest
from django.db.models import Model

from channels_sync import handlers
from channels_sync.models import PushJob
from channels_sync.services.push.queueing import catch_up, put_back
from oms.models import OrderItem, Shipment, Store
from oms.services.fulfillment.uploads import announce_moment, has_passed
from tests.channels_sync.push.conftest import Worker
from tests.channels_sync.push.parcels import (
    connected_store,
    items_of,
    order_of,
    parcel,
    the_job,
    whole,
)
from tests.channels_sync.push.scripted import ScriptedOutbound

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def change(row: Model, **values: object) -> None:
    type(row)._default_manager.filter(pk=row.pk).update(**values)
    row.refresh_from_db()


def moment(store: Store, value: str) -> None:
    change(store, upload_moment=value)


def here(units: dict[OrderItem, int], **values: object) -> Shipment:
    """Let a labelled parcel stand at the dock."""
    made = parcel(units)
    change(made, **({"status": "labelled", "handed_over_at": None} | values))
    return made


def hear(shipment: Shipment, now: datetime) -> int:
    handlers.upload_tracking(shipment_ids=[shipment.pk], now=now)
    return PushJob.objects.count()


LABELLED: dict[str, object] = {}
WEIGHED: dict[str, object] = {"weight_g": 500}
SCANNED_EARLY: dict[str, object] = {"first_scanned_at": "2026-11-11T03:00Z"}
LEFT: dict[str, object] = {"status": "handed_over", "handed_over_at": "2026-11-11T03:00Z"}
FOLLOWED = LEFT | {"scan_expected": True}
UNFOLLOWED = LEFT | {"scan_expected": False}
SCANNED = FOLLOWED | {"first_scanned_at": "2026-11-11T03:00Z"}


@pytest.mark.parametrize(
    ("value", "facts", "told"),
    [
        ("label", LABELLED, 1),
        ("label", {"waybill_no": None, "status": "packed"}, 0),
        ("weigh", LABELLED, 0),
        ("weigh", WEIGHED, 1),
        ("weigh", LEFT, 1),
        ("hand_over", WEIGHED, 0),
        ("hand_over", SCANNED_EARLY, 0),
        ("hand_over", LEFT, 1),
        ("first_scan", LABELLED, 0),
        ("first_scan", LEFT, 0),
        ("first_scan", FOLLOWED, 0),
        ("first_scan", UNFOLLOWED, 1),
        ("first_scan", SCANNED, 1),
        ("first_scan", SCANNED_EARLY, 1),
    ],
)
def test_parcel_is_told_of_at_its_stores_moment(
    store: Store, now: datetime, value: str, facts: dict[str, object], told: int
) -> None:
    moment(store, value)
    assert hear(here(whole(order_of(store)), **facts), now) == told


def test_opened_parcel_has_passed_no_moment(store: Store) -> None:
    made = here(whole(order_of(store)), status="cancelled")
    assert not any(has_passed(made, moment=value) for value in ("label", "weigh", "hand_over"))


def test_every_later_moment_finds_the_job_of_the_earlier_one(store: Store, now: datetime) -> None:
    moment(store, "label")
    made = here(whole(order_of(store)))
    for facts in (LABELLED, WEIGHED, LEFT, SCANNED):
        change(made, **facts)
        assert hear(made, now) == 1


def test_stores_of_one_parcel_are_told_each_at_its_own_moment(now: datetime) -> None:
    early, late = connected_store(), connected_store()
    moment(early, "label")
    made = here({**whole(order_of(early)), **whole(order_of(late))})
    assert hear(made, now) == 1
    assert the_job().store == early
    change(made, **LEFT)
    assert hear(made, now) == 2


@pytest.mark.parametrize("value", ["label", "weigh", "hand_over"])
def test_changed_moment_that_a_parcel_has_passed_uploads_it(
    store: Store, now: datetime, value: str
) -> None:
    moment(store, "first_scan")
    made = here(whole(order_of(store)), **FOLLOWED)
    assert hear(made, now) == 0
    moment(store, value)
    assert catch_up([store.pk], now=now) == 1
    assert catch_up([store.pk], now=now) == 0


def test_changed_moment_doubles_nothing_and_tells_of_nothing_else(
    store: Store, now: datetime
) -> None:
    told, gone = order_of(store), order_of(store)
    hear(here(whole(told), **LEFT), now)
    change(gone, channel_status="shipped")
    here(whole(gone), **LEFT)
    stays = here(whole(order_of(store)))
    moment(store, "first_scan")
    assert catch_up([store.pk], now=now) == 0
    moment(store, "label")
    assert catch_up([store.pk], now=now) == 1
    assert PushJob.objects.order_by("-pk")[0].reference == stays.package_no


def test_change_is_heard_by_the_event(store: Store, now: datetime) -> None:
    made = here(whole(order_of(store)))
    moment(store, "label")
    announce_moment(store.pk, now=now)
    handlers.catch_up(store_ids=[store.pk], now=now)
    assert the_job().reference == made.package_no


def test_person_may_have_it_told_at_once(store: Store, now: datetime) -> None:
    moment(store, "first_scan")
    made = here(whole(order_of(store)), **FOLLOWED)
    for _again in range(2):
        handlers.upload_at_once(shipment_ids=[made.pk], now=now)
    assert the_job().reference == made.package_no


def test_units_are_told_in_the_order_in_which_parcels_are_told(store: Store, now: datetime) -> None:
    """The second parcel leaves first: what it brings is not told again with the first one."""
    order = order_of(store, lines=2)
    one, other = items_of(order)
    first, second = here({one: 1}), here({other: 1})
    moment(store, "label")
    hear(second, now)
    hear(first, now)
    told = {job.reference: job.payload["lines"] for job in PushJob.objects.all()}
    assert [len(told[made.package_no]) for made in (first, second)] == [1, 1]
    assert told[first.package_no] != told[second.package_no]


def test_parcel_knows_when_its_channel_knows(store: Store, now: datetime, worker: Worker) -> None:
    moment(store, "label")
    made = here(whole(order_of(store)))
    hear(made, now)
    ScriptedOutbound.script.append(RuntimeError("no answer"))
    worker.run()
    made.refresh_from_db()
    assert (made.upload_began_at, made.uploaded_at) == (worker.now, None)
    put_back(PushJob.objects.all(), actor=None, now=worker.now)
    worker.run(minutes=5)
    made.refresh_from_db()
    assert made.uploaded_at == worker.now
