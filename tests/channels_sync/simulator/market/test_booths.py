"""Platforms of the market behind the door: calls, messages, faults, and the control page."""

import hashlib
import json
import random

import httpx
import pytest

from channels_sync.simulator.faults import FaultKind
from channels_sync.simulator.market.automatic import MarketScenes
from channels_sync.simulator.market.market import Market
from channels_sync.simulator.market.orders import Order
from channels_sync.simulator.market.refunds import RefundStatus
from tests.channels_sync.simulator.bench import Bench, Listener

from .plainmart import Plainmart

ACCESS = Plainmart.app.access_token
FIELDS = {"buyer": "7", "sku_code": "HOOD-02", "quantity": "2", "is_paid": "1"}


def market(bench: Bench, key: str = "plainmart") -> Market:
    return bench.simulator.booths[key].market


def order(bench: Bench, **fields: str) -> Order:
    assert bench.press("plainmart/place", **(FIELDS | fields)).status_code == 303
    return market(bench).store.orders()[0]


def ask(bench: Bench, path: str = "/plainmart/v1/orders") -> httpx.Response:
    return bench.browser.get(path, params={"token": ACCESS})


def test_call_reaches_its_platform(bench: Bench) -> None:
    placed = order(bench)
    told = ask(bench).json()
    assert told == {"token": "good", "place": "orders", "form": {}, "orders": [placed.number]}
    put = bench.browser.put("/plainmart/stock", data={"sku": "1"})
    assert put.json()["form"] == {"sku": "1"}


def test_expired_token_is_seen(bench: Bench) -> None:
    assert bench.press("plainmart/expire").status_code == 303
    assert ask(bench).json()["token"] == "expired"
    assert bench.press("plainmart/revoke").status_code == 303
    assert ask(bench).json()["token"] == "unknown"


def test_change_is_posted_signed(bench: Bench, listener: Listener) -> None:
    placed = order(bench)
    assert listener.events == [("created", placed.number), ("paid", placed.number)]
    headers, body = listener.posts[0]
    secret = Plainmart.app.secret.encode()
    assert headers["X-Sign"] == hashlib.sha256(secret + body).hexdigest()


@pytest.mark.parametrize("kind", [FaultKind.WRONG_KEY, FaultKind.CHANGED_BODY])
def test_spoiled_message_is_still_a_message(
    bench: Bench, listener: Listener, kind: FaultKind
) -> None:
    bench.plan(kind, "created")
    order(bench)
    headers, body = listener.posts[0]
    assert json.loads(body)["event"] == "created"
    secret = Plainmart.app.secret.encode()
    assert headers["X-Sign"] != hashlib.sha256(secret + body).hexdigest()


def test_doubled_and_late_messages(bench: Bench, listener: Listener) -> None:
    bench.plan(FaultKind.DUPLICATE, "created")
    bench.plan(FaultKind.LATE, "paid", seconds=90)
    order(bench)
    assert [event for event, _number in listener.events] == ["created", "created"]
    bench.wait(seconds=90)
    assert listener.events[-1][0] == "paid"


def test_fetched_messages_come_again_until_they_are_confirmed(bench: Bench) -> None:
    bench.press("poolmart/place", **FIELDS)
    given = ask(bench, "/poolmart/messages").json()
    assert [event for _id, event in given] == ["created", "paid"]
    assert ask(bench, "/poolmart/messages").json() == []
    bench.wait(minutes=10)
    first, second = ask(bench, "/poolmart/messages").json()
    for number, _event in (first, second):
        bench.browser.post("/poolmart/confirm", data={"id": number})
    bench.wait(minutes=30)
    assert ask(bench, "/poolmart/messages").json() == []


def test_fetched_messages_are_doubled_and_held_back(bench: Bench) -> None:
    bench.plan(FaultKind.DUPLICATE, "created")
    bench.plan(FaultKind.LATE, "paid")
    bench.press("poolmart/place", **FIELDS)
    given = ask(bench, "/poolmart/messages").json()
    assert [event for _id, event in given] == ["created", "created"]
    bench.wait(minutes=1)
    assert [event for _id, event in ask(bench, "/poolmart/messages").json()] == ["paid"]


@pytest.mark.parametrize(
    ("kind", "status"),
    [(FaultKind.THROTTLE, 429), (FaultKind.REFUSE, 422), (FaultKind.SERVER_ERROR, 500)],
)
def test_calls_meet_planned_faults(bench: Bench, kind: FaultKind, status: int) -> None:
    bench.plan(kind, "orders")
    assert ask(bench, "/plainmart/other").status_code == 200
    assert ask(bench).status_code == status
    assert ask(bench).status_code == 200


def test_page_plays_a_return_to_its_end(bench: Bench) -> None:
    placed = order(bench)
    market(bench).ship(placed.number, carrier="sf", waybill_no="SF1", at=bench.now)
    bench.press("plainmart/ask", order=placed.number, kind="return_refund")
    (refund,) = market(bench).store.refunds()
    for act in ("agree", "send_back", "pay_refund"):
        reply = bench.press(f"plainmart/{act}", refund=refund.number)
        assert (reply.status_code, reply.headers["Location"]) == (303, "/_control/plainmart")
    page = bench.browser.get("/_control/plainmart").text
    for text in (placed.number, refund.number, "退款成功", "sf SF1", "已关闭"):
        assert text in page


def test_page_plays_an_order_to_its_end(bench: Bench) -> None:
    placed = order(bench, is_paid="", note="周末送", discount="5")
    acts = {"move": {}, "memo": {"memo": "<b>加急", "flag": "2"}, "pay": {}}
    for act, fields in acts.items():
        bench.press(f"plainmart/{act}", order=placed.number, **fields)
    page = bench.browser.get("/_control/plainmart").text
    assert "&lt;b&gt;加急" in page
    bench.press("plainmart/cancel", order=placed.number)
    assert {r.status for r in market(bench).store.refunds()} == {RefundStatus.SUCCESS}


def test_stock_is_set_by_hand(bench: Bench) -> None:
    sku = market(bench).store.stock()[0].sku_id
    assert bench.press("plainmart/stock", sku_id=sku, quantity="3").status_code == 303
    assert market(bench).store.stock()[0].quantity == 3
    assert bench.press("plainmart/stock", sku_id=sku, quantity="-1").status_code == 400


@pytest.mark.parametrize(
    ("action", "fields"),
    [
        ("explode", {}),
        ("place", {}),
        ("place", FIELDS | {"discount": "many"}),
        ("pay", {"order": "nobody's"}),
        ("ask", {"order": "nobody's", "kind": "refund_only"}),
        ("agree", {"refund": "nobody's"}),
        ("send_again", {"message_id": "x"}),
    ],
)
def test_button_against_the_rules_is_told_on_its_page(
    bench: Bench, action: str, fields: dict[str, str]
) -> None:
    reply = bench.press(f"plainmart/{action}", **fields)
    assert reply.status_code == 400
    assert "<strong>" in reply.text
    assert "平价集市" in reply.text


def test_pages_lead_to_each_other(bench: Bench) -> None:
    for path in ("/_control", "/_control/plainmart", "/_control/poolmart"):
        page = bench.browser.get(path).text
        for target in ("/_control", "/_control/plainmart", "/_control/poolmart"):
            assert f'href="{target}"' in page


def test_message_is_sent_again_by_hand(bench: Bench, listener: Listener) -> None:
    order(bench)
    newest = bench.simulator.booths["plainmart"].outbox.messages()[0]
    bench.press("plainmart/send_again", message_id=str(newest.id))
    assert len(listener.posts) == 3


def test_only_connected_platforms_get_orders_by_themselves(bench: Bench) -> None:
    ask(bench)
    bench.press("automatic", is_on="1", rate="1")
    for _minute in range(5):
        bench.wait(minutes=2)
    assert market(bench).store.orders()
    assert market(bench, "poolmart").store.orders() == []


def test_scenes_of_a_long_day_keep_the_rules(bench: Bench) -> None:
    scenes, stall = MarketScenes(random.Random(7)), market(bench)
    for step in range(150):
        scenes.begin(stall, at=bench.now)
        newest = stall.store.orders()[0]
        if step % 3 == 0 and newest.open_lines and newest.paid_at:
            stall.ship(newest.number, carrier="sf", waybill_no=f"SF{step}", at=bench.now)
    placed = stall.store.orders(limit=500)
    assert len({each.status for each in placed}) >= 4
    assert stall.store.refunds()
