"""A worker that ends in the middle, at any step: nothing lost, nothing twice."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NoReturn

import pytest
from django.db import connection

from channels_sync.connectors.outbound import Push, Told
from channels_sync.flows import PushStatus
from channels_sync.models import PushJob
from channels_sync.services.push import claiming, outcomes, queueing, sending
from channels_sync.services.push.claiming import LEASE, claim
from channels_sync.services.push.draining import SLICE
from channels_sync.services.push.lines import Line
from oms.integration.errors import ErrorKind
from oms.models import OutboxEvent, Refund, Store
from oms.scheduling import single_flight
from tests.channels_sync.push.conftest import Worker
from tests.channels_sync.push.parcels import connected_store, order_of, refund_of, the_job
from tests.channels_sync.push.scripted import ScriptedOutbound, WorkerDied, trouble

pytestmark = pytest.mark.django_db(transaction=True)

S = PushStatus


@pytest.fixture
def refund(now: datetime) -> Refund:
    refund = refund_of(order_of(connected_store()))
    queueing.queue_refunds([refund.pk], now=now)
    return refund


def die(*_arguments: object, **_options: object) -> NoReturn:
    raise WorkerDied


def dies_in(monkeypatch: pytest.MonkeyPatch, place: object, name: str) -> Callable[[], None]:
    """Let the process end when it comes to a place; call what is returned to let it live again."""
    monkeypatch.setattr(place, name, die)
    return monkeypatch.undo


def run_until_it_dies(worker: Worker) -> None:
    with pytest.raises(WorkerDied):
        worker.run()


def money_went_once(refund: Refund, channel: type[ScriptedOutbound]) -> None:
    events = OutboxEvent.objects.filter(name="channels.refund.confirmed")
    assert [event.payload for event in events] == [{"refund_ids": [refund.pk]}]
    assert Refund.objects.get(pk=refund.pk).status == "confirmed"
    assert (the_job().status, len(channel.known)) == (S.DONE, 1)


@pytest.mark.parametrize(
    ("place", "name", "sent"),
    [
        (claiming, "_note_refund_sent", 1),
        (sending, "build", 1),
        (outcomes, "_confirm_refund", 1),
        (outcomes, "_save", 1),
    ],
)
def test_death_at_any_step_loses_nothing_and_repeats_nothing(
    refund: Refund,
    worker: Worker,
    channel: type[ScriptedOutbound],
    monkeypatch: pytest.MonkeyPatch,
    place: object,
    name: str,
    sent: int,
) -> None:
    lives_again = dies_in(monkeypatch, place, name)
    run_until_it_dies(worker)
    lives_again()
    worker.run(seconds=LEASE.total_seconds())
    money_went_once(refund, channel)
    assert len(channel.sent) == sent


def test_death_before_the_call_went_out(
    refund: Refund, worker: Worker, channel: type[ScriptedOutbound]
) -> None:
    channel.script.append(die)
    run_until_it_dies(worker)
    assert (the_job().status, the_job().attempts, the_job().is_in_doubt) == (S.SENDING, 1, True)
    worker.run(seconds=LEASE.total_seconds())
    assert len(channel.asked) == 1
    money_went_once(refund, channel)


def test_death_after_the_channel_did_it(
    refund: Refund, worker: Worker, channel: type[ScriptedOutbound]
) -> None:
    channel.script.append(channel.does_it_but(WorkerDied()))
    run_until_it_dies(worker)
    worker.run(seconds=LEASE.total_seconds())
    money_went_once(refund, channel)
    assert (len(channel.sent), len(channel.asked)) == (1, 1)


def test_claim_stands_before_the_call_and_no_transaction_is_open(
    refund: Refund, worker: Worker, channel: type[ScriptedOutbound]
) -> None:
    seen = []

    def look(_push: Push) -> Told:
        job = the_job()
        seen.append((connection.in_atomic_block, job.status, job.attempts, job.not_before))
        return Told()

    channel.script.append(look)
    worker.run()
    assert seen == [(False, S.SENDING, 1, worker.now + LEASE)]


def test_job_that_kills_every_worker_ends_with_a_person(
    refund: Refund, worker: Worker, channel: type[ScriptedOutbound]
) -> None:
    channel.script.extend([die] * claiming.MOST_ATTEMPTS)
    for _death in range(claiming.MOST_ATTEMPTS):
        run_until_it_dies(worker)
        worker.now += LEASE
    worker.run()
    assert (the_job().status, the_job().error_code) == (S.NEEDS_PERSON, "local:never_ended")
    assert Refund.objects.get(pk=refund.pk).status == "sent"


def test_job_is_left_alone_while_its_worker_may_live(
    refund: Refund, worker: Worker, channel: type[ScriptedOutbound]
) -> None:
    channel.script.append(die)
    run_until_it_dies(worker)
    assert worker.run(seconds=LEASE.total_seconds() - 1) == 0
    assert channel.asked == []


def test_worker_that_outlived_its_lease_changes_nothing(refund: Refund, now: datetime) -> None:
    store_id = refund.store_id
    slow = claim(store_id, now=now)
    later = now + LEASE
    quick = claim(store_id, now=later)
    assert slow is not None
    assert quick is not None
    with Line(store_id) as line:
        sending.send(quick, line=line, now=later)
    assert the_job().status == S.DONE
    assert not outcomes.note_error(slow, error=trouble(), while_looking=False, now=later)
    assert not outcomes.note_told(slow, told=Told(), was_seen=False, now=later)
    assert the_job().status == S.DONE


def test_late_result_does_not_speak_for_the_worker_that_took_over(
    refund: Refund, now: datetime
) -> None:
    slow = claim(refund.store_id, now=now)
    quick = claim(refund.store_id, now=now + LEASE)
    assert slow is not None
    assert quick is not None
    assert not outcomes.note_error(
        slow, error=trouble(ErrorKind.FATAL), while_looking=False, now=now + LEASE
    )
    assert (the_job().status, Refund.objects.get(pk=refund.pk).status) == (S.SENDING, "sent")
    assert outcomes.note_told(quick, told=Told(), was_seen=False, now=now + LEASE)


def test_claimed_job_is_claimed_by_nobody_else(refund: Refund, now: datetime) -> None:
    assert claim(refund.store_id, now=now) is not None
    assert claim(refund.store_id, now=now) is None


def test_store_is_served_by_one_worker_at_a_time(
    refund: Refund, worker: Worker, channel: type[ScriptedOutbound]
) -> None:
    with single_flight(f"channels.push:{refund.store_id}") as got:
        assert got
        assert worker.run() == 0
    assert worker.run() == 1


def test_stores_do_not_wait_for_each_other(
    refund: Refund, now: datetime, worker: Worker, channel: type[ScriptedOutbound]
) -> None:
    other: Store = connected_store()
    second = refund_of(order_of(other))
    queueing.queue_refunds([second.pk], now=now)
    channel.script.append(trouble())
    worker.run()
    standings = dict(PushJob.objects.values_list("store_id", "status"))
    assert standings == {refund.store_id: S.FAILED, other.pk: S.DONE}


def test_store_with_many_jobs_lets_another_one_in_between(
    refund: Refund, now: datetime, worker: Worker, channel: type[ScriptedOutbound]
) -> None:
    order = refund.order
    more = [refund_of(order, amount="1.00") for _refund in range(24)]
    queueing.queue_refunds([each.pk for each in more], now=now + timedelta(seconds=-1))
    small = refund_of(order_of(connected_store()))
    queueing.queue_refunds([small.pk], now=now)
    assert worker.run() == 26
    stores = [push.key == f"refund-{small.refund_no}" for push in channel.sent]
    assert stores.index(True) == SLICE
