"""A case in the back office: the three facts, the goods, the money, what has happened."""

from collections.abc import Iterator
from datetime import datetime

from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from aftersales.models import AfterSalesCase, Kind
from aftersales.models.axes import SUBJECTS
from aftersales.models.words import carrier_label
from aftersales.pages.contributed import axis_chips, case_url
from aftersales.pages.showing import playbook_name
from aftersales.services.cases import item_lines
from aftersales.services.exchanges import replacement_parcels
from aftersales.services.history import flags
from oms.access.checks import may
from oms.admin import show
from oms.admin.orders.columns import order_url
from oms.admin.orders.happened import timeline_html
from oms.admin.record import Fact, Panel, Table
from oms.admin.returns import conditions
from oms.models import ExpectedReturn, ExpectedReturnLine, Order, TimelineEntry, User


def main_panels(case: AfterSalesCase, *, user: User, now: datetime) -> list[Panel]:
    opens = may(user, "view_orders", case.store)
    return [
        Panel(_("Where it stands"), list(_standing(case, now)), html=_warnings(case, now)),
        Panel(_("Request"), list(_request(case, opens)), table=_goods(case)),
        Panel(_("Way back"), list(_way_back(case))),
        *_replacement(case, opens),
        Panel(_("Money"), list(_money(case, now))),
        Panel(_("What has happened"), html=_happened(case, now)),
    ]


def _standing(case: AfterSalesCase, now: datetime) -> Iterator[Fact]:
    yield Fact(_("Status"), show.status_chip(case.status, case.get_status_display()))
    yield Fact(_("Approval · goods · money"), axis_chips(case))
    if case.closed_at is None:
        yield Fact(_("Due"), show.countdown(case.deadline_at, now))
        if case.respond_by is not None:
            yield Fact(_("The platform decides by itself"), show.countdown(case.respond_by, now))
    yield Fact(_("Page of the decision"), show.link(case.case_no, case_url(case.case_no)))


def _warnings(case: AfterSalesCase, now: datetime) -> SafeString:
    found = [*flags(case, now=now), *([case.problem] if case.problem else [])]
    rows = ((show.chip(_("look twice"), "amber"), text) for text in found)
    return format_html_join("", "<p>{} {}</p>", rows)


def _request(case: AfterSalesCase, opens: bool) -> Iterator[Fact]:
    yield Fact(_("Order number"), _number(case.order, opens))
    yield Fact(_("Kind"), case.get_kind_display())
    yield Fact(_("Reason"), case.get_reason_display())
    yield Fact(_("Came by"), case.get_source_display())
    if case.channel_refund_no:
        yield Fact(_("Platform's number"), show.copyable(case.channel_refund_no))
    yield Fact(_("Opened"), show.exact(case.opened_at))
    yield Fact(_("Opened by"), str(case.opened_by or show.NOTHING))
    yield Fact(_("Playbook"), playbook_name(case))
    yield Fact(_("Photos"), str(case.photos.count()))


def _number(order: Order, opens: bool) -> SafeString:
    """Show an order's number, as a door where the person may open its page."""
    return show.copyable(order.order_no, url=order_url(order.pk) if opens else "")


def _goods(case: AfterSalesCase) -> Table:
    heads = (_("SKU code"), _("name"), _("asked for"), _("came"), _("condition"), _("difference"))
    counted = found_conditions(case)
    strays = case.lines.filter(order_item=None).select_related("sku")
    rows = [
        [
            line.sku.code,
            line.order_item.line.title if line.order_item else line.sku.name,
            str(line.quantity),
            str(line.received_quantity),
            counted.get((line.order_item_id, line.sku_id), ""),
            show.chip(f"{line.difference:+d}", "grey" if line.is_settled else "red")
            if line.difference
            else "",
        ]
        for line in (*item_lines(case), *strays)
    ]
    return Table(heads, rows, frozenset({2, 3, 5}))


def found_conditions(case: AfterSalesCase) -> dict[tuple[int | None, int], SafeString]:
    """Return what the dock found, by (order item, SKU): good, defective, to be inspected."""
    lines = ExpectedReturnLine.objects.filter(
        expected_return__case_no=case.case_no, received_quantity__gt=0
    )
    return {(line.order_item_id, line.sku_id): conditions(line) for line in lines}


def _way_back(case: AfterSalesCase) -> Iterator[Fact]:
    parcel = ExpectedReturn.objects.filter(case_no=case.case_no).first()
    if parcel is None:
        return
    carrier, number = carrier_label(parcel.return_carrier), parcel.return_waybill_no
    yield Fact(_("Parcel"), show.status_chip(parcel.state, parcel.get_state_display()))
    waybill = show.stack(show.copyable(number), carrier) if number else show.NOTHING
    yield Fact(_("Return waybill"), waybill)
    yield Fact(_("Goes back to"), str(case.warehouse or show.NOTHING))
    yield Fact(_("Received"), show.exact(case.received_at))
    if parcel.remark:
        yield Fact(_("Also found"), show.chip(parcel.remark, "red"))


def _replacement(case: AfterSalesCase, opens: bool) -> Iterator[Panel]:
    if case.kind != Kind.EXCHANGE:
        return
    lines = item_lines(case)
    heads = (_("comes back"), _("sent instead"), _("units"))
    rows = [
        [line.sku.code, (line.wanted_sku or line.sku).code, str(line.quantity)] for line in lines
    ]
    order = case.exchange_order
    facts = []
    if order is not None:
        number = _number(order, opens)
        facts = [
            Fact(_("Order number"), number),
            Fact(_("Status"), show.status_chip(order.status, order.get_status_display())),
        ]
        for parcel in replacement_parcels(case):
            waybill = show.copyable(parcel.waybill_no or "")
            facts.append(Fact(_("Sent out"), show.stack(waybill, carrier_label(parcel.carrier))))
    yield Panel(_("Replacement"), facts, table=Table(heads, rows, frozenset({2})))


def _money(case: AfterSalesCase, now: datetime) -> Iterator[Fact]:
    yield Fact(_("Proposed"), show.amount(case.proposed_amount, case.currency))
    refund = case.refund
    if refund is None:
        return
    yield Fact(_("Refund"), show.copyable(refund.refund_no))
    yield Fact(_("Amount"), show.amount(refund.amount, refund.currency))
    yield Fact(_("Stands at"), show.status_chip(refund.status, refund.get_status_display()))
    yield Fact(_("Asked"), show.moment(refund.asked_at, now))
    if refund.last_error:
        yield Fact(_("Last error"), refund.last_error)


def _happened(case: AfterSalesCase, now: datetime) -> SafeString | str:
    rows = TimelineEntry.objects.filter(subject__in=SUBJECTS, subject_id=case.pk)
    seen = rows.exclude(action="create", subject__in=SUBJECTS[1:]).select_related("actor")
    return timeline_html(seen.order_by("-pk")[:100], now) or SafeString("")
