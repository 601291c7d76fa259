"""What the programs of one start say: all of it into files, what matters onto the terminal."""

import re
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path

ALARM = re.compile(r"\b(?:WARNING|ERROR|CRITICAL)\b")
TRACEBACK = "Traceback (most recent call last):"


class Sieve:
    """Let through warnings, errors and whole tracebacks, line by line."""

    def __init__(self) -> None:
        self._inside_traceback = False

    def lets_through(self, line: str) -> bool:
        """Tell whether a line belongs on the terminal; lines come in order."""
        if self._inside_traceback:
            # The indented lines are its frames; the first other one names the exception.
            self._inside_traceback = line.startswith(" ")
            return True
        self._inside_traceback = TRACEBACK in line
        return self._inside_traceback or bool(ALARM.search(line))


def fresh_file(directory: Path, name: str) -> Path:
    """Return the path of a log to be begun anew; the last start's log stays beside it as `.1`."""
    directory.mkdir(parents=True, exist_ok=True)
    path = directory / f"{name}.log"
    if path.exists():
        path.replace(directory / f"{name}.log.1")
    return path


def tail(path: Path, lines: int = 15) -> str:
    """Return the last lines of a log."""
    return "\n".join(path.read_text(errors="replace").splitlines()[-lines:])


def follow(
    process: "subprocess.Popen[str]",
    *,
    name: str,
    path: Path,
    say: Callable[[str], None],
    everything: bool,
) -> threading.Thread:
    """Copy a program's output to its log until it ends; say the lines that matter.

    :param everything: say every line
    """

    file = path.open("w")  # noqa: SIM115 - here already, so that a reader never finds it missing

    def copy() -> None:
        sieve = Sieve()
        with file:
            for line in process.stdout or ():
                file.write(line)
                file.flush()
                if sieve.lets_through(line) or everything:
                    say(f"{name} | {line.rstrip()}")

    thread = threading.Thread(target=copy, name=f"log of {name}", daemon=True)
    thread.start()
    return thread
