"""How an SF parcel moves: the steps a person plays, the query and the push."""

from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from typing import Any

from warehouse.simulator.sf.orders import CANCELLED
from warehouse.simulator.sf.refusals import BusinessRefusal
from warehouse.simulator.store import Order, Route, Store

Message = dict[str, Any]

PUSH_SIZE = 10
_BEIJING = timezone(timedelta(hours=8))
_ORIGIN, _DEST = "发件地", "收件地"
# step -> (operation code, where, remark, reason)
STEPS: dict[str, tuple[tuple[str, str, str, str], ...]] = {
    "collected": (("50", _ORIGIN, "顺丰速运 已收取快件", ""),),
    "in_transit": (
        ("30", _ORIGIN, "快件在【{origin}集散点】完成分拣,准备发往下一站", ""),
        ("31", _DEST, "快件到达 【{city}中转场】", ""),
    ),
    "out_for_delivery": (("204", _DEST, "快件已交给【模拟快递员】,正在派送途中", ""),),
    "delivered": (("80", _DEST, "您的快件已签收,感谢使用顺丰,期待再次为您服务", ""),),
    "refused": (("70", _DEST, "快件派送不成功(收方拒收快件),正在处理中", "收方拒收"),),
    "returning": (("648", _DEST, "快件已退回/转寄", ""),),
    "returned": (("660", _ORIGIN, "退回件已由寄件人签收", ""),),
}
WAYS = {
    "delivered": ("collected", "in_transit", "out_for_delivery", "delivered"),
    "returned": ("collected", "in_transit", "out_for_delivery", "refused", "returning", "returned"),
}
"""Whole ways, as most parcels go and as the refused ones do."""


class NoSuchStep(ValueError):
    """The page asked for a step that this parcel cannot take."""


def advance(store: Store, order_id: str, step: str, *, now: datetime) -> None:
    """Let all parcels of an order take a step.

    :raises NoSuchStep: unknown order or step, or the order was cancelled
    """
    order = store.order(order_id)
    if order is None or step not in STEPS or order.state == CANCELLED:
        raise NoSuchStep(f"{order_id}: {step}")
    at = now.astimezone(_BEIJING).strftime("%Y-%m-%d %H:%M:%S")
    for _, number in store.numbers(order_id):
        for code, where, remark, reason in STEPS[step]:
            place = order.dest_city if where == _DEST else order.origin
            text = remark.format(origin=order.origin, city=order.dest_city)
            store.add_route(order_id, number, (at, code, place, text, reason))
    store.set_state(order_id, step)


def travel(store: Store, order_id: str, way: str, *, now: datetime) -> None:
    """Let all parcels of an order go a whole way, its steps spread from the order's making to now.

    :raises NoSuchStep: unknown order or way, or the order was cancelled
    """
    order = store.order(order_id)
    if order is None or way not in WAYS:
        raise NoSuchStep(f"{order_id}: {way}")
    made = datetime.fromisoformat(order.created_at)
    steps = WAYS[way]
    apart = max((now - made) / len(steps), timedelta(seconds=1))
    for number, step in enumerate(steps, start=1):
        advance(store, order_id, step, now=now - apart * (len(steps) - number))


def search(message: Message, store: Store) -> Message:
    """Answer EXP_RECE_SEARCH_ROUTES; a number we never gave has no routes.

    :raises BusinessRefusal: S0002 without numbers
    """
    wanted = message.get("trackingNumber") or []
    wanted = [wanted] if isinstance(wanted, str) else wanted
    if not wanted:
        raise BusinessRefusal("S0002")
    if str(message.get("trackingType") or "1") == "2":
        wanted = [number for order_id in wanted for _, number in store.numbers(order_id)]
    return {"routeResps": [_listing(number, store) for number in wanted]}


def push_message(routes: Sequence[Route]) -> Message:
    """Write a RoutePushService message of at most ten events, in JSON mode."""
    return {
        "Body": {
            "WaybillRoute": [
                {
                    "mailno": route.waybill_no,
                    "acceptAddress": route.place,
                    "reasonName": route.reason,
                    "orderid": route.order_id,
                    "acceptTime": route.at,
                    "remark": route.remark,
                    "opCode": route.op_code,
                    "id": str(route.id),
                    "reasonCode": "",
                }
                for route in routes
            ]
        }
    }


def is_taken(reply: Any) -> bool:
    """Say whether an answer to a push acknowledges it; anything else is pushed again."""
    return isinstance(reply, dict) and reply.get("return_code") == "0000"


def can_advance(order: Order) -> bool:
    """Say whether the page should offer steps."""
    return order.state != CANCELLED


def _listing(number: str, store: Store) -> Message:
    events = [
        {
            "acceptTime": route.at,
            "acceptAddress": route.place,
            "remark": route.remark,
            "opCode": route.op_code,
        }
        for route in store.routes(number)
    ]
    return {"mailNo": number, "routes": events}
