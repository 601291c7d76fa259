"""Signs of life, so that a dead worker is seen on the board and by the monitor."""

from datetime import datetime, timedelta

from oms.models import Heartbeat

DEAD_AFTER = timedelta(minutes=3)


def beat(name: str, *, now: datetime) -> None:
    Heartbeat.objects.update_or_create(name=name, defaults={"at": now})


def is_alive(name: str, *, now: datetime) -> bool:
    return Heartbeat.objects.filter(name=name, at__gt=now - DEAD_AFTER).exists()
