"""Start programs together and end them together."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from types import FrameType

from deploy import logs

GRACE = 10.0  # seconds between the request to end and the end by force
LOOK_EVERY = 0.2  # seconds
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@dataclass(frozen=True)
class Program:
    """A program that runs as long as the system does."""

    name: str
    argv: Sequence[str]


class Child:
    """A started program, leader of a process group of its own."""

    def __init__(
        self,
        program: Program,
        *,
        environ: Mapping[str, str],
        cwd: Path,
        log: Path,
        say: Callable[[str], None],
        everything: bool,
    ) -> None:
        self.name, self.log = program.name, log
        # A group of its own keeps the terminal's Ctrl-C from it: the order of ending is ours.
        self.process = subprocess.Popen(
            program.argv,
            cwd=cwd,
            env=environ,
            process_group=0,
            text=True,
            errors="replace",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        self._reader = logs.follow(
            self.process, name=self.name, path=log, say=say, everything=everything
        )

    @property
    def ended(self) -> bool:
        """Tell whether the program itself has ended."""
        return self.process.poll() is not None

    def ask_to_end(self) -> None:
        """Ask the program; it tells its own workers in the order that suits it."""
        if not self.ended:
            self.process.terminate()

    def end(self, deadline: float) -> None:
        """Wait until the deadline (monotonic seconds), then end whatever is left of the group."""
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(max(0.0, deadline - time.monotonic()))
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self._reader.join(timeout=1)

    def epitaph(self) -> str:
        """Say how the program ended, with the last lines of its log."""
        code = self.process.returncode
        how = f"exit code {code}" if code >= 0 else f"signal {signal.Signals(-code).name}"
        return f"{logs.tail(self.log)}\n\n{self.name} ended by itself ({how}). Its log: {self.log}"


class Supervisor:
    """Run programs until someone asks for the end or one of them ends by itself."""

    def __init__(
        self,
        *,
        environ: Mapping[str, str],
        cwd: Path,
        log_dir: Path,
        say: Callable[[str], None] = print,
        everything: bool = False,
        grace: float = GRACE,
    ) -> None:
        self._environ, self._cwd, self._log_dir = environ, cwd, log_dir
        self._say, self._everything, self._grace = say, everything, grace
        self._children: list[Child] = []
        # SimpleQueue may be filled from a signal handler, an Event may not.
        self._requests: SimpleQueue[int] = SimpleQueue()

    def run(
        self,
        programs: Sequence[Program],
        *,
        is_ready: Callable[[], bool],
        greet: Callable[[], None],
    ) -> int:
        """Start all, greet once they are ready, return when all have ended: 0 if on request."""
        before = {number: signal.signal(number, self._note) for number in STOP_SIGNALS}
        try:
            for program in programs:
                self._children.append(self._start(program))
            return self._watch(is_ready, greet)
        finally:
            self._end_all()
            for number, handler in before.items():
                signal.signal(number, handler)

    def _note(self, number: int, _frame: FrameType | None) -> None:
        self._requests.put(number)

    def _start(self, program: Program) -> Child:
        return Child(
            program,
            environ=self._environ,
            cwd=self._cwd,
            log=logs.fresh_file(self._log_dir, program.name),
            say=self._say,
            everything=self._everything,
        )

    def _watch(self, is_ready: Callable[[], bool], greet: Callable[[], None]) -> int:
        greeted = False
        while not any(child.ended for child in self._children):
            if not greeted and is_ready():
                greeted = True
                greet()
            with suppress(Empty):
                self._requests.get(timeout=LOOK_EVERY)
                self._say("Stopping ...")
                return 0
        time.sleep(LOOK_EVERY)  # its last words are still on their way into the log
        for child in self._children:
            if child.ended:
                self._say(child.epitaph())
        return 1

    def _end_all(self) -> None:
        deadline = time.monotonic() + self._grace
        for child in self._children:
            child.ask_to_end()
        for child in self._children:
            child.end(deadline)
