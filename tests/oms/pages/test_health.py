from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client
from time_machine import Traveller

from oms.models import Heartbeat
from oms.services import heartbeat
from tests.factories.oms import NOW

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("silence", "status", "worker"),
    [(timedelta(minutes=1), 200, "ok"), (timedelta(minutes=4), 503, "silent")],
)
def test_monitor_sees_whether_the_worker_lives(
    client: Client, clock: Traveller, silence: timedelta, status: int, worker: str
) -> None:
    heartbeat.beat("worker", now=NOW - silence)
    response = client.get("/healthz")
    assert response.status_code == status
    assert response.json() == {"database": "ok", "worker": worker}


def test_installation_without_a_worker_is_not_well(client: Client) -> None:
    assert client.get("/healthz").status_code == 503


def test_beat_of_something_else_does_not_count(client: Client, clock: Traveller) -> None:
    heartbeat.beat("printer", now=NOW)
    assert client.get("/healthz").status_code == 503


def test_monitor_needs_no_account_and_leaves_no_session(client: Client, clock: Traveller) -> None:
    heartbeat.beat("worker", now=NOW)
    assert not client.get("/healthz").cookies
    assert Heartbeat.objects.get().at == NOW


def test_silent_database_is_an_error(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_args: Any, **_options: Any) -> None:
        raise OperationalError("gone")

    client.raise_request_exception = False
    monkeypatch.setattr(connection, "cursor", refuse)
    assert client.get("/healthz").status_code >= 500
