"""Money that went back and differs: the refunds themselves are read again, where they can be."""

from decimal import Decimal

import pytest

from channels_sync.connectors.jd.puller import JdPuller
from channels_sync.connectors.pinduoduo.puller import PinduoduoPuller
from channels_sync.connectors.taobao.puller import TaobaoPuller
from channels_sync.models import ChannelHint, Finding
from channels_sync.services import hints
from oms.models import ChannelRefund
from tests.channels_sync.pull.scripted import ScriptedPuller
from tests.channels_sync.reconciling.conftest import QUIET, Books, ScriptedLedger, listed

pytestmark = pytest.mark.django_db
Platform = type[ScriptedLedger]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Let single refunds be fetched; none of them is there."""
    numbers: list[str] = []

    def fetch_refund(self: ScriptedPuller, channel_refund_no: str) -> None:
        numbers.append(channel_refund_no)

    monkeypatch.setattr(ScriptedPuller, "fetch_refund", fetch_refund)
    return numbers


def differing(books: Books, platform: Platform, *numbers: str) -> None:
    books.order("1")
    platform.rows[:] = [listed("1", refunded=Decimal(5), refund_nos=frozenset(numbers))]
    books.run()


def noted() -> set[tuple[str, str]]:
    return set(ChannelHint.objects.values_list("subject", "channel_no"))


def test_refunds_that_the_list_names_are_read(
    books: Books, platform: Platform, asked: list[str]
) -> None:
    differing(books, platform, "R1", "R2")
    assert noted() == {("order", "1"), ("refund", "R1"), ("refund", "R2")}
    hints.reread_due(now=books.now)
    assert (sorted(asked), ScriptedPuller.read) == (["R1", "R2"], ["1"])


def test_refunds_that_we_have_are_read_too(
    books: Books, platform: Platform, asked: list[str]
) -> None:
    ChannelRefund.objects.create(
        store=books.store,
        channel_refund_no="R9",
        channel_order_no="1",
        stage="success",
        currency="CNY",
        kind="refund_only",
        amount=Decimal(9),
        channel_modified_at=QUIET,
        first_heard_at=QUIET,
    )
    differing(books, platform, "R1")
    assert ("refund", "R9") in noted()


def test_refund_that_waits_to_be_read_is_still_being_healed(
    books: Books, platform: Platform, asked: list[str]
) -> None:
    differing(books, platform, "R1")
    ChannelHint.objects.filter(subject="order").delete()
    books.run(minutes=31)
    assert Finding.objects.get().state == "healing"
    ChannelHint.objects.all().delete()
    books.run(minutes=31)
    assert (Finding.objects.get().state, Finding.objects.get().cause) == ("open", "unchanged")


def test_other_differences_ask_for_no_refund(
    books: Books, platform: Platform, asked: list[str]
) -> None:
    books.order("1")
    platform.rows[:] = [listed("1", paid=Decimal(5), refund_nos=frozenset({"R1"}))]
    books.run()
    assert noted() == {("order", "1")}


def test_refund_that_cannot_be_asked_for_is_not(books: Books, platform: Platform) -> None:
    differing(books, platform, "R1")
    assert noted() == {("order", "1")}


def test_platforms_say_which_refunds_they_read() -> None:
    assert TaobaoPuller.reads_refund("1")
    assert not PinduoduoPuller.reads_refund("1")
    assert (JdPuller.reads_refund("R1"), JdPuller.reads_refund("S1")) == (True, False)
