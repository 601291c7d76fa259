"""What is known about the buyer and the request, so that whoever decides need not look it up."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from aftersales.flows import Approval
from aftersales.models import AfterSalesCase
from oms.models import ExpectedReturn, Order

LOOK_BACK = timedelta(days=180)
MANY_CASES = 3


@dataclass(frozen=True, slots=True)
class History:
    """Of the last 180 days, other than the case itself. A buyer who is not known has none."""

    orders: int
    cases: int
    rejected: int

    @property
    def is_unusual(self) -> bool:
        return self.cases >= MANY_CASES or self.rejected > 0


def history(case: AfterSalesCase, *, now: datetime) -> History:
    if case.order.buyer_id is None:
        return History(0, 0, 0)
    orders = Order.objects.filter(buyer=case.order.buyer_id, ordered_at__gte=now - LOOK_BACK)
    cases = AfterSalesCase.objects.filter(
        order__buyer=case.order.buyer_id, opened_at__gte=now - LOOK_BACK
    ).exclude(pk=case.pk)
    rejected = cases.filter(approval=Approval.REJECTED)
    return History(orders.count(), cases.count(), rejected.count())


def flags(case: AfterSalesCase, *, now: datetime) -> list[str]:
    """Return what is unusual about a case, in words for whoever decides."""
    found = []
    seen = case.photos.filter(seen_in__isnull=False).select_related("seen_in").first()
    if seen is not None:
        found.append(_("A photo was used before, in %(case)s.") % {"case": seen.seen_in})
    other = waybill_used_before(case)
    if other:
        found.append(_("The return waybill was used before, for %(case)s.") % {"case": other})
    past = history(case, now=now)
    if past.rejected:
        found.append(_("An earlier request of this buyer was rejected."))
    if past.cases >= MANY_CASES:
        text = ngettext(
            "This buyer made %(count)d request in 180 days.",
            "This buyer made %(count)d requests in 180 days.",
            past.cases,
        )
        found.append(text % {"count": past.cases})
    return found


def waybill_used_before(case: AfterSalesCase) -> str:
    """Return the case under whose name the same parcel number came or is to come, or "".

    One parcel may bring the goods of several cases of one buyer: that is nothing unusual.
    """
    mine = ExpectedReturn.objects.filter(case_no=case.case_no).exclude(return_waybill_no="").first()
    if mine is None:
        return ""
    same = ExpectedReturn.objects.filter(return_waybill_no=mine.return_waybill_no)
    others = same.exclude(pk=mine.pk).select_related("order").order_by("pk")
    for other in others:
        is_same_buyer = other.order is not None and _same_buyer(other.order, case.order)
        if not is_same_buyer or (other.received_at and other.received_at < mine.created_at):
            return other.case_no or other.return_no
    return ""


def _same_buyer(one: Order, other: Order) -> bool:
    return one.pk == other.pk or (one.buyer_id is not None and one.buyer_id == other.buyer_id)
