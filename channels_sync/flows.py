"""What becomes of a raw order. The order that it tells of has a flow of its own."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from oms.flows.table import flow


class RawOrderStatus(TextChoices):
    RECEIVED = "received", _("waiting")
    INGESTED = "ingested", _("taken in")
    EXCEPTION = "exception", _("exception")
    IGNORED = "ignored", _("ignored")
    SUPERSEDED = "superseded", _("superseded")


S = RawOrderStatus

RAW_ORDER_FLOW = flow(
    # A file's rows are decided on as they are read, so they are written with the answer.
    initial={S.RECEIVED, S.INGESTED, S.EXCEPTION, S.IGNORED},
    terminal={S.INGESTED, S.IGNORED, S.SUPERSEDED},
    ingest=({S.RECEIVED}, S.INGESTED),
    refuse=({S.RECEIVED}, S.EXCEPTION),
    ignore=({S.RECEIVED}, S.IGNORED),
    supersede=({S.RECEIVED, S.EXCEPTION}, S.SUPERSEDED),
    replay=({S.EXCEPTION}, S.RECEIVED),
    dismiss=({S.EXCEPTION}, S.IGNORED),
)


class PushStatus(TextChoices):
    WAITING = "waiting", _("waiting")
    SENDING = "sending", _("being sent")
    ACCEPTED = "accepted", _("accepted, not seen yet")
    DONE = "done", _("done")
    FAILED = "failed", _("failed, tried again")
    NEEDS_PERSON = "needs_person", _("needs a person")


P = PushStatus

PUSH_FLOW = flow(
    # Where nobody can be told, a person has to do it from the start.
    initial={P.WAITING, P.NEEDS_PERSON},
    terminal={P.DONE},
    # A worker that died left its job as being sent; another one takes it up again.
    send=({P.WAITING, P.FAILED, P.SENDING}, P.SENDING),
    accept=({P.SENDING}, P.ACCEPTED),
    finish=({P.SENDING, P.ACCEPTED}, P.DONE),
    put_off=({P.SENDING}, P.WAITING),
    fail=({P.SENDING}, P.FAILED),
    give_up=({P.SENDING, P.ACCEPTED}, P.NEEDS_PERSON),
    retry=({P.FAILED, P.NEEDS_PERSON}, P.WAITING),
    settle=({P.NEEDS_PERSON}, P.DONE),
)
