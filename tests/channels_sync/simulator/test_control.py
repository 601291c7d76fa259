"""The control page: a person plays the shop, its buyers and its bad days."""

import pytest

from channels_sync.simulator.faults import FaultKind
from channels_sync.simulator.pages import _FAULTS, _SCENES

from .bench import Bench, Listener


def test_page_lists_orders_messages_and_what_was_told(bench: Bench) -> None:
    order = bench.order()
    page = bench.browser.get("/_control")
    assert page.headers["Content-Type"].startswith("text/html")
    for text in (order["order_id"], "连帽卫衣", "已付款", "已送达", "318.00"):
        assert text in page.text


def test_first_address_leads_to_the_page(bench: Bench) -> None:
    reply = bench.browser.get("/")
    assert (reply.status_code, reply.headers["Location"]) == (303, "/_control")


def test_page_can_order_every_trouble_and_every_scene(bench: Bench) -> None:
    page = bench.browser.get("/_control").text
    assert set(_FAULTS) == set(FaultKind)
    assert set(_SCENES) == set(bench.simulator.automatic.scenes)
    for value in (*_FAULTS, *_SCENES):
        assert f'value="{value}"' in page


def test_buttons_fit_the_state_of_the_order(bench: Bench) -> None:
    order = bench.order()
    assert 'value="pay"' not in bench.browser.get("/_control").text
    bench.press("act", act="cancel", order_id=order["order_id"])
    page = bench.browser.get("/_control").text
    assert "已取消" in page
    assert 'value="cancel"' not in page


@pytest.mark.parametrize("act", ["pay", "explode", ""])
def test_act_against_the_rules_is_told(bench: Bench, listener: Listener, act: str) -> None:
    order = bench.order()
    reply = bench.press("act", act=act, order_id=order["order_id"])
    assert reply.status_code == 400
    assert "<strong>" in reply.text
    assert len(listener.posts) == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"buyer": "7", "sku_code": "NONE", "quantity": "1"},
        {"buyer": "7", "sku_code": "HOOD-02", "quantity": "0"},
        {"buyer": "7", "sku_code": "HOOD-02", "quantity": "many"},
        {"buyer": "999", "sku_code": "HOOD-02", "quantity": "1"},
        {"buyer": "x", "sku_code": "HOOD-02", "quantity": "1"},
        {},
    ],
)
def test_order_that_cannot_be_is_not_placed(bench: Bench, fields: dict[str, str]) -> None:
    assert bench.press("place", **fields).status_code == 400
    assert bench.simulator.store.orders() == []


def test_fault_is_planned_shown_and_cleared(bench: Bench) -> None:
    assert bench.press("faults", kind="drop_after", place="refunds", times="2").status_code == 303
    assert "处理后断线" in bench.browser.get("/_control").text
    (planned,) = bench.simulator.faults.planned()
    assert (planned.kind, planned.place, planned.times) == (FaultKind.DROP_AFTER, "refunds", 2)
    assert bench.press("faults/clear").status_code == 303
    assert bench.simulator.faults.planned() == []


@pytest.mark.parametrize("fields", [{"kind": "fire"}, {"kind": "delay", "seconds": "long"}, {}])
def test_fault_that_does_not_exist_is_refused(bench: Bench, fields: dict[str, str]) -> None:
    assert bench.press("faults", **fields).status_code == 400
    assert bench.simulator.faults.planned() == []


@pytest.mark.parametrize("action", ["explode", "scene", "automatic", "send_again"])
def test_unknown_or_empty_action_is_refused(bench: Bench, action: str) -> None:
    assert bench.press(action).status_code == 400


def test_foreign_page_cannot_play_the_shop(bench: Bench) -> None:
    fields = {"buyer": "7", "sku_code": "HOOD-02", "quantity": "1"}
    headers = {"Origin": "https://evil.example.com"}
    reply = bench.browser.post("/_control/place", data=fields, headers=headers)
    assert reply.status_code == 403
    assert bench.simulator.store.orders() == []


def test_own_page_is_let_in(bench: Bench) -> None:
    headers = {"Origin": bench.server.url}
    assert bench.browser.post("/_control/faults/clear", headers=headers).status_code == 303


def test_page_is_safe_against_markup(bench: Bench) -> None:
    bench.press("faults", kind="delay", place="<script>alert(1)</script>")
    page = bench.browser.get("/_control").text
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
