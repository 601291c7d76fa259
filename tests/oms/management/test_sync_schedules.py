from io import StringIO

import pytest
from django.core.management import call_command
from django_q.models import Schedule

from oms import scheduling


@pytest.mark.django_db
def test_command_writes_and_tells_every_schedule() -> None:
    Schedule.objects.create(name="stray", func="oms.tasks.gone")
    said = StringIO()
    call_command("sync_schedules", stdout=said)
    declared = {known.name: known.minutes for known in scheduling.registered()}
    assert dict(Schedule.objects.values_list("name", "minutes")) == declared
    assert said.getvalue().splitlines() == [
        f"{name}: every {minutes} min" for name, minutes in sorted(declared.items())
    ]
    assert "oms.deliver_events" in declared
