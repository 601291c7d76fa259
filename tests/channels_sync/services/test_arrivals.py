"""What a platform tells is kept once, whoever else keeps it at the same time."""

from collections.abc import Sequence
from typing import Any

import pytest

from channels_sync.models import RawOrder
from channels_sync.services import arrivals
from channels_sync.services.arrivals import Arrival, keep
from tests.factories.oms import NOW, StoreFactory

pytestmark = pytest.mark.django_db


def arrival(event_id: str, **told: Any) -> Arrival:
    first = {"source": "pull", "event": "order.updated", "channel_order_no": "1", "payload": "{}"}
    return Arrival(**{**first, "event_id": event_id, **told})


def events() -> list[str]:
    return list(RawOrder.objects.order_by("event_id").values_list("event_id", flat=True))


def test_page_that_overlaps_keeps_its_news_only() -> None:
    store = StoreFactory.create().pk
    assert keep(store, arrivals=[arrival("a"), arrival("b")], now=NOW) == 2
    assert keep(store, arrivals=[arrival("b"), arrival("c"), arrival("c")], now=NOW) == 1
    assert events() == ["a", "b", "c"]


def test_same_event_of_another_source_or_store_is_another() -> None:
    one, two = StoreFactory.create().pk, StoreFactory.create().pk
    keep(one, arrivals=[arrival("a")], now=NOW)
    assert keep(one, arrivals=[arrival("a", source="webhook")], now=NOW) == 1
    assert keep(two, arrivals=[arrival("a")], now=NOW) == 1


def test_what_has_no_number_is_always_kept() -> None:
    assert keep(StoreFactory.create().pk, arrivals=[arrival(""), arrival("")], now=NOW) == 2


@pytest.mark.parametrize("count", [3, 40])
def test_what_another_keeps_meanwhile_is_left_to_him(
    monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    store = StoreFactory.create().pk

    def looked_too_early(rows: Sequence[RawOrder]) -> list[RawOrder]:
        # The other one's row is committed after we looked.
        keep_alone(store, [arrival("e0")])
        return list(rows)

    monkeypatch.setattr(arrivals, "_unknown", looked_too_early)
    told = [arrival(f"e{number}") for number in range(count)]
    assert keep(store, arrivals=told, now=NOW) == count - 1
    assert len(events()) == count


def keep_alone(store: int, told: Sequence[Arrival]) -> None:
    for each in told:
        RawOrder.objects.create(
            store_id=store,
            source=each.source,
            event_id=each.event_id,
            payload=each.payload,
            digest="",
            received_at=NOW,
            status="received",
            status_at=NOW,
        )


def test_nothing_told_is_nothing_kept() -> None:
    assert keep(StoreFactory.create().pk, arrivals=[], now=NOW) == 0
