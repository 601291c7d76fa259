"""A refund that was opened since: the parcel stays and the request is fetched; nobody waits."""

from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest

from oms.models import ChannelRefund, FulfillmentOrder, Order, OrderHold, Store, TimelineEntry
from oms.registries import Contributions, RefundAsker
from oms.services import live_refunds
from oms.services.fulfillment.stations import stops_of
from oms.services.holds import release_hold
from oms.services.live_refunds import NoAnswerYet, ask_before_leaving, recheck
from tests.factories.oms import NOW, FulfillmentOrderFactory, OrderFactory, UserFactory, grant
from tests.factories.refunds import tell
from tests.oms.services.asking import Channel, scripted

pytestmark = pytest.mark.django_db
SOON = NOW + timedelta(minutes=6)


@pytest.fixture
def channel(monkeypatch: pytest.MonkeyPatch) -> Channel:
    return scripted(monkeypatch)


@pytest.fixture
def order() -> Order:
    return OrderFactory.create(released=True)


@pytest.fixture
def document(order: Order) -> FulfillmentOrder:
    return FulfillmentOrderFactory.create(order=order, picked=True, frozen_at=NOW)


def open_one(channel: Channel, order: Order) -> None:
    channel.opened.add(order.channel_order_no or "")


def look(document: FulfillmentOrder) -> frozenset[int]:
    return ask_before_leaving([document.pk], now=NOW)


def held(order: Order) -> list[str]:
    holds = OrderHold.objects.filter(order=order, released_at=None)
    return list(holds.values_list("code", flat=True))


def test_open_refund_stops_the_parcel_in_words(
    channel: Channel, order: Order, document: FulfillmentOrder
) -> None:
    open_one(channel, order)
    assert look(document) == {order.pk}
    assert held(order) == ["refund_seen"]
    assert "退款" in str(stops_of([document])[document.pk])
    assert channel.reread == [order.channel_order_no]


def test_without_a_refund_nothing_is_written(
    channel: Channel, order: Order, document: FulfillmentOrder
) -> None:
    before = TimelineEntry.objects.count()
    assert look(document) == frozenset()
    assert channel.asked == [order.channel_order_no]
    assert (held(order), channel.reread, TimelineEntry.objects.count()) == ([], [], before)


def test_silent_channel_lets_the_parcel_go_with_a_note(
    channel: Channel, order: Order, document: FulfillmentOrder
) -> None:
    channel.silent = True
    assert look(document) == frozenset()
    assert TimelineEntry.objects.filter(action="refund_check_unanswered").count() == 1
    assert held(order) == []


def test_store_that_waits_for_the_answer_stops_it(
    channel: Channel, order: Order, document: FulfillmentOrder
) -> None:
    Store.objects.filter(pk=order.store_id).update(waits_for_refund_answer=True)
    channel.silent = True
    with pytest.raises(NoAnswerYet) as refusal:
        look(document)
    assert order.order_no in str(refusal.value)
    assert not TimelineEntry.objects.filter(action="refund_check_unanswered").exists()


def test_request_that_comes_in_takes_the_hold_over(
    channel: Channel, order: Order, document: FulfillmentOrder
) -> None:
    open_one(channel, order)
    look(document)
    tell(order)
    assert held(order) == ["refund_requested"]
    assert document.pk in stops_of([document])


def test_refund_that_is_over_lets_it_go_on(
    channel: Channel, order: Order, document: FulfillmentOrder
) -> None:
    open_one(channel, order)
    look(document)
    assert recheck(now=NOW) == 0
    assert recheck(now=SOON) == 0
    channel.silent = True
    channel.opened.clear()
    assert recheck(now=SOON) == 0
    channel.silent = False
    assert recheck(now=SOON) == 1
    assert held(order) == []
    assert not stops_of([document])


def test_refunds_that_stay_open_do_not_keep_others_from_being_asked_for(
    channel: Channel, order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live_refunds, "_MOST", 1)
    later = OrderFactory.create(released=True)
    for each in (order, later):
        live_refunds.hold_seen(each.pk, now=NOW)
    open_one(channel, order)
    assert sum(recheck(now=SOON + turn * timedelta(minutes=5)) for turn in range(2)) == 1
    assert (held(order), held(later)) == (["refund_seen"], [])


def test_person_who_looked_is_not_overruled(
    channel: Channel, order: Order, document: FulfillmentOrder
) -> None:
    clerk = UserFactory.create()
    grant(clerk, "customer_service", order.store)
    open_one(channel, order)
    look(document)
    hold = OrderHold.objects.get()
    release_hold(hold.pk, actor=clerk, note="buyer wants it after all", now=NOW)
    assert look(document) == frozenset()
    assert held(order) == []


def test_request_that_was_decided_here_does_not_stop_it_again(
    channel: Channel, order: Order, document: FulfillmentOrder
) -> None:
    tell(order)
    ChannelRefund.objects.update(answered_at=NOW)
    OrderHold.objects.update(released_at=NOW)
    open_one(channel, order)
    assert look(document) == frozenset()
    assert channel.asked == []


def test_held_and_manual_orders_are_asked_for_by_nobody(channel: Channel) -> None:
    manual = OrderFactory.create(released=True, kind=Order.Kind.MANUAL, channel_order_no=None)
    gone = OrderFactory.create(shipped=True)
    documents = [FulfillmentOrderFactory.create(order=order) for order in (manual, gone)]
    ask_before_leaving([document.pk for document in documents], now=NOW)
    assert channel.asked == []


class Slow:
    """Stands still but while a channel is asked: ``takes`` so many seconds for so many orders."""

    def __init__(
        self, channel: Channel, monkeypatch: pytest.MonkeyPatch, *, takes: Callable[[int], float]
    ) -> None:
        self._channel, self._takes, self._now = channel, takes, 0.0
        askers: Contributions[RefundAsker] = Contributions("asker for refunds")
        askers.register(RefundAsker("slow", self._ask, channel.read_again))
        monkeypatch.setattr(live_refunds, "refund_askers", askers)
        monkeypatch.setattr(live_refunds, "time", self)

    def monotonic(self) -> float:
        return self._now

    def _ask(self, store_id: int, *, numbers: Sequence[str], seconds: float) -> frozenset[str]:
        takes = self._takes(len(numbers))
        self._channel.silent = seconds < takes
        self._now += min(takes, seconds)
        return self._channel.ask(store_id, numbers=numbers, seconds=seconds)


def papers(count: int, **order: object) -> list[int]:
    made = [OrderFactory.create(released=True, **order) for _paper in range(count)]
    return [
        FulfillmentOrderFactory.create(order=each, picked=True, frozen_at=NOW).pk for each in made
    ]


def test_channel_that_got_the_rest_of_another_ones_time_is_asked_in_the_next_turn(
    channel: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    Slow(channel, monkeypatch, takes=lambda _orders: 2.5)
    first, second = papers(2)
    turn = live_refunds.ask_for_many([first, second], now=NOW)
    assert turn.left == {second}
    assert not TimelineEntry.objects.filter(action="refund_check_unanswered").exists()


def test_channel_that_takes_a_second_for_each_order_is_slow_and_not_silent(
    channel: Channel, order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    Slow(channel, monkeypatch, takes=float)
    parcels = papers(4, store=order.store)
    turn = live_refunds.ask_for_many(parcels, now=NOW)
    assert turn.left == {parcels[3]}
    assert not TimelineEntry.objects.filter(action="refund_check_unanswered").exists()
