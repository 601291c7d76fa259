"""Our line to a shop of one's own, over a scripted answer, without sockets; and what it is told."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import httpx

from channels_sync.connectors.outbound import (
    LineUnits,
    RefundPush,
    ReturnAddress,
    ReturnAnswer,
    ShipmentPush,
)
from channels_sync.connectors.webhook import signing
from channels_sync.connectors.webhook.outbound import WebhookOutbound
from channels_sync.connectors.webhook.stock import WebhookStock
from oms.dto import ShipmentNotice
from oms.integration.http import Http
from oms.integration.pacing import ONCE
from oms.integration.wire import CallRecord

NOW = datetime(2026, 11, 11, 2, 0, tzinfo=UTC)
SECRET, SECRET_BEFORE = "an-invented-secret-of-32-letters", "the-invented-secret-before-it-32"
ADDRESS = "https://shop.example.com/api/oms"
Step = httpx.Response | Callable[[httpx.Request], httpx.Response]

SHIPMENT = ShipmentPush(
    key="ship-PK261111-1-SO261111-1",
    package_no="PK261111-1",
    notice=ShipmentNotice(
        channel_order_no="SELF-1",
        carrier="sf",
        waybill_no="SF7444496931331",
        shipped_at=NOW,
        channel_line_nos=("1",),
        is_split=True,
    ),
    lines=(LineUnits(channel_line_no="1", quantity=2),),
)
REFUND = RefundPush(
    key="refund-RF261111-1",
    channel_order_no="SELF-1",
    refund_no="RF261111-1",
    amount=Decimal("19.90"),
    currency="CNY",
    lines=(LineUnits(channel_line_no="1", quantity=1, amount=Decimal("19.90")),),
    reason="size",
)
AGREED = ReturnAnswer(
    key="agree-AS261111-1",
    channel_order_no="SELF-1",
    channel_refund_no="R-1",
    case_no="AS261111-1",
    is_agreed=True,
    return_to=ReturnAddress(
        name="收货组",
        phone="0571-00000000",
        province="浙江省",
        city="杭州市",
        district="余杭区",
        address="演示路 1 号",
    ),
)
REFUSED = replace(AGREED, key="refuse-AS261111-1", is_agreed=False, return_to=None)


class ShopWire:
    """Answers in turn with what the test wants."""

    def __init__(self, *steps: Step, before: str = "", address: str = ADDRESS) -> None:
        self.steps = list(steps)
        self.requests: list[httpx.Request] = []
        self.records: list[CallRecord] = []
        http = Http(
            kind="webhook",
            base_url=address,
            log=self.records.append,
            retry=ONCE,
            transport=httpx.MockTransport(self._answer),
        )
        credentials = {"hook_secret": SECRET, "hook_secret_before": before}
        self.outbound = WebhookOutbound(credentials=credentials, http=http, clock=lambda: NOW)
        self.stock = WebhookStock(credentials=credentials, http=http, clock=lambda: NOW)

    def body(self, index: int = -1) -> Any:
        return json.loads(self.requests[index].content)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        request.read()
        self.requests.append(request)
        step = self.steps.pop(0)
        return step(request) if callable(step) else step


def reply(**body: object) -> httpx.Response:
    return httpx.Response(200, json={"code": 0, **body})


def says_no(code: int, **body: object) -> httpx.Response:
    return httpx.Response(code, json=body)


def is_signed_by(request: httpx.Request, secret: str) -> bool:
    return signing.is_signed(
        request.headers[signing.SIGNATURE_HEADER],
        secrets=[secret],
        method=request.method,
        path=request.url.path,
        timestamp=request.headers[signing.TIMESTAMP_HEADER],
        nonce=request.headers[signing.NONCE_HEADER],
        body=request.content,
    )
