import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from channels_sync.simulator.__main__ import options
from channels_sync.simulator.database import Database
from channels_sync.simulator.outbox import Outbox
from channels_sync.simulator.ownsite.store import ShopStore
from channels_sync.simulator.settings import SECRET
from channels_sync.simulator.simulator import SCHEMAS

from .bench import Bench, Listener

ROOT = Path(__file__).parents[3]


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OMS_DATA_DIR", "OMS_BASE_URL", "OMS_DEMO", "OMS_SIMULATOR_AUTO"):
        monkeypatch.delenv(name, raising=False)


def test_defaults_need_no_arguments() -> None:
    chosen = options([])
    assert (chosen.host, chosen.port) == ("127.0.0.1", 9101)
    assert chosen.db == Path("var/simulator-channels.sqlite3")
    assert (chosen.oms, chosen.shop) == ("http://127.0.0.1:8000", "demo-shop")
    assert (chosen.secret, chosen.auto, chosen.rate) == (SECRET, False, 2)


def test_environment_fills_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMS_DATA_DIR", "data")
    monkeypatch.setenv("OMS_BASE_URL", "http://127.0.0.1:8123")
    monkeypatch.setenv("OMS_DEMO", "1")
    chosen = options([])
    assert chosen.db == Path("data/simulator-channels.sqlite3")
    assert (chosen.oms, chosen.auto) == ("http://127.0.0.1:8123", True)


def test_command_line_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMS_DEMO", "1")
    chosen = options(["--no-auto", "--port", "0", "--rate", "10"])
    assert (chosen.auto, chosen.port, chosen.rate) == (False, 0, 10)


def test_simulator_starts_without_our_framework() -> None:
    script = (
        "import sys, channels_sync.simulator.__main__;"
        "sys.exit(any(name.split('.')[0] == 'django' for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=False).returncode == 0  # noqa: S603


def test_clockwork_runs_until_the_server_closes(bench: Bench, listener: Listener) -> None:
    thread = threading.Thread(target=bench.server.run_clockwork, kwargs={"every": 0.01})
    thread.start()
    bench.simulator.shop.store.plan("order", "7", at=bench.now)
    deadline = time.monotonic() + 10
    while not listener.posts and time.monotonic() < deadline:
        time.sleep(0.01)
    assert len(listener.posts) == 1
    bench.server._stopping.set()
    thread.join(10)
    assert not thread.is_alive()


def test_everything_is_remembered_after_a_restart(bench: Bench, tmp_path: Path) -> None:
    order = bench.order()
    database = Database(tmp_path / "channels.sqlite3", *SCHEMAS)
    again = ShopStore(database)
    assert again.order(order["order_id"]) == order
    assert len(Outbox(database, "shop").messages()) == 1
    assert again.next_number() > int(order["order_id"][-8:])
