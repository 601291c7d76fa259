from pathlib import Path

import pytest

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
