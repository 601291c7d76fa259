"""The simulated carriers behind their door: no sockets here."""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from warehouse.simulator.faults import Fault, FaultKind, Faults
from warehouse.simulator.pushes import push_routes
from warehouse.simulator.settings import Settings
from warehouse.simulator.sf import labels, routes
from warehouse.simulator.sf.gateway import Gateway, refused
from warehouse.simulator.sf.refusals import GatewayRefusal
from warehouse.simulator.store import Store

_HERE = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What goes back over the line."""

    body: bytes
    status: int = 200
    content_type: str = "application/json;charset=UTF-8"
    headers: Mapping[str, str] = field(default_factory=dict)


def json_reply(value: Any, *, status: int = 200) -> Reply:
    """Write a value as JSON."""
    return Reply(body=json.dumps(value, ensure_ascii=False).encode(), status=status)


class Simulator:
    """All simulated carriers over one store."""

    def __init__(
        self,
        store: Store,
        settings: Settings,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.store = store
        self.settings = settings
        self.faults = Faults()
        self.last_push = ""
        self.callback_url = settings.callback_url
        self._clock = clock
        self._sleep = sleep
        self._sf = Gateway(store, settings)

    def call_sf(self, fields: Mapping[str, str], *, base_url: str) -> Reply | None:
        """Answer a call of SF's gateway; None means that the line breaks without an answer."""
        fault = self.faults.take(fields.get("serviceCode", ""))
        match fault:
            case Fault(kind=FaultKind.CODE, code=code):
                return json_reply(refused(GatewayRefusal(code)))
            case Fault(kind=FaultKind.SERVER_ERROR):
                return Reply(body=b"Internal Server Error", status=500, content_type="text/plain")
            case Fault(kind=FaultKind.DROP_BEFORE):
                return None
        reply = json_reply(self._sf.answer(fields, base_url=base_url, now=self._clock()))
        return self._spoil(reply, fault)

    def label(self, number: str, *, token: str) -> Reply:
        """Hand out a label to whoever holds its token."""
        order = self.store.order_of(number)
        if order is None or token != labels.token(number, self.settings):
            return json_reply({"error": "token"}, status=403)
        return Reply(body=labels.label_pdf(order, number), content_type="application/pdf")

    def advance(self, order_id: str, step: str) -> None:
        """Let a parcel take a step and push the news.

        :raises NoSuchStep: unknown order or step
        """
        routes.advance(self.store, order_id, step, now=self._clock())
        self.push()

    def travel(self, order_id: str, way: str) -> None:
        """Let a parcel go a whole way and push the news.

        :raises NoSuchStep: unknown order or way
        """
        routes.travel(self.store, order_id, way, now=self._clock())
        self.push()

    def push_to(self, url: str) -> None:
        """Push to this address from now on; what nobody has acknowledged goes there at once.

        :raises ValueError: if it is not on this machine: invented parcels are nobody else's
        """
        parts = urlsplit(url.strip())
        if url.strip() and (parts.scheme != "http" or parts.hostname not in _HERE):
            raise ValueError("地址必须在本机（http://127.0.0.1）")
        self.callback_url = url.strip()
        self.push()

    def push(self) -> None:
        """Push what is still unacknowledged."""
        self.last_push = push_routes(self.store, self.callback_url)

    def _spoil(self, reply: Reply, fault: Fault | None) -> Reply | None:
        match fault:
            case Fault(kind=FaultKind.DROP_AFTER):
                return None
            case Fault(kind=FaultKind.DELAY, seconds=seconds):
                self._sleep(seconds)
            case Fault(kind=FaultKind.MALFORMED):
                return Reply(body=reply.body[: len(reply.body) // 2])
        return reply
