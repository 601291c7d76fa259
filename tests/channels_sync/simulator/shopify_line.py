"""Our lines to the simulated Shopify shop, over real HTTP."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from channels_sync.connectors.outbound import LineUnits, RefundPush, ShipmentPush
from channels_sync.connectors.shopify.api import Api
from channels_sync.connectors.shopify.outbound import ShopifyOutbound
from channels_sync.connectors.shopify.puller import ShopifyPuller
from channels_sync.simulator.straight import straight
from oms.dto import ShipmentNotice
from oms.integration.http import Http, Timeouts
from oms.integration.pacing import ONCE

from .bench import Bench

Node = dict[str, Any]


def http(bench: Bench, *, read_timeout: float = 5.0) -> Http:
    return Http(
        kind="shopify",
        base_url=f"{bench.server.url}/shopify/demo-global",
        log=bench.records.append,
        retry=ONCE,
        timeouts=Timeouts(read=read_timeout),
        transport=straight(),
    )


def credentials(bench: Bench, **changes: str) -> dict[str, str]:
    return {"access_token": bench.simulator.settings.access_token} | changes


def puller(bench: Bench, **changes: str) -> ShopifyPuller:
    return ShopifyPuller(credentials=credentials(bench, **changes), http=http(bench))


def outbound(bench: Bench, *, read_timeout: float = 5.0) -> ShopifyOutbound:
    line = http(bench, read_timeout=read_timeout)
    return ShopifyOutbound(credentials=credentials(bench), http=line)


def api(bench: Bench) -> Api:
    return Api(credentials(bench), http(bench))


def place(bench: Bench, *, quantity: int = 2, is_paid: bool = True) -> Node:
    """Place an order through the control page and return it as the shop has it."""
    fields = {"buyer": "7", "sku_code": "HOOD-02", "quantity": str(quantity)}
    paid = {"is_paid": "1"} if is_paid else {}
    assert bench.press("shopify/place", **fields, **paid).status_code == 303
    return bench.simulator.shopify.store.orders()[0]


def line_no(order: Node) -> str:
    return str(order["lineItems"][0]["id"]).rpartition("/")[2]


def shipment(order: Node, *, quantity: int = 2, number: str = "SF1", at: datetime) -> ShipmentPush:
    notice = ShipmentNotice(
        channel_order_no=order["legacyResourceId"], carrier="sf", waybill_no=number, shipped_at=at
    )
    units = LineUnits(channel_line_no=line_no(order), quantity=quantity)
    return ShipmentPush(
        key=f"ship-{number}", package_no="PK1", notice=notice, lines=(units,) if quantity else ()
    )


def refund(order: Node, *, amount: str = "20.00", number: str = "RF1") -> RefundPush:
    return RefundPush(
        key=f"refund-{number}",
        channel_order_no=order["legacyResourceId"],
        refund_no=number,
        amount=Decimal(amount),
        currency="USD",
        lines=(LineUnits(channel_line_no=line_no(order), quantity=1),),
    )
