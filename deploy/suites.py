"""`make test`: the tests on SQLite, then all of them on PostgreSQL."""

import os
import shutil
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from deploy import commands, libraries
from deploy.paths import BUILD, ROOT, venv_bin

NO_TESTS = 5  # pytest's exit code
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
WORKERS = "2"
NO_BROWSER = "no Chromium on this machine (apt-get install chromium fonts-noto-cjk)"


@dataclass(frozen=True)
class Leg:
    """One run of the tests on one database."""

    name: str
    marks: str
    options: tuple[str, ...] = ()


@dataclass(frozen=True)
class Tally:
    """What became of the tests of a run."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            self.passed + other.passed, self.failed + other.failed, self.skipped + other.skipped
        )

    def __str__(self) -> str:
        return f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped"


# What does not ask the database is the same on both: PostgreSQL's leg has run it.
SQLITE = Leg(
    "SQLite",
    "database and not journey and not race and not property and not chaos and not benchmark",
)
POSTGRESQL = Leg("PostgreSQL", "not benchmark", ("-p", "tests.plugins.postgres"))
LEGS = (SQLITE, POSTGRESQL)
CHAOS = ("tests/channels_sync/simulator/chaos",)


def test(*, only: Sequence[str], extra: Sequence[str]) -> int:
    """Run every leg, say how each went, and return 0 if all went well.

    :param only: paths, ids or one expression that choose tests; a leg they leave empty is fine
    :param extra: further arguments for pytest
    """
    libraries.install("dev")
    if not any(map(shutil.which, BROWSERS)):
        print(f"\n!!! The journeys will NOT be told: {NO_BROWSER}\n", flush=True)
    chosen = bool(only or extra)
    codes, total, verdicts = [], Tally(), []
    for leg in LEGS:
        begin = time.monotonic()
        print(f"\n--- tests on {leg.name} ---", flush=True)
        report = BUILD / f"tests-{leg.name.lower()}.xml"
        report.unlink(missing_ok=True)
        code = commands.show(arguments(leg, report, only, extra), environment(leg, os.environ))
        codes.append(code)
        total += tally(report)
        verdicts.append(f"{leg.name}: {describe(code)} ({time.monotonic() - begin:.0f} s)")
    print("\n" + "\n".join(verdicts))
    print(total, flush=True)
    return 0 if acceptable(codes, chosen=chosen) else 1


def chaos(*, orders: int) -> int:
    """Send so many orders of all platforms through a bad day; return pytest's exit code."""
    libraries.install("dev")
    pytest = [venv_bin("python"), "-m", "pytest", *POSTGRESQL.options, "-m", "chaos"]
    environ = environment(POSTGRESQL, os.environ) | {"OMS_TEST_CHAOS": str(orders)}
    shown = ["-o", "log_cli=true", "-o", "log_cli_level=ERROR"]
    return commands.show([*pytest, *shown, *CHAOS], environ)


def arguments(leg: Leg, report: Path, only: Sequence[str], extra: Sequence[str]) -> list[str]:
    """Return the command of one leg; a selection runs without the cost of parallel workers."""
    chosen: list[str] = []
    for word in only:
        is_path = (ROOT / word.split("::")[0]).exists()
        chosen += [word] if is_path else ["-k", word]
    workers = [] if only or extra else ["-n", WORKERS, "--dist", "loadgroup"]
    pytest = [venv_bin("python"), "-m", "pytest", *leg.options, "-m", leg.marks]
    return [*pytest, f"--junitxml={report}", *workers, *chosen, *extra]


def environment(leg: Leg, environ: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of a leg: only the one on PostgreSQL uses a given database."""
    hidden = {"DJANGO_SETTINGS_MODULE"} | ({"DATABASE_URL"} if leg is SQLITE else set())
    return {name: value for name, value in environ.items() if name not in hidden}


def acceptable(codes: Sequence[int], *, chosen: bool) -> bool:
    """Tell whether the legs' exit codes mean success: no failure, and no leg without tests.

    A selection may leave a leg empty (a race has no SQLite), but not every leg.
    """
    if not chosen:
        return not any(codes)
    return all(code in (0, NO_TESTS) for code in codes) and 0 in codes


def describe(code: int) -> str:
    """Say in words how pytest ended."""
    words = {0: "ok", 1: "FAILED", 2: "INTERRUPTED", NO_TESTS: "NO TESTS"}
    return words.get(code, f"FAILED, exit code {code}")


def tally(report: Path) -> Tally:
    """Count the results in a JUnit report; nothing if pytest did not get as far as writing it."""
    if not report.is_file():
        return Tally()
    # The file is our own run's.
    suite = next(ElementTree.parse(report).getroot().iter("testsuite"))  # noqa: S314
    count = {name: int(suite.get(name, "0")) for name in ("tests", "failures", "errors", "skipped")}
    failed = count["failures"] + count["errors"]
    return Tally(
        passed=max(0, count["tests"] - failed - count["skipped"]),
        failed=failed,
        skipped=count["skipped"],
    )
