import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from deploy import postgres, postgres_binaries
from deploy.paths import ROOT
from deploy.postgres_binaries import NEEDED, Owner, find_binaries
from deploy.problems import Problem


def put_programs(directory: Path) -> Path:
    directory.mkdir(parents=True)
    for name in NEEDED:
        (directory / name).touch()
    return directory


@pytest.fixture
def wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The wheel is installed, and the PATH leads to no server."""
    path = put_programs(tmp_path / "wheel" / "bin")
    monkeypatch.setattr(postgres_binaries, "wheel_binaries", lambda: path)
    monkeypatch.setattr("shutil.which", lambda name: None)
    return path


def test_given_postgresql_address_is_used() -> None:
    url = "postgresql://user:secret@db.example.com/oms"
    assert postgres.given_url({"DATABASE_URL": url}) == url


@pytest.mark.parametrize(
    "environ",
    [
        {},
        {"DATABASE_URL": "sqlite:///var/oms.sqlite3"},
        {"DATABASE_URL": "postgresql:///oms", "OMS_TEST_PG": "wheel"},
    ],
)
def test_without_it_a_server_of_our_own_is_needed(environ: dict[str, str]) -> None:
    assert postgres.given_url(environ) is None


def test_machine_comes_before_the_wheel_and_newer_before_older(tmp_path: Path, wheel: Path) -> None:
    put_programs(tmp_path / "9" / "bin")
    newest = put_programs(tmp_path / "15" / "bin")
    (tmp_path / "17" / "bin").mkdir(parents=True)  # only the client is installed
    assert find_binaries("", debian=tmp_path) == newest


def test_wheel_serves_where_the_machine_has_none(tmp_path: Path, wheel: Path) -> None:
    assert find_binaries("", debian=tmp_path) == wheel


def test_wheel_can_be_asked_for(tmp_path: Path, wheel: Path) -> None:
    put_programs(tmp_path / "15" / "bin")
    assert find_binaries("wheel", debian=tmp_path) == wheel


def test_machine_can_be_insisted_on(tmp_path: Path, wheel: Path) -> None:
    with pytest.raises(Problem, match="apt-get install postgresql"):
        find_binaries("system", debian=tmp_path)


def test_unknown_choice_is_refused(tmp_path: Path, wheel: Path) -> None:
    with pytest.raises(Problem, match="neither system nor wheel"):
        find_binaries("docker", debian=tmp_path)


def test_programs_out_of_reach_are_copied_with_their_libraries(tmp_path: Path) -> None:
    programs = tmp_path / "wheel" / "server" / "bin"
    programs.mkdir(parents=True)
    (tmp_path / "wheel.libs").mkdir()
    (tmp_path / "wheel.libs" / "libpq.so").touch()
    (programs / "postgres").write_text("#!/bin/sh\nexit 1\n")
    (programs / "postgres").chmod(0o755)
    found = postgres_binaries.usable_by(Owner(""), programs, tmp_path / "base")
    assert found.is_relative_to(tmp_path / "base")
    assert (found / "postgres").read_bytes() == (programs / "postgres").read_bytes()
    assert (found.parents[2] / "wheel.libs" / "libpq.so").exists()


def test_programs_within_reach_stay_where_they_are(tmp_path: Path) -> None:
    (tmp_path / "postgres").write_text("#!/bin/sh\nexit 0\n")
    (tmp_path / "postgres").chmod(0o755)
    assert postgres_binaries.usable_by(Owner(""), tmp_path, tmp_path / "base") == tmp_path


def test_server_is_gone_with_a_killed_owner(tmp_path: Path) -> None:
    tell_where = "import os; print(os.environ['DATABASE_URL'], flush=True); input()"
    owner = subprocess.Popen(  # noqa: S603 - our own module
        [sys.executable, "-m", "deploy.postgres", "--", sys.executable, "-c", tell_where],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": ""},
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert owner.stdin is not None
    assert owner.stdout is not None
    url = owner.stdout.readline()
    base = Path(url.split("host=")[1].split("&")[0])
    assert (base / "data" / "postmaster.pid").exists()
    owner.send_signal(signal.SIGKILL)
    owner.wait()
    owner.stdin.close()  # lets the command beside the server end too
    assert becomes_absent(base)


def becomes_absent(path: Path) -> bool:
    for _ in range(200):
        if not path.exists():
            return True
        time.sleep(0.05)
    return False
