"""A platform's push: proved, noted, answered in its own words."""

from collections.abc import Iterator
from typing import ClassVar

import pytest
import time_machine
from django.test import Client

from channels_sync.connectors.knocks import (
    Garbled,
    Heard,
    Hint,
    Knock,
    Listener,
    NotProved,
    Subject,
    listeners,
)
from channels_sync.connectors.tokens import Credentials
from channels_sync.models import ChannelHint, StoreConnection
from tests.factories.oms import NOW, StoreFactory

pytestmark = pytest.mark.django_db


class ScriptedListener(Listener):
    kind: ClassVar[str] = "scripted-push"
    label: ClassVar[str] = "Scripted"

    @classmethod
    def hear(cls, knock: Knock, *, credentials: Credentials) -> Heard:
        if knock.headers.get("x-key") != credentials.get("key"):
            raise NotProved
        if knock.body == b"?":
            raise Garbled("tid: missing")
        hint = Hint(subject=Subject.ORDER, channel_no=knock.body.decode())
        return Heard(hints=(hint,), reply=b'{"status":"success"}')


@pytest.fixture(autouse=True)
def _listener(clock: time_machine.Traveller) -> Iterator[None]:
    listeners.register(ScriptedListener)
    yield
    del listeners._members[ScriptedListener.kind]


@pytest.fixture(autouse=True)
def connection() -> StoreConnection:
    return StoreConnection.objects.create(
        store=StoreFactory.create(code="kapok"), kind="scripted-push", credentials={"key": "k"}
    )


def knock(body: str = "1", *, key: str = "k", store: str = "kapok") -> tuple[int, str]:
    path = f"/hooks/scripted-push/{store}/"
    reply = Client().post(path, body, content_type="text/plain", headers={"x-key": key})
    return reply.status_code, reply.content.decode()


def test_push_is_noted_and_answered_in_the_platforms_words() -> None:
    assert knock("42") == (200, '{"status":"success"}')
    hint = ChannelHint.objects.get()
    assert (hint.subject, hint.channel_no, hint.not_before) == ("order", "42", NOW)


@pytest.mark.parametrize(
    ("told", "status"),
    [
        ({"key": "other"}, 401),
        ({"store": "nobody"}, 401),
        ({"store": "nobody", "key": ""}, 401),
        ({"body": "?"}, 422),
        ({"body": "x" * 1_000_001}, 413),
    ],
)
def test_what_is_not_proved_or_understood_leaves_nothing(told: dict[str, str], status: int) -> None:
    assert knock(**told)[0] == status
    assert not ChannelHint.objects.exists()


def test_nobody_listens_at_other_doors() -> None:
    assert Client().post("/hooks/elsewhere/kapok/").status_code == 404


def test_line_that_is_switched_off_hears_nothing(connection: StoreConnection) -> None:
    connection.is_active = False
    connection.save()
    assert knock()[0] == 401
