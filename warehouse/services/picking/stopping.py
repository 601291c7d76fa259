"""A stop that a picker ran into: that document is parked, the rest of the cart goes on."""

from datetime import datetime

from oms.models import User
from oms.models.locking import atomic_service
from warehouse.services.picking.claiming import NotYourTask, lock_own
from warehouse.services.waves.closing import park_stopped, settle


@atomic_service
def note_stop(task_id: int | None, *, actor: User, now: datetime) -> None:
    """Park every stopped document of one's own task; a task of somebody else is left alone."""
    try:
        task = lock_own(task_id or 0, actor=actor)
    except NotYourTask:
        return
    park_stopped(task, now=now)
    settle(task, now=now, actor=actor)
