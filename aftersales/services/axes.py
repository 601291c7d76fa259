"""Move one axis of a case: by the one mover, over the case's own row."""

from datetime import datetime

from aftersales.models import AfterSalesCase, CaseAxis
from aftersales.models.axes import AXES
from oms.audit import timeline
from oms.models import User
from oms.transitions import fire_many


def move(
    case: AfterSalesCase,
    *,
    axis: type[CaseAxis],
    action: str,
    now: datetime,
    actor: User | None = None,
    note: str = "",
) -> None:
    """Move an axis of a locked case and bring the instance in hand up to date.

    :raises IllegalTransition: if the axis does not stand in a source of this action
    """
    fire_many(axis, [case.pk], action, now=now, actor=actor, note=note[:500])
    setattr(case, axis.COLUMN, axis.FLOW.step(action).target)
    setattr(case, f"{axis.COLUMN}_since", now)


def record_created(case: AfterSalesCase, *, now: datetime, actor: User | None) -> None:
    """Write the first station of the case and of each axis."""
    timeline.record_created(case.SUBJECT, [case.pk], case.status, at=now, actor=actor)
    for axis in AXES:
        standing = getattr(case, axis.COLUMN)
        timeline.record_created(axis.SUBJECT, [case.pk], standing, at=now, actor=actor)
