"""Money: sent once, confirmed by the channel's word, never by ours."""

from datetime import datetime

import pytest

from aftersales.services import settlement
from channels_sync.connectors.outbound import RefundPush, Told
from channels_sync.flows import PushStatus
from channels_sync.services.push import queueing
from oms.integration.errors import ErrorKind
from oms.models import OutboxEvent, Refund, Store
from oms.services import refunds
from tests.aftersales import acts
from tests.channels_sync.push.conftest import Worker
from tests.channels_sync.push.parcels import order_of, refund_of, the_job
from tests.channels_sync.push.scripted import ScriptedOutbound, trouble
from tests.factories.aftersales import refund_only_case, shipped_order, supervisor
from tests.factories.oms import StoreFactory

pytestmark = pytest.mark.django_db

S = PushStatus


@pytest.fixture
def refund(store: Store, now: datetime) -> Refund:
    refund = refund_of(order_of(store))
    queueing.queue_refunds([refund.pk], now=now)
    return refund


def standing(refund: Refund) -> str:
    return Refund.objects.get(pk=refund.pk).status


def confirmed() -> list[list[int]]:
    rows = OutboxEvent.objects.filter(name="channels.refund.confirmed").order_by("pk")
    return [row.payload["refund_ids"] for row in rows]


def test_confirmed_refund_is_told_to_the_others(
    refund: Refund, worker: Worker, channel: type[ScriptedOutbound]
) -> None:
    worker.run()
    assert (the_job().status, standing(refund)) == (S.DONE, "confirmed")
    assert confirmed() == [[refund.pk]]
    (push,) = channel.sent
    assert isinstance(push, RefundPush)
    assert (push.refund_no, str(push.amount), push.currency) == (refund.refund_no, "20.00", "CNY")


def test_refund_is_marked_sent_before_the_channel_hears_of_it(
    refund: Refund, worker: Worker, channel: type[ScriptedOutbound]
) -> None:
    seen = []

    def look(_push: object) -> Told:
        seen.append(standing(refund))
        return Told()

    channel.script.append(look)
    worker.run()
    assert seen == ["sent"]


def test_money_under_way_is_followed_until_it_arrived(
    refund: Refund, worker: Worker, channel: type[ScriptedOutbound]
) -> None:
    channel.script.append(Told(channel_ref="R-9", is_final=False))
    worker.run()
    assert (the_job().status, standing(refund)) == (S.ACCEPTED, "sent")
    worker.run(minutes=2)
    assert (the_job().status, confirmed()) == (S.ACCEPTED, [])
    channel.known[the_job().key] = Told(channel_ref="R-9")
    worker.run(minutes=2)
    assert (the_job().status, standing(refund)) == (S.DONE, "confirmed")
    assert (confirmed(), len(channel.sent)) == ([[refund.pk]], 1)
    assert Refund.objects.get(pk=refund.pk).channel_refund_no == "R-9"


def test_money_that_never_arrives_ends_with_a_person(
    refund: Refund, worker: Worker, channel: type[ScriptedOutbound]
) -> None:
    channel.script.append(Told(is_final=False))
    worker.run()
    worker.run(hours=23)
    assert the_job().status == S.ACCEPTED
    worker.run(hours=2)
    assert (the_job().status, the_job().is_in_doubt) == (S.NEEDS_PERSON, True)
    assert the_job().error_code == "local:too_long"
    assert (standing(refund), len(channel.sent)) == ("sent", 1)


def test_money_that_takes_a_day_is_looked_for_all_day(
    refund: Refund, worker: Worker, channel: type[ScriptedOutbound]
) -> None:
    channel.script.append(Told(channel_ref="R-9", is_final=False))
    for _half_hour in range(46):
        worker.run(minutes=30)
    assert the_job().status == S.ACCEPTED
    assert len(channel.asked) > 20
    channel.known[the_job().key] = Told(channel_ref="R-9")
    worker.run(hours=1)
    assert (the_job().status, standing(refund)) == (S.DONE, "confirmed")


def test_refusal_marks_the_refund_failed(
    refund: Refund, worker: Worker, channel: type[ScriptedOutbound]
) -> None:
    channel.script.append(trouble(ErrorKind.FATAL))
    worker.run()
    assert (the_job().status, standing(refund)) == (S.NEEDS_PERSON, "failed")
    assert Refund.objects.get(pk=refund.pk).last_error == "系统繁忙"
    assert confirmed() == []


def test_money_that_the_channel_will_not_give_after_all(
    refund: Refund, worker: Worker, channel: type[ScriptedOutbound]
) -> None:
    channel.script.append(Told(is_final=False))
    worker.run()
    channel.known[the_job().key] = Told(is_final=False, refused="closed by the bank")
    worker.run(minutes=2)
    assert (the_job().status, the_job().last_error) == (S.NEEDS_PERSON, "closed by the bank")
    assert standing(refund) == "failed"


def test_refund_of_unknown_end_is_not_called_failed(
    refund: Refund, worker: Worker, channel: type[ScriptedOutbound]
) -> None:
    channel.script.append(trouble(ErrorKind.FATAL, unknown=True))
    worker.run()
    assert (the_job().status, standing(refund)) == (S.NEEDS_PERSON, "sent")


def test_refund_that_the_platform_did_itself_is_never_sent(
    refund: Refund, now: datetime, worker: Worker, channel: type[ScriptedOutbound]
) -> None:
    refunds.mark_done_by_platform(refund.pk, now=now)
    worker.run()
    assert (the_job().status, standing(refund)) == (S.DONE, "done_by_platform")
    assert (channel.sent, confirmed()) == ([], [])


def test_number_used_twice_by_the_channel_does_not_hide_the_money(
    refund: Refund, store: Store, now: datetime, worker: Worker, channel: type[ScriptedOutbound]
) -> None:
    other = refund_of(order_of(store))
    queueing.queue_refunds([other.pk], now=now)
    channel.script.extend([Told(channel_ref="R-1"), Told(channel_ref="R-1")])
    worker.run()
    assert [standing(refund), standing(other)] == ["confirmed", "confirmed"]


def test_failed_refund_is_sent_again_when_a_later_try_succeeds(
    refund: Refund, worker: Worker, channel: type[ScriptedOutbound]
) -> None:
    channel.script.append(trouble())
    worker.run()
    assert standing(refund) == "sent"
    worker.run(seconds=30)
    assert (standing(refund), len(channel.sent)) == ("confirmed", 2)


def test_refund_asked_for_again_is_sent_again_under_the_same_key(
    worker: Worker, channel: type[ScriptedOutbound], store: Store, now: datetime
) -> None:
    case = refund_only_case(shipped_order(store=store))
    channel.script.append(trouble(ErrorKind.FATAL))
    acts.approve(case)
    acts.deliver()
    worker.run()
    settlement.settle(case.pk, now=now)
    assert (the_job().status, acts.fresh(case).money) == (S.NEEDS_PERSON, "failed")
    settlement.try_again(case.pk, actor=supervisor(case), now=now)
    acts.deliver()
    worker.run()
    acts.deliver()
    assert (the_job().status, len(channel.sent)) == (S.DONE, 2)
    assert len({push.key for push in channel.sent}) == 1
    assert (acts.fresh(case).money, Refund.objects.get().status) == ("confirmed", "confirmed")


def test_refund_that_no_channel_can_be_told_stays_with_its_person(now: datetime) -> None:
    refund = refund_of(order_of(StoreFactory.create()))
    for _twice in range(2):
        queueing.queue_refunds([refund.pk], now=now)
    assert the_job().status == S.NEEDS_PERSON
