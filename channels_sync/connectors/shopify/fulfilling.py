"""What Shopify is told about a parcel, and what it shows of parcels. Values in, values out."""

from collections.abc import Iterable, Mapping
from typing import Any

from channels_sync.connectors.outbound import ShipmentPush, Told, old_number_gone
from channels_sync.connectors.shopify import codes
from channels_sync.connectors.shopify.ids import number
from oms.integration.errors import ErrorKind, IntegrationError

Node = Mapping[str, Any]


def find_parcel(order: Node, waybill_no: str) -> Told | None:
    """Return the fulfillment that carries the number, if it stands."""
    for fulfillment in _standing(order):
        if waybill_no in _numbers(fulfillment):
            return Told(channel_ref=number(fulfillment.get("id")))
    return None


def to_fulfillment(order: Node, push: ShipmentPush) -> dict[str, Any]:
    """Return a FulfillmentInput: the parcel's units, taken from the open fulfillment orders.

    :raises IntegrationError: fatal if fewer units are open than left
    """
    wanted = {line.channel_line_no: line.quantity for line in push.lines}
    groups = [
        {"fulfillmentOrderId": group["id"], "fulfillmentOrderLineItems": taken}
        for group in _nodes(order.get("fulfillmentOrders"))
        if group.get("status") in codes.OPEN_FULFILLMENT_ORDERS
        and (taken := list(_take(group, wanted)))
    ]
    if any(wanted.values()):
        missing = ", ".join(line for line, units in wanted.items() if units)
        raise IntegrationError(
            f"Shopify 订单里没有足够的待发货数量（行 {missing}）",
            kind=ErrorKind.FATAL,
            code="local:nothing_open",
        )
    return {
        "lineItemsByFulfillmentOrder": groups,
        "notifyCustomer": True,
        "trackingInfo": _tracking(push, {"number": push.notice.waybill_no}),
    }


def to_more_tracking(order: Node, push: ShipmentPush) -> dict[str, Any]:
    """Return the variables that add a further parcel's number to the latest fulfillment.

    :raises IntegrationError: fatal if nothing of the order was fulfilled yet
    """
    standing = _standing(order)
    if not standing:
        raise IntegrationError(
            "Shopify 订单还没有发货记录，无法追加运单号",
            kind=ErrorKind.FATAL,
            code="local:nothing_fulfilled",
        )
    latest = standing[-1]
    numbers = [*_numbers(latest), push.notice.waybill_no]
    return {"id": latest["id"], "tracking": _tracking(push, {"numbers": numbers})}


def to_change(order: Node, push: ShipmentPush) -> dict[str, Any]:
    """Return the variables that put a parcel's new number where its old one stands.

    :raises IntegrationError: fatal if no fulfillment shows the old one
    """
    for fulfillment in _standing(order):
        numbers = _numbers(fulfillment)
        if push.replaces in numbers:
            new = [push.notice.waybill_no if one == push.replaces else one for one in numbers]
            return {"id": fulfillment["id"], "tracking": _tracking(push, {"numbers": new})}
    raise old_number_gone(push)


def _tracking(push: ShipmentPush, tracking: dict[str, Any]) -> dict[str, Any]:
    company = codes.COMPANIES.get(push.notice.carrier, push.notice.carrier)
    return {"company": company, **tracking}


def _take(group: Node, wanted: dict[str, int]) -> Iterable[dict[str, Any]]:
    """Take open units of one fulfillment order and lower what is still wanted."""
    for row in _nodes(group.get("lineItems")):
        line = number((row.get("lineItem") or {}).get("id"))
        units = min(wanted.get(line, 0), int(row.get("remainingQuantity") or 0))
        if units > 0:
            wanted[line] -= units
            yield {"id": row["id"], "quantity": units}


def _standing(order: Node) -> list[Node]:
    found = order.get("fulfillments") or []
    return [each for each in found if each.get("status") not in codes.GONE_FULFILLMENTS]


def _numbers(fulfillment: Node) -> list[str]:
    tracking = fulfillment.get("trackingInfo") or []
    return [str(each["number"]) for each in tracking if each.get("number")]


def _nodes(connection: Any) -> list[Node]:
    nodes: list[Node] = (connection or {}).get("nodes") or []
    return nodes
