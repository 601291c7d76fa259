"""Send something else for what came back: once, when both facts are in; done when it has left."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from aftersales.flows import Approval, CaseStatus
from aftersales.models import AfterSalesCase, CaseLine, Kind
from aftersales.services.cases import in_shop_words, item_lines, lock_case
from aftersales.services.closing import EXCHANGED, close_if_done
from oms.audit import timeline
from oms.evidence.append import append
from oms.flows.order import NOTHING_LEFT_THE_BUILDING, OrderStatus
from oms.models import Order, OrderHold, OrderItem, Shipment
from oms.models.locking import atomic_service, lock_row
from oms.refusals import Refusal
from oms.services.holds import place_hold
from oms.services.orders.follow_ups import Wanted, make_exchange


class NoExchange(Refusal):
    message = _("This case is no exchange, or its replacement has been ordered already.")


class ReplacementCancelled(Refusal):
    message = _("The replacement order was cancelled. Make it again, or pay the money back.")


def is_due(case: AfterSalesCase) -> bool:
    """Tell whether nothing has been ordered for a locked exchange yet."""
    return case.kind == Kind.EXCHANGE and case.exchange_order_id is None


def start(case: AfterSalesCase, *, units: Mapping[int, int], now: datetime) -> None:
    """Order the replacement for the units ({order item id: units}) that came on a locked case.

    :raises Refusal: whatever the core refuses: it is written on the case and tried again
    """
    order = make_exchange(
        case.order_id, case_no=case.case_no, items=_wanted(case, units), actor=None, now=now
    )
    case.exchange_order, case.deadline_at, case.problem = order, order.ship_by, ""
    case.save(update_fields=["exchange_order", "deadline_at", "problem"])
    note = order.order_no
    timeline.record(case.SUBJECT, case.pk, "exchange", at=now, note=note)
    append("case.exchange", case.case_no, at=now, actor=None, facts={"order": order.order_no})


def _wanted(case: AfterSalesCase, units: Mapping[int, int]) -> list[Wanted]:
    pieces: dict[int, int] = {}
    for line in item_lines(case):
        count = units.get(line.order_item_id or 0, 0)
        if count:
            sku_id = line.wanted_sku_id or line.sku_id
            pieces[sku_id] = pieces.get(sku_id, 0) + count
    return [Wanted(sku_id, count) for sku_id, count in sorted(pieces.items())]


def note_shipped(shipment_ids: Iterable[int], *, now: datetime) -> None:
    """Close the cases whose replacement is on the road."""
    items = OrderItem.objects.filter(
        fulfillment_lines__shipment_lines__shipment__in=list(shipment_ids),
        order__kind=Order.Kind.EXCHANGE,
    )
    orders = set(items.values_list("order_id", flat=True))
    cases = AfterSalesCase.objects.filter(exchange_order__in=orders, status=CaseStatus.OPEN)
    for case_id in cases.order_by("order_id", "pk").values_list("pk", flat=True):
        follow(case_id, now=now)


@atomic_service
def follow(case_id: int, *, now: datetime) -> None:
    """Bring a case to where its replacement stands."""
    case = lock_case(case_id)
    order = case.exchange_order
    if order is None or case.status != CaseStatus.OPEN:
        return
    if order.status == OrderStatus.CANCELLED:
        text = in_shop_words(ReplacementCancelled())
        if case.problem != text:
            case.problem = text
            case.save(update_fields=["problem"])
            timeline.record(case.SUBJECT, case.pk, "exchange_cancelled", at=now)
        return
    close_if_done(case, now=now)


def pause(case: AfterSalesCase, *, now: datetime) -> None:
    """Hold the replacement of a locked case, because nobody wants it any more; a person decides."""
    if case.exchange_order_id is None:
        return
    order = lock_row(Order, case.exchange_order_id)
    if order.status in NOTHING_LEFT_THE_BUILDING:
        owner = OrderHold.Owner.SYSTEM
        place_hold(order, code="called_off", owner=owner, detail=case.case_no, now=now)


def behind() -> list[int]:
    """Return ids of open cases whose replacement has come to an end of its own."""
    ended = (*EXCHANGED, OrderStatus.CANCELLED)
    rows = AfterSalesCase.objects.filter(
        status=CaseStatus.OPEN, exchange_order__status__in=ended, problem=""
    )
    return list(rows.order_by("pk").values_list("pk", flat=True))


def replacement_parcels(case: AfterSalesCase) -> list[Shipment]:
    """Return the parcels in which the replacement left."""
    rows = Shipment.objects.filter(
        lines__fulfillment_line__order_item__order=case.exchange_order_id,
        handed_over_at__isnull=False,
    )
    return list(rows.order_by("pk").distinct()) if case.exchange_order_id else []


def can_turn_to_money(case: AfterSalesCase) -> bool:
    """Tell whether nothing is on its way for an open exchange, so that money may go instead."""
    order = case.exchange_order
    is_stopped = order is None or order.status == OrderStatus.CANCELLED
    return case.status == CaseStatus.OPEN and case.kind == Kind.EXCHANGE and is_stopped


def lines_of(case: AfterSalesCase) -> list[CaseLine]:
    """Return the lines whose replacement may be chosen."""
    may_choose = is_due(case) and case.approval == Approval.PENDING
    return item_lines(case) if may_choose and case.status == CaseStatus.OPEN else []
