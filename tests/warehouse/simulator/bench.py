"""A simulator on a free port of this machine, with its own file and a clock we move."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx

from oms.integration.http import Timeouts
from oms.integration.pacing import ONCE, RetryPolicy
from oms.integration.wire import CallRecord
from warehouse.carriers.sf.carrier import SfCarrier
from warehouse.simulator.faults import Fault, FaultKind
from warehouse.simulator.pushes import authorities
from warehouse.simulator.server import SimulatorServer
from warehouse.simulator.settings import Settings
from warehouse.simulator.sf.gateway import SERVICE_PATH
from warehouse.simulator.simulator import Simulator
from warehouse.simulator.store import Store


class Bench:
    """A running simulator, carriers that call it, and the time both go by."""

    def __init__(self, path: Path, settings: Settings) -> None:
        self.now = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
        self.settings = settings
        self.records: list[CallRecord] = []
        self.closing = threading.Event()
        self.simulator = Simulator(Store(path), settings, clock=lambda: self.now, sleep=self._sleep)
        self.server = SimulatorServer(("127.0.0.1", 0), self.simulator)
        # Straight to the port, whatever proxy the machine is set to.
        self.browser = httpx.Client(
            base_url=self.server.url, transport=httpx.HTTPTransport(verify=authorities()), timeout=5
        )

    @property
    def carrier(self) -> SfCarrier:
        """Connect the account that the simulator knows."""
        return self.connect()

    def connect(
        self,
        credentials: Mapping[str, str] | None = None,
        *,
        retry: RetryPolicy = ONCE,
        read_timeout: float = 5.0,
    ) -> SfCarrier:
        """Connect with some other credentials, patience or time limits."""
        account = {
            "partner_id": self.settings.partner,
            "checkword": self.settings.checkword,
            "monthly_card": self.settings.monthly_card,
            "base_url": f"{self.server.url}{SERVICE_PATH}",
        }
        carrier = SfCarrier.connect(
            {**account, **(credentials or {})},
            log=self.records.append,
            timeouts=Timeouts(connect=5, read=read_timeout),
            retry=retry,
            transport=httpx.HTTPTransport(verify=authorities()),
        )
        carrier.clock = lambda: self.now
        return carrier

    def _sleep(self, seconds: float) -> None:
        self.closing.wait(seconds)

    def wait(self, **duration: float) -> None:
        """Let the simulator's time and ours pass."""
        self.now += timedelta(**duration)

    def plan(
        self,
        kind: FaultKind,
        service: str = "EXP_RECE_CREATE_ORDER",
        *,
        seconds: float = 0,
        code: str = "",
    ) -> None:
        """Order trouble for the next call of a service."""
        self.simulator.faults.add(Fault(kind=kind, service=service, seconds=seconds, code=code))

    def numbers(self) -> list[str]:
        """List all numbers ever given."""
        store = self.simulator.store
        return [number for order in store.orders() for _, number in store.numbers(order.order_id)]


@contextmanager
def running(path: Path, settings: Settings) -> Iterator[Bench]:
    """Serve until the block ends."""
    bench = Bench(path, settings)
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
