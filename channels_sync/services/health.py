"""The four signs that a merchant works beside his system: each measured, or said not to be.

The signs are domain knowledge: lists carried by hand more than three times a day, stock conflicts
on two channels or more, orders paid and not shipped, payouts that differ from the records.
"""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.db.models import Count, F, Q

from channels_sync.connectors.ledgers_installed import ledgers
from channels_sync.models import Finding, ReconciledDay, StoreConnection
from channels_sync.services.imports.running import KIND
from channels_sync.services.reconciling.judging import OPEN
from oms.flows.order import SHIPPABLE
from oms.models import Job, Order, OrderHold, Store

BY_HAND_A_DAY = 3
CONFLICTING_CHANNELS = 2
UNSHIPPED = timedelta(hours=48)
_WEEK = timedelta(days=7)
_DAY = timedelta(days=1)


class Level(StrEnum):
    """``UNKNOWN``: not measured, which is never the same as fine."""

    FINE = "fine"
    TROUBLE = "trouble"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Reading:
    """One sign in one place. ``value`` is the number that was measured, None if none was."""

    place: str
    level: Level
    value: int | None = None


@dataclass(frozen=True, slots=True)
class Sign:
    """``key`` names it; the words and the advice stand on the page."""

    key: str
    readings: tuple[Reading, ...]

    @property
    def level(self) -> Level:
        levels = {reading.level for reading in self.readings}
        if Level.TROUBLE in levels:
            return Level.TROUBLE
        return Level.FINE if levels == {Level.FINE} else Level.UNKNOWN


def check(store_ids: Collection[int], *, now: datetime) -> list[Sign]:
    """Measure the four signs over some stores."""
    stores = list(Store.objects.filter(pk__in=store_ids, is_active=True).select_related("channel"))
    return [
        Sign("by_hand", tuple(_by_hand(stores, now=now))),
        Sign("conflicts", tuple(_conflicts(stores, now=now))),
        Sign("unshipped", tuple(_unshipped(stores, now=now))),
        Sign("payout", tuple(_payout(stores, now=now))),
    ]


def _by_hand(stores: Collection[Store], *, now: datetime) -> list[Reading]:
    """Order files per store on its worst day of the last seven, counted where they are imported."""
    jobs = Job.objects.filter(kind=KIND, created_at__gte=now - _WEEK, params__dry_run=False)
    days = Counter(
        (store_id, at.date())
        for store_id, at in jobs.values_list("params__store_id", "created_at").iterator()
    )
    worst: dict[int, int] = {}
    for (store_id, _day), count in days.items():
        worst[store_id] = max(worst.get(store_id, 0), count)
    return [
        Reading(str(store), _over(worst.get(store.pk, 0), BY_HAND_A_DAY), worst.get(store.pk, 0))
        for store in stores
    ]


def _conflicts(stores: Collection[Store], *, now: datetime) -> list[Reading]:
    """Orders of the last day, per channel, that came in for more than could be sold."""
    holds = OrderHold.objects.filter(
        code="shortage", placed_at__gte=now - _DAY, order__store__in=stores
    )
    counts = dict(
        holds.values_list("order__store__channel__name").annotate(n=Count("order", distinct=True))
    )
    level = Level.TROUBLE if len(counts) >= CONFLICTING_CHANNELS else Level.FINE
    channels = sorted({store.channel.name for store in stores})
    return [
        Reading(name, level if name in counts else Level.FINE, counts.get(name, 0))
        for name in channels
    ]


def _unshipped(stores: Collection[Store], *, now: datetime) -> list[Reading]:
    """Orders paid for more than 48 hours, or past their time to ship, that nothing left of."""
    late = Q(ship_by__lt=now) | Q(ship_by=None, paid_at__lt=now - UNSHIPPED)
    rows = Order.objects.filter(late, store__in=stores, status__in=SHIPPABLE)
    counts = dict(rows.exclude(paid_at=None).values_list("store").annotate(n=Count("pk")))
    return [
        Reading(str(store), _over(counts.get(store.pk, 0), 0), counts.get(store.pk, 0))
        for store in stores
    ]


def _payout(stores: Collection[Store], *, now: datetime) -> list[Reading]:
    """Open differences in money of the last week's checked days; unknown without a checked day."""
    kinds = [ledger.kind for ledger in ledgers]
    lines = StoreConnection.objects.filter(store__in=stores, kind__in=kinds)
    listed = set(lines.values_list("store", flat=True))
    since = (now - _WEEK).date()
    checked = set(
        ReconciledDay.objects.filter(
            store__in=stores, state=ReconciledDay.State.DONE, day__gte=since
        ).values_list("store", flat=True)
    )
    money = (Finding.Kind.AMOUNT, Finding.Kind.REFUND)
    open_rows = Finding.objects.filter(store__in=stores, kind__in=money, state__in=OPEN)
    counts = dict(
        open_rows.filter(day__day__gte=since).values_list(F("store")).annotate(n=Count("pk"))
    )
    return [
        Reading(str(store), _over(counts.get(store.pk, 0), 0), counts.get(store.pk, 0))
        if store.pk in listed & checked
        else Reading(str(store), Level.UNKNOWN)
        for store in stores
    ]


def _over(value: int, limit: int) -> Level:
    return Level.TROUBLE if value > limit else Level.FINE
