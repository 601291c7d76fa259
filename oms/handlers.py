"""What the core does about events of the apps."""

from datetime import datetime

from oms.events.bus import handles
from oms.events.types import PackagesShipped
from oms.services import messages


@handles(PackagesShipped)
def tell_buyers(*, shipment_ids: list[int], now: datetime, **_newer_fields: object) -> None:
    messages.shipping_message(shipment_ids, now=now)
