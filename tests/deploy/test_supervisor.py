"""Small programs of our own are started for real: what counts is that none of them is left."""

import os
import signal
import sys
import time
from pathlib import Path

import pytest

from deploy.supervisor import Program, Supervisor

SLEEP = "import time; time.sleep(60)"
STUBBORN = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {SLEEP}"
# Like the task worker: a process that has processes of its own.
FAMILY = f"""
import os, subprocess, sys
child = subprocess.Popen([sys.executable, "-c", {STUBBORN!r}])
with open(os.environ["PIDS"], "a") as file:
    print(os.getpid(), child.pid, sep="\\n", file=file)
{SLEEP}
"""


class Stage:
    """A supervisor with a place for logs and a record of what it says and starts."""

    def __init__(self, directory: Path) -> None:
        self.said: list[str] = []
        self.pids, self.logs = directory / "pids", directory / "log"
        self.supervisor = Supervisor(
            environ=os.environ | {"PIDS": str(self.pids), "PYTHONUNBUFFERED": "1"},
            cwd=directory,
            log_dir=self.logs,
            say=self.said.append,
            grace=0.3,
        )

    def family_is_up(self) -> bool:
        return self.pids.exists() and len(self.pids.read_text().split()) == 2

    def survivors(self) -> list[int]:
        """Return who is still there; a killed process takes a moment to go."""
        pids = [int(pid) for pid in self.pids.read_text().split()]
        for _ in range(100):
            if not any(map(is_running, pids)):
                break
            time.sleep(0.02)
        return [pid for pid in pids if is_running(pid)]


def program(name: str, code: str) -> Program:
    return Program(name, [sys.executable, "-c", code])


def is_running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"  # a zombie waits for its parent only


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_request_to_stop_ends_all_programs_and_their_children(
    stage: Stage, number: signal.Signals
) -> None:
    code = stage.supervisor.run(
        [program("family", FAMILY), program("stubborn", STUBBORN)],
        is_ready=stage.family_is_up,
        greet=lambda: os.kill(os.getpid(), number),
    )
    assert code == 0
    assert stage.survivors() == []


def test_death_of_one_ends_the_others_and_is_told(stage: Stage) -> None:
    waits_then_dies = f"""
import os, pathlib, sys, time
while not pathlib.Path({str(stage.pids)!r}).exists(): time.sleep(0.02)
print("out of paper"); sys.exit(3)
"""
    code = stage.supervisor.run(
        [program("family", FAMILY), program("printer", waits_then_dies)],
        is_ready=lambda: False,
        greet=lambda: pytest.fail("nothing was ready"),
    )
    assert code == 1
    assert stage.survivors() == []
    assert "out of paper" in stage.said[-1]
    assert "printer ended by itself (exit code 3)" in stage.said[-1]


def test_program_that_cannot_be_started_ends_the_others(stage: Stage) -> None:
    with pytest.raises(FileNotFoundError):
        stage.supervisor.run(
            [program("family", FAMILY), Program("missing", ["/nonexistent/program"])],
            is_ready=lambda: False,
            greet=lambda: None,
        )
    assert not stage.pids.exists() or stage.survivors() == []


def test_greeting_is_said_once_and_only_when_ready(stage: Stage) -> None:
    story: list[str] = []
    readiness = iter([False, True])

    def is_ready() -> bool:
        ready = next(readiness)
        story.append("ready" if ready else "not yet")
        return ready

    stage.supervisor.run(
        [program("short", "import time; time.sleep(0.9)")],
        is_ready=is_ready,
        greet=lambda: story.append("greeted"),
    )
    assert story == ["not yet", "ready", "greeted"]


def test_everything_goes_to_the_log_and_warnings_to_the_terminal(stage: Stage) -> None:
    stage.supervisor.run(
        [program("web", "print('GET /'); print('WARNING: slow')")],
        is_ready=lambda: False,
        greet=lambda: None,
    )
    assert (stage.logs / "web.log").read_text() == "GET /\nWARNING: slow\n"
    assert stage.said[0] == "web | WARNING: slow"


def test_signal_handlers_are_given_back(stage: Stage) -> None:
    before = signal.getsignal(signal.SIGINT)
    stage.supervisor.run([program("short", "")], is_ready=lambda: False, greet=lambda: None)
    assert signal.getsignal(signal.SIGINT) is before
