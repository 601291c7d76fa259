"""Everything that a decision needs, on one page: left the request, right the facts."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from aftersales.flows import CaseStatus
from aftersales.models import AfterSalesCase, CaseLine
from aftersales.models.axes import SUBJECTS
from aftersales.pages.acts import buttons
from aftersales.playbooks import Playbook, UnknownPlaybook, playbook
from aftersales.services import history, refusing
from aftersales.services.approval import open_step
from aftersales.services.cases import digest, item_lines
from aftersales.services.exchanges import replacement_parcels
from aftersales.services.settlement import refund_amount, refund_units
from oms.access.checks import may
from oms.admin import show, words
from oms.admin.orders.happened import note
from oms.models import ExpectedReturn, ExpectedReturnLine, Shipment, TimelineEntry, User
from oms.services.refunds import refundable


@dataclass(frozen=True, slots=True)
class Line:
    """A line with what its units were paid, in the order's currency."""

    row: CaseLine
    title: str
    worth: Decimal


@dataclass(frozen=True, slots=True)
class Clock:
    """How long there is left; ``tone`` as everywhere: grey, amber soon, red late."""

    at: datetime
    tone: str
    text: str


def clock(at: datetime | None, *, now: datetime) -> Clock | None:
    if at is None:
        return None
    if at < now:
        return Clock(at, "red", _("%(time)s late") % {"time": show.duration(now - at)})
    text = _("%(time)s left") % {"time": show.duration(at - now)}
    return Clock(at, "amber" if at < now + show.SOON else "grey", text)


@dataclass(frozen=True, slots=True)
class Happening:
    """One entry of the timeline, in words; a note may name somebody, so it is masked."""

    at: datetime
    text: str
    who: str
    note: str


def case_context(case: AfterSalesCase, *, user: User, now: datetime) -> dict[str, Any]:
    return {
        "case": case,
        "order": case.order,
        "lines": [_line(case, row) for row in item_lines(case)],
        "strays": list(case.lines.filter(order_item=None).select_related("sku")),
        "photos": list(case.photos.select_related("seen_in", "uploaded_by").order_by("pk")),
        "flags": history.flags(case, now=now),
        "past": history.history(case, now=now),
        "playbook": _playbook(case.playbook),
        "parcels": _parcels(case),
        "expected": ExpectedReturn.objects.filter(case_no=case.case_no).first(),
        "came": _came(case),
        "inspections": list(case.inspections.select_related("inspected_by")),
        "would_refund": _would_refund(case),
        "step": open_step(case),
        "seen": digest(case),
        "refusals": refusing.choices(case),
        "usual_refusal": refusing.usual(case),
        "replacement": replacement_parcels(case),
        "clock": clock(case.deadline_at, now=now),
        "platform_clock": clock(case.respond_by, now=now),
        "timeline": _timeline(case),
        "is_open": case.status == CaseStatus.OPEN,
        "sees_order": may(user, "view_orders", case.store),
        "now": now,
        **buttons(case, user=user, now=now),
    }


def _line(case: AfterSalesCase, row: CaseLine) -> Line:
    assert row.order_item is not None  # noqa: S101  # item_lines leaves the others out
    units = {row.order_item.pk: row.quantity}
    return Line(row, row.order_item.line.title, refundable(case.order_id, units=units))


def _would_refund(case: AfterSalesCase) -> Decimal:
    """Return what settling now would pay: for the units that came, or all if none must."""
    return refund_amount(case, units=refund_units(case))


def _playbook(name: str) -> Playbook | None:
    try:
        return playbook(name)
    except UnknownPlaybook:
        return None


def playbook_name(case: AfterSalesCase) -> str:
    """Return by which playbook a case is handled, in words; one that is gone by its code."""
    known = _playbook(case.playbook)
    return f"{known.label if known else case.playbook} · v{case.playbook_version}"


def _parcels(case: AfterSalesCase) -> list[Shipment]:
    """Return the parcels in which these units went out."""
    rows = Shipment.objects.filter(lines__fulfillment_line__order_item__case_lines__case=case)
    return list(rows.order_by("pk").distinct())


def _came(case: AfterSalesCase) -> list[ExpectedReturnLine]:
    """Return what the dock has counted, with its conditions."""
    rows = ExpectedReturnLine.objects.filter(
        expected_return__case_no=case.case_no, received_quantity__gt=0
    )
    return list(rows.select_related("sku").order_by("pk"))


def _timeline(case: AfterSalesCase) -> list[Happening]:
    rows = TimelineEntry.objects.filter(subject__in=SUBJECTS, subject_id=case.pk)
    recent = rows.exclude(action="create", subject__in=SUBJECTS[1:]).select_related("actor")
    return [_told(entry) for entry in recent.order_by("-pk")[:50]]


def _told(entry: TimelineEntry) -> Happening:
    text = words.action_label(entry.action, entry.subject)
    who = str(entry.actor) if entry.actor else ""
    return Happening(entry.at, text, who, note(entry))
