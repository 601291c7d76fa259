"""What every test has: a fixed time, cheap passwords, and no way out to the network."""

import ipaddress
import os
import socket
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.core.servers.basehttp import WSGIRequestHandler
from django.db import connection
from django.test import TransactionTestCase
from hypothesis import settings as hypothesis_settings

from tests.factories.oms import NOW

# A busy machine must not fail a property: it says what always holds, never how fast.
hypothesis_settings.register_profile("unhurried", deadline=None)
hypothesis_settings.load_profile("unhurried")

POSTGRESQL_ONLY = ("race", "property", "chaos")


class NetworkRefused(RuntimeError):
    """A test reached for the network; no OSError, so that no retry swallows it."""


def pytest_configure() -> None:
    # The real hasher takes half a second for every user made.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    # Every test client starts the middleware anew, which would look at every static file.
    settings.WHITENOISE_AUTOREFRESH = True
    # The live server writes head and body apart: the second packet would wait 40 ms for the first.
    WSGIRequestHandler.disable_nagle_algorithm = True


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if _asks_the_database(item):
            item.add_marker(pytest.mark.database)
    if connection.vendor == "postgresql":
        return
    for item in items:
        for mark in filter(item.get_closest_marker, POSTGRESQL_ONLY):
            reason = f"a {mark} test needs PostgreSQL: pytest -p tests.plugins.postgres"
            item.add_marker(pytest.mark.skip(reason=reason))


def _asks_the_database(item: pytest.Item) -> bool:
    names = set(getattr(item, "fixturenames", ()))
    own = getattr(item, "cls", None)
    return bool(
        item.get_closest_marker("django_db")
        or names & {"db", "transactional_db", "live_server", "django_db_setup"}
        or (own and issubclass(own, TransactionTestCase))
    )


@pytest.fixture
def now() -> datetime:
    """Give the moment at which every test and every factory stands."""
    return NOW


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """Stop the clock at ``NOW`` for code that reads it; ``clock.shift(seconds)`` moves it on."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture(autouse=True, scope="session")
def _no_network() -> Iterator[None]:
    """Let sockets reach this machine only, and resolve no other name."""
    connect, connect_ex, getaddrinfo = (
        socket.socket.connect,
        socket.socket.connect_ex,
        socket.getaddrinfo,
    )

    def guarded_connect(self: socket.socket, address: Any) -> None:
        return connect(self, _local(address))

    def guarded_connect_ex(self: socket.socket, address: Any) -> int:
        return connect_ex(self, _local(address))

    def guarded_getaddrinfo(host: Any, *rest: Any, **options: Any) -> Any:
        return getaddrinfo(_local((host,))[0], *rest, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded_connect)
        patch.setattr(socket.socket, "connect_ex", guarded_connect_ex)
        patch.setattr(socket, "getaddrinfo", guarded_getaddrinfo)
        yield


def _local(address: Any) -> Any:
    """:raises NetworkRefused: if the address is of another machine"""
    if isinstance(address, str | bytes):  # a Unix socket's path
        return address
    host = os.fsdecode(address[0] or "localhost")
    if host != "localhost" and not _is_loopback(host):
        raise NetworkRefused(f"a test reached for {host}")
    return address


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
