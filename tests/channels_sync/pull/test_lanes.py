"""Refunds are asked for beside the orders, with a mark and with troubles of their own."""

from datetime import datetime, timedelta

import pytest

from channels_sync.connectors.pulling import OrderPage, PulledRefund, RefundPage
from channels_sync.models import Lane, RawOrder, SyncCursor
from oms.integration.errors import ErrorKind, IntegrationError
from oms.models import Store
from tests.channels_sync.pull.conftest import Worker
from tests.channels_sync.pull.scripted import ScriptedPuller, pulled
from tests.factories.oms import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _with_refunds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ScriptedPuller, "pulls_refunds", True)


def refund(number: str, payload: str = "{}", at: datetime | None = NOW) -> PulledRefund:
    return PulledRefund(
        channel_refund_no=number, channel_order_no="1", modified_at=at, payload=payload
    )


def mark(lane: Lane) -> SyncCursor:
    return SyncCursor.objects.get(lane=lane)


def test_refunds_are_kept_beside_the_orders(
    store: Store, worker: Worker, platform: type[ScriptedPuller]
) -> None:
    platform.pages.append(OrderPage(orders=(pulled("1"),)))
    platform.refund_pages.append(RefundPage(refunds=(refund("R1"), refund("R2"))))
    assert worker.run() == 3
    events = RawOrder.objects.order_by("pk").values_list("event", "channel_order_no")
    assert list(events) == [
        ("order.updated", "1"),
        ("refund.updated", "1"),
        ("refund.updated", "1"),
    ]


def test_two_refunds_of_one_order_in_the_same_words_are_two(
    store: Store, worker: Worker, platform: type[ScriptedPuller]
) -> None:
    page = RefundPage(refunds=(refund("R1", "same"), refund("R2", "same")))
    platform.refund_pages += [page, page]
    assert (worker.run(), worker.run(minutes=1)) == (2, 0)


def test_trouble_with_refunds_leaves_the_orders_their_pace(
    store: Store, worker: Worker, platform: type[ScriptedPuller]
) -> None:
    platform.refund_pages.append(IntegrationError("no right", kind=ErrorKind.FATAL, code="11"))
    platform.pages += [OrderPage(orders=(pulled("1"),)), OrderPage(orders=(pulled("2"),))]
    assert (worker.run(), worker.run(seconds=40)) == (1, 1)
    assert (mark(Lane.ORDERS).failures, mark(Lane.REFUNDS).failures) == (0, 1)
    assert mark(Lane.REFUNDS).error_code == "11"


def test_long_silence_is_asked_for_slice_by_slice_beside_what_happens_now(
    store: Store,
    worker: Worker,
    platform: type[ScriptedPuller],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(platform, "longest_window", timedelta(hours=8))
    worker.run(minutes=1)
    live, *slices = platform.asked
    assert live[:2] == (worker.now - platform.overlap, worker.now)
    assert max(until - since for since, until, _cursor in slices) == timedelta(hours=8)
    gaps = zip(slices, slices[1:], strict=False)
    assert all(later[0] == earlier[1] - platform.overlap for earlier, later in gaps)
    assert slices[0][0] == worker.now - platform.first_look_back - platform.overlap
    assert slices[-1][1] == worker.now
    assert mark(Lane.ORDERS).since == worker.now
