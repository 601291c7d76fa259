"""What a warehouse would ask a simulated platform's waybill service for, of an order just read."""

from typing import Any

from channels_sync.connectors.installed import connectors
from channels_sync.connectors.waybills import WaybillIssuer
from channels_sync.connectors.waybills_installed import waybill_issuers
from channels_sync.simulator.market.branches import branches_of
from channels_sync.simulator.market.orders import Order
from oms.dto import Consignor, ParcelItem, PlatformWaybillRequest, Receiver
from tests.channels_sync.simulator.lines_to import Lines


def desk(shop: Lines) -> WaybillIssuer:
    return waybill_issuers.get(shop.kind)(**shop.line())


def receiver(shop: Lines, order: Order) -> Receiver:
    """Return the receiver as our own connector reads him."""
    pulled = shop.puller.fetch_order(order.number)
    assert pulled is not None
    found = connectors.get(shop.kind).read_order(pulled.payload).receiver
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
