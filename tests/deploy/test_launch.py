from collections import defaultdict
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from gunicorn.config import Config  # type: ignore[import-untyped]
from gunicorn.glogging import Logger  # type: ignore[import-untyped]

from deploy import launch


def test_simulators_run_where_they_exist(tmp_path: Path) -> None:
    (tmp_path / "warehouse" / "simulator").mkdir(parents=True)
    (tmp_path / "warehouse" / "simulator" / "__main__.py").touch()
    (tmp_path / "channels_sync" / "simulator").mkdir(parents=True)
    names = [program.name for program in launch.programs("127.0.0.1", 8000, root=tmp_path)]
    assert names == ["web", "worker", "carriers-simulator"]


def test_web_server_takes_its_size_from_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WEB_CONCURRENCY", "7")
    monkeypatch.setenv("OMS_WEB_THREADS", "9")
    web = " ".join(launch.programs("::1", 8000, root=tmp_path)[0].argv)
    assert "--workers 7 --threads 9" in web
    assert "--bind [::1]:8000" in web


def test_what_the_user_set_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMS_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("OMS_BASE_URL", "https://oms.example.com")
    environ = launch.environment(8123)
    assert environ["OMS_BASE_URL"] == "https://oms.example.com"
    assert environ["OMS_DEMO"] == "1"


def test_demo_knows_its_own_port(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMS_DATA_DIR", str(tmp_path))
    monkeypatch.delenv("OMS_BASE_URL", raising=False)
    assert launch.environment(8123)["OMS_BASE_URL"] == "http://127.0.0.1:8123"


def test_access_log_keeps_no_number_that_somebody_searched_for() -> None:
    web = launch.programs("127.0.0.1", 8000)[0].argv
    config = Config()
    shape = web[web.index("--access-logformat") + 1]
    environ = {
        "REQUEST_METHOD": "GET",
        "RAW_URI": "/admin/search/?s=13800001234",
        "PATH_INFO": "/admin/search/",
        "QUERY_STRING": "s=13800001234",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_REFERER": "http://127.0.0.1/admin/oms/order/?q=13800001234",
        "REMOTE_ADDR": "127.0.0.1",
    }
    answer = SimpleNamespace(status="200 OK", sent=7, headers=[])
    asked = SimpleNamespace(headers=[("referer", environ["HTTP_REFERER"])])
    atoms = Logger(config).atoms(answer, asked, environ, timedelta(milliseconds=3))
    line = shape % defaultdict(lambda: "-", atoms)
    assert "GET /admin/search/ HTTP/1.1" in line
    assert "13800001234" not in line
