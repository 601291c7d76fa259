from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from oms.access.checks import NotAllowed
from oms.models import Shipment
from tests.factories.oms import NOW
from tests.factories.warehouse import Floor, stand_at
from tests.warehouse.services.books import refused
from tests.warehouse.services.carrier_bench import account_at, simulated_sf
from tests.warehouse.simulator.bench import Bench
from warehouse.models import Waybill
from warehouse.services.waybills.labelling import label_parcel
from warehouse.services.waybills.settling import settle_due
from warehouse.services.waybills.voiding import ReasonNeeded, WaybillIsGone, ask_void, call_void
from warehouse.simulator.faults import FaultKind

LATER = NOW + timedelta(hours=1)
UPDATE = "EXP_RECE_UPDATE_ORDER"


@pytest.fixture
def sf(tmp_path: Path) -> Iterator[Bench]:
    with simulated_sf(tmp_path) as bench:
        yield bench


@pytest.fixture
def waybill(floor: Floor, sf: Bench) -> Waybill:
    account_at(sf, floor.warehouse)
    floor.packed({floor.goods(9): 1})
    return label_parcel(Shipment.objects.get().pk, actor=floor.worker, now=NOW)


def ask(floor: Floor, waybill: Waybill) -> None:
    ask_void(waybill.pk, actor=floor.worker, reason="other carrier", now=NOW)


def test_parcel_cannot_leave_from_the_moment_it_is_asked(floor: Floor, waybill: Waybill) -> None:
    ask(floor, waybill)
    shipment = Shipment.objects.get()
    assert (shipment.status, shipment.waybill_no) == ("packed", None)


def test_carrier_is_told_by_the_account_that_issued_it(
    floor: Floor, waybill: Waybill, sf: Bench
) -> None:
    ask(floor, waybill)
    settle_due(now=NOW)
    waybill.refresh_from_db()
    assert waybill.status == "voided"
    assert sf.simulator.store.orders()[0].state == "cancelled"


def test_next_number_is_another_attempt(floor: Floor, waybill: Waybill, sf: Bench) -> None:
    ask(floor, waybill)
    settle_due(now=NOW)
    again = label_parcel(waybill.shipment_id, actor=floor.worker, now=NOW)
    assert (again.attempt, again.status) == (2, "issued")
    assert again.waybill_no != waybill.waybill_no
    assert len(sf.numbers()) == 2


def test_void_without_an_answer_is_repeated(floor: Floor, waybill: Waybill, sf: Bench) -> None:
    sf.plan(FaultKind.DROP_AFTER, UPDATE)
    ask(floor, waybill)
    call_void(waybill.pk, now=NOW)
    waybill.refresh_from_db()
    assert waybill.status == "voiding"
    settle_due(now=LATER)
    waybill.refresh_from_db()
    assert waybill.status == "voided"


def test_refused_void_comes_to_a_person(floor: Floor, waybill: Waybill, sf: Bench) -> None:
    sf.simulator.advance(waybill.client_order_id, "collected")
    ask(floor, waybill)
    settle_due(now=NOW)
    waybill.refresh_from_db()
    assert (waybill.status, waybill.needs_person) == ("void_refused", True)
    assert waybill.last_error
    assert settle_due(now=LATER) == 0


def test_number_nobody_ever_saw_is_looked_for_and_voided(
    floor: Floor, waybill: Waybill, sf: Bench
) -> None:
    stand_at(Waybill.objects.all(), "voiding")
    Waybill.objects.update(waybill_no="")
    call_void(waybill.pk, now=NOW)
    assert sf.simulator.store.orders()[0].state == "cancelled"


def test_void_needs_a_reason_a_right_and_something_to_void(floor: Floor, waybill: Waybill) -> None:
    with refused(ReasonNeeded):
        ask_void(waybill.pk, actor=floor.worker, reason=" ", now=NOW)
    with refused(NotAllowed):
        ask_void(waybill.pk, actor=floor.person("customer_service"), reason="x", now=NOW)
    ask(floor, waybill)
    settle_due(now=NOW)
    with refused(WaybillIsGone):
        ask(floor, waybill)
