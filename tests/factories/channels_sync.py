# mypy: disable-error-code="no-untyped-call"
"""A shop of one's own that signs its messages, and files of orders. All of it is invented."""

import csv
import io
import itertools
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.test import Client
from django_q.models import OrmQ
from factory.declarations import LazyFunction, SubFactory
from factory.django import DjangoModelFactory

from channels_sync.connectors.webhook.signing import sign
from channels_sync.models import ImportMapping, RawOrder, StoreConnection
from oms.models import Sku, Store
from tests.factories.basics import NOW, SkuFactory, StoreFactory

SECRET = "a-secret-of-a-test-shop-0123456789abcdef"
NAME, PHONE, STREET = "陈一鸣", "13800001234", "样例路8号3幢502室"
"""Who an invented message is about: none of it may ever be seen in a page or a log."""

_numbers = itertools.count(1)


class StoreConnectionFactory(DjangoModelFactory[StoreConnection]):
    class Meta:
        model = StoreConnection

    store = SubFactory(StoreFactory, maps_by_code=True)
    kind = "webhook"
    credentials = {"hook_secret": SECRET}  # noqa: RUF012


def queued(task: str) -> int:
    """Return how often a task waits for a worker."""
    return sum(queue.task["func"] == task for queue in OrmQ.objects.all())


def order_json(number: str = "W-1", **told: Any) -> dict[str, Any]:
    """Return the order object of a message: one HOODIE, paid, for the invented buyer."""
    plain = {
        "order_id": number,
        "status": "paid",
        "currency": "CNY",
        "buyer_id": "u-1",
        "created_at": (NOW - timedelta(minutes=20)).isoformat(),
        "paid_at": (NOW - timedelta(minutes=19)).isoformat(),
        "updated_at": (NOW - timedelta(minutes=19)).isoformat(),
        "amounts": {
            "goods_cents": 19900,
            "shipping_cents": 1000,
            "discount_cents": 0,
            "paid_cents": 20900,
        },
        "receiver": {
            "name": NAME,
            "phone": PHONE,
            "province": "浙江省",
            "city": "杭州市",
            "district": "余杭区",
            "address": STREET,
            "postcode": "310000",
        },
        "lines": [line_json()],
        "buyer_note": "",
    }
    return plain | told


def line_json(code: str = "HOODIE", **told: Any) -> dict[str, Any]:
    plain = {
        "line_id": "1",
        "sku_code": code,
        "title": "样品",
        "quantity": 1,
        "unit_price_cents": 19900,
        "total_cents": 19900,
    }
    return plain | told


def refund_json(number: str = "W-1", **told: Any) -> dict[str, Any]:
    """Return the refund object of a message: the buyer wants the money for the HOODIE."""
    plain = {
        "refund_id": "RF-1",
        "order_id": number,
        "status": "wait_merchant",
        "kind": "refund_only",
        "amount_cents": 19900,
        "lines": [{"line_id": "1", "quantity": 1}],
        "reason": "",
        "updated_at": (NOW - timedelta(minutes=5)).isoformat(),
    }
    return plain | told


@dataclass
class HookShop:
    """A connected store with one SKU, HOODIE, and the other end of its line."""

    connection: StoreConnection = field(default_factory=StoreConnectionFactory.create)
    sku: Sku = field(default_factory=lambda: SkuFactory.create(code="HOODIE"))

    @property
    def store(self) -> Store:
        return self.connection.store

    @property
    def path(self) -> str:
        return f"/hooks/custom/{self.store.code}/"

    def message(self, event: str = "order.paid", **told: Any) -> dict[str, Any]:
        """Return a message with a fresh event number about an order."""
        envelope = {
            "event": event,
            "event_id": f"evt-{next(_numbers)}",
            "occurred_at": NOW.isoformat(),
            "shop_code": self.store.code,
        }
        about = told.pop("about", None) or {"order": order_json(**told)}
        return envelope | about

    def send(
        self,
        message: Mapping[str, Any] | bytes,
        *,
        at: datetime = NOW,
        nonce: str | None = None,
        secret: str = SECRET,
        headers: Mapping[str, str] | None = None,
        path: str = "",
    ) -> Any:
        """Sign and send a message; return the answer."""
        body = message if isinstance(message, bytes) else json.dumps(message).encode()
        signed = {
            "method": "POST",
            "path": path or self.path,
            "timestamp": str(int(at.timestamp())),
            "nonce": nonce or f"n-{next(_numbers)}",
        }
        told = {
            "X-OMS-Timestamp": signed["timestamp"],
            "X-OMS-Nonce": signed["nonce"],
            "X-OMS-Signature": sign(secret, body=body, **signed),
        }
        return Client().post(
            path or self.path,
            body,
            content_type="application/json",
            headers=told | dict(headers or {}),
        )

    def keep(self, event: str = "order.paid", **told: Any) -> RawOrder:
        """Return a raw order as the webhook would have kept it."""
        message = self.message(event, **told)
        payload = json.dumps(message, ensure_ascii=False)
        about = message.get("order") or message.get("refund") or {}
        return RawOrder.objects.create(
            store=self.store,
            source=RawOrder.Source.WEBHOOK,
            channel_order_no=str(about.get("order_id", ""))[:64],
            event=event,
            event_id=message["event_id"],
            payload=payload,
            digest="0" * 64,
            received_at=NOW,
            not_before=NOW,
            channel_modified_at=_modified_at(about),
            status="received",
            status_at=NOW,
        )


def _modified_at(about: Mapping[str, Any]) -> datetime | None:
    try:
        return datetime.fromisoformat(about["updated_at"])
    except (KeyError, ValueError):
        return None


COLUMNS = {
    "order_no": "Order",
    "sku_code": "SKU",
    "title": "Title",
    "quantity": "Qty",
    "unit_price": "Price",
    "ordered_at": "Placed",
}
HEADER = [*COLUMNS.values(), "Buyer", "Phone"]


def options_json(**told: Any) -> dict[str, Any]:
    """Return the stored form of import options for ``HEADER``; SKUs are made on request."""
    plain = {
        "columns": COLUMNS | {"buyer_id": "Buyer", "receiver_phone": "Phone"},
        "create_skus": True,
    }
    return plain | told


class ImportMappingFactory(DjangoModelFactory[ImportMapping]):
    class Meta:
        model = ImportMapping

    store = SubFactory(StoreFactory)
    name = "shop"
    options = LazyFunction(options_json)


def row(number: str = "F-1", code: str = "MUG", **told: Any) -> list[str]:
    """Return a row of ``HEADER``: two mugs for 12.50, ordered at nine in the morning."""
    plain = {
        "title": "Mug",
        "quantity": "2",
        "price": "12.50",
        "placed": "2026-11-11 09:00:00",
        "buyer": "b-1",
        "phone": "",
    }
    cells = plain | told
    return [number, code, *(str(cells[name]) for name in plain)]


def csv_bytes(*rows: Iterable[str], header: Iterable[str] = HEADER) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows([header, *rows])
    return text.getvalue().encode()


def csv_file(*rows: Iterable[str], name: str = "orders.csv") -> "ContentFile[bytes]":
    return ContentFile(csv_bytes(*rows), name=name)
