"""A simulated shop with a backlog, in a process of its own, as far away as a platform is."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import httpx

from channels_sync.simulator.database import Database
from channels_sync.simulator.goods import PRODUCTS
from channels_sync.simulator.market.documents import dump
from channels_sync.simulator.market.orders import Order
from channels_sync.simulator.pinduoduo.platform import Pinduoduo
from channels_sync.simulator.settings import Settings
from channels_sync.simulator.simulator import SCHEMAS, Simulator

PLATFORM = Pinduoduo
_INSERT = "INSERT INTO market_orders VALUES (?, ?, ?, ?, ?)"
_EVERY = timedelta(seconds=9)
"""Between two orders: 200 in the half hour that the platform shows at once."""
_SECONDS = 30


def fill(path: Path, *, count: int, until: datetime) -> datetime:
    """Write so many paid orders of two lines, the last one at ``until``; return when the first
    was placed."""
    database = Database(path, *SCHEMAS)
    shop = Simulator(database, Settings(), platforms=[PLATFORM], clock=lambda: until)
    market = shop.booths[PLATFORM.key].market
    cart = tuple((product, 1) for product in PRODUCTS[:2])
    model = market.place(7, cart, is_paid=True, at=until)
    shop.close()
    first = until - _EVERY * count
    with database.open() as db:
        db.execute("DELETE FROM market_orders")
        db.executemany(_INSERT, (_row(model, n, first + _EVERY * n) for n in range(1, count + 1)))
        db.execute("DELETE FROM messages")
    return first


def _row(model: Order, number: int, at: datetime) -> tuple[str, str, float, float, str]:
    lines = tuple(replace(line, number=f"{line.number}{number:06d}") for line in model.lines)
    order = replace(
        model,
        number=f"{at:%y%m%d}-{number:015d}",
        buyer_id=f"{model.buyer_id}{number}",
        lines=lines,
        created_at=at,
        modified_at=at,
        paid_at=at,
        ship_by=at + timedelta(days=2),
    )
    return PLATFORM.key, order.number, at.timestamp(), at.timestamp(), dump(order)


@contextmanager
def serving(path: Path) -> Iterator[str]:
    """Run the simulator over a file; yield the shop's address."""
    port = _free_port()
    words = [sys.executable, "-m", "channels_sync.simulator", "--no-auto"]
    words += ["--db", str(path), "--port", str(port)]
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603
    url = f"http://127.0.0.1:{port}"
    try:
        wait_for(f"{url}/_control")
        yield f"{url}/{PLATFORM.key}"
    finally:
        process.terminate()
        process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(url: str) -> None:
    """Return once somebody answers there, whatever he answers."""
    end = time.monotonic() + _SECONDS
    with httpx.Client(transport=httpx.HTTPTransport()) as client:
        while True:
            try:
                client.get(url)
            except httpx.TransportError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.1)
            else:
                return
