"""Carriers are asked in batches and in their own time; a silent account costs little."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from oms.events import bus
from oms.flows.shipment import ShipmentStatus
from oms.integration.errors import ErrorKind, IntegrationError
from oms.models import CallLog, Shipment
from tests.factories.oms import NOW
from tests.factories.warehouse import CarrierAccountFactory, Floor, stand_at
from tests.warehouse.services.carrier_bench import account_at, simulated_sf
from tests.warehouse.services.tracing.road import HOUR, S, event, on_the_road
from tests.warehouse.simulator.bench import Bench
from warehouse.carriers.base import Carrier
from warehouse.carriers.sf.carrier import SfCarrier
from warehouse.dto import TrackEvent
from warehouse.models import CarrierAccount, Trace, TraceEvent, Waybill
from warehouse.services.tracing import polling, pruning, watching
from warehouse.services.tracing.polling import poll_due
from warehouse.services.waybills.labelling import label_parcel

SOON = NOW + 2 * HOUR


class Asked:
    """Stands in for the carrier: notes what it is asked and tells what the test wants."""

    def __init__(self) -> None:
        self.calls: list[tuple[list[str], str]] = []
        self.events: list[TrackEvent] = []
        self.error: IntegrationError | None = None

    def track(
        self, _carrier: SfCarrier, numbers: Sequence[str], *, phone_tail: str = ""
    ) -> list[TrackEvent]:
        self.calls.append((list(numbers), phone_tail))
        if self.error is not None:
            raise self.error
        return [told for told in self.events if told.waybill_no in numbers]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Asked:
    carrier = Asked()
    monkeypatch.setattr(SfCarrier, "track", lambda *args, **kwargs: carrier.track(*args, **kwargs))
    return carrier


def due(parcel: Shipment) -> datetime | None:
    return Trace.objects.get(shipment=parcel).due_at


def many(floor: Floor, count: int) -> None:
    """Let many more parcels be due, by copies of one."""
    [parcel] = on_the_road(floor)
    trace = Trace.objects.get()
    Shipment.objects.filter(pk=parcel.pk).update(issuing_account=trace.account.name)
    more(parcel, count - 1)


def more(parcel: Shipment, count: int) -> None:
    trace = Trace.objects.get(shipment=parcel)
    for number in range(Trace.objects.count(), Trace.objects.count() + count):
        twin = Shipment.objects.get(pk=parcel.pk)
        twin.pk, twin.package_no, twin.waybill_no = None, f"PK-{number}", f"SF{number:013d}"
        twin.save(force_insert=True)
        Trace.objects.create(
            shipment=twin, account=trace.account, waybill_no=twin.waybill_no, due_at=NOW
        )


def test_parcels_are_asked_about_ten_at_once(floor: Floor, asked: Asked) -> None:
    many(floor, 23)
    assert poll_due(now=SOON) == 23
    assert [len(numbers) for numbers, _tail in asked.calls] == [10, 10, 3]
    assert {tail for _numbers, tail in asked.calls} == {""}


def test_turn_goes_on_page_by_page_on_one_line(
    floor: Floor, asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    many(floor, 25)
    opened: list[int] = []

    def line(account: CarrierAccount) -> Carrier:
        opened.append(account.pk)
        return real_line(account)

    real_line = polling._line
    monkeypatch.setattr(polling, "_line", line)
    assert poll_due(now=SOON, limit=10) == 25
    assert len(asked.calls) == 3
    assert len(opened) == 1


def test_silent_account_is_asked_once_a_turn_however_many_pages(floor: Floor, asked: Asked) -> None:
    many(floor, 25)
    asked.error = IntegrationError("busy", kind=ErrorKind.RETRY, code="1")
    assert poll_due(now=SOON, limit=10) == 0
    assert len(asked.calls) == 1
    assert Trace.objects.filter(failures=1).count() == 10


def test_questions_to_the_database_do_not_grow_with_the_parcels(floor: Floor, asked: Asked) -> None:
    many(floor, 2)
    with CaptureQueriesContext(connection) as few:
        poll_due(now=SOON)
    more(Shipment.objects.order_by("pk")[0], 8)
    Trace.objects.update(due_at=NOW)
    with CaptureQueriesContext(connection) as ten:
        poll_due(now=SOON)
    assert len(ten) == len(few) <= 12


def test_answer_puts_the_parcel_off_and_moves_it(floor: Floor, asked: Asked) -> None:
    [parcel] = on_the_road(floor)
    asked.events = [event(parcel, S.COLLECTED)]
    poll_due(now=SOON)
    parcel.refresh_from_db()
    assert parcel.status == "in_transit"
    trace = Trace.objects.get()
    assert (trace.asked_at, trace.due_at, trace.failures) == (SOON, SOON + 3 * HOUR, 0)
    assert poll_due(now=SOON) == 0


def test_delivered_parcel_is_never_asked_about_again(floor: Floor, asked: Asked) -> None:
    [parcel] = on_the_road(floor)
    asked.events = [event(parcel, S.DELIVERED)]
    poll_due(now=SOON)
    assert due(parcel) is None
    assert poll_due(now=SOON + 999 * HOUR) == 0


def test_parcel_received_at_our_dock_is_not_asked_about_again(floor: Floor, asked: Asked) -> None:
    [parcel] = on_the_road(floor)
    stand_at(Shipment.objects.all(), ShipmentStatus.CAME_BACK)
    poll_due(now=SOON)
    assert due(parcel) is None


def test_silence_is_noted_and_the_account_left_alone(floor: Floor, asked: Asked) -> None:
    many(floor, 12)
    asked.error = IntegrationError("系统繁忙", kind=ErrorKind.RETRY, code="A1099")
    assert poll_due(now=SOON) == 0
    assert len(asked.calls) == 1
    noted = Trace.objects.values_list("failures", "last_error", "due_at")
    assert set(noted) == {(1, "系统繁忙 [A1099]", SOON + timedelta(minutes=5))}
    asked.error = None
    poll_due(now=SOON + HOUR)
    assert set(Trace.objects.values_list("failures", "last_error")) == {(0, "")}


def test_account_that_is_not_set_up_says_so(floor: Floor) -> None:
    on_the_road(floor)
    account = Trace.objects.get().account
    account.credentials = {}
    account.save(update_fields=["credentials"])
    assert poll_due(now=SOON) == 0
    assert "partner_id" in Trace.objects.get().last_error


def test_typed_number_is_proved_by_the_end_of_our_phone(floor: Floor, asked: Asked) -> None:
    [parcel] = on_the_road(floor)
    Waybill.objects.all().delete()
    Trace.objects.all().delete()
    Shipment.objects.update(issuer="typed", issuing_account="")
    watching.watch_shipped([parcel.pk], now=NOW)
    poll_due(now=SOON)
    assert asked.calls == [([parcel.waybill_no], floor.warehouse.contact_phone[-4:])]


def test_carrier_whom_we_cannot_ask_is_not_asked(floor: Floor, asked: Asked) -> None:
    [parcel] = on_the_road(floor)
    Waybill.objects.all().delete()
    Trace.objects.all().delete()
    Shipment.objects.update(carrier="ems", issuer="typed")
    watching.watch_shipped([parcel.pk], now=NOW)
    assert watching.watch_missed(now=NOW) == 0
    assert not Trace.objects.exists()


def test_parcel_on_the_road_is_followed_when_an_account_is_set_up(
    floor: Floor, asked: Asked
) -> None:
    on_the_road(floor)
    Trace.objects.all().delete()
    assert watching.watch_missed(now=NOW) == 1
    assert watching.watch_missed(now=NOW) == 0
    CarrierAccountFactory.create(warehouse=floor.warehouse)
    assert watching.watch_missed(now=NOW) == 0


def test_voided_number_is_not_asked_about(floor: Floor, asked: Asked) -> None:
    [parcel] = on_the_road(floor)
    stand_at(Shipment.objects.all(), ShipmentStatus.PACKED)
    Shipment.objects.update(waybill_no=None)
    poll_due(now=SOON)
    assert due(parcel) is None
    assert Trace.objects.get().ended_at is None


def test_old_events_are_forgotten_and_the_facts_stay(floor: Floor, asked: Asked) -> None:
    [parcel] = on_the_road(floor)
    asked.events = [event(parcel, S.DELIVERED)]
    poll_due(now=SOON)
    assert pruning.prune(now=NOW + pruning.KEPT_FOR) == 0
    assert pruning.prune(now=SOON + pruning.KEPT_FOR) == 1
    parcel.refresh_from_db()
    assert not TraceEvent.objects.exists()
    assert parcel.delivered_at == NOW + HOUR


def test_no_more_old_events_stay_than_came(floor: Floor, asked: Asked) -> None:
    [parcel] = on_the_road(floor)
    asked.events = [event(parcel, S.COLLECTED), event(parcel, S.IN_TRANSIT, code="31")]
    poll_due(now=SOON)
    assert pruning.prune(now=SOON + pruning.KEPT_FOR, limit=1) == 2
    assert not TraceEvent.objects.exists()


@pytest.fixture
def sf(tmp_path: Path) -> Iterator[Bench]:
    with simulated_sf(tmp_path) as bench:
        yield bench


def test_whole_way_by_the_carriers_own_protocol(floor: Floor, sf: Bench) -> None:
    account_at(sf, floor.warehouse)
    floor.packed({floor.goods(9): 1})
    waybill = label_parcel(Shipment.objects.get().pk, actor=floor.worker, now=sf.now)
    floor.now = sf.now
    floor.at_dock(waybill.waybill_no)
    floor.at_dock("CMD:HANDOVER")
    bus.deliver_due(now=sf.now)
    for step in ("collected", "in_transit", "out_for_delivery", "delivered"):
        sf.simulator.advance(waybill.client_order_id, step)
    poll_due(now=sf.now + HOUR)
    parcel = Shipment.objects.get()
    assert parcel.status == "delivered"
    assert parcel.first_scanned_at is not None
    codes = TraceEvent.objects.order_by("at", "pk").values_list("code", flat=True)
    assert set(codes) == {"50", "30", "31", "204", "80"}
    assert CallLog.objects.filter(operation="EXP_RECE_SEARCH_ROUTES").count() == 1
