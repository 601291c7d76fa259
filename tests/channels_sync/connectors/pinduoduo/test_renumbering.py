"""Another number for what left: of the order's own parcel only."""

from dataclasses import replace

import pytest

from channels_sync.connectors.outbound import Told
from channels_sync.connectors.pinduoduo.outbound import PinduoduoOutbound

from .test_outbound import SENT, SHIPMENT, error_of
from .wire import Wire, done, information, node

AGAIN = replace(SHIPMENT, notice=replace(SHIPMENT.notice, waybill_no="SF2"), replaces="SF1")


def test_number_of_the_orders_own_parcel_is_overwritten() -> None:
    assert PinduoduoOutbound.renumbers
    wire = Wire(information(node(3, tracking_number="SF1")), done(SENT))
    assert wire.outbound.send(AGAIN) == Told()
    form = wire.form()
    assert (form["redelivery_type"], form["tracking_number"]) == ("2", "SF2")
    assert form["type"] == "pdd.logistics.online.send"


@pytest.mark.parametrize(
    "order",
    [
        node(3, tracking_number="OTHER", extra_delivery_list=[{"tracking_number": "SF1"}]),
        node(1),
    ],
)
def test_further_number_is_changed_by_a_person(order: dict[str, object]) -> None:
    assert error_of(Wire(information(order)), AGAIN).code == "local:old_number"
