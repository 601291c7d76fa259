"""Ways in without an account: made, opened, used up."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from aftersales.models import AfterSalesCase, CaseLink
from oms.access.checks import require
from oms.audit import timeline
from oms.models import Order, Shipment, User
from oms.models.locking import atomic_service
from oms.refusals import Refusal

Purpose = CaseLink.Purpose

FORM_LIFE = timedelta(days=14)
LOOKED_UP_FORM_LIFE = timedelta(hours=2)
STATUS_LIFE = timedelta(days=180)


class LinkNotValid(Refusal):
    message = _("This link is not valid any more.")


@dataclass(frozen=True, slots=True)
class NewLink:
    """The token is here once: what is kept is its hash."""

    link: CaseLink
    token: str


def token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _make(
    order_id: int,
    *,
    purpose: Purpose,
    life: timedelta,
    now: datetime,
    case: AfterSalesCase | None = None,
    made_by: User | None = None,
) -> NewLink:
    token = secrets.token_urlsafe(16)
    link = CaseLink.objects.create(
        token_hash=token_hash(token),
        purpose=purpose,
        order_id=order_id,
        case=case,
        made_by=made_by,
        created_at=now,
        expires_at=now + life,
    )
    return NewLink(link, token)


@atomic_service
def make_form_link(order_id: int, *, actor: User, now: datetime) -> NewLink:
    """Make a link for a buyer who asked customer service; it files one case.

    :raises NotAllowed: if the person may not open cases in the store
    """
    order = Order.objects.select_related("store").get(pk=order_id)
    require(actor, "open_cases", order.store)
    timeline.record(order.SUBJECT, order.pk, "make_return_link", at=now, actor=actor)
    return _make(order_id, purpose=Purpose.FORM, life=FORM_LIFE, now=now, made_by=actor)


@atomic_service
def make_status_link(case: AfterSalesCase, *, now: datetime) -> NewLink:
    purpose, life = Purpose.STATUS, STATUS_LIFE
    return _make(case.order_id, purpose=purpose, life=life, now=now, case=case)


@atomic_service
def look_up(waybill_no: str, *, order_no: str, now: datetime) -> NewLink | None:
    """Return a form link for whoever holds the parcel and knows its order; None for any other pair.

    Both numbers together are what a buyer has in his hands; nothing tells which of the two was
    wrong. An order that traveled with others in one parcel is found by its own number.
    """
    numbers = {waybill_no, waybill_no.upper()} - {""}
    parcels = Shipment.objects.filter(waybill_no__in=numbers).values("pk")
    named = Q(channel_order_no__in={order_no, order_no.upper()}) | Q(order_no=order_no.upper())
    inside = Q(items__fulfillment_lines__shipment_lines__shipment__in=parcels)
    orders = Order.objects.filter(named, inside).order_by("pk").distinct()
    ids = list(orders.values_list("pk", flat=True)[:2])
    if len(ids) != 1:
        return None
    return _make(ids[0], purpose=Purpose.FORM, life=LOOKED_UP_FORM_LIFE, now=now)


def find(token: str, *, purpose: Purpose, now: datetime) -> CaseLink:
    """Return the link of a token, used up or not.

    :raises LinkNotValid: for a token that never was, of another purpose, or that ran out
    """
    rows = CaseLink.objects.select_related("order__store", "case__order", "case__store")
    link = rows.filter(token_hash=token_hash(token), purpose=purpose, expires_at__gt=now).first()
    if link is None:
        raise LinkNotValid
    return link
