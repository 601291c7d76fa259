"""Where an order stands on the line and how long it stood at each station."""

from datetime import datetime, timedelta

import pytest

from oms.admin.orders.progress import Station, Visit, stations, visits
from oms.models import TimelineEntry

HOUR = timedelta(hours=1)


def entry(status: str, at: datetime, action: str = "x") -> TimelineEntry:
    return TimelineEntry(subject="order", subject_id=1, action=action, to_status=status, at=at)


def by_label(found: list[Station], state: str) -> list[str]:
    return [str(station.label) for station in found if station.state == state]


def line(
    status: str, of_order: list[Visit], now: datetime, of_document: tuple[Visit, ...] = ()
) -> list[Station]:
    return stations(status=status, of_order=of_order, of_document=of_document, now=now)


def test_each_stay_ends_when_the_next_begins(now: datetime) -> None:
    moves = [entry("pending_review", now - 3 * HOUR), entry("", now), entry("approved", now - HOUR)]
    assert visits(moves) == [
        Visit("pending_review", now - 3 * HOUR, now - HOUR),
        Visit("approved", now - HOUR, None),
    ]


def test_time_spent_is_the_sum_of_all_stays(now: datetime) -> None:
    stays = [
        Visit("pending_review", now - 9 * HOUR, now - 8 * HOUR),
        Visit("approved", now - 8 * HOUR, now - 6 * HOUR),
        Visit("pending_review", now - 6 * HOUR, now - 4 * HOUR),
        Visit("approved", now - 4 * HOUR, None),
    ]
    spent = {station.state: station.spent for station in line("approved", stays, now)}
    assert spent["done"] == 3 * HOUR
    assert spent["now"] == 6 * HOUR


def test_stations_passed_by_are_told_from_those_to_come(now: datetime) -> None:
    stays = [Visit("pending_review", now - HOUR, now), Visit("allocated", now, None)]
    found = line("allocated", stays, now)
    assert len(by_label(found, "now")) == 1
    assert len(by_label(found, "done")) == 1
    assert len(by_label(found, "skipped")) == 2
    assert by_label(found, "next")


@pytest.mark.parametrize(("status", "count"), [("unpaid", 0), ("pending_review", 0)])
def test_line_begins_where_the_order_came_in(now: datetime, status: str, count: int) -> None:
    found = line(status, [Visit(status, now, None)], now)
    assert found[0].state == "now"
    assert len(by_label(found, "skipped")) == count


def test_document_leads_once_there_is_one(now: datetime) -> None:
    of_document = (Visit("released", now - HOUR, now), Visit("picking", now, None))
    found = line("merged", [Visit("merged", now - HOUR, None)], now, of_document)
    [here] = [station for station in found if station.state == "now"]
    assert here.since == now


def test_cancelled_order_ends_where_it_was_cancelled(now: datetime) -> None:
    stays = [Visit("pending_review", now - HOUR, now), Visit("cancelled", now, None)]
    found = line("cancelled", stays, now)
    assert [station.state for station in found] == ["done", "now"]
    assert found[-1].since == now


def test_status_without_a_timeline_still_has_a_place(now: datetime) -> None:
    [here] = [station for station in line("shipped", [], now) if station.state == "now"]
    assert (here.since, here.spent) == (None, None)
