"""A label that is voided after its channel was told: the new number is told, or a person is."""

from datetime import datetime

import pytest

from channels_sync import handlers
from channels_sync.connectors.outbound import ShipmentPush
from channels_sync.models import PushJob
from channels_sync.services.push import by_hand
from oms.integration.errors import ErrorKind, IntegrationError
from oms.models import Shipment, Store
from tests.channels_sync.push.conftest import Worker
from tests.channels_sync.push.parcels import order_of, whole
from tests.channels_sync.push.scripted import ScriptedOutbound, WorkerDied
from tests.channels_sync.push.test_moments import change, hear, here, moment
from tests.factories.oms import UserFactory, grant
from tests.warehouse.services.books import refused

pytestmark = pytest.mark.django_db
NEW = "SF9999999999991"
NEWER = "SF9999999999992"


@pytest.fixture
def box(store: Store, now: datetime) -> Shipment:
    """A labelled parcel of a store whose channel is told of labels; its job waits."""
    moment(store, "label")
    made = here(whole(order_of(store)))
    hear(made, now)
    return made


@pytest.fixture
def renumbers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ScriptedOutbound, "renumbers", True)


def void(box: Shipment) -> None:
    change(box, status="packed", waybill_no=None)


def label(box: Shipment, number: str, now: datetime) -> None:
    """Give the parcel another waybill; both that listen hear of it."""
    change(box, status="labelled", waybill_no=number)
    handlers.upload_tracking(shipment_ids=[box.pk], now=now)
    handlers.follow_labels(shipment_ids=[box.pk], now=now)


def told() -> list[tuple[str, str]]:
    """Return (number, the number that it replaces) of what the channel was told."""
    sent = [push for push in ScriptedOutbound.sent if isinstance(push, ShipmentPush)]
    return [(push.notice.waybill_no, push.replaces) for push in sent]


def through(worker: Worker) -> None:
    """Tell, and let it be seen."""
    worker.run(minutes=1)
    worker.run(minutes=5)


def stuck() -> PushJob:
    return PushJob.objects.get(status="needs_person")


def test_voided_before_it_was_told_waits_for_the_new_number(box: Shipment, worker: Worker) -> None:
    void(box)
    worker.run()
    assert told() == []
    label(box, NEW, worker.now)
    through(worker)
    assert told() == [(NEW, "")]
    assert PushJob.objects.get().status == "done"


def test_new_number_is_told_where_the_platform_takes_it(
    box: Shipment, worker: Worker, renumbers: None
) -> None:
    old = box.waybill_no or ""
    through(worker)
    void(box)
    label(box, NEW, worker.now)
    label(box, NEW, worker.now)
    through(worker)
    assert told() == [(old, ""), (NEW, old)]
    label(box, NEWER, worker.now)
    through(worker)
    assert told()[2:] == [(NEWER, NEW)]
    assert set(PushJob.objects.values_list("status", flat=True)) == {"done"}


def test_elsewhere_a_person_is_told_what_to_change(box: Shipment, worker: Worker) -> None:
    old = box.waybill_no or ""
    through(worker)
    label(box, NEW, worker.now)
    assert old in stuck().last_error
    assert NEW in stuck().last_error
    label(box, NEWER, worker.now)
    assert NEWER in stuck().last_error
    through(worker)
    assert told() == [(old, "")]


def test_person_who_changed_it_ends_it_and_cannot_have_it_sent(
    box: Shipment, worker: Worker, store: Store
) -> None:
    through(worker)
    label(box, NEW, worker.now)
    person = UserFactory.create()
    grant(person, "customer_service", store)
    with refused(by_hand.NothingStuck):
        by_hand.retry([stuck().pk], actor=person, now=worker.now)
    by_hand.settle(stuck().pk, note="changed there", actor=person, now=worker.now)
    label(box, NEW, worker.now)
    assert not PushJob.objects.filter(status="needs_person").exists()
    label(box, NEWER, worker.now)
    assert NEWER in stuck().last_error


def test_voided_while_the_channel_was_being_told_is_followed_up(
    box: Shipment, worker: Worker
) -> None:
    old = box.waybill_no or ""
    worker.run()
    label(box, NEW, worker.now)
    assert not PushJob.objects.filter(status="needs_person").exists()
    worker.run(minutes=5)
    assert PushJob.objects.order_by("pk")[0].status == "done"
    assert old in stuck().last_error


def test_try_that_never_arrived_is_made_with_the_new_number(box: Shipment, worker: Worker) -> None:
    old = box.waybill_no or ""
    trouble = IntegrationError("断线", kind=ErrorKind.RETRY, outcome_unknown=True)
    ScriptedOutbound.script.append(trouble)
    worker.run()
    label(box, NEW, worker.now)
    through(worker)
    assert told() == [(old, ""), (NEW, "")]
    assert not PushJob.objects.filter(status="needs_person").exists()


def test_try_that_never_arrived_waits_while_there_is_no_number(
    box: Shipment, worker: Worker
) -> None:
    old = box.waybill_no or ""
    trouble = IntegrationError("断线", kind=ErrorKind.RETRY, outcome_unknown=True)
    ScriptedOutbound.script.append(trouble)
    worker.run()
    void(box)
    through(worker)
    assert told() == [(old, "")]
    label(box, NEW, worker.now)
    through(worker)
    assert told() == [(old, ""), (NEW, "")]
    assert PushJob.objects.get().status == "done"


def test_try_that_arrived_unseen_is_followed_up(box: Shipment, worker: Worker) -> None:
    ScriptedOutbound.script.append(ScriptedOutbound.does_it_but(WorkerDied()))
    with pytest.raises(WorkerDied):
        worker.run()
    label(box, NEW, worker.now)
    worker.run(hours=1)
    worker.run(hours=1)
    assert PushJob.objects.order_by("pk")[0].status == "done"
    assert NEW in stuck().last_error


def test_parcel_opened_before_it_was_told_is_never_told(box: Shipment, worker: Worker) -> None:
    change(box, status="cancelled")
    through(worker)
    assert told() == []
    assert PushJob.objects.get().status == "done"
    handlers.follow_opened(shipment_ids=[box.pk], now=worker.now)
    assert PushJob.objects.count() == 1
    box.refresh_from_db()
    assert (box.upload_began_at, box.uploaded_at) == (None, None)


def test_parcel_opened_after_it_was_told_is_a_persons_business(
    box: Shipment, worker: Worker
) -> None:
    through(worker)
    change(box, status="cancelled")
    for _again in range(2):
        handlers.follow_opened(shipment_ids=[box.pk], now=worker.now)
    assert (box.waybill_no or "") in stuck().last_error
    assert stuck().reference == box.package_no


def test_units_of_an_opened_parcel_are_told_with_the_next_one(
    box: Shipment, worker: Worker, now: datetime
) -> None:
    through(worker)
    change(box, status="cancelled")
    first = PushJob.objects.get()
    again = Shipment.objects.get(pk=box.pk)
    again.pk, again.package_no, again.waybill_no = None, "PK-AGAIN", NEW
    again.save(force_insert=True)
    change(again, status="labelled")
    for line in box.lines.all():
        line.pk, line.shipment = None, again
        line.save(force_insert=True)
    hear(again, now)
    job = PushJob.objects.get(reference=again.package_no)
    assert job.payload["lines"] == first.payload["lines"]


def test_parcel_that_got_its_first_number_back_is_told_so(
    box: Shipment, worker: Worker, renumbers: None
) -> None:
    old = box.waybill_no or ""
    numbers = (old, NEW, old, NEW)
    through(worker)
    for number in numbers[1:]:
        void(box)
        label(box, number, worker.now)
        label(box, number, worker.now)
        through(worker)
    assert told() == list(zip(numbers, ("", *numbers), strict=False))
