"""What is looked up at JD before it is told something, and what it shows afterwards."""

import re
from collections.abc import Mapping
from typing import Any

from channels_sync.connectors.jd import codes
from channels_sync.connectors.jd.envelope import Answer
from channels_sync.connectors.loose import Loose
from channels_sync.connectors.outbound import (
    MemoPush,
    ReturnAnswer,
    ShipmentPush,
    Told,
    old_number_gone,
)
from oms.dto import ChannelStatus, RefundStage
from oms.integration.errors import ErrorKind, IntegrationError

Node = Mapping[str, Any]
_BETWEEN = re.compile("[,|]")
_OPEN = (RefundStage.WAIT_MERCHANT, RefundStage.REFUNDING)


def one_order(answer: Answer) -> Node:
    """:raises IntegrationError: fatal if there is no order"""
    order: Node | None = answer.get("orderInfo")
    if not order:
        raise IntegrationError("京东没有这个订单", kind=ErrorKind.FATAL, code="local:no_order")
    _ = order["orderId"], order["orderState"]
    return order


def find_parcel(order: Node, waybill_no: str) -> Told | None:
    """Several numbers stand in one text, commas or bars between them."""
    numbers = _BETWEEN.split(str(order.get("waybill") or ""))
    return Told(channel_ref=waybill_no) if waybill_no in map(str.strip, numbers) else None


def renumbered(order: Node, push: ShipmentPush) -> str:
    """Return an order's numbers with the new one in the old one's place, as
    360buy.order.sop.waybill.update takes them.

    :raises IntegrationError: fatal if the order does not show the old one
    """
    numbers = [each.strip() for each in _BETWEEN.split(str(order.get("waybill") or ""))]
    if push.replaces not in numbers:
        raise old_number_gone(push)
    return ",".join(push.notice.waybill_no if one == push.replaces else one for one in numbers)


def has_left(order: Node) -> bool:
    state = codes.STATES.get(str(order["orderState"]))
    return state in (ChannelStatus.SHIPPED, ChannelStatus.COMPLETED)


def is_open(application: Node) -> bool:
    """Tell whether an application must stop the parcel; one that we cannot read does."""
    return codes.APPLICATION_STAGES.get(Loose(application).whole("status", 0)) in (*_OPEN, None)


def find_answer(application: Node, push: ReturnAnswer) -> Told | None:
    """Return what became of our answer; None while the application waits for it."""
    stage = codes.APPLICATION_STAGES.get(Loose(application).whole("status", 0))
    if stage is RefundStage.WAIT_MERCHANT or stage is None:
        return None
    was_refused = stage is RefundStage.REJECTED
    return Told(refused=codes.ANSWERED_OTHERWISE if was_refused == push.is_agreed else "")


def find_memo(answer: Answer, push: MemoPush) -> Told | None:
    shown = Loose(answer)
    same_memo = push.memo is None or push.memo == shown.text("remark", limit=2000)
    flag = codes.FLAGS.get(shown.whole("flag", 0), "")
    return Told() if same_memo and push.flag in (None, flag) else None
