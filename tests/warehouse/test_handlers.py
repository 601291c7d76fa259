from datetime import timedelta

import pytest
from django_q.models import OrmQ

from oms.events import bus
from oms.events.types import FulfillmentsRecalled, FulfillmentsReleased
from oms.models import EventDelivery
from oms.services.fulfillment.releasing import release_documents
from tests.factories.oms import NOW
from tests.factories.warehouse import Floor
from warehouse import tasks
from warehouse.models import PutBackTask
from warehouse.services.waves import starting
from warehouse.services.waybills import voiding

pytestmark = pytest.mark.django_db


def test_events_have_handlers_here() -> None:
    assert "warehouse.handlers.wake_planner" in bus.handlers_of(FulfillmentsReleased.name)
    assert "warehouse.handlers.take_back" in bus.handlers_of(FulfillmentsRecalled.name)


def test_release_wakes_the_planner(django_capture_on_commit_callbacks: object) -> None:
    assert callable(django_capture_on_commit_callbacks)
    floor = Floor()
    document = floor.document({floor.goods(5): 1}, allocated=True, released=False)
    release_documents([document.pk], now=NOW)
    with django_capture_on_commit_callbacks(execute=True):
        bus.deliver_due(now=NOW)
    assert starting.TASK in {task.func() for task in OrmQ.objects.all()}


def test_cancelled_document_reaches_the_tote_by_the_event() -> None:
    floor = Floor()
    document = floor.document({floor.goods(5): 2})
    floor.waves()
    floor.pick_all()
    floor.cancel(document)
    bus.deliver_due(now=NOW)
    assert PutBackTask.objects.get().quantity == 2
    EventDelivery.objects.update(delivered_at=None, not_before=NOW, needs_person=False)
    bus.deliver_due(now=NOW + timedelta(hours=1))
    assert PutBackTask.objects.count() == 1


def test_tasks_have_the_names_they_are_nudged_by() -> None:
    assert f"{tasks.run_waves.__module__}.{tasks.run_waves.__qualname__}" == starting.TASK
    assert (
        f"{tasks.settle_waybills.__module__}.{tasks.settle_waybills.__qualname__}" == voiding.DRAIN
    )


def test_task_starts_what_is_due() -> None:
    floor = Floor()
    document = floor.document({floor.goods(5): 1})
    tasks.run_waves(newer="argument")
    document.refresh_from_db()
    assert document.status == "waved"


def test_drain_with_nothing_to_do_is_quiet() -> None:
    tasks.settle_waybills()
