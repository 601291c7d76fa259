"""A printed waybill, entered on the parcel's page."""

import pytest
from django.urls import reverse

from oms.models import Shipment, User
from tests.factories.warehouse import Floor
from tests.warehouse.mobile.phone import signed_in

NUMBER = "YT8801234567890"


def address(act: str, parcel: Shipment) -> str:
    return reverse(f"admin:oms_shipment_{act}", args=[parcel.pk])


@pytest.mark.django_db
def test_number_is_entered_and_taken_off_after_a_question() -> None:
    floor = Floor()
    floor.packed({floor.goods(9): 1})
    parcel = Shipment.objects.get()
    User.objects.filter(pk=floor.manager.pk).update(is_staff=True)
    manager = signed_in(floor.manager)
    entry = {"carrier": "yto", "waybill_no": NUMBER}
    assert manager.post(address("enter_waybill", parcel), entry).status_code == 200
    assert Shipment.objects.get().status == "packed"
    manager.post(address("enter_waybill", parcel), {**entry, "confirmed": "yes"})
    parcel.refresh_from_db()
    assert (parcel.waybill_no, parcel.issuer, parcel.status) == (NUMBER, "typed", "labelled")
    page = manager.get(reverse("admin:oms_shipment_change", args=[parcel.pk])).content.decode()
    assert address("take_off", parcel) in page
    assert address("enter_waybill", parcel) not in page
    manager.post(address("take_off", parcel), {"reason": "wrong", "confirmed": "yes"})
    parcel.refresh_from_db()
    assert (parcel.waybill_no, parcel.status) == (None, "packed")


@pytest.mark.django_db
def test_weight_is_entered_after_a_question() -> None:
    floor = Floor()
    floor.packed({floor.goods(9): 1})
    parcel = Shipment.objects.get()
    User.objects.filter(pk=floor.manager.pk).update(is_staff=True)
    manager = signed_in(floor.manager)
    for answer in ({"weight_g": "480"}, {"weight_g": "0", "confirmed": "yes"}):
        assert manager.post(address("weigh", parcel), answer).status_code == 200
    assert Shipment.objects.get().weight_g is None
    manager.post(address("weigh", parcel), {"weight_g": "480", "confirmed": "yes"})
    assert Shipment.objects.get().weight_g == 480
