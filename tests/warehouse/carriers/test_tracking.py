from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warehouse.carriers.tracking import current_status, event_id, status_from_text
from warehouse.dto import TrackEvent, TrackStatus

START = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
S = TrackStatus


def events(*statuses: TrackStatus, every: timedelta = timedelta(hours=1)) -> list[TrackEvent]:
    return [
        TrackEvent(
            waybill_no="SF1",
            event_id=str(number),
            at=START + number * every,
            status=status,
            code="",
        )
        for number, status in enumerate(statuses)
    ]


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("快件已退回寄件人", S.RETURNING),
        ("收方拒收,快件退回中", S.RETURNING),
        ("您的快件已签收", S.DELIVERED),
        ("快件已由丰巢代收,请及时取件", S.READY_FOR_PICKUP),
        ("已签收(驿站),请及时取件", S.READY_FOR_PICKUP),
        ("快件到达菜鸟驿站", S.READY_FOR_PICKUP),
        ("正在派送途中", S.OUT_FOR_DELIVERY),
        ("因天气原因滞留", S.EXCEPTION),
        ("顺丰速运 已收取快件", S.COLLECTED),
        ("快件到达 【郑州园博中转场】", S.IN_TRANSIT),
        ("快件离开杭州,发往深圳", S.IN_TRANSIT),
        ("", S.UNKNOWN),
        ("。", S.UNKNOWN),
    ],
)
def test_words_tell_the_status(text: str, status: TrackStatus) -> None:
    assert status_from_text(text) is status


@pytest.mark.parametrize(
    ("told", "status"),
    [
        ([], S.UNKNOWN),
        ([S.COLLECTED, S.IN_TRANSIT], S.IN_TRANSIT),
        ([S.OUT_FOR_DELIVERY, S.EXCEPTION, S.OUT_FOR_DELIVERY], S.OUT_FOR_DELIVERY),
        ([S.IN_TRANSIT, S.UNKNOWN], S.IN_TRANSIT),
        ([S.DELIVERED, S.IN_TRANSIT], S.DELIVERED),
        ([S.EXCEPTION, S.RETURNING, S.IN_TRANSIT], S.RETURNING),
        ([S.RETURNING, S.IN_TRANSIT, S.DELIVERED], S.RETURNED),
        ([S.RETURNED, S.DELIVERED], S.RETURNED),
        ([S.CANCELLED, S.COLLECTED], S.COLLECTED),
    ],
)
def test_status_follows_the_events(told: list[TrackStatus], status: TrackStatus) -> None:
    assert current_status(events(*told)) is status


def test_of_two_at_one_second_the_further_counts() -> None:
    told = events(S.OUT_FOR_DELIVERY, S.IN_TRANSIT, every=timedelta(0))
    assert current_status(told) is S.OUT_FOR_DELIVERY


@given(
    st.lists(st.sampled_from(S), max_size=8).flatmap(lambda told: st.permutations(events(*told)))
)
def test_status_does_not_depend_on_the_order_of_arrival(shuffled: list[TrackEvent]) -> None:
    assert current_status(shuffled) is current_status(sorted(shuffled, key=lambda e: e.at))


def test_event_is_named_by_what_it_says() -> None:
    names = {
        event_id("SF1", START, "50", "a"),
        event_id("SF2", START, "50", "a"),
        event_id("SF1", START + timedelta(seconds=1), "50", "a"),
        event_id("SF1", START, "51", "a"),
        event_id("SF1", START, "50", "b"),
    }
    assert len(names) == 5
    assert event_id("SF1", START, "50", "a") in names
