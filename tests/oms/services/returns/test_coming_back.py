import pytest

from oms.access.checks import NotAllowed
from oms.flows.shipment import ShipmentStatus
from oms.models import ExpectedReturn, Order, Shipment, TimelineEntry
from oms.services import returns
from oms.services.returns import CameBackAlready, Found, NeverLeft, WasDelivered
from tests.factories.oms import NOW, UserFactory
from tests.factories.warehouse import stand_at
from tests.oms.services.returns.world import announced, dock_hand, parcel_of, receive, shipped


def come_back(parcel: Shipment) -> ExpectedReturn:
    place = parcel.fulfillment.warehouse
    actor = dock_hand(ExpectedReturn(warehouse=place))
    return returns.expect_parcel_back(parcel.pk, warehouse_id=place.pk, actor=actor, now=NOW)


def test_parcel_of_ours_is_known_with_all_it_holds() -> None:
    order = shipped(lines=2, lines__quantity=2)
    parcel = parcel_of(order)
    expected = come_back(parcel)
    assert (expected.case_no, expected.order, expected.shipment) == ("", order, parcel)
    assert sorted(expected.lines.values_list("quantity", flat=True)) == [2, 2]
    parcel.refresh_from_db()
    assert parcel.status == ShipmentStatus.COMING_BACK
    assert come_back(parcel) == expected


def test_received_parcel_is_back_and_its_order_says_so() -> None:
    order = shipped(lines__quantity=2)
    parcel = parcel_of(order)
    expected = come_back(parcel)
    line = expected.lines.get()
    receive(expected, Found(1, line_id=line.pk))
    parcel.refresh_from_db()
    assert parcel.status == ShipmentStatus.COMING_BACK
    receive(expected, Found(1, line_id=line.pk))
    parcel.refresh_from_db()
    assert parcel.status == ShipmentStatus.CAME_BACK
    told = TimelineEntry.objects.filter(subject=Order.SUBJECT, action="came_back")
    assert told.get().subject_id == order.pk


def test_what_a_case_got_back_is_not_expected_twice() -> None:
    order = shipped(lines__quantity=3)
    receive(announced(order, units=1))
    assert come_back(parcel_of(order)).lines.get().quantity == 2


def test_empty_parcel_does_not_come_back() -> None:
    order = shipped()
    receive(announced(order))
    with pytest.raises(CameBackAlready):
        come_back(parcel_of(order))


@pytest.mark.parametrize(
    ("status", "refusal"),
    [
        (ShipmentStatus.PACKED, NeverLeft),
        (ShipmentStatus.LABELLED, NeverLeft),
        (ShipmentStatus.CANCELLED, NeverLeft),
        (ShipmentStatus.DELIVERED, WasDelivered),
    ],
)
def test_only_what_is_on_the_road_comes_back(status: str, refusal: type[Exception]) -> None:
    parcel = parcel_of(shipped())
    stand_at(Shipment.objects.filter(pk=parcel.pk), status)
    with pytest.raises(refusal):
        come_back(parcel)
    assert not ExpectedReturn.objects.exists()


def test_right_is_needed_in_the_warehouse() -> None:
    parcel = parcel_of(shipped())
    with pytest.raises(NotAllowed):
        returns.expect_parcel_back(
            parcel.pk,
            warehouse_id=parcel.fulfillment.warehouse_id,
            actor=UserFactory.create(),
            now=NOW,
        )
    assert not ExpectedReturn.objects.exists()
