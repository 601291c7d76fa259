"""A slice for everybody, what happens now before what lies behind, and a line that may rest."""

from datetime import timedelta

import pytest

from channels_sync.connectors.pulling import OrderPage
from channels_sync.models import Lane, LineState, RawOrder, StoreConnection, SyncCursor
from channels_sync.services.breaking import noting
from channels_sync.services.breaking.judging import FIRST_REST, OPENS_AFTER
from channels_sync.services.pull.slices import SLICE
from oms.integration.errors import ErrorKind, IntegrationError
from oms.models import Store
from oms.scheduling import single_flight
from tests.channels_sync.pull.conftest import Worker
from tests.channels_sync.pull.scripted import ScriptedPuller, pulled
from tests.factories.oms import StoreFactory

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


def trouble(kind: ErrorKind = ErrorKind.RETRY, code: str = "502") -> IntegrationError:
    return IntegrationError("服务暂不可用", kind=kind, code=code)


def pages(count: int) -> list[OrderPage]:
    cursors = [f"p{number}" for number in range(2, count + 1)]
    shown = [OrderPage(orders=(pulled(cursor),), cursor=cursor) for cursor in cursors]
    return [*shown, OrderPage(orders=(pulled("last"),))]


def connected() -> Store:
    store = StoreFactory.create()
    StoreConnection.objects.create(store=store, kind="scripted", base_url="http://127.0.0.1:1")
    return store


def settled(store: Store, worker: Worker) -> None:
    """Bring a store up to date, so that its next window is a short one."""
    SyncCursor.objects.create(store=store, lane="orders", since=worker.now, not_before=worker.now)


def test_store_with_many_pages_lets_the_others_in_after_its_slice(
    store: Store, worker: Worker, platform: type[ScriptedPuller]
) -> None:
    small = connected()
    for each in (store, small):
        settled(each, worker)
    platform.pages += [*pages(3 * SLICE.pages)[: SLICE.pages], OrderPage(orders=(pulled("small"),))]
    worker.run(minutes=1)
    kept = RawOrder.objects.order_by("pk").values_list("store_id", flat=True)
    assert list(kept) == [store.pk] * SLICE.pages + [small.pk]


def test_long_window_that_is_cut_becomes_a_backlog_and_new_orders_come_first(
    store: Store, worker: Worker, platform: type[ScriptedPuller]
) -> None:
    platform.pages += [*pages(SLICE.pages + 1)[: SLICE.pages], trouble()]
    worker.run()
    live = SyncCursor.objects.get(is_backlog=False)
    behind = SyncCursor.objects.get(is_backlog=True)
    assert (live.since, live.until, live.page) == (worker.now, None, "")
    assert (behind.until, behind.goal, behind.page) == (
        worker.now,
        worker.now,
        f"p{SLICE.pages + 1}",
    )
    assert behind.since == worker.now - platform.first_look_back
    platform.asked.clear()
    worker.run(minutes=5)
    assert [page for _since, _until, page in platform.asked] == [None, f"p{SLICE.pages + 1}"]
    assert not SyncCursor.objects.filter(is_backlog=True).exists()


def test_backlog_is_counted_by_the_platform_once(
    store: Store,
    worker: Worker,
    platform: type[ScriptedPuller],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = []

    def count(self: ScriptedPuller, **window: object) -> int:
        asked.append(window)
        return 50_000

    monkeypatch.setattr(platform, "count_orders", count)
    platform.pages += [*pages(99)[: SLICE.pages], trouble()]
    worker.run()
    behind = SyncCursor.objects.get(is_backlog=True)
    assert (behind.counted, behind.taken) == (50_000, 0)
    platform.pages += [OrderPage(orders=()), *pages(99)[: SLICE.pages], trouble()]
    worker.run(minutes=2)
    behind.refresh_from_db()
    assert (behind.taken, len(asked)) == (SLICE.pages, 1)


def test_silence_during_a_backlog_makes_it_longer_and_leaves_no_gap(
    store: Store,
    worker: Worker,
    platform: type[ScriptedPuller],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(platform, "longest_window", HOUR)
    platform.pages += [OrderPage(orders=()), trouble()]
    worker.run()
    first = SyncCursor.objects.get(is_backlog=True)
    platform.pages += [OrderPage(orders=()), trouble()]
    worker.run(hours=3)
    first.refresh_from_db()
    assert first.goal == worker.now
    worker.run(minutes=20)
    assert not SyncCursor.objects.filter(is_backlog=True).exists()


def fail(worker: Worker, platform: type[ScriptedPuller], times: int) -> None:
    """Let a store fail so often, each time when its lane has rested."""
    for _time in range(times):
        platform.pages.append(trouble())
        SyncCursor.objects.update(not_before=worker.now)
        worker.run()


def test_line_that_fails_is_left_alone_and_the_others_go_on(
    store: Store, worker: Worker, platform: type[ScriptedPuller]
) -> None:
    worker.run()
    fail(worker, platform, OPENS_AFTER)
    state = LineState.objects.get()
    assert (state.store, state.probe_at) == (store, worker.now + FIRST_REST)
    assert (state.kind, state.last_error) == ("retry", "服务暂不可用")
    other = connected()
    platform.asked.clear()
    SyncCursor.objects.update(not_before=worker.now)
    worker.run(minutes=1)
    assert SyncCursor.objects.get(store=other).succeeded_at == worker.now
    assert len(platform.asked) == 1


def test_probe_is_one_page_and_success_closes_the_line(
    store: Store, worker: Worker, platform: type[ScriptedPuller]
) -> None:
    worker.run()
    fail(worker, platform, OPENS_AFTER)
    platform.asked.clear()
    platform.pages += pages(4)
    SyncCursor.objects.update(not_before=worker.now)
    worker.run(minutes=5)
    assert (LineState.objects.get().failures, LineState.objects.get().probe_at) == (0, None)
    assert len(platform.asked) == 4


def test_probe_that_fails_lets_the_store_rest_for_longer(
    store: Store, worker: Worker, platform: type[ScriptedPuller]
) -> None:
    worker.run()
    fail(worker, platform, OPENS_AFTER)
    platform.asked.clear()
    platform.pages += [trouble(), trouble()]
    SyncCursor.objects.update(not_before=worker.now)
    worker.run(minutes=5)
    assert len(platform.asked) == 1
    assert LineState.objects.get().probe_at == worker.now + 2 * FIRST_REST


def test_dead_token_stops_that_store_only(
    store: Store, worker: Worker, platform: type[ScriptedPuller]
) -> None:
    other = connected()
    platform.pages.append(trouble(ErrorKind.REAUTHORIZE, "local:token_dead"))
    worker.run()
    assert list(LineState.objects.values_list("store", flat=True)) == [store.pk]
    assert SyncCursor.objects.get(store=other).succeeded_at == worker.now
    noting.mend(store.pk)
    SyncCursor.objects.update(not_before=worker.now)
    worker.run()
    assert SyncCursor.objects.get(store=store).succeeded_at == worker.now


def test_paused_store_is_not_asked(
    store: Store, worker: Worker, platform: type[ScriptedPuller]
) -> None:
    LineState.objects.create(store=store, paused_at=worker.now)
    worker.run()
    assert platform.asked == []


def test_probe_is_given_to_one_worker_only(store: Store, worker: Worker) -> None:
    LineState.objects.create(store=store, failures=5, opened_at=worker.now, probe_at=worker.now)
    passes = [noting.admit(store.pk, now=worker.now) for _worker in range(2)]
    assert passes == [noting.Pass.PROBE, noting.Pass.NO]


def test_refusal_of_ours_says_nothing_about_the_line(store: Store, worker: Worker) -> None:
    LineState.objects.create(store=store, kind="retry", failures=3)
    error = trouble(ErrorKind.FATAL, "local:carrier")
    noting.note_answer(store.pk, error=error, now=worker.now)
    assert LineState.objects.get().failures == 3
    noting.note_answer(store.pk, error=trouble(ErrorKind.FATAL, "isv.no"), now=worker.now)
    assert LineState.objects.get().failures == 0


def test_lanes_of_one_store_may_be_asked_by_two_workers(
    store: Store, worker: Worker, platform: type[ScriptedPuller], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(platform, "pulls_refunds", True)
    with single_flight(f"channels.pull:{store.pk}:{Lane.REFUNDS}"):
        worker.run()
    assert (len(platform.asked), len(platform.asked_refunds)) == (1, 0)
