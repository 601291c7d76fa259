"""What becomes of one job, whatever the channel answers."""

from datetime import datetime, timedelta

import pytest

from channels_sync.connectors.outbound import ShipmentPush, Told
from channels_sync.flows import PushStatus
from channels_sync.models import PushJob
from channels_sync.services.push import queueing
from oms.integration.errors import ErrorKind, IntegrationError
from oms.models import Store, TimelineEntry
from tests.channels_sync.push.conftest import Worker
from tests.channels_sync.push.parcels import items_of, order_of, parcel, the_job, whole
from tests.channels_sync.push.scripted import ScriptedOutbound, trouble

pytestmark = pytest.mark.django_db

S = PushStatus


def queue(store: Store, now: datetime, *, orders: int = 1) -> list[PushJob]:
    shipments = [parcel(whole(order_of(store))) for _order in range(orders)]
    queueing.queue_shipments([shipment.pk for shipment in shipments], now=now)
    return list(PushJob.objects.order_by("pk"))


def fresh(job: PushJob) -> PushJob:
    return PushJob.objects.get(pk=job.pk)


def test_channel_is_told_and_then_asked_whether_it_shows(
    store: Store, now: datetime, worker: Worker, channel: type[ScriptedOutbound]
) -> None:
    (job,) = queue(store, now)
    worker.run()
    assert (fresh(job).status, fresh(job).done_at, len(channel.asked)) == (S.ACCEPTED, None, 0)
    worker.run(minutes=2)
    job = fresh(job)
    assert (job.status, job.done_at, job.read_back_at) == (S.DONE, worker.now, worker.now)
    assert (job.channel_ref, job.is_in_doubt, len(channel.sent)) == (f"C-{job.key}", False, 1)


def test_message_carries_what_the_order_is_about(
    store: Store, now: datetime, worker: Worker, channel: type[ScriptedOutbound]
) -> None:
    order = order_of(store, lines=2)
    one, _other = items_of(order)
    shipment = parcel({one: 1})
    queueing.queue_shipments([shipment.pk], now=now)
    worker.run()
    (push,) = channel.sent
    assert isinstance(push, ShipmentPush)
    assert push.notice.channel_order_no == order.channel_order_no
    assert (push.notice.carrier, push.notice.waybill_no) == ("sf", shipment.waybill_no)
    assert (push.notice.shipped_at, push.notice.is_split) == (now, True)
    assert [(line.channel_line_no, line.quantity) for line in push.lines] == [
        (one.line.channel_line_no, 1)
    ]


def test_timeline_tells_every_step(store: Store, now: datetime, worker: Worker) -> None:
    (job,) = queue(store, now)
    worker.run()
    worker.run(minutes=2)
    steps = TimelineEntry.objects.filter(subject="push", subject_id=job.pk).order_by("pk")
    assert list(steps.values_list("action", flat=True)) == ["create", "send", "accept", "finish"]


def test_failure_is_tried_again_ever_more_rarely_and_ends_with_a_person(
    store: Store, now: datetime, worker: Worker, channel: type[ScriptedOutbound]
) -> None:
    (job,) = queue(store, now)
    channel.script.extend(trouble() for _try in range(8))
    waits = []
    for _try in range(8):
        worker.run()
        waits.append((fresh(job).not_before - worker.now).total_seconds())
        assert worker.run(seconds=waits[-1] - 1) == 0
        worker.now = fresh(job).not_before
    job = fresh(job)
    assert waits[:7] == [30, 60, 120, 240, 480, 960, 1920]
    assert (job.status, job.attempts, len(channel.sent)) == (S.NEEDS_PERSON, 8, 8)
    assert (job.last_error, job.error_code) == ("系统繁忙", "busy")


def test_nothing_is_tried_before_its_time(
    store: Store, now: datetime, worker: Worker, channel: type[ScriptedOutbound]
) -> None:
    (job,) = queue(store, now)
    channel.script.append(trouble())
    worker.run()
    assert fresh(job).status == S.FAILED
    assert worker.run(seconds=29) == 0
    assert worker.run(seconds=1) == 1


def test_throttled_job_waits_as_told_and_uses_up_no_attempt(
    store: Store, now: datetime, worker: Worker, channel: type[ScriptedOutbound]
) -> None:
    (job,) = queue(store, now)
    slow = IntegrationError(
        "too fast", kind=ErrorKind.THROTTLE, retry_after=timedelta(seconds=90), code="429"
    )
    channel.script.append(slow)
    worker.run()
    job = fresh(job)
    assert (job.status, job.attempts, job.is_in_doubt) == (S.WAITING, 0, False)
    assert job.not_before == now + timedelta(seconds=90)
    assert worker.run(seconds=89) == 0
    worker.run(seconds=1)
    assert fresh(job).status == S.ACCEPTED


def test_throttle_slows_the_whole_store_and_no_other(
    store: Store, now: datetime, worker: Worker, channel: type[ScriptedOutbound]
) -> None:
    first, second = queue(store, now, orders=2)
    slow = IntegrationError("x", kind=ErrorKind.THROTTLE, retry_after=timedelta(minutes=3))
    channel.script.append(slow)
    worker.run()
    assert len(channel.sent) == 1
    assert fresh(second).not_before == now + timedelta(minutes=3)
    worker.run(minutes=3)
    assert {fresh(first).status, fresh(second).status} == {S.ACCEPTED}


def test_endless_throttling_ends_with_a_person(
    store: Store, now: datetime, worker: Worker, channel: type[ScriptedOutbound]
) -> None:
    (job,) = queue(store, now)
    slow = IntegrationError("slow down", kind=ErrorKind.THROTTLE)
    channel.script.extend([slow, slow])
    worker.run()
    worker.run(hours=25)
    assert fresh(job).status == S.NEEDS_PERSON
    assert fresh(job).last_error == "slow down"


def test_refusal_is_in_front_of_a_person_in_the_channels_words(
    store: Store, now: datetime, worker: Worker, channel: type[ScriptedOutbound]
) -> None:
    (job,) = queue(store, now)
    said = IntegrationError("订单已关闭，联系 13800001111", kind=ErrorKind.FATAL, code="closed")
    channel.script.append(said)
    worker.run()
    job = fresh(job)
    assert (job.status, job.is_in_doubt) == (S.NEEDS_PERSON, False)
    assert job.last_error == "订单已关闭，联系 138****1111"
    assert worker.run(days=1) == 0


def test_refused_account_is_tried_by_one_job_only(
    store: Store, now: datetime, worker: Worker, channel: type[ScriptedOutbound]
) -> None:
    first, second = queue(store, now, orders=2)
    channel.script.append(trouble(ErrorKind.REAUTHORIZE))
    worker.run()
    assert (fresh(first).status, fresh(second).status) == (S.NEEDS_PERSON, S.WAITING)
    assert fresh(second).not_before == now + timedelta(minutes=10)


def test_done_before_counts_as_told_and_is_looked_at(
    store: Store, now: datetime, worker: Worker, channel: type[ScriptedOutbound]
) -> None:
    (job,) = queue(store, now)
    channel.script.append(channel.does_it_but(trouble(ErrorKind.TREAT_AS_DONE)))
    worker.run()
    assert fresh(job).status == S.ACCEPTED
    worker.run(minutes=2)
    assert fresh(job).status == S.DONE


def test_unknown_outcome_is_looked_up_before_it_is_repeated(
    store: Store, now: datetime, worker: Worker, channel: type[ScriptedOutbound]
) -> None:
    (job,) = queue(store, now)
    channel.script.append(channel.does_it_but(trouble(unknown=True)))
    worker.run()
    assert (fresh(job).status, fresh(job).is_in_doubt) == (S.FAILED, True)
    worker.run(seconds=30)
    assert fresh(job).status == S.DONE
    assert (len(channel.sent), len(channel.asked)) == (1, 1)


def test_unknown_outcome_that_was_nothing_is_repeated(
    store: Store, now: datetime, worker: Worker, channel: type[ScriptedOutbound]
) -> None:
    (job,) = queue(store, now)
    channel.script.append(trouble(unknown=True))
    worker.run()
    worker.run(seconds=30)
    assert (fresh(job).status, len(channel.sent), len(channel.asked)) == (S.ACCEPTED, 2, 1)


def test_question_without_answer_leaves_the_doubt(
    store: Store, now: datetime, worker: Worker, channel: type[ScriptedOutbound]
) -> None:
    (job,) = queue(store, now)
    channel.script.append(channel.does_it_but(trouble(unknown=True)))
    channel.cannot_say.append(trouble())
    worker.run()
    worker.run(seconds=30)
    assert (fresh(job).status, fresh(job).is_in_doubt) == (S.FAILED, True)
    worker.run(seconds=60)
    assert (fresh(job).status, len(channel.sent)) == (S.DONE, 1)


def test_yes_that_the_channel_does_not_show_ends_with_a_person(
    store: Store, now: datetime, worker: Worker, channel: type[ScriptedOutbound]
) -> None:
    (job,) = queue(store, now)
    worker.run()
    channel.known.clear()
    for _look in range(3):
        assert fresh(job).status == S.ACCEPTED
        worker.run(minutes=5)
    job = fresh(job)
    assert (job.status, job.is_in_doubt, len(channel.sent)) == (S.NEEDS_PERSON, True, 1)
    assert job.error_code == "local:not_shown"


def test_fault_of_ours_stops_that_job_only(
    store: Store, now: datetime, worker: Worker, channel: type[ScriptedOutbound]
) -> None:
    first, second = queue(store, now, orders=2)
    channel.script.append(ZeroDivisionError("13800001111"))
    worker.run()
    assert (fresh(first).status, fresh(first).is_in_doubt) == (S.NEEDS_PERSON, True)
    assert "ZeroDivisionError" in fresh(first).last_error
    assert "1380000" not in fresh(first).last_error
    assert fresh(second).status == S.ACCEPTED


def test_line_that_was_taken_away_is_told_to_a_person(
    store: Store, now: datetime, worker: Worker
) -> None:
    (job,) = queue(store, now)
    store.connection.kind = "file"
    store.connection.save()
    worker.run()
    assert (fresh(job).status, fresh(job).is_in_doubt) == (S.NEEDS_PERSON, False)


def test_paused_line_waits(
    store: Store, now: datetime, worker: Worker, channel: type[ScriptedOutbound]
) -> None:
    (job,) = queue(store, now)
    store.connection.is_active = False
    store.connection.save()
    assert worker.run(days=2) == 0
    store.connection.is_active = True
    store.connection.save()
    worker.run()
    assert (fresh(job).status, len(channel.sent)) == (S.ACCEPTED, 1)


def test_answer_on_a_return_ends_with_the_yes(store: Store, now: datetime, worker: Worker) -> None:
    order = order_of(store)
    queueing.queue_answer(
        order.pk, case_no="AS-1", channel_refund_no="R-1", is_agreed=False, now=now
    )
    worker.run()
    assert (the_job().status, the_job().read_back_at) == (S.DONE, None)


def test_channels_own_number_is_kept(
    store: Store, now: datetime, worker: Worker, channel: type[ScriptedOutbound]
) -> None:
    queue(store, now)
    channel.script.append(Told(channel_ref="F" * 200))
    worker.run()
    assert the_job().channel_ref == "F" * 128
