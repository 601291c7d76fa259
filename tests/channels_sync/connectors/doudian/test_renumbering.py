"""Another number for what left: of the order's one parcel, or of one of several by its own."""

from dataclasses import replace

from channels_sync.connectors.doudian.outbound import DoudianOutbound
from channels_sync.connectors.outbound import Told
from oms.integration.errors import ErrorKind
from tests.channels_sync.connectors.scripted import caught

from .test_outbound import SHIPMENT, SPLIT, shop_order, shown
from .wire import Wire, done

AGAIN = replace(
    SHIPMENT, notice=replace(SHIPMENT.notice, waybill_no="SF2"), replaces="SF1000000000001"
)
TWO = [{"tracking_no": "SF1000000000001", "delivery_id": "71"}, {"tracking_no": "ZTO1"}]


def test_one_parcel_of_an_order_gets_another_number() -> None:
    assert DoudianOutbound.renumbers
    wire = Wire(shown("SF1000000000001"), done())
    assert wire.outbound.send(AGAIN) == Told()
    assert wire.path().endswith("/order/logisticsEdit")
    assert wire.params() == {
        "order_id": "6900000000000000001",
        "company_code": "shunfeng",
        "logistics_code": "SF2",
    }


def test_one_of_several_is_named_by_its_own_number() -> None:
    wire = Wire(shop_order(logistics_info=TWO), done())
    wire.outbound.send(AGAIN)
    assert wire.path().endswith("/order/logisticsEditByPack")
    assert (wire.params()["pack_id"], wire.params()["logistics_code"]) == ("71", "SF2")


def test_part_that_left_alone_is_named_too() -> None:
    wire = Wire(shown("SF1000000000001"), done())
    notice = replace(SPLIT.notice, waybill_no="SF2")
    wire.outbound.send(replace(SPLIT, notice=notice, replaces="SF1000000000001"))
    assert wire.path().endswith("/order/logisticsEditByPack")


def test_old_number_that_is_not_shown_is_left_to_a_person() -> None:
    error = caught(lambda: Wire(shown("OTHER")).outbound.send(AGAIN))
    assert (error.kind, error.code) == (ErrorKind.FATAL, "local:old_number")
