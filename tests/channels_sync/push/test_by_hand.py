"""What a person can do about a job, and who may."""

from datetime import datetime

import pytest

from channels_sync.flows import PushStatus
from channels_sync.models import PushJob
from channels_sync.services.push import by_hand, queueing
from oms.integration.errors import ErrorKind
from oms.models import Refund, Store, TimelineEntry, User
from tests.channels_sync.push.conftest import Worker
from tests.channels_sync.push.parcels import order_of, parcel, refund_of, the_job, whole
from tests.channels_sync.push.scripted import ScriptedOutbound, trouble
from tests.factories.oms import StoreFactory, UserFactory, grant

pytestmark = pytest.mark.django_db

S = PushStatus


@pytest.fixture
def desk(store: Store) -> User:
    user: User = UserFactory.create()
    grant(user, "customer_service", store)
    return user


@pytest.fixture
def stuck(store: Store, now: datetime, worker: Worker, channel: type[ScriptedOutbound]) -> PushJob:
    """Give a tracking upload that the channel refused."""
    channel.script.append(trouble(ErrorKind.FATAL))
    queueing.queue_shipments([parcel(whole(order_of(store))).pk], now=now)
    worker.run()
    return the_job()


def test_retry_sends_the_same_key_again(
    stuck: PushJob, desk: User, worker: Worker, channel: type[ScriptedOutbound]
) -> None:
    assert by_hand.retry([stuck.pk], actor=desk, now=worker.now) == 1
    assert (the_job().status, the_job().attempts) == (S.WAITING, 0)
    worker.run()
    assert the_job().status == S.ACCEPTED
    assert len({push.key for push in channel.sent}) == 1
    moved = TimelineEntry.objects.get(subject="push", action="retry")
    assert moved.actor == desk


def test_retry_asks_first_where_it_may_have_been_done(
    store: Store, now: datetime, desk: User, worker: Worker, channel: type[ScriptedOutbound]
) -> None:
    channel.script.append(channel.does_it_but(trouble(ErrorKind.FATAL, unknown=True)))
    queueing.queue_shipments([parcel(whole(order_of(store))).pk], now=now)
    worker.run()
    by_hand.retry([the_job().pk], actor=desk, now=worker.now)
    worker.run()
    assert (the_job().status, len(channel.sent)) == (S.DONE, 1)


def test_retried_refund_is_sent_and_confirmed(
    store: Store, now: datetime, desk: User, worker: Worker, channel: type[ScriptedOutbound]
) -> None:
    channel.script.append(trouble(ErrorKind.FATAL))
    refund = refund_of(order_of(store))
    queueing.queue_refunds([refund.pk], now=now)
    worker.run()
    by_hand.retry([the_job().pk], actor=desk, now=worker.now)
    worker.run()
    assert Refund.objects.get(pk=refund.pk).status == "confirmed"


def test_nothing_that_is_done_is_retried(
    store: Store, now: datetime, desk: User, worker: Worker
) -> None:
    queueing.queue_shipments([parcel(whole(order_of(store))).pk], now=now)
    worker.run()
    with pytest.raises(by_hand.NothingStuck):
        by_hand.retry([the_job().pk], actor=desk, now=worker.now)
    assert the_job().status == S.ACCEPTED


@pytest.mark.parametrize("role", ["finance", "auditor", "warehouse_manager"])
def test_only_who_may_act_in_the_store_retries(
    stuck: PushJob, store: Store, now: datetime, role: str
) -> None:
    wrong_role, other_store = UserFactory.create(), UserFactory.create()
    grant(other_store, "customer_service", StoreFactory.create())
    if role != "warehouse_manager":
        grant(wrong_role, role, store)
    for person in (wrong_role, other_store):
        with pytest.raises(by_hand.NothingStuck):
            by_hand.retry([stuck.pk], actor=person, now=now)
        with pytest.raises(by_hand.NothingStuck):
            by_hand.settle(stuck.pk, note="done", actor=person, now=now)
        assert not by_hand.stuck(person).exists()
    assert the_job().status == S.NEEDS_PERSON


def test_person_notes_what_he_did_himself(stuck: PushJob, desk: User, now: datetime) -> None:
    by_hand.settle(stuck.pk, note="在后台手工发货", actor=desk, now=now)
    job = the_job()
    assert (job.status, job.done_at, job.read_back_at) == (S.DONE, now, None)
    assert TimelineEntry.objects.get(subject="push", action="settle").note == "在后台手工发货"


def test_nothing_is_settled_without_a_word(stuck: PushJob, desk: User, now: datetime) -> None:
    with pytest.raises(by_hand.SayWhatYouDid):
        by_hand.settle(stuck.pk, note="  ", actor=desk, now=now)
    assert the_job().status == S.NEEDS_PERSON


def test_money_is_not_settled_by_a_word(
    store: Store, desk: User, now: datetime, worker: Worker, channel: type[ScriptedOutbound]
) -> None:
    channel.script.append(trouble(ErrorKind.FATAL))
    queueing.queue_refunds([refund_of(order_of(store)).pk], now=now)
    worker.run()
    with pytest.raises(by_hand.MoneyIsNotSettledHere):
        by_hand.settle(the_job().pk, note="paid", actor=desk, now=now)
    assert the_job().status == S.NEEDS_PERSON
