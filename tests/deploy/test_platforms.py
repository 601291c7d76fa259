"""Simulated platforms run while the demo is made, and not longer."""

import os
import socket
import sys

from deploy import platforms, ports


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_platform_answers_inside_the_block_and_is_gone_after_it() -> None:
    port = free_port()
    argv = [sys.executable, "-m", "http.server", str(port), "--bind", "127.0.0.1"]
    with platforms.serving([argv], os.environ, on_ports=[port]):
        assert ports.answers("127.0.0.1", port)
    assert not ports.answers("127.0.0.1", port)
