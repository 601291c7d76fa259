"""At the packing table and at the dock the channel is asked in the last moment."""

from datetime import timedelta

import pytest

from oms.models import Order, Shipment, Store
from oms.services import live_refunds
from tests.factories.oms import NOW
from tests.factories.warehouse import Floor
from tests.oms.services.asking import Channel, scripted
from tests.warehouse.services.test_handing_over import labelled
from tests.warehouse.services.test_packing import picked, tote_of
from warehouse.models import PackCheck, Parcel
from warehouse.services.scanning.scan import scan
from warehouse.services.scanning.values import Answer


@pytest.fixture
def channel(monkeypatch: pytest.MonkeyPatch) -> Channel:
    return scripted(monkeypatch)


def send(floor: Floor, station: str, code: str, *, minutes: float = 0) -> Answer:
    now = NOW + timedelta(minutes=minutes)
    return scan(floor.scan(station, code), actor=floor.worker, now=now)


def number_of(parcel: Shipment) -> str:
    order = parcel.fulfillment.order
    assert order is not None
    return order.channel_order_no or ""


def test_parcel_with_an_open_refund_does_not_pass_the_dock(channel: Channel, floor: Floor) -> None:
    bad, good = labelled(floor, floor.goods(9), floor.goods(9))
    channel.opened.add(number_of(bad))
    answer = send(floor, "hand_over", bad.waybill_no or "")
    assert (answer.result, answer.code) == ("refused", "DocumentStopped")
    assert "退款" in answer.message
    assert send(floor, "hand_over", good.waybill_no or "").code == "parcel_collected"
    assert [parcel.shipment for parcel in floor.collected()] == [good]
    assert channel.reread == [number_of(bad)]
    again = send(floor, "hand_over", bad.waybill_no or "")
    assert again.result == "refused"
    assert channel.asked == [number_of(bad), number_of(good)]


def test_nobody_begins_to_pack_what_is_asked_back(channel: Channel, floor: Floor) -> None:
    document = floor.document({floor.goods(9): 1})
    floor.waves()
    floor.pick_all()
    channel.opened.add(Order.objects.get().channel_order_no or "")
    answer = send(floor, "pack", document.fulfillment_no)
    assert answer.code == "DocumentStopped"
    assert not PackCheck.objects.exists()


def test_each_piece_asks_nobody(channel: Channel, floor: Floor) -> None:
    sku = floor.goods(9)
    document = floor.document({sku: 2})
    floor.waves()
    floor.pick_all()
    send(floor, "pack", document.fulfillment_no)
    asked = len(channel.asked)
    send(floor, "pack", sku.code)
    send(floor, "pack", sku.code)
    assert (asked, len(channel.asked)) == (1, 1)


def test_parcels_that_wait_for_long_are_asked_for_again(channel: Channel, floor: Floor) -> None:
    [parcel] = labelled(floor, floor.goods(9))
    send(floor, "hand_over", parcel.waybill_no or "")
    channel.asked.clear()
    channel.opened.add(number_of(parcel))
    answer = send(floor, "hand_over", "CMD:HANDOVER", minutes=31)
    assert answer.code == "parcels_stopped"
    assert channel.asked == [number_of(parcel)]
    parcel.refresh_from_db()
    assert parcel.status == "labelled"


class SlowClock:
    """Stands still but while a channel is asked: one second for each order."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel

    def monotonic(self) -> float:
        return float(len(self._channel.asked))


def test_channel_asked_order_by_order_is_asked_in_turns(
    channel: Channel, floor: Floor, monkeypatch: pytest.MonkeyPatch
) -> None:
    parcels = labelled(floor, *(floor.goods(9) for _parcel in range(4)))
    for parcel in parcels:
        send(floor, "hand_over", parcel.waybill_no or "")
    channel.asked.clear()
    monkeypatch.setattr(live_refunds, "time", SlowClock(channel))
    monkeypatch.setattr(live_refunds, "_AT_FIRST", 2)
    first = send(floor, "hand_over", "CMD:HANDOVER", minutes=31)
    assert (first.result, first.code) == ("refused", "StillAsking")
    assert "1" in first.message
    assert sorted(channel.asked) == sorted(map(number_of, parcels[:3]))
    assert not Shipment.objects.exclude(status="labelled").exists()
    assert send(floor, "hand_over", "CMD:HANDOVER", minutes=32).code == "handed_over"
    assert sorted(channel.asked) == sorted(map(number_of, parcels))


def test_refund_seen_in_the_first_turn_stops_the_parcel_in_the_last(
    channel: Channel, floor: Floor, monkeypatch: pytest.MonkeyPatch
) -> None:
    parcels = labelled(floor, *(floor.goods(9) for _parcel in range(4)))
    for parcel in parcels:
        send(floor, "hand_over", parcel.waybill_no or "")
    channel.asked.clear()
    channel.opened.add(number_of(parcels[0]))
    monkeypatch.setattr(live_refunds, "time", SlowClock(channel))
    monkeypatch.setattr(live_refunds, "_AT_FIRST", 2)
    assert send(floor, "hand_over", "CMD:HANDOVER", minutes=31).code == "StillAsking"
    assert send(floor, "hand_over", "CMD:HANDOVER", minutes=32).code == "parcels_stopped"
    assert not Shipment.objects.exclude(status="labelled").exists()


def test_silent_channel_keeps_old_parcels_of_stores_that_wait(
    channel: Channel, floor: Floor
) -> None:
    [parcel] = labelled(floor, floor.goods(9))
    send(floor, "hand_over", parcel.waybill_no or "")
    channel.silent = True
    Store.objects.update(waits_for_refund_answer=True)
    assert send(floor, "hand_over", "CMD:HANDOVER", minutes=31).code == "NoAnswerYet"
    Store.objects.update(waits_for_refund_answer=False)
    assert send(floor, "hand_over", "CMD:HANDOVER", minutes=32).code == "handed_over"


def test_fresh_answer_is_not_asked_for_again(channel: Channel, floor: Floor) -> None:
    [parcel] = labelled(floor, floor.goods(9))
    send(floor, "hand_over", parcel.waybill_no or "")
    assert send(floor, "hand_over", "CMD:HANDOVER", minutes=29).code == "handed_over"
    assert len(channel.asked) == 1


def test_parcel_that_is_scanned_again_is_not_asked_for_once_more(
    channel: Channel, floor: Floor
) -> None:
    [parcel] = labelled(floor, floor.goods(9))
    Store.objects.update(waits_for_refund_answer=True)
    send(floor, "hand_over", parcel.waybill_no or "")
    again = send(floor, "hand_over", parcel.waybill_no or "", minutes=31)
    assert again.code == "parcel_scanned_before"
    channel.silent = True
    assert send(floor, "hand_over", "CMD:HANDOVER", minutes=32).code == "handed_over"
    assert len(channel.asked) == 2


def test_shared_tote_is_opened_though_the_channel_is_silent(channel: Channel, floor: Floor) -> None:
    milk = floor.goods(9)
    first, _second = picked(floor, {milk: 1}, {milk: 1})
    Store.objects.update(waits_for_refund_answer=True)
    channel.silent = True
    assert send(floor, "pack", tote_of(first).code).code == "tote_opened"
    assert send(floor, "pack", first.fulfillment_no).code == "NoAnswerYet"


def test_silent_channel_stops_only_stores_that_wait(channel: Channel, floor: Floor) -> None:
    first, second = labelled(floor, floor.goods(9), floor.goods(9))
    channel.silent = True
    assert send(floor, "hand_over", first.waybill_no or "").result == "accepted"
    Store.objects.update(waits_for_refund_answer=True)
    answer = send(floor, "hand_over", second.waybill_no or "")
    assert (answer.result, answer.code) == ("refused", "NoAnswerYet")
    assert Parcel.objects.exclude(handover=None).count() == 1


def test_whoever_may_not_hand_over_asks_nobody(channel: Channel, floor: Floor) -> None:
    [parcel] = labelled(floor, floor.goods(9))
    stranger = floor.person()
    request = floor.scan("hand_over", parcel.waybill_no or "")
    assert scan(request, actor=stranger, now=NOW).is_forbidden
    assert channel.asked == []
