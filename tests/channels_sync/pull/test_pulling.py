"""Windows without gaps, pages without loss, each message once, and patience with trouble."""

from datetime import datetime, timedelta

import pytest
from django.db import connection

from channels_sync.connectors.pulling import OrderPage
from channels_sync.flows import RawOrderStatus
from channels_sync.models import RawOrder, StoreConnection, SyncCursor, SyncRun
from channels_sync.services.pull import pulling
from oms.integration.errors import ErrorKind, IntegrationError
from oms.models import Store
from oms.scheduling import single_flight
from tests.channels_sync.pull.conftest import Worker
from tests.channels_sync.pull.scripted import Asked, ScriptedPuller, WorkerDied, pulled

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)
OVERLAP = ScriptedPuller.overlap


def mark() -> SyncCursor:
    return SyncCursor.objects.get()


def numbers() -> list[str]:
    return list(RawOrder.objects.order_by("pk").values_list("channel_order_no", flat=True))


def trouble(kind: ErrorKind = ErrorKind.RETRY, **more: object) -> IntegrationError:
    return IntegrationError("busy", kind=kind, code="busy", **more)  # type: ignore[arg-type]


def test_first_window_reaches_back_and_the_next_overlaps(
    store: Store, worker: Worker, platform: type[ScriptedPuller]
) -> None:
    start = worker.now
    worker.run()
    worker.run(minutes=1)
    first, second = platform.asked
    assert first == (start - timedelta(days=1) - OVERLAP, start, None)
    assert second == (start - OVERLAP, start + MINUTE, None)


def test_windows_leave_no_gap_whatever_happens_between(
    store: Store, worker: Worker, platform: type[ScriptedPuller]
) -> None:
    platform.pages += [OrderPage(orders=()), trouble(), trouble(), OrderPage(orders=())]
    for _minute in range(12):
        worker.run(minutes=1)
    done: list[Asked] = [platform.asked[0], *platform.asked[3:]]
    for earlier, later in zip(done, done[1:], strict=False):
        assert later[0] == earlier[1] - OVERLAP
    assert mark().since == worker.now


def test_orders_are_kept_for_the_intake(
    store: Store, worker: Worker, now: datetime, platform: type[ScriptedPuller]
) -> None:
    platform.pages.append(OrderPage(orders=(pulled("1", '{"a":1}', now), pulled("2"))))
    assert worker.run() == 2
    first, second = RawOrder.objects.order_by("pk")
    assert (first.store, first.source, first.status) == (store, "pull", RawOrderStatus.RECEIVED)
    assert (first.channel_order_no, first.payload) == ("1", '{"a":1}')
    assert (first.channel_modified_at, second.channel_modified_at) == (now, None)


def test_order_told_again_in_the_same_words_is_one_message(
    store: Store, worker: Worker, platform: type[ScriptedPuller]
) -> None:
    platform.pages.append(OrderPage(orders=(pulled("1", "same"),)))
    platform.pages.append(OrderPage(orders=(pulled("1", "same"), pulled("1", "changed"))))
    assert (worker.run(), worker.run(minutes=1)) == (1, 1)
    assert numbers() == ["1", "1"]


def test_all_pages_of_a_window_are_read(
    store: Store, worker: Worker, platform: type[ScriptedPuller]
) -> None:
    platform.pages += [
        OrderPage(orders=(pulled("1"),), cursor="p2"),
        OrderPage(orders=(pulled("2"),), cursor="p3"),
        OrderPage(orders=(pulled("3"),)),
    ]
    assert worker.run() == 3
    assert [page for _since, _until, page in platform.asked] == [None, "p2", "p3"]
    run = SyncRun.objects.get()
    assert (run.pages, run.orders, run.fresh, run.outcome) == (3, 3, 3, "complete")


def test_pause_lets_the_window_go_on_later(
    store: Store, worker: Worker, platform: type[ScriptedPuller]
) -> None:
    pause = timedelta(seconds=90)
    platform.pages += [
        OrderPage(orders=(pulled("1"),), cursor="p2", pause=pause),
        OrderPage(orders=(pulled("2"),)),
    ]
    worker.run()
    assert worker.run(seconds=89) == 0
    assert len(platform.asked) == 1
    assert worker.run(seconds=1) == 1
    first, second = platform.asked
    assert (second[0], second[1], second[2]) == (first[0], first[1], "p2")


def test_worker_that_dies_asks_for_the_same_page_again(
    store: Store, worker: Worker, platform: type[ScriptedPuller]
) -> None:
    platform.pages += [OrderPage(orders=(pulled("1"),), cursor="p2"), WorkerDied()]
    with pytest.raises(WorkerDied):
        worker.run()
    platform.pages.append(OrderPage(orders=(pulled("1"), pulled("2"))))
    assert worker.run(minutes=5) == 1
    assert platform.asked[2] == platform.asked[1]
    assert numbers() == ["1", "2"]
    assert mark().page == ""


def test_failure_waits_ever_longer_and_success_forgets_it(
    store: Store, worker: Worker, platform: type[ScriptedPuller]
) -> None:
    platform.pages += [trouble() for _try in range(6)]
    waits = []
    for _try in range(6):
        worker.run()
        waits.append((mark().not_before - worker.now) / MINUTE)
        worker.now = mark().not_before
    assert waits == [1, 2, 4, 8, 15, 15]
    assert (mark().failures, mark().last_error) == (6, "busy")
    worker.run()
    assert (mark().failures, mark().last_error, mark().error_code) == (0, "", "")


def test_throttled_pull_waits_as_told_and_is_no_failure(
    store: Store, worker: Worker, platform: type[ScriptedPuller]
) -> None:
    platform.pages.append(trouble(ErrorKind.THROTTLE, retry_after=timedelta(seconds=10)))
    worker.run()
    assert (mark().failures, mark().not_before) == (0, worker.now + timedelta(seconds=10))
    assert SyncRun.objects.get().outcome == "paused"
    worker.run(seconds=10)
    assert len(platform.asked) == 2


def test_refused_account_rests_for_long(
    store: Store, worker: Worker, platform: type[ScriptedPuller]
) -> None:
    platform.pages.append(trouble(ErrorKind.REAUTHORIZE))
    worker.run()
    assert mark().not_before == worker.now + timedelta(minutes=30)
    run = SyncRun.objects.get()
    assert (run.outcome, run.error) == ("failed", "busy")


def test_forgotten_page_is_begun_anew(
    store: Store, worker: Worker, platform: type[ScriptedPuller]
) -> None:
    platform.pages += [OrderPage(orders=(), cursor="p2"), *[trouble() for _try in range(3)]]
    for _try in range(4):
        worker.run(minutes=10)
    first, *_tries, last = platform.asked[:5]
    assert last == (first[0], first[1], None)


def test_fault_of_ours_at_one_store_does_not_stop_the_others(
    store: Store, worker: Worker, platform: type[ScriptedPuller]
) -> None:
    StoreConnection.objects.create(
        store=Store.objects.create(channel=store.channel, code="other", name="other"),
        kind="scripted",
        base_url="http://127.0.0.1:1",
    )
    platform.pages += [KeyError("13800001111"), OrderPage(orders=(pulled("2"),))]
    assert worker.run() == 1
    failed = SyncCursor.objects.get(store=store)
    assert (failed.last_error, failed.error_code) == ("KeyError", "local:fault")


@pytest.mark.parametrize("changes", [{"is_active": False}, {"base_url": ""}, {"kind": "file"}])
def test_line_that_is_off_is_not_asked(
    store: Store, worker: Worker, platform: type[ScriptedPuller], changes: dict[str, object]
) -> None:
    StoreConnection.objects.filter(store=store).update(**changes)
    worker.run()
    assert platform.asked == []


def test_store_is_asked_by_one_worker_at_a_time(
    store: Store, worker: Worker, platform: type[ScriptedPuller]
) -> None:
    with single_flight(f"channels.pull:{store.pk}:orders") as got:
        assert got
        worker.run()
    assert platform.asked == []


def test_quiet_store_leaves_no_rows(store: Store, worker: Worker) -> None:
    for _minute in range(5):
        worker.run(minutes=1)
    assert not SyncRun.objects.exists()


def test_old_runs_are_dropped(store: Store, worker: Worker, now: datetime) -> None:
    for days in (29, 31):
        began = now - timedelta(days=days)
        SyncRun.objects.create(store=store, started_at=began, since=began, until=began)
    assert pulling.prune_runs(now=now) == 1


@pytest.mark.django_db(transaction=True)
def test_no_transaction_is_open_while_the_platform_is_asked(
    worker: Worker, store: Store, platform: type[ScriptedPuller], monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []

    def look(self: ScriptedPuller, **asked: object) -> OrderPage:
        seen.append(connection.in_atomic_block)
        return OrderPage(orders=())

    monkeypatch.setattr(platform, "fetch_orders", look)
    worker.run()
    assert seen == [False]


@pytest.mark.django_db(transaction=True)
def test_page_and_mark_are_written_together_or_not_at_all(
    worker: Worker, store: Store, platform: type[ScriptedPuller], monkeypatch: pytest.MonkeyPatch
) -> None:
    wait = timedelta(seconds=1)
    platform.pages += [OrderPage(orders=(pulled("1"),), cursor="p2", pause=wait)]
    worker.run()
    saves = SyncCursor.save
    platform.pages += [OrderPage(orders=(pulled("2"),))]

    def die(*_arguments: object, **_options: object) -> None:
        raise WorkerDied

    monkeypatch.setattr(SyncCursor, "save", die)
    with pytest.raises(WorkerDied):
        worker.run(minutes=1)
    assert (numbers(), mark().page) == (["1"], "p2")
    monkeypatch.setattr(SyncCursor, "save", saves)
    platform.pages += [OrderPage(orders=(pulled("2"),))]
    worker.run(minutes=5)
    assert (numbers(), mark().page) == (["1", "2"], "")
