"""Run product and baseline in turns, compare their medians, and keep the figures."""

import json
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

ROUNDS = int(os.environ.get("OMS_TEST_BENCH_ROUNDS", "3"))
OUTPUT = Path("build") / "bench.json"


@dataclass(frozen=True, slots=True)
class Result:
    """``ratio`` says how the product compares with the baseline, in the direction of the bar."""

    name: str
    unit: str
    value: float
    baseline: float
    ratio: float
    bar: str
    met: bool
    best: float
    note: str = ""


@dataclass(frozen=True, slots=True)
class Bar:
    """``at_least``: a share of the baseline's speed. ``at_most``: times the baseline's time."""

    at_least: float | None = None
    at_most: float | None = None

    def met(self, ratio: float) -> bool:
        if self.at_least is not None:
            return ratio >= self.at_least
        return self.at_most is None or ratio <= self.at_most

    def __str__(self) -> str:
        return f">= {self.at_least}" if self.at_least is not None else f"<= {self.at_most}"


Step = Callable[[int], None]
"""One round's work; the number of the round keeps its rows apart from the others'."""


def timed(step: Step, number: int) -> float:
    begin = time.perf_counter()
    step(number)
    return time.perf_counter() - begin


def nothing(_number: int) -> None:
    """No preparation."""


def compare(
    name: str,
    *,
    product: Step,
    baseline: Step,
    work: int,
    unit: str,
    bar: Bar,
    prepare: Step = nothing,
    note: str = "",
) -> Result:
    """Run both in turns, each after ``prepare``, which is not timed; return the medians: units a
    second for an ``at_least`` bar (``work`` units a round), else seconds a round."""
    mine, theirs = [], []
    for number in range(ROUNDS):
        prepare(2 * number)
        mine.append(timed(product, 2 * number))
        prepare(2 * number + 1)
        theirs.append(timed(baseline, 2 * number + 1))
    value, base = statistics.median(mine), statistics.median(theirs)
    if bar.at_least is not None:
        value, base, best = work / value, work / base, work / min(mine)
    else:
        best = min(mine)
    ratio = value / base
    return Result(name, unit, value, base, ratio, str(bar), bar.met(ratio), best, note)


def show(results: list[Result]) -> None:
    """Print the figures of one benchmark as soon as it is done."""
    for row in results:
        verdict = "met" if row.met else "BELOW THE BAR"
        sys.stdout.write(
            f"{row.name:<16} {row.value:>12,.2f} {row.unit:<10} baseline {row.baseline:>12,.2f}"
            f"   ratio {row.ratio:>7.3f} (bar {row.bar}: {verdict})  {row.note}\n"
        )
    sys.stdout.flush()


def keep(results: list[Result]) -> None:
    """Write build/bench.json: what was measured so far, should a later benchmark fail."""
    OUTPUT.parent.mkdir(exist_ok=True)
    rows = [asdict(row) | {"machine": machine(), "commit": commit()} for row in results]
    OUTPUT.write_text(json.dumps({"results": rows}, indent=1), encoding="utf-8")


def machine() -> str:
    return f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"


def commit() -> str:
    words: list[Any] = ["git", "rev-parse", "--short", "HEAD"]
    done = subprocess.run(words, capture_output=True, text=True, check=False)  # noqa: S603
    return done.stdout.strip()
