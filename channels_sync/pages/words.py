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
        acts={
            "channel.connect": _("store connected"),
            "channel.set_up": _("connection set up"),
            "channel.authorize": _("store authorized on the platform"),
            "channel.try_now": _("line tried at once"),
            "channel.pause": _("line paused"),
            "channel.resume": _("line resumed"),
            "hook_secret.renew": _("secret of the webhook renewed"),
            "stock.send_now": _("stock sent at once"),
            "reconciled.sign": _("reconciled day signed"),
            "payouts.sign": _("payout statement signed"),
            "payouts.discard": _("payout statement discarded"),
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
