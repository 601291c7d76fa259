"""The signs that a merchant works beside his system: each measured, or said not to be.

The first four are domain knowledge: lists carried by hand more than three times a day, stock
conflicts on two channels or more, orders paid and not shipped, payouts that differ from the
records. The fifth, parcels told of and not scanned, is what platforms fine stores for.
"""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.db.models import Count, Q

from channels_sync.models import Finding, PayoutFinding, PayoutStatement
from channels_sync.services.carried import worst_day
from channels_sync.services.reconciling.judging import OPEN
from oms.flows.order import SHIPPABLE
from oms.models import Order, OrderHold, Shipment, Store
from oms.queries.parcels import unscanned_by_store

BY_HAND_A_DAY = 3
CONFLICTING_CHANNELS = 2
UNSHIPPED = timedelta(hours=48)
_WEEK = timedelta(days=7)
_DAY = timedelta(days=1)
_STATEMENT_LASTS = timedelta(days=45)
"""Statements come by the month: an older one says nothing of now."""


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
    """Measure the signs over some stores."""
    stores = list(Store.objects.filter(pk__in=store_ids, is_active=True).select_related("channel"))
    return [
        Sign("by_hand", tuple(_by_hand(stores, now=now))),
        Sign("conflicts", tuple(_conflicts(stores, now=now))),
        Sign("unshipped", tuple(_unshipped(stores, now=now))),
        Sign("payout", tuple(_payout(stores, now=now))),
        Sign("unscanned", tuple(_unscanned(stores, now=now))),
    ]


def _by_hand(stores: Collection[Store], *, now: datetime) -> list[Reading]:
    """Files carried in and out per store on its worst day of the last seven."""
    worst = worst_day(stores, since=now - _WEEK)
    return [
        Reading(str(store), _over(worst[store.pk], BY_HAND_A_DAY), worst[store.pk])
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
    """Open differences between payouts and record: what statements of the last weeks and checked
    days of the last one left open. Without a recent statement nothing is called fine."""
    given = set(
        PayoutStatement.objects.filter(
            store__in=stores,
            compared_at__isnull=False,
            last_day__gte=(now - _STATEMENT_LASTS).date(),
        ).values_list("store", flat=True)
    )
    counts = _open_days(stores, since=now - _WEEK) + _open_payouts(stores)
    readings = []
    for store in stores:
        count = counts[store.pk]
        is_known = store.pk in given or count
        level = _over(count, 0) if is_known else Level.UNKNOWN
        readings.append(Reading(str(store), level, count if is_known else None))
    return readings


def _open_days(stores: Collection[Store], *, since: datetime) -> Counter[int]:
    money = (Finding.Kind.AMOUNT, Finding.Kind.REFUND)
    rows = Finding.objects.filter(
        store__in=stores, kind__in=money, state__in=OPEN, day__day__gte=since.date()
    )
    return Counter(dict(rows.values_list("store").annotate(n=Count("pk"))))


def _open_payouts(stores: Collection[Store]) -> Counter[int]:
    rows = PayoutFinding.objects.filter(store__in=stores, state=PayoutFinding.State.OPEN)
    return Counter(dict(rows.values_list("store").annotate(n=Count("pk"))))


def _unscanned(stores: Collection[Store], *, now: datetime) -> list[Reading]:
    """Parcels that the channel was told of and no carrier scanned in time; unknown where none of
    the last week's parcels can be asked about, or the store does not want to know."""
    parcels = Shipment.objects.filter(
        fulfillment__store__in=stores, scan_expected=True, created_at__gte=now - _WEEK
    )
    asked = set(parcels.order_by().values_list("fulfillment__store", flat=True).distinct())
    counts = unscanned_by_store([store.pk for store in stores], now=now)
    return [
        Reading(str(store), _over(counts.get(store.pk, 0), 0), counts.get(store.pk, 0))
        if store.scan_within_hours and (store.pk in asked or store.pk in counts)
        else Reading(str(store), Level.UNKNOWN)
        for store in stores
    ]


def _over(value: int, limit: int) -> Level:
    return Level.TROUBLE if value > limit else Level.FINE
