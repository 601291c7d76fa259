"""Messages that a platform keeps for us: noted first, confirmed after, for the right shop."""

from collections.abc import Iterator, Sequence
from typing import ClassVar

import pytest
import time_machine
from django.db import transaction

from channels_sync.connectors.knocks import Hint, Subject
from channels_sync.connectors.mailboxes import Letter, Mailbox, mailboxes
from channels_sync.connectors.tokens import Credentials
from channels_sync.models import ChannelHint, ChannelToken, StoreConnection
from channels_sync.services import fetching, hints
from channels_sync.tasks import fetch_messages
from oms.integration.errors import ErrorKind, IntegrationError
from tests.factories.oms import NOW, StoreFactory

pytestmark = pytest.mark.django_db


class ScriptedMailbox(Mailbox):
    kind: ClassVar[str] = "scripted-mail"
    label: ClassVar[str] = "Scripted"
    waiting: ClassVar[list[Letter]] = []
    log: ClassVar[list[str]] = []
    trouble: ClassVar[set[str]] = set()

    @classmethod
    def app_of(cls, credentials: Credentials) -> str:
        return str(credentials.get("app") or "")

    def fetch(self) -> Sequence[Letter]:
        self.log.append(f"fetch as {self.credentials['shop']}")
        if self.credentials["shop"] in self.trouble:
            raise IntegrationError("no", kind=ErrorKind.REAUTHORIZE, code="27")
        return self.waiting[:2]

    def confirm(self, ids: Sequence[str]) -> None:
        noted = ChannelHint.objects.count()
        self.log.append(f"confirm {','.join(ids)} with {noted} noted")
        self.waiting[:] = [letter for letter in self.waiting if letter.id not in ids]


@pytest.fixture(autouse=True)
def mailbox(clock: time_machine.Traveller) -> Iterator[type[ScriptedMailbox]]:
    mailboxes.register(ScriptedMailbox)
    ScriptedMailbox.waiting, ScriptedMailbox.log, ScriptedMailbox.trouble = [], [], set()
    yield ScriptedMailbox
    del mailboxes._members[ScriptedMailbox.kind]


def shop(code: str, *, number: str = "", app: str = "a") -> StoreConnection:
    row = StoreConnection.objects.create(
        store=StoreFactory.create(code=code),
        kind="scripted-mail",
        base_url="https://kapok.example.com",
        credentials={"app": app, "shop": code},
    )
    if number:
        ChannelToken.objects.create(connection=row, shop_id=number, renewed_at=NOW)
    return row


def letter(number: str, *, shop_id: str = "", order: str = "") -> Letter:
    found = (Hint(subject=Subject.ORDER, channel_no=order),) if order else ()
    return Letter(id=number, shop_id=shop_id, hints=found)


def noted() -> set[tuple[str, str]]:
    return set(ChannelHint.objects.values_list("store__code", "channel_no"))


def test_messages_are_noted_before_they_are_confirmed(mailbox: type[ScriptedMailbox]) -> None:
    shop("kapok")
    mailbox.waiting = [letter("1", order="11"), letter("2", order="12"), letter("3", order="13")]
    assert fetching.fetch_due(now=NOW) == 3
    assert noted() == {("kapok", "11"), ("kapok", "12"), ("kapok", "13")}
    assert mailbox.log == [
        "fetch as kapok",
        "confirm 1,2 with 2 noted",
        "fetch as kapok",
        "confirm 3 with 3 noted",
        "fetch as kapok",
    ]


def test_message_comes_again_if_its_hints_were_not_kept(
    mailbox: type[ScriptedMailbox], monkeypatch: pytest.MonkeyPatch
) -> None:
    shop("kapok")
    mailbox.waiting = [letter("1", order="11")]
    with monkeypatch.context() as patch:
        patch.setattr(hints, "note", lambda *_a, **_k: 1 / 0)
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            fetching.fetch_due(now=NOW)
    assert mailbox.log == ["fetch as kapok"]
    assert fetching.fetch_due(now=NOW) == 1
    assert noted() == {("kapok", "11")}


def test_shops_of_one_app_share_a_mailbox(mailbox: type[ScriptedMailbox]) -> None:
    shop("kapok", number="1")
    shop("linen", number="2")
    mailbox.waiting = [letter("1", shop_id="2", order="11"), letter("2", shop_id="9", order="12")]
    fetching.fetch_due(now=NOW)
    assert noted() == {("linen", "11")}
    assert mailbox.log[0] == "fetch as kapok"
    assert "fetch as linen" not in mailbox.log


def test_apps_have_mailboxes_of_their_own(mailbox: type[ScriptedMailbox]) -> None:
    shop("kapok", app="a")
    shop("linen", app="b")
    fetching.fetch_due(now=NOW)
    assert mailbox.log == ["fetch as kapok", "fetch as linen"]


def test_shop_whose_session_ended_does_not_stop_the_others(
    mailbox: type[ScriptedMailbox],
) -> None:
    shop("kapok", number="1")
    shop("linen", number="2")
    mailbox.trouble = {"kapok"}
    mailbox.waiting = [letter("1", shop_id="1", order="11")]
    assert fetching.fetch_due(now=NOW) == 1
    assert noted() == {("kapok", "11")}


def test_message_without_hints_is_confirmed(mailbox: type[ScriptedMailbox]) -> None:
    shop("kapok")
    mailbox.waiting = [letter("1")]
    fetching.fetch_due(now=NOW)
    assert mailbox.waiting == []
    assert noted() == set()


def test_shop_without_an_app_or_switched_off_is_not_asked(
    mailbox: type[ScriptedMailbox],
) -> None:
    shop("kapok", app="")
    closed = shop("linen")
    StoreConnection.objects.filter(pk=closed.pk).update(is_active=False)
    assert fetching.fetch_due(now=NOW) == 0
    assert mailbox.log == []


def test_task_fetches(mailbox: type[ScriptedMailbox]) -> None:
    shop("kapok")
    mailbox.waiting = [letter("1", order="11")]
    fetch_messages()
    assert noted() == {("kapok", "11")}
