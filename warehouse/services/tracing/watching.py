"""Which parcels are followed, and at which account of their carrier."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from oms.flows.shipment import ON_THE_ROAD, ShipmentStatus
from oms.models import Shipment
from oms.models.locking import atomic_service
from oms.services.fulfillment.progress import expect_scan, lock_parcels
from warehouse.carriers.installed import carriers
from warehouse.models import CarrierAccount, Trace, Waybill
from warehouse.services.tracing.booking import settle
from warehouse.services.tracing.pacing import FIRST_ASKED, LABELLED_ASKED

_FOLLOWED = (ShipmentStatus.LABELLED, *ON_THE_ROAD)
_PAGE = 200
_OWN = CarrierAccount.Issuer.CARRIER


@atomic_service
def watch_labelled(shipment_ids: Collection[int], *, now: datetime) -> None:
    """Follow parcels from the moment at which they have a waybill, or another one."""
    for shipment in _parcels(shipment_ids):
        watch(shipment, now=now)


@atomic_service
def watch_shipped(shipment_ids: Collection[int], *, now: datetime) -> None:
    """Ask soon about parcels that left; what the carrier told before that counts from now on."""
    lock_parcels(shipment_ids)
    for shipment in _parcels(shipment_ids):
        if watch(shipment, now=now):
            settle(shipment.pk, now=now)


def watch_missed(*, now: datetime, limit: int = _PAGE) -> int:
    """Follow parcels on the road that nobody follows, since their carrier's account is new."""
    account = (
        _own_accounts()
        .filter(carrier=OuterRef("carrier"))
        .filter(
            Q(warehouse=OuterRef("fulfillment__warehouse"))
            | Q(store=OuterRef("fulfillment__store"), warehouse=None)
        )
    )
    kinds = [kind.kind for kind in carriers]
    missed = Shipment.objects.filter(
        Exists(account), status__in=ON_THE_ROAD, trace=None, carrier__in=kinds
    ).exclude(waybill_no=None)
    ids = list(missed.order_by("-pk").values_list("pk", flat=True)[:limit])
    for shipment_id in ids:
        watch_shipped([shipment_id], now=now)
    return len(ids)


@atomic_service
def watch(shipment: Shipment, *, now: datetime) -> bool:
    """Ask about a parcel under its present waybill; return whether somebody can be asked."""
    account = _account(shipment) if shipment.waybill_no else None
    expect_scan(shipment.pk, is_expected=account is not None, now=now)
    if account is None:
        return False
    wait = FIRST_ASKED if shipment.status in ON_THE_ROAD else LABELLED_ASKED
    Trace.objects.update_or_create(
        shipment=shipment,
        defaults={
            "account": account,
            "waybill_no": shipment.waybill_no or "",
            "due_at": now + wait,
            "failures": 0,
            "last_error": "",
            "ended_at": None,
        },
    )
    return True


def _parcels(shipment_ids: Collection[int]) -> list[Shipment]:
    rows = Shipment.objects.filter(pk__in=shipment_ids, status__in=_FOLLOWED)
    return list(rows.select_related("fulfillment").order_by("pk"))


def _own_accounts() -> QuerySet[CarrierAccount]:
    """Return the accounts at carriers; a platform's e-waybill service answers for no parcel."""
    return CarrierAccount.objects.filter(is_active=True, issuer=_OWN)


def _account(shipment: Shipment) -> CarrierAccount | None:
    """Return the account that issued the waybill, else one of its carrier that may ask about it."""
    issued = Waybill.objects.filter(
        shipment=shipment, waybill_no=shipment.waybill_no, account__issuer=_OWN
    )
    row = issued.select_related("account").order_by("-pk").first()
    if row is not None and row.account.carrier in carriers:
        return row.account
    if shipment.carrier not in carriers:
        return None
    document = shipment.fulfillment
    rows = (
        _own_accounts()
        .filter(carrier=shipment.carrier)
        .filter(Q(warehouse=document.warehouse_id) | Q(store=document.store_id, warehouse=None))
    )
    return rows.order_by("priority", "pk").first()
