"""Several workers at once: every job has one of them, every act one job."""

from datetime import datetime
from functools import partial

import pytest

from channels_sync.models import PushJob
from channels_sync.services.push import draining, queueing
from channels_sync.services.push.claiming import Claim, claim
from tests.channels_sync.push.parcels import (
    connected_store,
    items_of,
    order_of,
    parcel,
    refund_of,
    whole,
)
from tests.channels_sync.push.scripted import ScriptedOutbound
from tests.factories.oms import OrderItemFactory
from tests.races.together import refusals, together

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]

JOBS = 4
WORKERS = 8


def test_every_job_is_claimed_once(now: datetime) -> None:
    store = connected_store()
    order = order_of(store)
    refunds = [refund_of(order, amount="1.00") for _job in range(JOBS)]
    queueing.queue_refunds([refund.pk for refund in refunds], now=now)
    results = together(*[partial(claim, store.pk, now=now)] * WORKERS)
    assert refusals(results) == []
    claimed = [found.job.pk for found in results if isinstance(found, Claim)]
    # Who looked while all rows were taken goes home: nobody waits for anybody.
    assert len(claimed) == len(set(claimed)) > 0
    left = PushJob.objects.filter(status="waiting").count()
    assert len(claimed) + left == JOBS


def test_workers_together_tell_the_channel_once(
    now: datetime, channel: type[ScriptedOutbound]
) -> None:
    order = order_of(connected_store())
    refunds = [refund_of(order, amount="1.00") for _job in range(JOBS)]
    queueing.queue_refunds([refund.pk for refund in refunds], now=now)
    assert refusals(together(*[partial(draining.drain, now=now)] * WORKERS)) == []
    draining.drain(now=now)
    assert sorted(push.key for push in channel.sent) == sorted(
        f"refund-{refund.refund_no}" for refund in refunds
    )


def test_one_parcel_told_by_two_makes_one_job(now: datetime) -> None:
    shipment = parcel(whole(order_of(connected_store())))
    write = partial(queueing.queue_shipments, [shipment.pk], now=now)
    results = together(*[write] * WORKERS)
    assert refusals(results) == []
    assert PushJob.objects.count() == 1


def test_parcels_of_one_bundle_queued_at_once_tell_it_once(now: datetime) -> None:
    """What a parcel brings depends on what was told before it: one queues after the other."""
    order = order_of(connected_store())
    OrderItemFactory.create(order=order, line=order.lines.get())
    boxes = [parcel({item: 1}) for item in items_of(order)]
    jobs = [partial(queueing.queue_shipments, [box.pk], now=now) for box in boxes]
    assert refusals(together(*jobs * 2)) == []
    told = [job.payload["lines"] for job in PushJob.objects.order_by("pk")]
    assert sorted(map(len, told)) == [0, 1]


def test_every_moment_of_one_parcel_at_once_makes_one_job(now: datetime) -> None:
    store = connected_store()
    box = parcel(whole(order_of(store)))
    acts = [
        partial(queueing.queue_shipments, [box.pk], now=now),
        partial(queueing.queue_shipments, [box.pk], now=now, at_once=True),
        partial(queueing.catch_up, [store.pk], now=now),
    ]
    assert refusals(together(*acts * 2)) == []
    assert PushJob.objects.count() == 1
