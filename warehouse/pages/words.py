"""How the timeline speaks of the warehouse's rows."""

from django.utils.translation import gettext_lazy as _

from oms.registries import Words
from warehouse.flows import (
    PickStatus,
    PutBackStatus,
    TaskStatus,
    UnclaimedStatus,
    WaveStatus,
    WaybillStatus,
)
from warehouse.models import PickLine, PickTask, PutBackTask, UnclaimedParcel, Wave, Waybill

_CREATED = _("came into being")

WORDS = (
    Words(
        Wave.SUBJECT,
        _("wave"),
        statuses=dict(WaveStatus.choices),
        actions={
            "create": _CREATED,
            "start": _("wave started"),
            "finish": _("done"),
            "cancel": _("given up"),
        },
        notes={
            "taken out of the parcel": _("taken out of the parcel"),
            "taken back while the carrier was asked": _("taken back while the carrier was asked"),
            "the carrier never had it": _("the carrier never had it"),
            "not on the shelves": _("not on the shelves"),
            "wave given up": _("wave given up"),
            "became urgent": _("became urgent"),
        },
    ),
    Words(
        PickTask.SUBJECT,
        _("pick task"),
        statuses=dict(TaskStatus.choices),
        actions={
            "create": _CREATED,
            "open": _("given to the pickers"),
            "claim": _("claimed"),
            "hand_back": _("handed back"),
            "finish": _("done"),
            "cancel": _("given up"),
        },
    ),
    Words(
        PickLine.SUBJECT,
        _("pick line"),
        statuses=dict(PickStatus.choices),
        actions={"create": _CREATED, "finish": _("picked"), "cancel": _("not wanted any more")},
    ),
    Words(
        Waybill.SUBJECT,
        _("waybill"),
        statuses=dict(WaybillStatus.choices),
        actions={
            "create": _("waybill asked for"),
            "issue": _("issued"),
            "doubt": _("no answer"),
            "fail": _("refused"),
            "retry": _("asked for again"),
            "use": _("handed over"),
            "ask_void": _("to be voided"),
            "refuse_void": _("void refused"),
            "void": _("voided"),
            "print": _("printed"),
            "reprint": _("printed again"),
        },
    ),
    Words(
        PutBackTask.SUBJECT,
        _("put-back"),
        statuses=dict(PutBackStatus.choices),
        actions={
            "create": _("asked for"),
            "take": _("taken in hand"),
            "give_up": _("left for later"),
            "finish": _("put back"),
        },
    ),
    Words(
        UnclaimedParcel.SUBJECT,
        _("unclaimed parcel"),
        statuses=dict(UnclaimedStatus.choices),
        actions={
            "create": _("found"),
            "claim": _("claimed"),
            "write_off": _("written off"),
        },
        acts={
            "push_address.renew": _("push address renewed"),
            "return.receive": _("return received"),
            "return.photo": _("photo of a return kept"),
            "unclaimed.claim": _("unclaimed parcel claimed"),
            "unclaimed.write_off": _("unclaimed parcel written off"),
        },
    ),
)
