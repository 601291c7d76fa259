"""The guard of tests/conftest.py: no test reaches another machine by accident."""

import socket

import httpx
import pytest

from tests.conftest import NetworkRefused


@pytest.mark.parametrize("host", ["192.0.2.1", "2001:db8::1", "example.com"])
def test_other_machines_are_out_of_reach(host: str) -> None:
    with pytest.raises(NetworkRefused):
        socket.create_connection((host, 80), timeout=0.1)


def test_address_without_a_name_is_out_of_reach_too() -> None:
    with socket.socket() as plain, pytest.raises(NetworkRefused):
        plain.connect(("192.0.2.1", 80))
    with socket.socket() as plain, pytest.raises(NetworkRefused):
        plain.connect_ex(("192.0.2.1", 80))


def test_client_does_not_take_it_for_a_passing_fault() -> None:
    with pytest.raises(NetworkRefused):
        httpx.get("https://example.com", timeout=0.1)


def test_this_machine_is_in_reach() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        for host in ("127.0.0.1", "localhost"):
            socket.create_connection((host, server.getsockname()[1])).close()
