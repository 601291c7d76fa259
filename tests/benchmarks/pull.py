"""`pull`: a shop's backlog through the line, the mapper and the core, page by page.

Beside it the orders' rows alone, written by COPY. What is pulled must not pile up in memory.
"""

import os
import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path

from django.db.models import Sum
from django.utils import timezone

from channels_sync.connectors.tokens import TokenReply
from channels_sync.models import Lane, StoreConnection, SyncCursor
from channels_sync.services import intake
from channels_sync.services.pull import pulling
from channels_sync.services.tokens import keep_token
from channels_sync.simulator.goods import PRODUCTS
from oms.integration.pacing import TokenBucket
from oms.models import CallLog, Channel, Order, Sku, Store
from tests.benchmarks import backlog
from tests.benchmarks.copies import OFFSET, Recording
from tests.benchmarks.harness import Result, timed
from tests.benchmarks.memory import Memory
from tests.benchmarks.world import store

ORDERS = int(os.environ.get("OMS_TEST_BENCH_PULL", "50000"))
_RECORDED = 2_000
_MOST_GROWTH = 64
"""Megabytes that the process may grow by between a fifth of the backlog and all of it."""


def run() -> list[Result]:
    """Pull and take in the whole backlog once, beside the same number of rows by COPY."""
    store()
    # How fast we may ask is the platform's rule; measured is how fast we could.
    setattr(TokenBucket, "reserve", lambda _self, *, longest: 0.0)  # noqa: B010
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "backlog.sqlite3"
        until = timezone.now().replace(microsecond=0) - timedelta(hours=1)
        since = backlog.fill(path, count=ORDERS, until=until)
        with backlog.serving(path) as url:
            return [_measure(_connect(url, since=since))]


def _measure(line: StoreConnection) -> Result:
    """Both in turns: after so many pulled orders as were recorded, the same number by COPY."""
    memory, mine, bare, written, count = Memory(ORDERS), 0.0, 0.0, 0, 0
    recording: Recording | None = None
    while count < ORDERS:
        mine += timed(lambda _number: _round(line), written)
        count = _orders(line)
        memory.note(count)
        recording = recording or _record(line)
        while (written + 1) * recording.orders <= count:
            bare += timed(recording.write, written)
            written += 1
    if count != ORDERS or recording is None:
        raise AssertionError(f"{count} orders of {ORDERS}")
    if memory.growth > _MOST_GROWTH:
        raise AssertionError(f"the process grew: {memory}")
    value, base = ORDERS / mine, written * recording.orders / bare
    waited = CallLog.objects.filter(store_id=line.store_id).aggregate(ms=Sum("duration_ms"))["ms"]
    return Result(
        "pull", "orders/s", value, base, value / base, "none", True, value,
        f"{ORDERS:,} orders; {waited / 10 / mine:.0f} % of the time the simulator's; {memory}",
    )  # fmt: skip


def _record(line: StoreConnection) -> Recording:
    rows = Order.objects.filter(store=line.store_id).order_by("pk")
    return Recording(list(rows.values_list("pk", flat=True)[:_RECORDED]))


def _round(line: StoreConnection) -> None:
    """Do what the worker does in its minute."""
    before, now = _orders(line), timezone.now()
    SyncCursor.objects.update(not_before=now)
    pulling.pull_store(line, now=now, end=time.monotonic() + 10)
    while intake.drain(now=timezone.now()):
        pass
    if _orders(line) == before:
        raise AssertionError(f"nothing came; {SyncCursor.objects.values_list('last_error')[:2]}")


def _connect(url: str, *, since: datetime) -> StoreConnection:
    app, now = backlog.PLATFORM.app, timezone.now()
    for product in PRODUCTS[:2]:
        Sku.objects.get_or_create(code=product.sku_code, defaults={"name": product.title})
    channel = Channel.objects.create(code="backlog", name="backlog", kind=backlog.PLATFORM.key)
    shop = Store.objects.create(code=app.store, name="backlog", channel=channel, maps_by_code=True)
    keys = {"client_id": app.key, "client_secret": app.secret}
    line = StoreConnection.objects.create(
        store=shop, kind=backlog.PLATFORM.key, base_url=url, credentials=keys
    )
    reply = TokenReply(
        access_token=app.access_token,
        refresh_token=app.refresh_token,
        access_expires_at=now + timedelta(days=1),
    )
    keep_token(line.pk, reply=reply, now=now)
    SyncCursor.objects.create(store=shop, lane=Lane.ORDERS, since=since, not_before=now)
    SyncCursor.objects.create(store=shop, lane=Lane.REFUNDS, since=now, not_before=now)
    return line


def _orders(line: StoreConnection) -> int:
    return Order.objects.filter(store=line.store_id, pk__lt=OFFSET).count()
