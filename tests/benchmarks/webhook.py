"""`webhook`: one signed message becomes a durable raw order, beside a view with one INSERT."""

import json
import time

from django.test import override_settings

from channels_sync.connectors.webhook import signing
from channels_sync.models import HookNonce, RawOrder, StoreConnection
from tests.benchmarks.harness import Bar, Result, compare
from tests.benchmarks.web import URLS, Door
from tests.benchmarks.world import NOW, store

MESSAGES = 500
SECRET = "a-secret-of-a-benchmark-0123456789abcdef"  # noqa: S105
PATH = "/hooks/custom/bench/"


def run() -> list[Result]:
    """Messages one after another, as one sender sends them."""
    StoreConnection.objects.update_or_create(
        store=store(), defaults={"kind": "webhook", "credentials": {"hook_secret": SECRET}}
    )
    with override_settings(ROOT_URLCONF=URLS):
        ours, bare = Door(plain=False), Door(plain=True)

        def product(number: int) -> None:
            for position in range(MESSAGES):
                body, event = message(number, position)
                answer = ours.post(PATH, body, signed(body, nonce=event))
                if answer != {"code": 0}:
                    raise AssertionError(f"{event}: {answer}")

        def baseline(number: int) -> None:
            for position in range(MESSAGES):
                body, event = message(number, position)
                bare.post("/bare/hook/bench/", body, signed(body, nonce=event))

        product(-2)
        baseline(-1)
        result = compare(
            "webhook",
            product=product,
            baseline=baseline,
            work=1,
            unit="s",
            bar=Bar(at_most=3),
            note=f"{MESSAGES} messages a round, one after another",
        )
    _prove()
    return [result]


def message(number: int, position: int) -> tuple[bytes, str]:
    """Return the body of one event about one order, and the event's number."""
    event = f"evt-{number}-{position}"
    receiver = {"name": "演示买家", "phone": "13800000000", "province": "浙江省", "city": "杭州市"}
    line = {"line_id": "1", "sku_code": "SKU-001", "title": "样品", "quantity": 1}
    amounts = {"goods_cents": 19900, "shipping_cents": 0, "discount_cents": 0, "paid_cents": 19900}
    order = {
        "order_id": f"W-{number}-{position}",
        "status": "paid",
        "currency": "CNY",
        "buyer_id": f"u-{position}",
        "created_at": NOW.isoformat(),
        "paid_at": NOW.isoformat(),
        "updated_at": NOW.isoformat(),
        "amounts": amounts,
        "receiver": receiver | {"district": "余杭区", "address": f"演示路 {position} 号"},
        "lines": [line | {"unit_price_cents": 19900, "total_cents": 19900}],
    }
    envelope = {"event": "order.paid", "event_id": event, "occurred_at": NOW.isoformat()}
    return json.dumps(envelope | {"shop_code": "bench", "order": order}).encode(), event


def signed(body: bytes, *, nonce: str) -> dict[str, str]:
    stamp = str(int(time.time()))
    signature = signing.sign(
        SECRET, method="POST", path=PATH, timestamp=stamp, nonce=nonce, body=body
    )
    return {
        signing.TIMESTAMP_HEADER: stamp,
        signing.NONCE_HEADER: nonce,
        signing.SIGNATURE_HEADER: signature,
    }


def _prove() -> None:
    kept, nonces = RawOrder.objects.count(), HookNonce.objects.count()
    if kept != 2 * nonces or not nonces:
        raise AssertionError(f"{kept} raw orders, {nonces} nonces")
