"""The port of the web server: free before the start, answering after it."""

import socket
from contextlib import closing

from deploy.problems import Problem

BUSY = """Port {port} on {host} is taken, perhaps by an earlier start that still runs.
Stop that one, or choose another port:  make run PORT={other}"""
BUSY_SIMULATOR = """Port {port} on {host} is taken, perhaps by an earlier start that still runs.
The simulated shops and carriers need it: stop that program first."""


def require_free(host: str, port: int, *, message: str = BUSY) -> None:
    """Refuse a port on which another program already listens, with ``message`` and advice.

    :raises Problem: if the port cannot be had
    """
    with closing(socket.socket(_family(host))) as probe:
        # As the web server does: connections of an earlier run that linger do not count as busy.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError as error:
            raise Problem(f"Port {port} needs more rights; choose one above 1023.") from error
        except OSError as error:
            raise Problem(message.format(host=host, port=port, other=port + 1)) from error


def answers(host: str, port: int) -> bool:
    """Tell whether a web server answers a request there, whatever the answer says."""
    try:
        with socket.create_connection((host, port), timeout=1) as connection:
            connection.sendall(b"GET / HTTP/1.0\r\nHost: localhost\r\n\r\n")
            return bool(connection.recv(1))
    except OSError:
        return False


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET
