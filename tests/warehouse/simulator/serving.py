"""The simulated carrier on a free port of this machine."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from warehouse.simulator.server import SimulatorServer
from warehouse.simulator.settings import Settings
from warehouse.simulator.simulator import Simulator
from warehouse.simulator.store import Store


@contextmanager
def serving(path: Path) -> Iterator[SimulatorServer]:
    """Serve until the block ends."""
    server = SimulatorServer(("127.0.0.1", 0), Simulator(Store(path), Settings()))
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
