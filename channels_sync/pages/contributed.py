"""What the channels add to the board: what did not come in, what could not be told, and whose
platform is silent."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Count, Min, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from channels_sync.flows import PushStatus
from channels_sync.models import PushJob
from channels_sync.pages.words import WORDS
from channels_sync.services import asking, exceptions, line_acts, refusing, waybills
from channels_sync.services.imports import jobs
from channels_sync.services.payouts import uploading
from channels_sync.services.push import by_hand, lines
from oms import registries
from oms.access.checks import scope
from oms.models import User
from oms.registries import (
    BoardCount,
    BoardCounter,
    Label,
    NotePort,
    RefundAsker,
    RefusalList,
    UnusedUploads,
)
from oms.services import transfers


def board_counts(user: User, now: datetime) -> Sequence[BoardCount]:
    """Count what waits for whoever mends orders that came wrong, and for whoever tells channels."""
    found = []
    if scope(user).ids(exceptions.RIGHT):
        rows = exceptions.awake(exceptions.exceptions(user), now=now)
        url = f"{_list('raworder')}?status__exact=exception&attention=now"
        found.append(_count("exceptions", _("orders not taken in"), rows, "received_at", url))
    if scope(user).ids(by_hand.RIGHT):
        seen = frozenset[int]().union(*(scope(user).ids(name) for name in by_hand.SEEN_WITH))
        stuck = PushJob.objects.filter(store__in=seen, status=PushStatus.NEEDS_PERSON)
        url = f"{_list('pushjob')}?status__exact=needs_person"
        found.append(_count("pushes", _("channel not told"), stuck, "status_at", url))
    if scope(user).ids(transfers.RIGHT):
        url = f"{_list('pushjob')}?status__exact=needs_person&kind__exact=refund"
        unpaid = by_hand.unpaid(user)
        found.append(_count("transfers", _("refunds to pay by hand"), unpaid, "status_at", url))
    if seen := scope(user).ids(line_acts.RIGHT):
        silent = line_acts.silent().filter(store__in=seen)
        url = f"{reverse('admin:channel_status')}?silent=1"
        found.append(_count("lines", _("stores do not answer"), silent, "opened_at", url))
    return found


def _count(key: str, label: Label, rows: QuerySet[Any], since: str, url: str) -> BoardCount:
    sums = rows.aggregate(n=Count("pk"), oldest=Min(since))
    return BoardCount(f"channels.{key}", label, sums["n"], sums["oldest"], url, "red")


def _list(model: str) -> str:
    return reverse(f"admin:channels_sync_{model}_changelist")


def _unused_orders(now: datetime) -> int:
    return jobs.throw_unused_away(now=now)


def _unused_statements(now: datetime) -> int:
    return uploading.throw_unused_away(now=now)


def register() -> None:
    """Called once, when the app is ready."""
    registries.refusal_lists.register(RefusalList("channels", refusing.choices))
    registries.refund_askers.register(RefundAsker("channels", asking.ask, asking.reread))
    registries.note_ports.register(NotePort("channels", lines.note_rules))
    registries.board_counters.register(BoardCounter("channels", board_counts))
    registries.platform_waybills.register(waybills.SERVICE)
    registries.unused_uploads.register(UnusedUploads("orders", _unused_orders))
    registries.unused_uploads.register(UnusedUploads("payouts", _unused_statements))
    for row in WORDS:
        registries.words.register(row)
