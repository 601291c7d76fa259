"""Line approved orders up: how long each waits for siblings, and for whose."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from oms import bulk
from oms.models import Order, Warehouse
from oms.rules import waiting
from oms.services.merging.facts import set_keys, settings_of
from oms.transitions import fire_rows

_Times = tuple[datetime, datetime]


def line_up(orders: Sequence[Order], *, now: datetime) -> None:
    """Give locked, approved orders their merge key and the end of their waiting.

    Urgent orders and those that nothing can join do not wait at all.
    """
    other_key = set_keys(orders)
    columns = ["merge_key", "merge_key_version"]
    bulk.update_columns(other_key, columns)
    cut_offs = _cut_offs()
    alike: dict[_Times, list[int]] = defaultdict(list)
    for order in orders:
        order.eligible_at = since = order.eligible_at or now
        order.release_at = _end_of_waiting(order, since, waiting.next_cut_off(since, cut_offs))
        alike[since, order.release_at].append(order.pk)
    # Most of a batch came in together and waits equally long: few statements, however many orders.
    for (since, until), ids in alike.items():
        Order.objects.filter(pk__in=ids).update(eligible_at=since, release_at=until)
    patient = [order for order in orders if order.release_at and order.release_at > now]
    fire_rows(patient, "await_siblings", now=now)


def _cut_offs() -> list[tuple[time, ZoneInfo]]:
    rows = Warehouse.objects.filter(is_active=True, cut_off__isnull=False)
    return [
        (at, ZoneInfo(zone))
        for at, zone in rows.values_list("cut_off", "timezone")
        if at is not None
    ]


def _end_of_waiting(order: Order, since: datetime, cut_off: datetime | None) -> datetime:
    if order.is_urgent or not order.merge_key:
        return max(since, order.not_before or since)
    end = waiting.release_at(
        since,
        wait=settings_of(order.store).wait,
        cut_off=cut_off,
        ship_by=order.ship_by,
        lead=timedelta(minutes=order.store.ship_lead_minutes),
    )
    return max(end, order.not_before or end)
