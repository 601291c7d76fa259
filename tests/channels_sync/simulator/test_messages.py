"""What the shop sends: by the contract, again until it is taken, and spoiled on demand."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from channels_sync.connectors.webhook import mapper, signing
from channels_sync.simulator.faults import FaultKind
from channels_sync.simulator.ownsite.announcing import STEPS
from channels_sync.simulator.settings import SECRET, SECRET_BEFORE, Settings
from oms.dto import ChannelStatus, PlainReceiver
from oms.rules.incoming import faults_of

from .bench import NOW, Bench, Listener, running


def test_order_is_signed_and_read_by_the_system(bench: Bench, listener: Listener) -> None:
    order = bench.order()
    assert listener.is_signed(SECRET)
    (told,) = listener.orders()
    assert told.channel_order_no == order["order_id"]
    assert (told.channel_status, told.channel_modified_at) == (ChannelStatus.PAID, NOW)
    assert (told.paid_amount, told.freight) == (Decimal("318.00"), Decimal("0.00"))
    assert isinstance(told.receiver, PlainReceiver)
    assert (told.receiver.name, told.receiver.city) == ("马俊杰", "杭州市")
    assert [(line.merchant_code, line.quantity) for line in told.lines] == [("HOOD-02", 2)]
    assert faults_of(told) == []
    headers, body = listener.posts[0]
    assert headers[signing.EVENT_ID_HEADER] == json.loads(body)["event_id"]
    assert bench.states() == ["delivered"]


def test_unpaid_order_is_paid_and_cancelled(bench: Bench, listener: Listener) -> None:
    number = bench.order(is_paid=False)["order_id"]
    bench.now += timedelta(minutes=1)
    bench.press("act", act="pay", order_id=number)
    bench.now += timedelta(minutes=1)
    bench.press("act", act="cancel", order_id=number)
    events = ["order.created", "order.paid", "order.cancelled"]
    assert listener.events == [(event, number) for event in events]
    unpaid, paid, cancelled = listener.orders()
    assert (unpaid.channel_status, unpaid.paid_amount) == (ChannelStatus.UNPAID, Decimal(0))
    assert (paid.channel_status, paid.paid_amount) == (ChannelStatus.PAID, Decimal(318))
    assert cancelled.channel_status is ChannelStatus.CANCELLED
    assert unpaid.channel_modified_at < paid.channel_modified_at < cancelled.channel_modified_at


def test_small_order_pays_freight(bench: Bench, listener: Listener) -> None:
    bench.press("place", buyer="1", sku_code="HOOK-03", quantity="1", is_paid="1")
    (told,) = listener.orders()
    assert (told.freight, told.paid_amount) == (Decimal(8), Decimal(23))


def test_moved_order_goes_to_another_door_of_the_same_buyer(
    bench: Bench, listener: Listener
) -> None:
    number = bench.order()["order_id"]
    bench.now += timedelta(minutes=1)
    bench.press("act", act="move", order_id=number)
    before, after = listener.orders()
    assert before.buyer == after.buyer
    assert before.receiver != after.receiver
    assert listener.events[-1] == ("order.updated", number)


def test_refund_is_asked_for(bench: Bench, listener: Listener) -> None:
    number = bench.order()["order_id"]
    bench.press("act", act="ask_refund", order_id=number)
    told = json.loads(listener.posts[-1][1])
    envelope = mapper.open_envelope(told, store_code="demo-shop")
    assert (envelope.event, envelope.order_no) == ("refund.created", number)
    assert told["refund"]["status"] == "wait_merchant"
    assert told["refund"]["amount_cents"] == 31800


def test_untaken_message_comes_again_by_the_steps(bench: Bench, listener: Listener) -> None:
    listener.status = 503
    bench.order()
    waits = [
        round(bench.simulator.outbox.messages()[0].due_at - bench.now.timestamp())
        for step in STEPS
        if not bench.wait(seconds=step)  # type: ignore[func-returns-value]
    ]
    assert len(listener.posts) == 1 + len(STEPS)
    assert waits[:4] == list(STEPS[1:])
    assert bench.states() == ["refused"]


def test_message_taken_late_is_the_same_event(bench: Bench, listener: Listener) -> None:
    listener.status = 500
    bench.order()
    listener.status = 200
    bench.wait(seconds=59)
    assert len(listener.posts) == 1
    bench.wait(seconds=1)
    first, second = (headers for headers, _body in listener.posts)
    assert first[signing.EVENT_ID_HEADER] == second[signing.EVENT_ID_HEADER]
    assert first[signing.NONCE_HEADER] != second[signing.NONCE_HEADER]
    assert listener.posts[0][1] == listener.posts[1][1]
    assert bench.states() == ["delivered"]


def test_refused_message_stays_for_the_owner(bench: Bench, listener: Listener) -> None:
    listener.status = 422
    bench.order()
    listener.status = 200
    bench.wait(hours=13)
    assert (len(listener.posts), bench.states()) == (1, ["refused"])
    message = bench.simulator.outbox.messages()[0]
    bench.press("send_again", message_id=str(message.id))
    assert (len(listener.posts), bench.states()) == (2, ["delivered"])


def test_nobody_there_is_tried_again(tmp_path: Path) -> None:
    with running(tmp_path / "db", Settings(oms_url="http://127.0.0.1:1")) as bench:
        bench.order()
        message = bench.simulator.outbox.messages()[0]
        assert (message.state, message.answer) == ("waiting", "0 ConnectError")


# --- faults --------------------------------------------------------------------------------


def spoil(bench: Bench, kind: FaultKind, *, seconds: float = 0) -> str:
    bench.plan(kind, seconds=seconds)
    return str(bench.order()["order_id"])


def test_wrong_key(bench: Bench, listener: Listener) -> None:
    listener.status = 401
    spoil(bench, FaultKind.WRONG_KEY)
    assert not listener.is_signed(SECRET)
    assert not listener.is_signed(SECRET_BEFORE)
    listener.status = 200
    bench.wait(minutes=1)
    assert listener.is_signed(SECRET)
    assert bench.states() == ["delivered"]


def test_second_key(bench: Bench, listener: Listener) -> None:
    spoil(bench, FaultKind.SECOND_KEY)
    assert listener.is_signed(SECRET_BEFORE)
    assert not listener.is_signed(SECRET)


def test_old_timestamp(bench: Bench, listener: Listener) -> None:
    spoil(bench, FaultKind.OLD_TIMESTAMP)
    stamp = int(listener.posts[0][0][signing.TIMESTAMP_HEADER])
    age = NOW - datetime.fromtimestamp(stamp, UTC)
    assert age > timedelta(seconds=signing.SKEW_SECONDS)
    assert listener.is_signed(SECRET)


def test_changed_body(bench: Bench, listener: Listener) -> None:
    spoil(bench, FaultKind.CHANGED_BODY)
    assert not listener.is_signed(SECRET)
    sent = bench.simulator.outbox.messages()[0].body.encode()
    arrived = listener.posts[0][1]
    assert sum(a != b for a, b in zip(sent, arrived, strict=True)) == 1


def test_replayed(bench: Bench, listener: Listener) -> None:
    spoil(bench, FaultKind.REPLAYED)
    (first, body), (second, again) = listener.posts
    assert (body, first[signing.NONCE_HEADER]) == (again, second[signing.NONCE_HEADER])
    assert first[signing.SIGNATURE_HEADER] == second[signing.SIGNATURE_HEADER]
    assert bench.states() == ["delivered"]


def test_duplicate(bench: Bench, listener: Listener) -> None:
    spoil(bench, FaultKind.DUPLICATE)
    (first, body), (second, again) = listener.posts
    assert body == again
    assert first[signing.EVENT_ID_HEADER] == second[signing.EVENT_ID_HEADER]
    assert first[signing.NONCE_HEADER] != second[signing.NONCE_HEADER]


def test_late(bench: Bench, listener: Listener) -> None:
    spoil(bench, FaultKind.LATE, seconds=90)
    bench.wait(seconds=89)
    assert listener.posts == []
    bench.wait(seconds=1)
    assert len(listener.posts) == 1


def test_out_of_order(bench: Bench, listener: Listener) -> None:
    bench.plan(FaultKind.OUT_OF_ORDER)
    number = bench.order(is_paid=False)["order_id"]
    bench.now += timedelta(seconds=10)
    bench.press("act", act="pay", order_id=number)
    bench.wait(seconds=1)
    assert listener.events == [("order.paid", number), ("order.created", number)]


def test_out_of_order_waits_a_minute_at_most(bench: Bench, listener: Listener) -> None:
    spoil(bench, FaultKind.OUT_OF_ORDER)
    bench.wait(seconds=59)
    assert listener.posts == []
    bench.wait(seconds=1)
    assert len(listener.posts) == 1


@pytest.mark.parametrize("place", ["order.cancelled", "shipments"])
def test_fault_waits_for_its_event(bench: Bench, listener: Listener, place: str) -> None:
    bench.plan(FaultKind.WRONG_KEY, place)
    bench.order()
    assert listener.is_signed(SECRET)
    assert len(bench.simulator.faults.planned()) == 1
