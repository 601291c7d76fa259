"""Another number for what left: all numbers of an order are told again, with the new one."""

from dataclasses import replace

import pytest

from channels_sync.connectors.jd.outbound import JdOutbound
from channels_sync.connectors.outbound import Told

from .test_outbound import SHIPMENT, error_of
from .wire import Wire, node, one, refusal

AGAIN = replace(SHIPMENT, notice=replace(SHIPMENT.notice, waybill_no="SF2"), replaces="SF1")
DONE = {"order_sop_waybill_update_response": {"code": "0", "vender_id": "1"}}


@pytest.mark.parametrize(
    ("shown", "told"), [("SF1", "SF2"), ("YT1,SF1", "YT1,SF2"), ("SF1 | YT1", "SF2,YT1")]
)
def test_new_number_stands_in_the_old_ones_place(shown: str, told: str) -> None:
    assert JdOutbound.renumbers
    wire = Wire(one(node(4, waybill=shown)), DONE)
    assert wire.outbound.send(AGAIN) == Told()
    assert wire.form()["method"] == "360buy.order.sop.waybill.update"
    assert wire.params() == {"order_id": "298000000001", "logistics_id": "467", "waybill": told}


def test_old_number_that_is_not_shown_is_left_to_a_person() -> None:
    assert error_of(Wire(one(node(4, waybill="X"))), AGAIN).code == "local:old_number"


def test_state_that_allows_no_change_is_told() -> None:
    wire = Wire(one(node(4, waybill="SF1")), refusal("10400014", "当前状态的订单不能修改运单号"))
    assert "不能修改运单号" in error_of(wire, AGAIN).message
