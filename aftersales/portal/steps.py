"""A case as its buyer follows it: what is done, what happens now, what comes next, and when."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.utils.translation import gettext as _

from aftersales.flows import Approval, CaseStatus, Money, Receipt
from aftersales.models import AfterSalesCase, Kind
from aftersales.models.words import carrier_label
from aftersales.services.closing import APPROVAL_KIND
from aftersales.services.exchanges import replacement_parcels
from oms.models import ApprovalStep, ExpectedReturn


class Standing(StrEnum):
    DONE = "done"
    NOW = "now"
    NEXT = "next"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Step:
    """``at`` is when it happened, ``until`` by when it will have."""

    title: str
    standing: Standing
    text: str = ""
    at: datetime | None = None
    until: datetime | None = None


def steps(case: AfterSalesCase, *, parcel: ExpectedReturn | None) -> list[Step]:
    return [
        Step(_("We have your request"), Standing.DONE, at=case.opened_at),
        *_decision(case),
        *(_goods(case, parcel) if case.wants_goods_back else ()),
        *(_replacement(case) if case.kind == Kind.EXCHANGE else _money(case)),
    ]


def _decision(case: AfterSalesCase) -> Iterator[Step]:
    if case.approval == Approval.APPROVED:
        yield Step(_("The shop agrees"), Standing.DONE, at=case.approved_at)
    elif case.approval == Approval.REJECTED:
        why = rejection(case)
        yield Step(_("The shop does not agree"), Standing.BAD, why, at=case.approval_since)
    elif case.status == CaseStatus.OPEN:
        text = _("A person looks at it. You need not do anything.")
        yield Step(_("The shop decides"), Standing.NOW, text, until=case.deadline_at)
    if case.status == CaseStatus.WITHDRAWN:
        yield Step(_("Withdrawn"), Standing.BAD, at=case.closed_at)


def rejection(case: AfterSalesCase) -> str:
    """Return the reason that whoever rejected wrote for the buyer."""
    votes = ApprovalStep.objects.filter(
        request__kind=APPROVAL_KIND, request__subject=case.case_no, status="rejected"
    )
    return votes.order_by("-pk").values_list("comment", flat=True).first() or ""


def _goods(case: AfterSalesCase, parcel: ExpectedReturn | None) -> Iterator[Step]:
    if _is_over(case):
        return
    title = _("You send the goods back")
    here = case.receipt in (Receipt.PARTLY_RECEIVED, Receipt.RECEIVED)
    sent = here or bool(parcel and parcel.return_waybill_no)
    if sent:
        under = ""
        if parcel is not None:
            under = f"{carrier_label(parcel.return_carrier)} {parcel.return_waybill_no}".strip()
        yield Step(title, Standing.DONE, under)
    elif case.approval == Approval.APPROVED:
        yield Step(title, Standing.NOW, _("See below where to."), until=case.deadline_at)
    else:
        yield Step(title, Standing.NEXT)
    yield _arrival(case, sent=sent)


def _arrival(case: AfterSalesCase, *, sent: bool) -> Step:
    title = _("The goods arrive")
    if case.receipt == Receipt.RECEIVED:
        return Step(title, Standing.DONE, at=case.received_at)
    if case.receipt == Receipt.PARTLY_RECEIVED:
        text = _("A part has arrived. We are looking for the rest and will contact you.")
        return Step(title, Standing.NOW, text, at=case.receipt_since)
    return Step(title, Standing.NOW if sent else Standing.NEXT)


def _replacement(case: AfterSalesCase) -> Iterator[Step]:
    if _is_over(case):
        return
    parcels = replacement_parcels(case)
    if parcels:
        under = ", ".join(f"{carrier_label(one.carrier)} {one.waybill_no}" for one in parcels)
        at = parcels[0].handed_over_at
        yield Step(_("The other one is on its way to you"), Standing.DONE, under, at=at)
        return
    title = _("We send you the other one")
    if case.receipt == Receipt.RECEIVED and case.approval == Approval.APPROVED:
        yield Step(title, Standing.NOW, until=case.deadline_at)
    elif case.status == CaseStatus.OPEN:
        yield Step(title, Standing.NEXT)


def _money(case: AfterSalesCase) -> Iterator[Step]:
    if _is_over(case) and case.money == Money.NONE:
        return
    title = _("Your money is on its way")
    done = _("Your money is back")
    if case.money in (Money.CONFIRMED, Money.DONE_BY_PLATFORM):
        yield Step(done, Standing.DONE, _("To where you paid from."), at=case.money_since)
    elif case.money == Money.NONE:
        waits = case.receipt in (Receipt.RECEIVED, Receipt.NOT_NEEDED)
        agreed = case.approval == Approval.APPROVED
        yield Step(
            title, Standing.NOW if waits and agreed else Standing.NEXT, until=_money_by(case)
        )
    else:
        text = _("It goes back to where you paid from; banks take one to five days.")
        yield Step(title, Standing.NOW, text, at=case.money_since)


def _money_by(case: AfterSalesCase) -> datetime | None:
    return case.deadline_at if case.receipt == Receipt.RECEIVED else None


def _is_over(case: AfterSalesCase) -> bool:
    return case.approval == Approval.REJECTED or case.status == CaseStatus.WITHDRAWN
