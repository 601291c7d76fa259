"""Tell a shop of one's own, by our own webhook contract: signed POSTs to its callback address.

``{address}/shipments``, ``{address}/refunds`` and ``{address}/returns`` take what is told; a signed
GET of the same path with the number behind it (parcel, refund, case) asks whether it is known.
Every message carries its key in X-OMS-Event-Id: told twice, the shop does it once. What it is told
of stock stands in ``stock.py``.
"""

import json
from collections.abc import Callable
from typing import ClassVar, TypeVar
from urllib.parse import quote

from channels_sync.connectors.outbound import (
    Outbound,
    RefundPush,
    ReturnAnswer,
    ShipmentPush,
    Told,
    outbounds,
)
from channels_sync.connectors.webhook import answers, news
from channels_sync.connectors.webhook.line import Line
from oms.integration.pacing import RateLimit
from oms.integration.wire import HttpResponse

T = TypeVar("T")
_Told = ShipmentPush | RefundPush | ReturnAnswer


@outbounds.register
class WebhookOutbound(Outbound):
    """One shop."""

    kind: ClassVar[str] = "webhook"
    label: ClassVar[str] = "Own shop (signed webhook)"
    renumbers: ClassVar[bool] = True
    rate: ClassVar[RateLimit | None] = RateLimit(per_second=20, burst=20)

    def _tell(self, push: _Told) -> Told:
        body = json.dumps(news.body_of(push), ensure_ascii=False, separators=(",", ":")).encode()
        return self._call("POST", f"/{news.place_of(push)}", push.key, body, _reader(push))

    def _look(self, push: _Told) -> Told | None:
        read = _reader(push)

        def found(response: HttpResponse) -> Told | None:
            return None if response.status == 404 else read(response)

        path = f"/{news.place_of(push)}/{quote(news.number_of(push), safe='')}"
        return self._call("GET", path, push.key, b"", found)

    _ship = _answer = _pay = _tell
    _find_shipment = _find_answer = _find_payment = _look

    def _call(
        self, method: str, path: str, key: str, body: bytes, read: Callable[[HttpResponse], T]
    ) -> T:
        line = Line(self.credentials, self.http, clock=self.clock)
        return line.call(method, path, key=key, body=body, read=read)


def _reader(push: _Told) -> Callable[[HttpResponse], Told]:
    return answers.to_refunded if isinstance(push, RefundPush) else answers.to_told
