"""The reasons for which platforms let their requests be refused: fetched ahead, kept by request."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext

from channels_sync.connectors.outbound import Outbound, RefusalReason, ReturnAnswer
from channels_sync.connectors.outbound_installed import outbounds
from channels_sync.models import RefusalReasons, StoreConnection
from channels_sync.services.push.lines import Line, NoLine
from oms.integration.errors import IntegrationError
from oms.models import ChannelRefund
from oms.models.locking import atomic_service
from oms.registries import RefusalChoice

log = logging.getLogger(__name__)
_PAGE = 50
_AGAIN = timedelta(minutes=15)
_KEPT = timedelta(days=60)


def choices(store_id: int, *, number: str) -> Sequence[RefusalChoice]:
    """Return the reasons that a store's platform offers for one of its requests."""
    connection = StoreConnection.objects.filter(store=store_id).first()
    if connection is None or connection.kind not in outbounds:
        return ()
    outbound = outbounds.get(connection.kind)
    if ReturnAnswer not in outbound.takes:
        return ()
    if outbound.refusal_reasons:
        return [RefusalChoice(each.code, gettext(each.words)) for each in outbound.refusal_reasons]
    kept = RefusalReasons.objects.filter(store=store_id, channel_refund_no=number)
    rows = kept.values_list("reasons", flat=True).first() or []
    return [RefusalChoice(*row) for row in rows]


def fetch_due(*, now: datetime) -> int:
    """Ask for the reasons of requests that wait for our answer; return of how many they came.

    One that gave none is asked about again later; what was kept for two months goes.
    """
    RefusalReasons.objects.filter(asked_at__lt=now - _KEPT).delete()
    due = _due(now)
    stores = list(due.order_by("store_id").values_list("store_id", flat=True).distinct())
    # A share for each: one whose platform is silent would fill every page until it answers.
    share = max(1, _PAGE // max(len(stores), 1))
    return sum(_fetch(store_id, _newest(due, store_id, share), now=now) for store_id in stores)


def _newest(due: QuerySet[ChannelRefund], store_id: int, count: int) -> list[str]:
    mine = due.filter(store=store_id).order_by("-pk")
    return list(mine.values_list("channel_refund_no", flat=True)[:count])


def _due(now: datetime) -> QuerySet[ChannelRefund]:
    kept = RefusalReasons.objects.filter(
        store=OuterRef("store"), channel_refund_no=OuterRef("channel_refund_no")
    )
    known = kept.exclude(reasons=[]) | kept.filter(not_before__gt=now)
    return ChannelRefund.objects.filter(
        ~Exists(known),
        stage=ChannelRefund.Stage.WAIT_MERCHANT,
        store__connection__is_active=True,
        store__connection__kind__in=_asking_kinds(),
    )


def _asking_kinds() -> list[str]:
    return [each.kind for each in outbounds if each.reasons_of is not Outbound.reasons_of]


def _fetch(store_id: int, numbers: Sequence[str], *, now: datetime) -> int:
    """Ask about a store's requests one after the other; the first silence is enough for now."""
    came = 0
    with Line(store_id) as line:
        for number in numbers:
            try:
                outbound = line.open(push=ReturnAnswer, reference=f"reasons {number}")
                found = outbound.reasons_of(number)
            except (IntegrationError, NoLine) as error:
                log.warning("reasons of store %s: %s", store_id, error)
                keep(store_id, number=number, reasons=(), now=now)
                break
            except Exception as error:  # noqa: BLE001  # a request nobody can ask about blocks none
                log.error("reasons of store %s: %s", store_id, type(error).__name__)
                keep(store_id, number=number, reasons=(), now=now)
                continue
            keep(store_id, number=number, reasons=found, now=now)
            came += 1
    return came


@atomic_service
def keep(store_id: int, *, number: str, reasons: Sequence[RefusalReason], now: datetime) -> None:
    """Keep what a platform offers for a request; nothing is asked for again after a while."""
    RefusalReasons.objects.update_or_create(
        store_id=store_id,
        channel_refund_no=number,
        defaults={
            "reasons": [[each.code, each.words, each.needs_photo] for each in reasons],
            "asked_at": now,
            "not_before": now + _AGAIN,
        },
    )
