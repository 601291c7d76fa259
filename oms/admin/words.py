"""Codes in the words of the people who read them: what the records of the core speak of.

Feature apps add theirs with ``oms.registries.words``.
"""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from oms import registries
from oms.flows.approval import ApprovalStatus, StepStatus
from oms.flows.fulfillment import FulfillmentStatus
from oms.flows.order import OrderStatus
from oms.flows.refund import RefundStatus
from oms.flows.shipment import ShipmentStatus
from oms.models import ApprovalRequest, ApprovalStep, FulfillmentOrder, Order, Refund, Shipment
from oms.registries import Words

Label = str | Promise

_ORDER = Words(
    Order.SUBJECT,
    _("order"),
    statuses=dict(OrderStatus.choices),
    actions={
        "create": _("came into being"),
        "pay": _("paid"),
        "approve": _("approved"),
        "unapprove": _("approval taken back"),
        "await_siblings": _("waits for siblings"),
        "stop_waiting": _("waiting ended"),
        "merge": _("merged"),
        "unmerge": _("taken apart"),
        "not_merged": _("not merged"),
        "allocate": _("routed to a warehouse"),
        "release": _("released to the warehouse"),
        "release_now": _("released at once"),
        "recall": _("recalled"),
        "ship_part": _("partly shipped"),
        "ship": _("shipped"),
        "deliver": _("delivered"),
        "complete": _("completed"),
        "cancel": _("cancelled"),
        "cancel_units": _("units cancelled"),
        "cancelled_too_late": _("cancelled too late"),
        "reopen": _("reopened"),
        "paid_after_cancel": _("paid after it was cancelled"),
        "close_external": _("closed elsewhere"),
        "hold": _("put on hold"),
        "release_hold": _("hold released"),
        "revise": _("the channel changed it"),
        "older_revision": _("older revision ignored"),
        "readdress": _("address changed"),
        "refund_check_unanswered": _("the platform did not answer the refund check; it went on"),
        "note": _("note written"),
        "note_clash": _("note changed on both sides, both texts kept"),
        "open_case": _("after-sales case opened"),
        "follow_up": _("follow-up order made"),
        "came_back": _("parcel came back"),
        "make_return_link": _("link to the return form made"),
        "reveal": _("receiver shown in clear"),
        "keep_apart": _("kept apart from others"),
        "allow_merging": _("may merge again"),
    },
    acts={
        "merge": _("orders merged"),
        "unmerge": _("merge taken apart"),
        "receiver.reveal": _("receiver shown in clear"),
        "receiver.change": _("address changed"),
        "role.assign": _("role given"),
        "role.revoke": _("role taken away"),
        "role.prolong": _("role prolonged"),
        "listings.change": _("listings mapped anew"),
        "listings.undo": _("mapping taken back"),
    },
)
_FULFILLMENT = Words(
    FulfillmentOrder.SUBJECT,
    _("shipping document"),
    statuses=dict(FulfillmentStatus.choices),
    actions={
        "join": _("orders joined"),
        "wave": _("put into a wave"),
        "unwave": _("taken out of its wave"),
        "start_picking": _("picking began"),
        "finish_picking": _("picked"),
        "pack": _("packed"),
        "hand_over": _("handed over"),
    },
)
_SHIPMENT = Words(
    Shipment.SUBJECT,
    _("parcel"),
    statuses=dict(ShipmentStatus.choices),
    actions={
        "label": _("labelled"),
        "unlabel": _("label voided"),
        "collect": _("collected by the carrier"),
        "turn_back": _("turned back"),
        "receive_back": _("came back"),
        "lose": _("lost"),
        "weigh": _("weighed"),
        "upload_now": _("to be told to the channel now"),
    },
)
_REFUND = Words(
    Refund.SUBJECT,
    _("refund"),
    statuses=dict(RefundStatus.choices),
    actions={
        "send": _("sent"),
        "confirm": _("confirmed"),
        "fail": _("failed"),
        "note_platform_did_it": _("done by the platform"),
    },
    acts={
        "refund.ask": _("refund asked"),
        "refund.confirm": _("refund confirmed"),
        "refund.transfer": _("transfer confirmed by hand"),
        "order.follow_up": _("follow-up order made"),
        "refund.platform": _("refunded by the platform"),
    },
)
_APPROVAL = Words(
    ApprovalRequest.SUBJECT,
    _("approval request"),
    statuses=dict(ApprovalStatus.choices),
    actions={"reject": _("rejected"), "withdraw": _("withdrawn")},
    acts={
        "approval.approve": _("request approved"),
        "approval.reject": _("request rejected"),
    },
)
_STEP = Words(
    ApprovalStep.SUBJECT,
    _("approval step"),
    statuses=dict(StepStatus.choices),
    actions={"open": _("its turn came"), "skip": _("skipped")},
)
_RETURN = Words(
    "return",
    _("expected return"),
    actions={
        "expect": _("return announced"),
        "sent_back": _("sent back"),
        "change": _("other goods announced"),
        "reopen": _("announced again"),
        "find": _("found at the dock"),
        "receive": _("received"),
    },
)
_OURS = {
    one.key: one for one in (_ORDER, _FULFILLMENT, _SHIPMENT, _REFUND, _APPROVAL, _STEP, _RETURN)
}

CARRIERS: Mapping[str, Label] = {
    "sf": _("SF Express"),
    "zto": _("ZTO Express"),
    "yto": _("YTO Express"),
    "sto": _("STO Express"),
    "yunda": _("Yunda Express"),
    "jt": _("J&T Express"),
    "ems": _("EMS"),
    "china_post": _("China Post"),
    "jd": _("JD Logistics"),
    "deppon": _("Deppon Express"),
    "best": _("Best Express"),
}
TEMPLATES: Mapping[str, Label] = {"shipped": _("shipping message")}
KINDS_OF_APPROVAL: Mapping[str, Label] = {"return": _("return"), "export": _("export")}


def action_label(action: str, subject: str = "") -> str:
    """Return an action in words: the subject's own, or anybody's who knows it."""
    for one in (_of(subject), *_OURS.values(), *registries.words):
        if one is not None and action in one.actions:
            return str(one.actions[action])
    return action.replace("_", " ")


def subject_label(subject: str) -> str:
    known = _of(subject)
    return str(known.label) if known else subject.replace("_", " ")


def status_label(subject: str, status: str) -> str:
    """Return a status in words; one that the code no longer knows stays as it is."""
    known = _of(subject)
    return str(known.statuses.get(status, status)) if known else status


def act_label(kind: str) -> str:
    for one in (*_OURS.values(), *registries.words):
        if kind in one.acts:
            return str(one.acts[kind])
    return kind


def carrier_label(code: str) -> str:
    return str(CARRIERS.get(code, code))


def _of(subject: str) -> Words | None:
    if subject in _OURS:
        return _OURS[subject]
    return next((one for one in registries.words if one.key == subject), None)
