"""The statuses of the warehouse's own rows and the legal moves between them."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from oms.flows.table import flow


class WaveStatus(TextChoices):
    PLANNED = "planned", _("planned")
    STARTED = "started", _("under way")
    DONE = "done", _("done")
    CANCELLED = "cancelled", _("cancelled")


class TaskStatus(TextChoices):
    PLANNED = "planned", _("planned")
    WAITING = "waiting", _("waiting for a picker")
    CLAIMED = "claimed", _("claimed")
    DONE = "done", _("done")
    CANCELLED = "cancelled", _("cancelled")


class PickStatus(TextChoices):
    OPEN = "open", _("to be picked")
    PICKED = "picked", _("picked")
    CANCELLED = "cancelled", _("cancelled")


class WaybillStatus(TextChoices):
    REQUESTED = "requested", _("requested")
    ISSUED = "issued", _("issued")
    UNKNOWN = "unknown", _("outcome unknown")
    FAILED = "failed", _("refused")
    VOIDING = "voiding", _("to be voided")
    VOID_REFUSED = "void_refused", _("void refused")
    VOIDED = "voided", _("voided")
    USED = "used", _("used")


WAYBILLS_IN_TROUBLE = (
    WaybillStatus.FAILED,
    WaybillStatus.UNKNOWN,
    WaybillStatus.VOID_REFUSED,
)
"""What stands still until somebody looks at it."""


class PutBackStatus(TextChoices):
    OPEN = "open", _("to be put back")
    TAKEN = "taken", _("in somebody's hands")
    DONE = "done", _("put back")


class UnclaimedStatus(TextChoices):
    OPEN = "open", _("nobody's yet")
    CLAIMED = "claimed", _("claimed")
    WRITTEN_OFF = "written_off", _("written off")


W, T, P, B, K, U = WaveStatus, TaskStatus, PickStatus, WaybillStatus, PutBackStatus, UnclaimedStatus

WAVE_FLOW = flow(
    initial={W.PLANNED},
    terminal={W.DONE, W.CANCELLED},
    start=({W.PLANNED}, W.STARTED),
    finish=({W.STARTED}, W.DONE),
    cancel=({W.PLANNED, W.STARTED}, W.CANCELLED),
)

PICK_TASK_FLOW = flow(
    initial={T.PLANNED, T.WAITING},
    terminal={T.DONE, T.CANCELLED},
    open=({T.PLANNED}, T.WAITING),
    claim=({T.WAITING}, T.CLAIMED),
    hand_back=({T.CLAIMED}, T.WAITING),
    finish=({T.CLAIMED}, T.DONE),
    cancel=({T.PLANNED, T.WAITING, T.CLAIMED}, T.CANCELLED),
)

PICK_LINE_FLOW = flow(
    initial={P.OPEN},
    terminal={P.PICKED, P.CANCELLED},
    finish=({P.OPEN}, P.PICKED),
    cancel=({P.OPEN}, P.CANCELLED),
)

WAYBILL_FLOW = flow(
    initial={B.REQUESTED},
    terminal={B.VOIDED, B.USED},
    issue=({B.REQUESTED, B.UNKNOWN}, B.ISSUED),
    doubt=({B.REQUESTED}, B.UNKNOWN),
    fail=({B.REQUESTED, B.UNKNOWN}, B.FAILED),
    retry=({B.FAILED}, B.REQUESTED),
    use=({B.ISSUED}, B.USED),
    ask_void=({B.ISSUED, B.UNKNOWN, B.REQUESTED, B.FAILED, B.VOID_REFUSED}, B.VOIDING),
    refuse_void=({B.VOIDING}, B.VOID_REFUSED),
    void=({B.VOIDING}, B.VOIDED),
)

PUT_BACK_FLOW = flow(
    initial={K.OPEN},
    terminal={K.DONE},
    take=({K.OPEN}, K.TAKEN),
    give_up=({K.TAKEN}, K.OPEN),
    finish=({K.TAKEN}, K.DONE),
)

UNCLAIMED_FLOW = flow(
    initial={U.OPEN},
    terminal={U.CLAIMED, U.WRITTEN_OFF},
    claim=({U.OPEN}, U.CLAIMED),
    write_off=({U.OPEN}, U.WRITTEN_OFF),
)
