"""Run other programs: to the end, with their output shown or kept."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import FrameType

from deploy.paths import ROOT, venv_bin
from deploy.problems import Problem


@dataclass(frozen=True)
class Outcome:
    """How a command ended, and what it said."""

    code: int
    output: str

    @property
    def ok(self) -> bool:
        """Tell whether the command ended well."""
        return self.code == 0


def capture(argv: Sequence[str], environ: Mapping[str, str]) -> Outcome:
    """Run a command in the checkout and keep what it says."""
    done = subprocess.run(
        argv,
        cwd=ROOT,
        env=environ,
        text=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    return Outcome(done.returncode, done.stdout)


def show(argv: Sequence[str], environ: Mapping[str, str]) -> int:
    """Run a command in the checkout with its output on the terminal and return its exit code.

    On Ctrl-C the terminal tells the command as well; it gets the time to end in its own way.
    """
    with subprocess.Popen(argv, cwd=ROOT, env=environ) as process:
        try:
            while True:
                try:
                    return process.wait()
                except KeyboardInterrupt:
                    continue
        finally:
            if process.poll() is None:
                process.terminate()


def leave_on_sigterm() -> None:
    """Let SIGTERM unwind this process, so that what it started ends with it."""
    signal.signal(signal.SIGTERM, _leave)


def _leave(number: int, _frame: FrameType | None) -> None:
    sys.exit(128 + number)


def manage(*words: str, environ: Mapping[str, str]) -> str:
    """Run a management command and return what it prints.

    :raises Problem: with all that the command said, if it fails
    """
    done = capture([venv_bin("python"), "manage.py", *words], environ)
    if not done.ok:
        raise Problem(f"{done.output.strip()}\n\nmanage.py {' '.join(words)} failed.")
    return done.output


def become(argv: Sequence[str], environ: Mapping[str, str]) -> None:
    """Turn this process into another program, which so gets the terminal and all signals."""
    os.chdir(ROOT)
    os.execve(argv[0], list(argv), dict(environ))  # noqa: S606 - a program of our own .venv
