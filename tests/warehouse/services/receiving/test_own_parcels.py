"""Our own label comes back: refused or undeliverable, or an old box used again."""

from oms.models import ExpectedReturn, Shipment
from oms.services import returns
from oms.services.returns import CameBackAlready, NeverLeft
from tests.factories.returned import Dock
from tests.factories.warehouse import stand_at
from tests.warehouse.services.books import in_bin, refused
from warehouse.models import ReturnReceipt


def test_refused_parcel_is_known_and_received(dock: Dock) -> None:
    hoodie, socks = dock.sku(), dock.sku()
    parcel = dock.shipped({hoodie: 1, socks: 2})
    dock.receive(str(parcel.waybill_no))
    parcel.refresh_from_db()
    assert (parcel.status, ExpectedReturn.objects.count()) == ("handed_over", 0)
    dock.receive(hoodie.code, socks.code, socks.code, "CMD:SEAL")
    parcel.refresh_from_db()
    expected = ExpectedReturn.objects.get(shipment=parcel)
    assert (parcel.status, expected.state, expected.case_no) == ("came_back", "received", "")
    assert (in_bin(dock.place(), hoodie), in_bin(dock.place(), socks)) == (1, 2)
    with refused(CameBackAlready):
        dock.receive(parcel.package_no)


def test_parcel_put_aside_is_still_on_the_road(dock: Dock) -> None:
    parcel = dock.shipped({dock.sku(): 1})
    dock.receive(parcel.package_no, "CMD:NEXT")
    parcel.refresh_from_db()
    assert (parcel.status, ExpectedReturn.objects.exists()) == ("handed_over", False)


def test_part_of_a_refused_parcel_leaves_the_rest_expected(dock: Dock) -> None:
    hoodie = dock.sku()
    parcel = dock.shipped({hoodie: 2})
    dock.receive(str(parcel.waybill_no), hoodie.code, "CMD:SEAL")
    parcel.refresh_from_db()
    assert parcel.status == "coming_back"
    dock.receive(str(parcel.waybill_no), hoodie.code, "CMD:SEAL")
    parcel.refresh_from_db()
    assert (parcel.status, ReturnReceipt.objects.count()) == ("came_back", 2)


def test_parcel_that_never_left_is_no_return(dock: Dock) -> None:
    parcel = dock.shipped({dock.sku(): 1}, status="labelled", handed_over_at=None)
    with refused(NeverLeft):
        dock.receive(str(parcel.waybill_no))


def test_case_that_waits_for_some_of_it_gets_these_first(dock: Dock) -> None:
    hoodie = dock.sku()
    parcel = dock.shipped({hoodie: 3})
    order = dock.order_of(parcel)
    case = returns.expect_return(
        store_id=order.store_id,
        order_id=order.pk,
        warehouse_id=dock.warehouse.pk,
        case_no="AS-1",
        lines={order.items.get().pk: 1},
        now=dock.now,
    )
    dock.receive(str(parcel.waybill_no), *[hoodie.code] * 3, "CMD:SEAL")
    case.refresh_from_db()
    own = ExpectedReturn.objects.get(shipment=parcel)
    assert (case.state, own.state, own.lines.get().quantity) == ("received", "received", 2)
    assert order.items.get().returned_quantity == 3


def test_old_box_with_a_return_in_it_finds_the_case(dock: Dock) -> None:
    hoodie = dock.sku()
    expected = dock.expected({hoodie: 1})
    assert expected.order is not None
    parcel = Shipment.objects.get(fulfillment__order=expected.order)
    stand_at(Shipment.objects.filter(pk=parcel.pk), "delivered")
    dock.receive(str(parcel.waybill_no), hoodie.code, "CMD:SEAL")
    expected.refresh_from_db()
    assert expected.state == "received"


def test_old_box_that_nobody_announced_is_unclaimed(dock: Dock) -> None:
    parcel = dock.shipped({dock.sku(): 1})
    stand_at(Shipment.objects.filter(pk=parcel.pk), "delivered")
    [told] = dock.receive(str(parcel.waybill_no))
    assert told.code == "parcel_unknown"
    [told] = dock.receive("CMD:SEAL")
    assert told.code == "unclaimed_booked"
