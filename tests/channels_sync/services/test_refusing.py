"""The platforms' own reasons are fetched ahead, kept by request, and offered."""

from datetime import timedelta

import pytest

from channels_sync.connectors.outbound import RefusalReason
from channels_sync.models import RefusalReasons
from channels_sync.services import refusing
from oms.integration.errors import ErrorKind, IntegrationError
from oms.models import ChannelRefund, Store
from oms.registries import RefusalChoice
from tests.channels_sync.push.scripted import ScriptedOutbound
from tests.factories.channels_sync import StoreConnectionFactory
from tests.factories.oms import NOW

pytestmark = pytest.mark.django_db
WORN = RefusalReason("101", "商品已影响二次销售", needs_photo=True)
Answers = list[tuple[RefusalReason, ...] | Exception]


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> Answers:
    """What the platform answers in turn."""
    told: Answers = []

    def reasons_of(self: ScriptedOutbound, channel_refund_no: str) -> tuple[RefusalReason, ...]:
        answer = told.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(ScriptedOutbound, "reasons_of", reasons_of)
    return told


@pytest.fixture
def store() -> Store:
    return StoreConnectionFactory.create(kind="scripted").store


def request(store: Store, number: str = "R-1", stage: str = "wait_merchant") -> ChannelRefund:
    return ChannelRefund.objects.create(
        store=store,
        channel_refund_no=number,
        channel_order_no="C-1",
        stage=stage,
        kind="return_refund",
        amount=10,
        channel_modified_at=NOW,
        first_heard_at=NOW,
    )


def test_reasons_of_a_waiting_request_are_fetched_once_and_offered(
    store: Store, answers: Answers
) -> None:
    request(store)
    answers.append((WORN,))
    assert refusing.choices(store.pk, number="R-1") == []
    assert refusing.fetch_due(now=NOW) == 1
    assert refusing.choices(store.pk, number="R-1") == [RefusalChoice("101", WORN.words, True)]
    assert refusing.fetch_due(now=NOW + timedelta(hours=1)) == 0


def test_answered_request_is_not_asked_about(store: Store, answers: Answers) -> None:
    request(store, stage="success")
    assert refusing.fetch_due(now=NOW) == 0


def test_silence_is_asked_again_later_and_spares_the_others(store: Store, answers: Answers) -> None:
    request(store, "R-1")
    request(store, "R-2")
    answers.append(IntegrationError("busy", kind=ErrorKind.THROTTLE))
    assert refusing.fetch_due(now=NOW) == 0
    answers.extend([(WORN,), (WORN,)])
    assert refusing.fetch_due(now=NOW + timedelta(minutes=1)) == 1
    assert refusing.fetch_due(now=NOW + timedelta(minutes=20)) == 1


def test_request_without_reasons_is_asked_again_not_at_once(store: Store, answers: Answers) -> None:
    request(store)
    answers.append(())
    assert refusing.fetch_due(now=NOW) == 1
    assert refusing.fetch_due(now=NOW + timedelta(minutes=1)) == 0
    assert refusing.choices(store.pk, number="R-1") == []


def test_what_is_long_ago_is_thrown_away(store: Store, answers: Answers) -> None:
    refusing.keep(store.pk, number="R-1", reasons=[WORN], now=NOW)
    refusing.fetch_due(now=NOW + timedelta(days=61))
    assert not RefusalReasons.objects.exists()


def test_platform_with_reasons_once_and_for_all_is_not_asked() -> None:
    shop = StoreConnectionFactory.create(kind="shopify").store
    offered = [choice.code for choice in refusing.choices(shop.pk, number="Return/1")]
    assert offered == ["OTHER", "RETURN_PERIOD_ENDED", "FINAL_SALE"]


@pytest.mark.parametrize("kind", ["pinduoduo", "youzan", "nothing"])
def test_platform_without_reasons_offers_none(kind: str) -> None:
    shop = StoreConnectionFactory.create(kind=kind).store
    assert not refusing.choices(shop.pk, number="1")


def test_store_without_a_connection_offers_none() -> None:
    assert not refusing.choices(0, number="1")


def test_many_requests_of_a_silent_platform_leave_the_others_their_turn(
    store: Store, answers: Answers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refusing, "_PAGE", 2)
    other = StoreConnectionFactory.create(kind="scripted").store
    request(other, "R-0")
    for number in ("R-1", "R-2", "R-3"):
        request(store, number)
    silence = IntegrationError("down", kind=ErrorKind.RETRY)
    answers.extend([silence, (WORN,)])
    assert refusing.fetch_due(now=NOW) == 1
    assert refusing.choices(other.pk, number="R-0")


def test_request_that_cannot_be_asked_about_stops_no_other(store: Store, answers: Answers) -> None:
    request(store, "R-1")
    request(store, "no number of theirs")
    answers.extend([ValueError("no number"), (WORN,)])
    assert refusing.fetch_due(now=NOW) == 1
    assert refusing.choices(store.pk, number="R-1")
