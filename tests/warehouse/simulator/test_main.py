import subprocess
import sys
from pathlib import Path

import pytest

from warehouse.simulator.__main__ import options
from warehouse.simulator.settings import CHECKWORD, PARTNER

ROOT = Path(__file__).parents[3]


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OMS_DATA_DIR", "OMS_SIMULATOR_SF_PARTNER", "OMS_SIMULATOR_SF_CALLBACK"):
        monkeypatch.delenv(name, raising=False)


def test_defaults_need_no_arguments() -> None:
    chosen = options([])
    assert (chosen.host, chosen.port) == ("127.0.0.1", 9102)
    assert chosen.db == Path("var/simulator-carriers.sqlite3")
    assert (chosen.partner, chosen.checkword) == (PARTNER, CHECKWORD)


def test_environment_fills_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMS_DATA_DIR", "data")
    monkeypatch.setenv("OMS_SIMULATOR_SF_PARTNER", "P2")
    monkeypatch.setenv("OMS_SIMULATOR_SF_CALLBACK", "http://127.0.0.1:8000/push")
    chosen = options([])
    assert chosen.db == Path("data/simulator-carriers.sqlite3")
    assert (chosen.partner, chosen.callback) == ("P2", "http://127.0.0.1:8000/push")


def test_command_line_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMS_SIMULATOR_SF_PARTNER", "P2")
    assert options(["--partner", "P3", "--port", "0"]).partner == "P3"


def test_simulator_starts_without_our_framework() -> None:
    script = (
        "import sys, warehouse.simulator.__main__;"
        "sys.exit(any(name.split('.')[0] == 'django' for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=False).returncode == 0  # noqa: S603
