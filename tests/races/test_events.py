from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial

import pytest
from django.db import transaction

from oms.events import bus
from oms.events.types import StockChanged
from oms.models import EventDelivery
from tests.oms.events import handlers
from tests.races.together import await_waiting, closing, queued_behind, together

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _one_handler(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bus, "_handlers", {})
    bus.handles(StockChanged)(handlers.note)


def publish(count: int, *, now: datetime) -> list[EventDelivery]:
    with transaction.atomic():
        for sku_id in range(1, count + 1):
            bus.publish(StockChanged(sku_ids=[sku_id]), now=now)
    return list(EventDelivery.objects.order_by("pk"))


def test_two_workers_deliver_once(now: datetime) -> None:
    (row,) = publish(1, now=now)
    deliver = partial(bus.deliver, row.pk, now=now)
    assert sorted(queued_behind(row, deliver, deliver)) == [False, True]  # type: ignore[type-var]
    row.refresh_from_db()
    assert (row.attempts, row.delivered_at) == (1, now)
    assert handlers.noted() == [1]


def test_handler_that_outlasts_its_wait_is_not_run_beside_itself(
    now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    (row,) = publish(1, now=now)
    later = partial(bus.deliver, row.pk, now=now + timedelta(minutes=5))
    note, started = handlers.note, []

    def slow(*, sku_ids: list[int], now: datetime) -> None:
        note(sku_ids=sku_ids, now=now)
        started.append(pool.submit(closing, later))
        await_waiting(1)

    monkeypatch.setattr(handlers, "note", slow)
    with ThreadPoolExecutor(1) as pool:
        assert bus.deliver(row.pk, now=now)
    assert [second.result() for second in started] == [False]
    row.refresh_from_db()
    assert (row.attempts, row.delivered_at) == (1, now)
    assert handlers.noted() == [1]


def test_four_drains_share_the_work(now: datetime) -> None:
    publish(40, now=now)
    drain = partial(bus.deliver_due, now=now)
    results = together(drain, drain, drain, drain)
    assert sum(results) == 40  # type: ignore[arg-type]
    assert sorted(handlers.noted()) == list(range(1, 41))
    assert not EventDelivery.objects.exclude(attempts=1).exists()
