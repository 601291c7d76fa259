"""The simulated platforms, up while the demo's data are made: labels come from the carrier."""

import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from deploy import ports
from deploy.paths import ROOT

HOST = "127.0.0.1"
PATIENCE = 15.0  # seconds until they have to answer


@contextmanager
def serving(
    commands: Sequence[Sequence[str]], environ: Mapping[str, str], *, on_ports: Sequence[int]
) -> Iterator[None]:
    """Run these programs until the block ends; the demo does without one that does not start."""
    started = [_start(argv, environ) for argv in commands]
    try:
        _wait(on_ports)
        yield
    finally:
        for process in started:
            process.terminate()
        for process in started:
            process.wait()


def _start(argv: Sequence[str], environ: Mapping[str, str]) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        argv,
        cwd=ROOT,
        env=environ,
        process_group=0,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _wait(on_ports: Sequence[int]) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and not all(ports.answers(HOST, port) for port in on_ports):
        time.sleep(0.1)
