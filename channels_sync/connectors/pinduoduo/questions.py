"""What is looked up at Pinduoduo before it is told something, and what it shows afterwards."""

from collections.abc import Mapping
from typing import Any

from channels_sync.connectors.loose import Loose
from channels_sync.connectors.outbound import (
    MemoPush,
    ReturnAddress,
    ShipmentPush,
    Told,
    old_number_gone,
)
from channels_sync.connectors.pinduoduo import codes
from channels_sync.connectors.pinduoduo.api import Answer
from oms.dto import RefundStage
from oms.integration.errors import ErrorKind, IntegrationError

Node = Mapping[str, Any]
_WAITING = RefundStage.WAIT_MERCHANT


def one_order(answer: Answer) -> Node:
    """Return the order of an answer.

    :raises IntegrationError: fatal if there is none
    """
    order: Node | None = answer.get("order_info")
    if not order:
        raise IntegrationError("拼多多没有这个订单", kind=ErrorKind.FATAL, code="local:no_order")
    _ = order["order_sn"], order["order_status"]
    return order


def has_left(order: Node) -> bool:
    return Loose(order).whole("order_status") > 1


def find_parcel(order: Node, waybill_no: str) -> Told | None:
    """Return what shows the number: the parcel itself, or a further one."""
    further = order.get("extra_delivery_list") or []
    gifts = order.get("gift_delivery_list") or []
    numbers = {order.get("tracking_number"), *(row.get("tracking_number") for row in further)}
    numbers |= {row.get("tracking_number") for row in gifts}
    return Told(channel_ref=waybill_no) if waybill_no in numbers else None


def check_changeable(order: Node, push: ShipmentPush) -> None:
    """Make sure that the order's own parcel carries the old number: only that can be changed.

    :raises IntegrationError: fatal if it does not
    """
    if str(order.get("tracking_number") or "") != push.replaces:
        raise old_number_gone(push)


def find_answer(request: Answer, *, is_agreed: bool) -> Told | None:
    """Return what became of our answer; None while the request waits for it.

    What the buyer withdrew meanwhile needs no answer any more.
    """
    stage = codes.REFUND_STAGES.get(Loose(request).whole("after_sales_status"))
    if stage is _WAITING or stage is None:
        return None
    if is_agreed and stage is RefundStage.REJECTED:
        return Told(refused=codes.ANSWERED_OTHERWISE)
    return Told()


def find_memo(order: Node, push: MemoPush) -> Told | None:
    shown = Loose(order)
    flag = codes.FLAGS.get(shown.whole("remark_tag", 0), "")
    same_memo = push.memo is None or push.memo == shown.text("remark", limit=2000)
    same_flag = push.flag is None or push.flag == flag
    return Told() if same_memo and same_flag else None


def address_number(rows: list[Node], place: ReturnAddress) -> str:
    """Return the shop's own number of a return address at the platform: the warehouse's phone, or
    its street, must be written there.

    :raises IntegrationError: fatal if the platform knows no such address
    """
    for row in rows:
        phones = {str(row.get(key) or "") for key in ("refund_phone", "refund_tel")}
        text = str(row.get("refund_address") or "")
        same_city = str(row.get("city_name") or "").startswith(place.city[:2])
        if place.phone in phones - {""} or (place.address and place.address in text and same_city):
            return str(row.get("refund_address_id") or row["id"])
    raise IntegrationError(
        f"拼多多的退货地址库里没有仓库地址（{place.city}），请先在商家后台添加",
        kind=ErrorKind.FATAL,
        code="local:return_address",
    )
