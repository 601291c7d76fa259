"""The control page: a person plays the courier, and the news are pushed."""

import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from tests.warehouse.carriers.samples import REQUEST
from warehouse.carriers.sf.carrier import SfCarrier
from warehouse.carriers.tracking import current_status
from warehouse.dto import TrackEvent, TrackStatus
from warehouse.simulator.faults import FaultKind
from warehouse.simulator.settings import Settings

from .bench import Bench, running

ORDER_ID = REQUEST.client_order_id
TAKEN = '{"return_code":"0000","return_msg":"成功"}'
REFUSED = '{"return_code":"1000","return_msg":"系统异常"}'


class Listener(HTTPServer):
    """Takes pushes and answers with what the test wants."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Taker)
        self.bodies: list[bytes] = []
        self.reply = TAKEN

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/push/secret-path"


class _Taker(BaseHTTPRequestHandler):
    server: Listener

    def do_POST(self) -> None:
        self.server.bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(200)
        self.end_headers()
        self.wfile.write(self.server.reply.encode())

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def listener() -> Iterator[Listener]:
    with Listener() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def pushing(tmp_path: Path, listener: Listener) -> Iterator[Bench]:
    with running(tmp_path / "db", Settings(callback_url=listener.url)) as bench:
        bench.carrier.create_waybill(REQUEST)
        yield bench


def act(bench: Bench, action: str, **fields: str) -> int:
    return bench.browser.post(f"/_control/{action}", data=fields).status_code


def advance(bench: Bench, *steps: str) -> None:
    for step in steps:
        bench.wait(hours=1)
        assert act(bench, "advance", order_id=ORDER_ID, step=step) == 303


def pushed(listener: Listener, carrier: SfCarrier) -> list[TrackEvent]:
    return [event for body in listener.bodies for event in carrier.parse_push(body)]


def test_page_lists_orders_and_their_buttons(bench: Bench) -> None:
    issued = bench.carrier.create_waybill(REQUEST)
    page = bench.browser.get("/_control")
    assert page.headers["Content-Type"].startswith("text/html")
    assert ORDER_ID in page.text
    assert issued.waybill_no in page.text
    assert page.text.count('action="/_control/advance"') == 7
    assert page.text.count('action="/_control/travel"') == 2


def test_page_names_no_buyer(bench: Bench) -> None:
    bench.carrier.create_waybill(REQUEST)
    page = bench.browser.get("/_control").text
    for person in ("张三", "13800138000", "科技园"):
        assert person not in page


def test_page_is_safe_against_markup_in_an_order_id(bench: Bench) -> None:
    name = '"><script>alert(1)</script>'
    bench.carrier.create_waybill(replace(REQUEST, package_no=name))
    page = bench.browser.get("/_control").text
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


@pytest.mark.parametrize(
    ("steps", "status"),
    [
        (["collected"], TrackStatus.COLLECTED),
        (["collected", "in_transit"], TrackStatus.IN_TRANSIT),
        (["collected", "in_transit", "out_for_delivery"], TrackStatus.OUT_FOR_DELIVERY),
        (["collected", "in_transit", "out_for_delivery", "delivered"], TrackStatus.DELIVERED),
        (["collected", "in_transit", "refused"], TrackStatus.EXCEPTION),
        (["collected", "refused", "returning"], TrackStatus.RETURNING),
        (["collected", "refused", "returning", "delivered"], TrackStatus.RETURNED),
    ],
)
def test_parcel_goes_where_the_buttons_send_it(
    bench: Bench, steps: list[str], status: TrackStatus
) -> None:
    number = bench.carrier.create_waybill(REQUEST).waybill_no
    advance(bench, *steps)
    assert current_status(bench.carrier.track([number])) is status


@pytest.mark.parametrize(
    ("way", "status"),
    [("delivered", TrackStatus.DELIVERED), ("returned", TrackStatus.RETURNED)],
)
def test_whole_way_is_spread_over_the_parcels_life(
    pushing: Bench, listener: Listener, way: str, status: TrackStatus
) -> None:
    made = pushing.now
    pushing.wait(hours=48)
    assert act(pushing, "travel", order_id=ORDER_ID, way=way) == 303
    events = pushing.carrier.track(pushing.numbers())
    assert current_status(events) is status
    assert made < events[0].at < events[-1].at == pushing.now
    assert len(pushed(listener, pushing.carrier)) == len(events)


@pytest.mark.parametrize("fields", [{"order_id": ORDER_ID, "way": "moon"}, {"way": "delivered"}])
def test_unknown_way_is_refused(pushing: Bench, fields: dict[str, str]) -> None:
    assert act(pushing, "travel", **fields) == 400


def test_address_is_entered_on_the_page_and_stays_on_this_machine(
    bench: Bench, listener: Listener
) -> None:
    bench.carrier.create_waybill(REQUEST)
    advance(bench, "collected")
    assert act(bench, "callback", url="http://example.com/push") == 400
    assert act(bench, "callback", url=listener.url) == 303
    assert [event.code for event in pushed(listener, bench.carrier)] == ["50"]
    assert listener.url in bench.browser.get("/_control").text


def test_pushed_and_pulled_events_are_the_same(pushing: Bench, listener: Listener) -> None:
    advance(pushing, "collected", "in_transit")
    number = pushing.numbers()[0]
    pulled = pushing.carrier.track([number])
    assert {event.event_id for event in pushed(listener, pushing.carrier)} == {
        event.event_id for event in pulled
    }
    assert len(pulled) == 3


def test_every_step_is_pushed_once(pushing: Bench, listener: Listener) -> None:
    advance(pushing, "collected", "delivered")
    codes = [event.code for event in pushed(listener, pushing.carrier)]
    assert codes == ["50", "80"]


def test_refused_push_comes_again_whole(pushing: Bench, listener: Listener) -> None:
    listener.reply = REFUSED
    advance(pushing, "collected", "in_transit")
    listener.reply = TAKEN
    listener.bodies.clear()
    assert act(pushing, "push") == 303
    assert [event.code for event in pushed(listener, pushing.carrier)] == ["50", "30", "31"]
    assert "已推送 3 条路由" in pushing.browser.get("/_control").text


def test_batch_has_ten_events_at_most(pushing: Bench, listener: Listener) -> None:
    listener.reply = "busy"
    advance(pushing, *["in_transit"] * 6)
    listener.reply = TAKEN
    listener.bodies.clear()
    act(pushing, "push")
    sizes = [len(json.loads(body)["Body"]["WaybillRoute"]) for body in listener.bodies]
    assert sizes == [10, 2]


def test_unreachable_listener_is_told_on_the_page(tmp_path: Path) -> None:
    settings = Settings(callback_url="http://127.0.0.1:1/push")
    with running(tmp_path / "db", settings) as bench:
        bench.carrier.create_waybill(REQUEST)
        advance(bench, "collected")
        assert "推送失败" in bench.browser.get("/_control").text


@pytest.mark.parametrize(
    "fields",
    [
        {"order_id": "nobody", "step": "collected"},
        {"order_id": ORDER_ID, "step": "explode"},
        {"order_id": ORDER_ID},
        {},
    ],
)
def test_step_that_does_not_exist_is_refused(bench: Bench, fields: dict[str, str]) -> None:
    number = bench.carrier.create_waybill(REQUEST).waybill_no
    assert act(bench, "advance", **fields) == 400
    assert bench.carrier.track([number]) == []


def test_cancelled_parcel_does_not_move(bench: Bench) -> None:
    number = bench.carrier.create_waybill(REQUEST).waybill_no
    bench.carrier.void_waybill(ORDER_ID, number)
    assert act(bench, "advance", order_id=ORDER_ID, step="collected") == 400
    assert 'action="/_control/advance"' not in bench.browser.get("/_control").text


def test_fault_is_planned_shown_and_cleared(bench: Bench) -> None:
    assert act(bench, "faults", kind="drop_after", times="2") == 303
    assert "处理后断线" in bench.browser.get("/_control").text
    planned = bench.simulator.faults.planned()
    assert [(fault.kind, fault.service, fault.times) for fault in planned] == [
        (FaultKind.DROP_AFTER, "*", 2)
    ]
    assert act(bench, "faults/clear") == 303
    assert bench.simulator.faults.planned() == []


@pytest.mark.parametrize("fields", [{"kind": "fire"}, {"kind": "delay", "seconds": "long"}, {}])
def test_fault_that_does_not_exist_is_refused(bench: Bench, fields: dict[str, str]) -> None:
    assert act(bench, "faults", **fields) == 400
    assert bench.simulator.faults.planned() == []


def test_foreign_page_cannot_play_the_carrier(bench: Bench) -> None:
    number = bench.carrier.create_waybill(REQUEST).waybill_no
    reply = bench.browser.post(
        "/_control/advance",
        data={"order_id": ORDER_ID, "step": "delivered"},
        headers={"Origin": "https://evil.example.com"},
    )
    assert reply.status_code == 403
    assert bench.carrier.track([number]) == []


def test_own_page_is_let_in(bench: Bench) -> None:
    headers = {"Origin": bench.server.url}
    assert bench.browser.post("/_control/push", headers=headers).status_code == 303


@pytest.mark.parametrize("path", ["/", "/_control/nothing", "/favicon.ico"])
def test_unknown_address_is_not_found(bench: Bench, path: str) -> None:
    assert bench.browser.get(path).status_code == 404


def test_unknown_action_is_refused(bench: Bench) -> None:
    assert act(bench, "explode") == 400
    assert bench.browser.post("/elsewhere").status_code == 404


def test_label_needs_its_token(bench: Bench) -> None:
    number = bench.carrier.create_waybill(REQUEST).waybill_no
    reply = bench.browser.get(f"/sf/print/{number}.pdf", headers={"X-Auth-token": "guess"})
    assert (reply.status_code, reply.content[:5] == b"%PDF-") == (403, False)
