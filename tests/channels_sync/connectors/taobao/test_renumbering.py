"""Another number for what left: told by the lines that show the old one."""

from dataclasses import replace
from typing import Any

import pytest

from channels_sync.connectors.outbound import ShipmentPush, Told
from channels_sync.connectors.taobao.outbound import RENUMBER, TaobaoOutbound
from oms.integration.errors import ErrorKind
from tests.channels_sync.connectors.scripted import caught

from .test_outbound import CLOSED, LEFT, line, parcel, trade
from .wire import Wire, answer, refused

DONE = answer(RENUMBER, shipping={"is_success": True})


def again(*lines: str) -> ShipmentPush:
    push = parcel(*lines)
    return replace(push, notice=replace(push.notice, waybill_no="SF2"), replaces="SF1")


@pytest.mark.parametrize(
    ("lines", "is_split", "sub_tid"),
    [
        ((line(1, LEFT, invoice_no="SF1"), line(2, LEFT, invoice_no="SF1")), "0", None),
        ((line(1, LEFT, invoice_no="SF1"), line(2, CLOSED)), "0", None),
        ((line(1, LEFT, invoice_no="SF1"), line(2, LEFT, invoice_no="ZTO1")), "1", "1"),
    ],
)
def test_new_number_goes_to_what_left_under_the_old_one(
    lines: tuple[dict[str, Any], ...], is_split: str, sub_tid: str | None
) -> None:
    assert TaobaoOutbound.renumbers
    wire = Wire(trade(*lines), DONE)
    assert wire.outbound.send(again("1")) == Told(channel_ref="SF2")
    form = wire.form()
    assert (form["method"], form["out_sid"], form["company_code"]) == (RENUMBER, "SF2", "SF")
    assert (form["is_split"], form.get("sub_tid")) == (is_split, sub_tid)


def test_number_that_is_there_is_not_told_again() -> None:
    wire = Wire(trade(line(1, LEFT, invoice_no="SF2")))
    assert wire.outbound.send(again("1")) == Told(channel_ref="SF2")


def test_old_number_that_is_not_shown_is_left_to_a_person() -> None:
    error = caught(lambda: Wire(trade(line(1, LEFT, invoice_no="X"))).outbound.send(again("1")))
    assert (error.kind, error.code) == (ErrorKind.FATAL, "local:old_number")


def test_too_late_is_told_in_taobaos_words() -> None:
    late = refused(15, "isv.logistics-update-company-or-mailno-error:P08", "该订单不支持修改")
    wire = Wire(trade(line(1, LEFT, invoice_no="SF1")), late)
    error = caught(lambda: wire.outbound.send(again("1")))
    assert (error.kind, "不支持修改" in error.message) == (ErrorKind.FATAL, True)
