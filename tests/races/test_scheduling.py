from threading import Barrier

import pytest
from django.db import transaction
from django_q.models import OrmQ

from oms.models import NamedLock
from oms.scheduling import nudge, nudge_answered, single_flight
from tests.races.together import PATIENCE, refusals, together

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]

ROUNDS = 5
THREADS = 8
TASK = "oms.tasks.deliver_events"


def test_of_eight_one_gets_the_lease() -> None:
    everybody_tried = Barrier(THREADS)

    def enter() -> bool:
        with single_flight("oms.scan") as got:
            everybody_tried.wait(PATIENCE)
            return got

    for _ in range(ROUNDS):
        results = together(*[enter] * THREADS)
        assert refusals(results) == []
        assert sorted(results) == [False] * (THREADS - 1) + [True]  # type: ignore[type-var]
    assert NamedLock.objects.count() == 1


def test_eight_nudges_wake_one_task() -> None:
    def change_something() -> None:
        with transaction.atomic():
            nudge(TASK)

    for expected in range(1, ROUNDS + 1):
        results = together(*[change_something] * THREADS)
        assert refusals(results) == []
        assert OrmQ.objects.count() == expected
        nudge_answered(TASK)
