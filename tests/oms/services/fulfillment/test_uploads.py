"""What the core notes of telling channels: begun, done, wanted now; and what a parcel weighs."""

from datetime import timedelta

import pytest

from oms.access.checks import NotAllowed
from oms.models import OutboxEvent, Shipment, TimelineEntry
from oms.services.fulfillment.parcels import NotWeighedNow, WrongWeight, weigh
from oms.services.fulfillment.progress import expect_scan
from oms.services.fulfillment.uploads import NothingToTell, begin_upload, end_upload, upload_now
from tests.factories.oms import NOW
from tests.factories.warehouse import Floor
from tests.warehouse.services.books import refused
from tests.warehouse.services.test_handing_over import labelled

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=5)


@pytest.fixture
def floor() -> Floor:
    return Floor()


def events(name: str) -> list[object]:
    return [row.payload for row in OutboxEvent.objects.filter(name=name).order_by("pk")]


def test_first_time_is_kept(floor: Floor) -> None:
    [parcel] = labelled(floor, floor.goods(9))
    for moment in (NOW, LATER):
        begin_upload(parcel.pk, now=moment)
        end_upload(parcel.pk, now=moment)
    parcel.refresh_from_db()
    assert (parcel.upload_began_at, parcel.uploaded_at) == (NOW, NOW)


def test_weight_is_noted_and_told(floor: Floor) -> None:
    [parcel] = labelled(floor, floor.goods(9))
    for grams in (480, 510):
        weigh(parcel.pk, weight_g=grams, actor=floor.worker, now=NOW)
    parcel.refresh_from_db()
    assert parcel.weight_g == 510
    notes = TimelineEntry.objects.filter(subject="shipment", action="weigh").order_by("pk")
    assert list(notes.values_list("note", flat=True)) == ["480 g", "480 g → 510 g"]
    assert events("oms.package.weighed") == [{"shipment_ids": [parcel.pk]}] * 2


@pytest.mark.parametrize("grams", [0, -5, 150_001])
def test_impossible_weight_is_refused(floor: Floor, grams: int) -> None:
    [parcel] = labelled(floor, floor.goods(9))
    with refused(WrongWeight):
        weigh(parcel.pk, weight_g=grams, actor=floor.worker, now=NOW)


def test_only_who_packs_weighs_and_only_what_is_here(floor: Floor) -> None:
    [parcel] = labelled(floor, floor.goods(9))
    with refused(NotAllowed):
        weigh(parcel.pk, weight_g=5, actor=floor.person(), now=NOW)
    floor.at_dock(parcel.waybill_no or "")
    floor.at_dock("CMD:HANDOVER")
    with refused(NotWeighedNow):
        weigh(parcel.pk, weight_g=5, actor=floor.worker, now=NOW)
    assert Shipment.objects.get().weight_g is None


def test_person_has_channels_told_now(floor: Floor) -> None:
    parcels = labelled(floor, floor.goods(9), floor.goods(9))
    assert upload_now([one.pk for one in parcels], actor=floor.worker, now=NOW) == 2
    assert events("oms.upload.wanted") == [{"shipment_ids": [one.pk for one in parcels]}]


def test_stranger_and_parcels_without_a_waybill_are_refused(floor: Floor) -> None:
    [parcel] = labelled(floor, floor.goods(9))
    with refused(NothingToTell):
        upload_now([parcel.pk], actor=floor.person(), now=NOW)
    Shipment.objects.update(waybill_no=None)
    with refused(NothingToTell):
        upload_now([parcel.pk], actor=floor.worker, now=NOW)


def test_parcel_of_an_unknown_carrier_is_told_of_like_a_scanned_one(floor: Floor) -> None:
    [parcel] = labelled(floor, floor.goods(9))
    for is_expected in (True, False, False):
        expect_scan(parcel.pk, is_expected=is_expected, now=NOW)
    assert events("oms.package.scanned") == [{"shipment_ids": [parcel.pk]}]
