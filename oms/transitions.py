"""The only place where a status changes."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from oms.audit import timeline
from oms.audit.timeline import Move
from oms.models import User
from oms.models.base import StatusModel
from oms.models.locking import atomic_service
from oms.refusals import Refusal


class IllegalTransition(Refusal):
    """``standing`` tells where each refused row stands; None for one that does not exist."""

    message = _("%(count)d of the rows cannot do this now (%(action)s). Reload and look again.")

    def __init__(self, subject: str, action: str, standing: Mapping[int, str | None]) -> None:
        super().__init__(action=action, count=len(standing))
        self.subject = subject
        self.action = action
        self.standing = dict(standing)

    def __repr__(self) -> str:
        return f"IllegalTransition({self.subject} {self.action}: {self.standing})"


@atomic_service
def fire_many(
    model: type[StatusModel],
    ids: Collection[int],
    action: str,
    *,
    now: datetime,
    actor: User | None = None,
    note: str = "",
) -> None:
    """Move all the rows by one action of their flow, or none, and write the timeline.

    :raises IllegalTransition: if any row is not in a source status; nothing moves then
    :raises UnknownAction: if the flow has no such action
    """
    step = model.FLOW.step(action)
    wanted = set(ids)
    if not wanted:
        return
    rows = model._default_manager.filter(pk__in=wanted)
    before = {
        pk: (status, since)
        for pk, status, since in rows.order_by("pk")
        .select_for_update()
        .values_list("pk", "status", "status_at")
    }
    refused = {pk: before[pk][0] if pk in before else None for pk in wanted}
    refused = {pk: status for pk, status in refused.items() if status not in step.sources}
    if refused:
        raise IllegalTransition(model.SUBJECT, action, refused)
    moved = rows.filter(status__in=step.sources).update(status=step.target, status_at=now)
    if moved != len(wanted):
        raise IllegalTransition(model.SUBJECT, action, dict.fromkeys(wanted))
    moves = [Move(pk, status, step.target, since) for pk, (status, since) in before.items()]
    timeline.record_moves(model.SUBJECT, action, moves, at=now, actor=actor, note=note)


def fire_rows(
    rows: Sequence[StatusModel],
    action: str,
    *,
    now: datetime,
    actor: User | None = None,
    note: str = "",
) -> None:
    """Move rows of one kind and bring the instances in hand up to date.

    :raises IllegalTransition: if any row is not in a source status; nothing moves then
    """
    if rows:
        model = type(rows[0])
        fire_many(model, [row.pk for row in rows], action, now=now, actor=actor, note=note)
    for row in rows:
        row.status, row.status_at = row.FLOW.step(action).target, now


def fire(
    row: StatusModel,
    action: str,
    *,
    now: datetime,
    actor: User | None = None,
    note: str = "",
) -> None:
    """Move one row and bring the instance in hand up to date.

    :raises IllegalTransition: if the row is not in a source status
    """
    fire_rows([row], action, now=now, actor=actor, note=note)
