"""The whole way of a store that is told at the label: labelled, told, voided, labelled anew."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from channels_sync.models import PushJob, StoreConnection
from oms.events import bus
from oms.models import Shipment
from tests.channels_sync.push.conftest import Worker
from tests.channels_sync.push.scripted import ScriptedOutbound
from tests.channels_sync.push.test_moments import moment
from tests.channels_sync.push.test_renumbering import told
from tests.factories.warehouse import Floor
from tests.warehouse.services.carrier_bench import account_at, simulated_sf
from tests.warehouse.simulator.bench import Bench
from warehouse.carriers.base import utc_now
from warehouse.services.recalling import take_back
from warehouse.services.waybills.labelling import label_parcel
from warehouse.services.waybills.settling import settle_due
from warehouse.services.waybills.voiding import ask_void

pytestmark = pytest.mark.django_db


@pytest.fixture
def sf(tmp_path: Path) -> Iterator[Bench]:
    """Serve the carrier; its clock is the one that the worker moves."""
    with simulated_sf(tmp_path) as bench:
        bench.simulator._clock = utc_now
        yield bench


@pytest.fixture
def floor(sf: Bench, worker: Worker) -> Floor:
    """A warehouse whose store's channel does as it is told; a parcel stands labelled and told."""
    made = Floor()
    StoreConnection.objects.create(store=made.store, kind="scripted")
    moment(made.store, "label")
    account_at(sf, made.warehouse)
    made.packed({made.goods(9): 1})
    label(made, worker)
    return made


def label(floor: Floor, worker: Worker) -> str:
    waybill = label_parcel(Shipment.objects.get().pk, actor=floor.worker, now=worker.now)
    through(worker)
    return waybill.waybill_no


def through(worker: Worker) -> None:
    bus.deliver_due(now=worker.now)
    for _look in range(2):
        worker.run(minutes=5)


def void(floor: Floor, worker: Worker) -> None:
    waybill = Shipment.objects.get().waybills.order_by("-attempt")[0]
    ask_void(waybill.pk, actor=floor.worker, reason="jammed", now=worker.now)
    settle_due(now=worker.now)


def test_label_is_told_and_its_successor_is_a_persons_business(
    floor: Floor, worker: Worker
) -> None:
    [(first, _none)] = told()
    void(floor, worker)
    second = label(floor, worker)
    assert first != second
    assert told() == [(first, "")]
    stuck = PushJob.objects.get(status="needs_person")
    assert first in stuck.last_error
    assert second in stuck.last_error


def test_successor_is_told_where_the_platform_takes_it(
    floor: Floor, worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ScriptedOutbound, "renumbers", True)
    [(first, _none)] = told()
    void(floor, worker)
    second = label(floor, worker)
    assert told() == [(first, ""), (second, first)]
    floor.at_dock(second)
    floor.at_dock("CMD:HANDOVER")
    through(worker)
    assert len(told()) == 2
    assert Shipment.objects.get().uploaded_at is not None


def test_order_that_is_cancelled_after_it_was_told_is_a_persons_business(
    floor: Floor, worker: Worker
) -> None:
    parcel = Shipment.objects.get()
    floor.cancel(parcel.fulfillment)
    take_back([parcel.fulfillment_id], now=worker.now)
    through(worker)
    parcel.refresh_from_db()
    assert parcel.status == "cancelled"
    stuck = PushJob.objects.get(status="needs_person")
    assert (parcel.waybill_no or "") in stuck.last_error
