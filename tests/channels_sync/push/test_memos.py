"""A note written here is told to its channel: the newest only, and once."""

from datetime import datetime

import pytest

from channels_sync import handlers
from channels_sync.connectors.outbound import MemoPush
from channels_sync.flows import PushStatus
from channels_sync.models import PushJob
from channels_sync.services.push import lines
from oms.integration.errors import ErrorKind
from oms.models import Order, SellerNote, Store, User
from oms.registries import NoteRules, note_rules
from oms.services.orders.seller_notes import Note, change_note
from tests.channels_sync.push.conftest import Worker
from tests.channels_sync.push.parcels import connected_store, order_of, the_job
from tests.channels_sync.push.scripted import ScriptedOutbound, trouble
from tests.factories.oms import StoreFactory, UserFactory, grant

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk(store: Store) -> User:
    user = UserFactory.create()
    grant(user, "customer_service", store)
    return user


def write(order: Order, memo: str, actor: User, now: datetime) -> None:
    order.refresh_from_db()
    mark = Note.of(order).mark
    change_note(order.pk, note=Note(memo, order.seller_flag), seen=mark, actor=actor, now=now)
    handlers.send_memos(order_ids=[order.pk], now=now, added_since=True)


def test_note_is_told_and_known_to_be_there(store: Store, clerk: User, worker: Worker) -> None:
    order = order_of(store)
    write(order, "改发顺丰", clerk, worker.now)
    handlers.send_memos(order_ids=[order.pk], now=worker.now)
    job = the_job()
    assert (job.kind, job.reference, job.payload) == ("memo", order.order_no, {"number": 1})
    assert worker.run() == 1
    (push,) = ScriptedOutbound.sent
    assert isinstance(push, MemoPush)
    assert (push.channel_order_no, push.memo) == (order.channel_order_no, "改发顺丰")
    note = SellerNote.objects.get()
    assert (note.is_waiting, note.channel_memo) == (False, "改发顺丰")
    assert "改发顺丰" not in str(job.payload) + job.key


def test_only_the_newest_of_several_notes_is_told(
    store: Store, clerk: User, worker: Worker
) -> None:
    order = order_of(store)
    for memo in ("第一", "第二", "第三"):
        write(order, memo, clerk, worker.now)
    worker.run()
    assert [push.memo for push in ScriptedOutbound.sent if isinstance(push, MemoPush)] == ["第三"]
    assert set(PushJob.objects.values_list("status", flat=True)) == {PushStatus.DONE}
    assert SellerNote.objects.get().told_number == 3


def test_older_note_that_failed_is_never_told_over_the_newer(
    store: Store, clerk: User, worker: Worker
) -> None:
    order = order_of(store)
    write(order, "第一", clerk, worker.now)
    ScriptedOutbound.script = [trouble(unknown=True)]
    worker.run()
    write(order, "第二", clerk, worker.now)
    worker.run(minutes=5)
    told = [push.memo for push in ScriptedOutbound.sent if isinstance(push, MemoPush)]
    assert told == ["第一", "第二"]
    assert not SellerNote.objects.get().is_waiting


def test_refused_note_waits_for_a_person_until_a_newer_one_is_written(
    store: Store, clerk: User, worker: Worker
) -> None:
    order = order_of(store)
    write(order, "第一", clerk, worker.now)
    ScriptedOutbound.script = [trouble(ErrorKind.FATAL)]
    worker.run()
    assert the_job().status == PushStatus.NEEDS_PERSON
    assert SellerNote.objects.get().is_waiting
    write(order, "第二", clerk, worker.now)
    statuses = PushJob.objects.order_by("pk").values_list("status", flat=True)
    assert list(statuses) == [PushStatus.DONE, PushStatus.WAITING]


def test_channel_that_takes_no_notes_is_told_nothing(now: datetime) -> None:
    store = connected_store("shopify", base_url="https://kapok.example.com")
    user = UserFactory.create()
    grant(user, "customer_service", store)
    write(order_of(store), "只在这里", user, now)
    assert not PushJob.objects.exists()
    assert note_rules(store.pk) == NoteRules()


@pytest.mark.parametrize(
    ("kind", "flags", "longest"),
    [("doudian", 5, 60), ("taobao", 6, 300), ("youzan", 5, 300), ("pinduoduo", 5, 300)],
)
def test_rules_are_those_of_the_platform(kind: str, flags: int, longest: int) -> None:
    store = connected_store(kind)
    found = lines.note_rules(store.pk)
    assert found is not None
    assert (found.is_told, len(found.flags), found.longest) == (True, flags, longest)
    assert lines.note_rules(StoreFactory.create().pk) is None
