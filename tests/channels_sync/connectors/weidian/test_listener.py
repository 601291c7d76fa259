"""Pushes of Weidian: nothing is signed, so a key in the address decides who is heard at all."""

import json
from typing import Any
from urllib.parse import urlencode

import pytest

from channels_sync.connectors.knocks import Garbled, Heard, Hint, Knock, NotProved, Subject
from channels_sync.connectors.listening_installed import listeners
from channels_sync.connectors.weidian.listener import WeidianListener

from .wire import CREDENTIALS, recorded

PUSH = recorded("push")
KEY = f"hook_key={CREDENTIALS['hook_key']}"
APPLIED = "weidian.order.buyers_apply_refund"


def hear(body: bytes, query: str = KEY, **credentials: str) -> Heard:
    knock = Knock(method="POST", path="/", query=query, headers={}, body=body)
    return WeidianListener.hear(knock, credentials=CREDENTIALS | credentials)


def form(content: Any) -> bytes:
    text = content if isinstance(content, str) else json.dumps(content)
    return urlencode({"content": text}).encode()


def test_listener_is_registered() -> None:
    assert listeners.get("weidian") is WeidianListener


@pytest.mark.parametrize("delivery", PUSH["deliveries"])
def test_recorded_push_hints_at_its_order(delivery: Any) -> None:
    heard = hear(form(delivery["content"]))
    assert heard.hints == (Hint(subject=Subject.ORDER, channel_no="800000000000001"),)


def test_platform_hears_the_words_it_wants() -> None:
    assert json.loads(hear(form(PUSH["deliveries"][0]["content"])).reply) == PUSH["reply"]
    assert json.loads(hear(form({"type": "weidian.item.sold"})).reply) == PUSH["reply"]


def test_refunds_on_its_lines_are_hinted_at_too() -> None:
    items = [{"refund_info": {"refund_no": number}} for number in ("RF2", "", "0", "RF2")]
    message = {"order_id": "8", "items": items}
    heard = hear(form({"type": APPLIED, "message": message}))
    assert heard.hints[1:] == (Hint(subject=Subject.REFUND, channel_no="8-RF2"),)


@pytest.mark.parametrize(
    "query", ["", "hook_key=", "hook_key=another", f"{KEY}&hook_key=x", f"{KEY}x", "key=x"]
)
def test_without_the_key_nobody_is_heard(query: str) -> None:
    with pytest.raises(NotProved):
        hear(form(PUSH["deliveries"][0]["content"]), query)


def test_key_before_is_good_while_the_shop_changes_over() -> None:
    heard = hear(form(PUSH["deliveries"][0]["content"]), "hook_key=old", hook_key_before="old")
    assert heard.hints


def test_connection_without_a_key_hears_nobody() -> None:
    with pytest.raises(NotProved):
        hear(form("{}"), "hook_key=", hook_key="")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff\xfe",
        b"content=garbage",
        form([]),
        form({"type": APPLIED}),
        form({"type": APPLIED, "message": {"order_id": "../1"}}),
        form({"type": APPLIED, "message": {"order_id": "abc"}}),
        form({"type": APPLIED, "message": {"order_id": True}}),
        form({"type": APPLIED, "message": {"order_id": "1", "items": "x"}}),
        form(
            {
                "type": APPLIED,
                "message": {"order_id": "1", "items": [{"refund_info": {"refund_no": ["x"]}}]},
            }
        ),
    ],
)
def test_garbage_is_named(body: bytes) -> None:
    with pytest.raises(Garbled):
        hear(body)
