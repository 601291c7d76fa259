"""TMC's messages, fetched by call, become hints."""

from typing import Any

import pytest

from channels_sync.connectors.knocks import Hint, Subject
from channels_sync.connectors.mailboxes_installed import mailboxes
from channels_sync.connectors.taobao.mailbox import CONFIRM, CONSUME, TaobaoMailbox, hints_of

from .wire import CREDENTIALS, KEY, Wire, answer, recorded

TRADE = Hint(subject=Subject.ORDER, channel_no="2233445566778899001")


def message(content: Any, topic: str = "taobao_trade_TradeBuyerPay") -> dict[str, Any]:
    row = {"id": 1, "topic": topic, "user_id": 7, "content": content}
    return answer(CONSUME, messages={"tmc_message": [row]})


def test_mailbox_is_registered_and_shared_by_the_apps_shops() -> None:
    assert mailboxes.get("taobao") is TaobaoMailbox
    assert TaobaoMailbox.app_of(CREDENTIALS) == KEY


def test_recorded_messages_are_read() -> None:
    paid, asked, moved = Wire(recorded("messages")).mailbox.fetch()
    assert (paid.id, paid.shop_id, paid.hints) == ("6160700076243223651", "100000001", (TRADE,))
    assert [(hint.subject, hint.channel_no) for hint in asked.hints] == [
        (Subject.ORDER, "2233445566778899020"),
        (Subject.REFUND, "220000000000001"),
    ]
    assert moved.hints == (TRADE,)


@pytest.mark.parametrize(
    "content", ["", "{", "[]", '{"tid": "1;drop"}', '{"tid": null}', None, '{"tid": {}}']
)
def test_message_that_cannot_be_read_has_no_hints_and_is_still_a_message(content: Any) -> None:
    (letter,) = Wire(message(content)).mailbox.fetch()
    assert (letter.id, letter.hints) == ("1", ())


def test_other_topics_hint_at_nothing() -> None:
    assert hints_of("taobao_item_ItemUpdate", {"tid": 1}) == ()


@pytest.mark.parametrize("body", [{}, {"messages": {}}, {"messages": {"tmc_message": []}}])
def test_empty_mailbox_comes_in_several_shapes(body: dict[str, Any]) -> None:
    assert Wire(answer(CONSUME, **body)).mailbox.fetch() == []


def test_messages_are_confirmed_by_number() -> None:
    wire = Wire(answer(CONFIRM, is_success=True))
    wire.mailbox.confirm(["1", "2"])
    assert wire.form()["s_message_ids"] == "1,2"
