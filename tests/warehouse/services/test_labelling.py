from collections.abc import Iterator
from pathlib import Path

import pytest

from oms.access.checks import NotAllowed
from oms.models import Shipment, TimelineEntry
from oms.services.fulfillment.stations import DocumentStopped
from tests.factories.oms import NOW
from tests.factories.warehouse import Floor, stand_at
from tests.warehouse.services.books import refused
from tests.warehouse.services.carrier_bench import account_at, simulated_sf
from warehouse.models import Waybill
from warehouse.services.waybills.contents import NoLabelData
from warehouse.services.waybills.labelling import (
    NotPrintedYet,
    NoWaybillYet,
    label_parcel,
    label_pdf,
    note_print,
)
from warehouse.services.waybills.voiding import ReasonNeeded


@pytest.fixture
def waybill(floor: Floor, tmp_path: Path) -> Iterator[Waybill]:
    with simulated_sf(tmp_path) as bench:
        account_at(bench, floor.warehouse)
        floor.packed({floor.goods(9): 1})
        yield label_parcel(Shipment.objects.get().pk, actor=floor.worker, now=NOW)


def printed(floor: Floor, waybill: Waybill, reason: str = "") -> Waybill:
    return note_print(waybill.shipment_id, actor=floor.worker, now=NOW, reason=reason)


def test_printed_label_is_a_pdf(floor: Floor, waybill: Waybill) -> None:
    printed(floor, waybill)
    assert label_pdf(waybill.pk, actor=floor.worker, now=NOW).startswith(b"%PDF")


def test_prints_are_counted_and_the_second_needs_a_reason(floor: Floor, waybill: Waybill) -> None:
    assert printed(floor, waybill).print_count == 1
    with refused(ReasonNeeded):
        printed(floor, waybill)
    assert printed(floor, waybill, "jammed").print_count == 2
    acts = TimelineEntry.objects.filter(subject="waybill", action__contains="print")
    assert list(acts.order_by("pk").values_list("action", "note")) == [
        ("print", ""),
        ("reprint", "jammed"),
    ]


def test_label_that_nobody_counted_is_not_handed_out(floor: Floor, waybill: Waybill) -> None:
    with refused(NotPrintedYet):
        label_pdf(waybill.pk, actor=floor.worker, now=NOW)


def test_nothing_to_print_without_a_number(floor: Floor, waybill: Waybill) -> None:
    stand_at(Waybill.objects.all(), "failed")
    with refused(NoWaybillYet):
        printed(floor, waybill)


def test_stopped_parcel_is_neither_counted_nor_printed(floor: Floor, waybill: Waybill) -> None:
    printed(floor, waybill)
    floor.hold(waybill.shipment.fulfillment)
    with refused(DocumentStopped):
        printed(floor, waybill, "again")
    with refused(DocumentStopped):
        label_pdf(waybill.pk, actor=floor.worker, now=NOW)


def test_label_without_route_data_says_what_to_do(floor: Floor, waybill: Waybill) -> None:
    printed(floor, waybill)
    Waybill.objects.update(label=None)
    with refused(NoLabelData, match=waybill.waybill_no):
        label_pdf(waybill.pk, actor=floor.worker, now=NOW)


def test_strangers_see_no_label(floor: Floor, waybill: Waybill) -> None:
    printed(floor, waybill)
    for stranger in (floor.person("customer_service"), Floor().worker):
        with refused(Waybill.DoesNotExist):
            label_pdf(waybill.pk, actor=stranger, now=NOW)
        with refused(NotAllowed):
            note_print(waybill.shipment_id, actor=stranger, now=NOW, reason="x")
    waybill.refresh_from_db()
    assert waybill.print_count == 1
