"""Own a PostgreSQL server for another process, and end it when that process is gone.

Runs as a process of its own: `postgres_keeper.py DIRECTORY USER SERVER ARGUMENTS...`. Its standard
input is a pipe from the other process. The system closes that pipe when the process ends, in
whatever way, so neither a killed test run nor a closed terminal leaves a server or a directory
behind.
"""

import pwd
import select
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

LOG = "server.log"
LOOK_EVERY = 0.5  # seconds
STOP_TIMEOUT = 10.0  # seconds


def keep(base: Path, user: str, command: Sequence[str]) -> int:
    """Run the server until standard input ends; return 1 if it ended by itself before."""
    with (base / LOG).open("wb") as log:
        server = _start(user, command, log.fileno())
    while not select.select([sys.stdin], [], [], LOOK_EVERY)[0]:
        if server.poll() is not None:
            return 1
    # At once, without a last checkpoint: its files are removed anyway.
    server.send_signal(signal.SIGQUIT)
    try:
        server.wait(STOP_TIMEOUT)
    except subprocess.TimeoutExpired:
        server.kill()
    shutil.rmtree(base, ignore_errors=True)
    return 0


def _start(user: str, command: Sequence[str], log: int) -> "subprocess.Popen[bytes]":
    if not user:
        return subprocess.Popen(command, cwd="/", stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    entry = pwd.getpwnam(user)
    return subprocess.Popen(
        command,
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        user=entry.pw_uid,
        group=entry.pw_gid,
        extra_groups=[],
    )


if __name__ == "__main__":
    sys.exit(keep(Path(sys.argv[1]), sys.argv[2], sys.argv[3:]))
