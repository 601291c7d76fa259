"""What a warehouse would ask a simulated platform's waybill service for, of an order just read."""

from typing import Any

from channels_sync.connectors.waybills import WaybillIssuer
from channels_sync.connectors.waybills_installed import waybill_issuers
from channels_sync.simulator.doudian.platform import Doudian
from channels_sync.simulator.jd.platform import Jd
from channels_sync.simulator.market.branches import branches_of
from channels_sync.simulator.market.orders import Order
from channels_sync.simulator.market.platform import Platform
from channels_sync.simulator.pinduoduo.platform import Pinduoduo
from channels_sync.simulator.taobao.platform import Taobao
from oms.dto import Consignor, ParcelItem, PlatformWaybillRequest, Receiver

from .lines_to import Lines

CREATE: dict[type[Platform], str] = {
    Doudian: "newCreateOrder",
    Jd: "jingdong.ldop.alpha.waybill.receive",
    Pinduoduo: "pdd.waybill.get",
    Taobao: "cainiao.waybill.ii.get",
}
"""The platforms with a waybill service, and the call that brings a number."""


def desk(shop: Lines) -> WaybillIssuer:
    return waybill_issuers.get(shop.kind)(**shop.line())


def receiver(shop: Lines, order: Order) -> Receiver:
    """Return the receiver as our own connector reads him."""
    found = shop.read(order).receiver
    assert found is not None
    return found


def ask(shop: Lines, order: Order, *, carrier: str = "zto", **changes: Any) -> Any:
    """Write the request for a parcel of an order; fields may be changed."""
    branch = branches_of(carrier)[0]
    province, city, district, street = branch.place
    told: dict[str, Any] = {
        "request_no": f"PK261122-{order.number[-8:]}-1",
        "carrier": carrier,
        "channel_order_nos": (order.number,),
        "receiver": receiver(shop, order),
        "sender": Consignor(
            name="王仓管",
            phone="13800009999",
            province=province,
            city=city,
            district=district,
            street=street,
        ),
        "items": (ParcelItem(name="连帽衫", quantity=2),),
        "weight_g": 900,
        "branch_code": branch.code or "5710000001",
        "template_url": "https://templates.example.com/1",
    }
    return PlatformWaybillRequest(**(told | changes))
