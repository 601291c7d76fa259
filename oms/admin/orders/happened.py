"""The timeline in words: what was done, by whom, from where to where, and why."""

from collections.abc import Iterable
from datetime import datetime

from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oms.admin import show
from oms.flows.approval import ApprovalStatus
from oms.flows.fulfillment import FulfillmentStatus
from oms.flows.order import OrderStatus
from oms.flows.refund import RefundStatus
from oms.flows.shipment import ShipmentStatus
from oms.models import ApprovalRequest, FulfillmentOrder, Order, Refund, Shipment, TimelineEntry

_STATUSES = {
    Order.SUBJECT: OrderStatus,
    FulfillmentOrder.SUBJECT: FulfillmentStatus,
    Shipment.SUBJECT: ShipmentStatus,
    Refund.SUBJECT: RefundStatus,
    ApprovalRequest.SUBJECT: ApprovalStatus,
}
_SUBJECTS: dict[str, Promise | str] = {
    Order.SUBJECT: gettext_lazy("order"),
    FulfillmentOrder.SUBJECT: gettext_lazy("shipping document"),
    Shipment.SUBJECT: gettext_lazy("parcel"),
    Refund.SUBJECT: gettext_lazy("refund"),
    ApprovalRequest.SUBJECT: gettext_lazy("approval request"),
}
"""The rest of the names are shown as they are written down."""

_ACTIONS: dict[str, Promise | str] = {
    "create": gettext_lazy("came into being"),
    "pay": gettext_lazy("paid"),
    "approve": gettext_lazy("approved"),
    "unapprove": gettext_lazy("approval taken back"),
    "await_siblings": gettext_lazy("waits for siblings"),
    "stop_waiting": gettext_lazy("waiting ended"),
    "merge": gettext_lazy("merged"),
    "unmerge": gettext_lazy("taken apart"),
    "allocate": gettext_lazy("routed to a warehouse"),
    "release": gettext_lazy("released to the warehouse"),
    "recall": gettext_lazy("recalled"),
    "ship_part": gettext_lazy("partly shipped"),
    "ship": gettext_lazy("shipped"),
    "deliver": gettext_lazy("delivered"),
    "complete": gettext_lazy("completed"),
    "cancel": gettext_lazy("cancelled"),
    "close_external": gettext_lazy("closed elsewhere"),
    "hold": gettext_lazy("held"),
    "release_hold": gettext_lazy("hold released"),
    "wave": gettext_lazy("put into a wave"),
    "unwave": gettext_lazy("taken out of its wave"),
    "start_picking": gettext_lazy("picking began"),
    "finish_picking": gettext_lazy("picked"),
    "pack": gettext_lazy("packed"),
    "hand_over": gettext_lazy("handed over"),
    "label": gettext_lazy("labelled"),
    "unlabel": gettext_lazy("label voided"),
    "collect": gettext_lazy("collected by the carrier"),
    "turn_back": gettext_lazy("turned back"),
    "receive_back": gettext_lazy("came back"),
    "lose": gettext_lazy("lost"),
    "reject": gettext_lazy("rejected"),
    "withdraw": gettext_lazy("withdrawn"),
    "send": gettext_lazy("sent"),
    "confirm": gettext_lazy("confirmed"),
    "fail": gettext_lazy("failed"),
}


def action_label(action: str) -> str:
    return str(_ACTIONS.get(action, action.replace("_", " ")))


def subject_label(subject: str) -> str:
    return str(_SUBJECTS.get(subject, subject.replace("_", " ")))


def status_label(subject: str, status: str) -> str:
    """Show a status in words; one that the code no longer knows stays as it is."""
    choices = _STATUSES.get(subject)
    return str(dict(choices.choices).get(status, status)) if choices else status


def move(entry: TimelineEntry) -> SafeString | str:
    """Show from where to where; nothing for an act that moved nothing."""
    if not entry.to_status:
        return ""
    target = show.status_chip(entry.to_status, status_label(entry.subject, entry.to_status))
    if not entry.from_status:
        return target
    source = show.status_chip(entry.from_status, status_label(entry.subject, entry.from_status))
    return show.row((source, "→", target))


def timeline_html(entries: Iterable[TimelineEntry], now: datetime) -> SafeString | str:
    rows = [
        (
            show.moment(entry.at, now),
            subject_label(entry.subject) if entry.subject != Order.SUBJECT else "",
            action_label(entry.action),
            move(entry),
            str(entry.actor or _("system")),
            entry.note,
        )
        for entry in entries
    ]
    if not rows:
        return ""
    one = (
        '<li><span class="when">{}</span><span class="what"><small>{}</small> <b>{}</b> {}</span>'
        '<span class="who">{}</span><span class="why">{}</span></li>'
    )
    return format_html('<ol class="oms-timeline">{}</ol>', format_html_join("", one, rows))
