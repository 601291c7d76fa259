"""Waves in which goods lie in a tote and do not go on."""

from django.db.models import Exists, OuterRef

from warehouse.models import PickSlot


def with_stopped_totes() -> Exists:
    """Return the condition of a wave that some of its documents were stopped in their totes."""
    stopped = PickSlot.objects.filter(parked_at__isnull=False, closed_at=None)
    return Exists(stopped.filter(task__wave=OuterRef("pk")))
