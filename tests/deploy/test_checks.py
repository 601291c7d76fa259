import os

import pytest

from deploy import checks, commands, libraries
from deploy.checks import Check


def test_every_failure_is_reported_and_none_stops_the_rest(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    plan = [
        Check("first", ["sh", "-c", "echo wrong type; exit 1"]),
        Check("second", ["true"]),
        Check("third", ["sh", "-c", "echo wrong import; exit 2"]),
    ]
    monkeypatch.setattr(libraries, "install", lambda name: False)
    monkeypatch.setattr(checks, "checks", lambda: iter(plan))
    assert checks.check() == 1
    said = capsys.readouterr().out
    assert "wrong type" in said
    assert "wrong import" in said
    assert said.splitlines()[-1] == "Failed: first, third"


def test_checks_see_no_real_installation(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[dict[str, str]] = []

    def note(argv: list[str], environ: dict[str, str]) -> commands.Outcome:
        seen.append(environ)
        return commands.Outcome(0, "")

    monkeypatch.setenv("DATABASE_URL", "postgresql://shop.example.com/oms")
    monkeypatch.setenv("OMS_SECRET_KEY", "a real one")
    monkeypatch.setattr(libraries, "install", lambda name: False)
    monkeypatch.setattr(commands, "capture", note)
    assert checks.check() == 0
    assert seen
    for environ in seen:
        assert "DATABASE_URL" not in environ
        assert environ["OMS_SECRET_KEY"] != "a real one"
        assert environ["PATH"] == os.environ["PATH"]
