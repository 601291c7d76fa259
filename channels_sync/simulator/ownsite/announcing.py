"""What the shop tells about its orders, by the contract."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from channels_sync.simulator.outbox import Outbox
from channels_sync.simulator.ownsite.orders import moment

STEPS = (60, 300, 1800, 7200, 43200)
"""Seconds until the next try, by the contract: 1 m, 5 m, 30 m, 2 h, 12 h."""


class Announcer:
    """Writes the shop's messages into its outbox."""

    def __init__(self, outbox: Outbox, *, shop: str, next_number: Callable[[], int]) -> None:
        self._outbox = outbox
        self._shop = shop
        self._next_number = next_number

    def announce(self, event: str, subject: dict[str, Any], *, at: datetime) -> None:
        """Write a message about an order or a refund, as they are now."""
        event_id = f"evt-{self._next_number()}"
        about = "refund" if event.startswith("refund.") else "order"
        body = {
            "event": event,
            "event_id": event_id,
            "occurred_at": moment(at),
            "shop_code": self._shop,
            about: subject,
        }
        text = json.dumps(body, ensure_ascii=False)
        self._outbox.add(event, event_id, subject["order_id"], text, at=at)
