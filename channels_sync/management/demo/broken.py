"""Messages that cannot be taken in, for the exceptions inbox: signed and sent like the others."""

import json
import secrets
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from channels_sync.connectors.webhook.signing import sign
from channels_sync.models import StoreConnection
from channels_sync.services import hooks, intake
from channels_sync.services.hooks import SignedMessage

SHOP = "demo-shop"
_PATH = f"/hooks/custom/{SHOP}/"
Spoil = Callable[[dict[str, Any]], None]


def _unknown_code(order: dict[str, Any]) -> None:
    order["lines"][0] |= {"sku_code": "SOLD-OUT-404", "title": "已下架的联名款"}


def _other_unknown_code(order: dict[str, Any]) -> None:
    order["lines"][0] |= {"sku_code": "NEW-2027-01", "title": "2027 新春礼盒"}


def _negative(order: dict[str, Any]) -> None:
    order["lines"][0]["unit_price_cents"] = -15900


def _empty(order: dict[str, Any]) -> None:
    order["lines"] = []


TROUBLES: tuple[tuple[Spoil, int], ...] = (
    (_unknown_code, 300),
    (_unknown_code, 210),
    (_unknown_code, 35),
    (_other_unknown_code, 50),
    (_negative, 90),
    (_empty, 20),
)
"""What is wrong, and how many minutes ago it came."""


def send_broken(now: datetime) -> None:
    """Let the shop send orders that contradict themselves or name goods that nobody knows."""
    connection = StoreConnection.objects.get(store__code=SHOP)
    secret = str(connection.credentials["hook_secret"])
    for number, (spoil, minutes) in enumerate(TROUBLES, start=1):
        at = now - timedelta(minutes=minutes)
        order = _order(f"W{at:%y%m%d}9{number:07d}", at=at)
        spoil(order)
        hooks.receive(SHOP, message=_signed(order, secret=secret, at=at), now=at)
        intake.drain(now=at)


def _order(number: str, *, at: datetime) -> dict[str, Any]:
    moment = at.isoformat(timespec="milliseconds")
    line = {
        "line_id": "1",
        "sku_code": "HOOD-07",
        "title": "连帽卫衣 白 L",
        "quantity": 1,
        "unit_price_cents": 15900,
        "total_cents": 15900,
    }
    amounts = {"goods_cents": 15900, "shipping_cents": 0, "discount_cents": 0}
    door = {"province": "浙江省", "city": "杭州市", "district": "西湖区", "postcode": ""}
    receiver = {"name": "郭浩然", "phone": "13800000049", "address": "文三路 100 号-49", **door}
    return {
        "order_id": number,
        "status": "paid",
        "currency": "CNY",
        "buyer_id": "demo-buyer-049",
        "created_at": moment,
        "paid_at": moment,
        "updated_at": moment,
        "amounts": {**amounts, "paid_cents": 15900},
        "receiver": receiver,
        "lines": [line],
        "buyer_note": "",
    }


def _signed(order: Mapping[str, Any], *, secret: str, at: datetime) -> SignedMessage:
    event_id = f"evt-{order['order_id']}"
    envelope = {
        "event": "order.paid",
        "event_id": event_id,
        "occurred_at": at.isoformat(timespec="milliseconds"),
        "shop_code": SHOP,
        "order": order,
    }
    body = json.dumps(envelope, ensure_ascii=False).encode()
    nonce, stamp = secrets.token_hex(16), str(int(at.timestamp()))
    signature = sign(secret, method="POST", path=_PATH, timestamp=stamp, nonce=nonce, body=body)
    return SignedMessage(
        method="POST",
        path=_PATH,
        timestamp=stamp,
        nonce=nonce,
        signature=signature,
        event_id=event_id,
        body=body,
    )
