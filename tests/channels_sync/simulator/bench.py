"""A simulator on a free port of this machine, the other side it posts to, and a clock we move."""

import json
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import httpx

from channels_sync.connectors.webhook import mapper, signing
from channels_sync.connectors.webhook.outbound import WebhookOutbound
from channels_sync.simulator.database import Database
from channels_sync.simulator.faults import Fault, FaultKind
from channels_sync.simulator.market.platform import Platform
from channels_sync.simulator.platforms import PLATFORMS
from channels_sync.simulator.server import SimulatorServer
from channels_sync.simulator.settings import Settings
from channels_sync.simulator.simulator import SCHEMAS, Simulator
from channels_sync.simulator.straight import straight
from oms.dto import IncomingOrder
from oms.integration.http import Http, Timeouts
from oms.integration.pacing import ONCE
from oms.integration.wire import CallRecord

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
HOOK = "/hooks/custom/demo-shop/"


class Listener(HTTPServer):
    """Takes messages as the other side would, and answers with what the test wants."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Taker)
        self.posts: list[tuple[Mapping[str, str], bytes]] = []
        self.paths: list[str] = []
        self.status = 200

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    @property
    def events(self) -> list[tuple[str, str]]:
        """List (event, order number) in the order of arrival."""
        told = [json.loads(body) for _headers, body in self.posts]
        return [
            (each.get("event", ""), (each.get("order") or each.get("refund"))["order_id"])
            for each in told
        ]

    def orders(self) -> list[IncomingOrder]:
        """Read every message as the system does."""
        return [mapper.to_order(json.loads(body)) for _headers, body in self.posts]

    def is_signed(self, secret: str, index: int = -1) -> bool:
        headers, body = self.posts[index]
        return signing.is_signed(
            headers[signing.SIGNATURE_HEADER],
            secrets=[secret],
            method="POST",
            path=HOOK,
            timestamp=headers[signing.TIMESTAMP_HEADER],
            nonce=headers[signing.NONCE_HEADER],
            body=body,
        )


class _Taker(BaseHTTPRequestHandler):
    server: Listener

    def do_POST(self) -> None:
        assert self.path.startswith("/hooks/")
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.posts.append((dict(self.headers.items()), body))
        self.server.paths.append(self.path)
        self.send_response(self.server.status)
        self.end_headers()
        self.wfile.write(b'{"code": 0}')

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


class Bench:
    """A running simulator, our line to it, and the time both go by."""

    def __init__(self, path: Path, settings: Settings, platforms: Sequence[type[Platform]]) -> None:
        self.now = NOW
        self.closing = threading.Event()
        self.records: list[CallRecord] = []
        self.simulator = Simulator(
            Database(path, *SCHEMAS),
            settings,
            platforms=platforms,
            clock=lambda: self.now,
            sleep=self._sleep,
        )
        self.server = SimulatorServer(("127.0.0.1", 0), self.simulator)
        # Straight to the port, whatever proxy the machine is set to.
        self.browser = httpx.Client(base_url=self.server.url, transport=straight(), timeout=5)

    @property
    def shop_url(self) -> str:
        return f"{self.server.url}/shops/{self.simulator.settings.shop}"

    def outbound(self, *, secret: str = "", read_timeout: float = 5.0) -> WebhookOutbound:
        """Connect to the shop as its owner would."""
        http = Http(
            kind="webhook",
            base_url=self.shop_url,
            log=self.records.append,
            retry=ONCE,
            timeouts=Timeouts(read=read_timeout),
            transport=straight(),
        )
        credentials = {"hook_secret": secret or self.simulator.settings.secret}
        return WebhookOutbound(credentials=credentials, http=http, clock=lambda: self.now)

    def wait(self, **duration: float) -> None:
        """Let time pass (``minutes=2``) and the simulator do what became due."""
        self.now += timedelta(**duration)
        self.simulator.tick()

    def plan(self, kind: FaultKind, place: str = "*", *, seconds: float = 0) -> None:
        self.simulator.faults.add(Fault(kind=kind, place=place, seconds=seconds))

    def press(self, action: str, **fields: str) -> httpx.Response:
        """Press a button of the control page."""
        return self.browser.post(f"/_control/{action}", data=fields)

    def order(self, *, is_paid: bool = True) -> dict[str, Any]:
        """Place an order through the page and return it as the shop has it."""
        fields = {"buyer": "7", "sku_code": "HOOD-02", "quantity": "2"}
        paid = {"is_paid": "1"} if is_paid else {}
        assert self.press("place", **fields, **paid).status_code == 303
        return self.simulator.store.orders()[0]

    def states(self) -> list[str]:
        """List how the messages stand, the oldest first."""
        return [message.state for message in reversed(self.simulator.outbox.messages())]

    def _sleep(self, seconds: float) -> None:
        self.closing.wait(seconds)


@contextmanager
def running(
    path: Path, settings: Settings, *, platforms: Sequence[type[Platform]] = PLATFORMS
) -> Iterator[Bench]:
    """Serve until the block ends."""
    bench = Bench(path, settings, platforms)
    thread = threading.Thread(target=bench.server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield bench
    finally:
        bench.closing.set()
        bench.server.shutdown()
        thread.join()
        bench.server.server_close()
        bench.browser.close()


@contextmanager
def listening() -> Iterator[Listener]:
    with Listener() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def settings_for(listener: Listener, **changes: Any) -> Settings:
    return replace(Settings(oms_url=listener.url, seed=1), **changes)
