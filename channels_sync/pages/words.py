"""How the timeline speaks of what came from the channels and of what they are told."""

from django.utils.translation import gettext_lazy as _

from channels_sync.flows import PushStatus, RawOrderStatus
from channels_sync.models import PushJob, RawOrder
from oms.registries import Words

_CREATED = _("came into being")

WORDS = (
    Words(
        RawOrder.SUBJECT,
        _("raw order"),
        statuses=dict(RawOrderStatus.choices),
        actions={
            "create": _CREATED,
            "ingest": _("taken in"),
            "refuse": _("refused"),
            "ignore": _("ignored"),
            "supersede": _("superseded"),
            "replay": _("tried again"),
            "dismiss": _("set aside by a person"),
        },
    ),
    Words(
        PushJob.SUBJECT,
        _("message to a channel"),
        statuses=dict(PushStatus.choices),
        actions={
            "create": _CREATED,
            "send": _("being sent"),
            "accept": _("accepted, not seen yet"),
            "finish": _("done"),
            "put_off": _("put off"),
            "fail": _("failed, tried again"),
            "give_up": _("needs a person"),
            "retry": _("tried again"),
            "settle": _("done by a person"),
        },
    ),
)
