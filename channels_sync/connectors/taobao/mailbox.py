"""TMC's messages by API: ``taobao.tmc.messages.consume`` and ``confirm``.

The shop has to be permitted once (``taobao.tmc.user.permit``, done when its session is had), and
the topics to be subscribed in the console of the app. The same messages come over a websocket
(frames.py), which needs a process of its own.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from channels_sync.connectors.knocks import Hint, Subject
from channels_sync.connectors.mailboxes import Letter, Mailbox, mailboxes
from channels_sync.connectors.taobao import codes
from channels_sync.connectors.taobao.api import Api
from channels_sync.connectors.taobao.envelope import Node, wrapped
from channels_sync.connectors.tokens import Credentials

CONSUME, CONFIRM = "taobao.tmc.messages.consume", "taobao.tmc.messages.confirm"
SIZE = 100
_TRADE, _REFUND = "taobao_trade_", "taobao_refund_"


@mailboxes.register
class TaobaoMailbox(Mailbox):
    """One app."""

    kind: ClassVar[str] = codes.KIND
    label: ClassVar[str] = codes.LABEL

    @classmethod
    def app_of(cls, credentials: Credentials) -> str:
        return str(credentials.get("app_key") or "")

    def fetch(self) -> Sequence[Letter]:
        """:raises IntegrationError: in TOP's words"""
        api = Api(self.credentials, self.http, self.tokens, self.clock)
        return api.ask(CONSUME, {"quantity": str(SIZE)}, _letters)

    def confirm(self, ids: Sequence[str]) -> None:
        """:raises IntegrationError: in TOP's words"""
        api = Api(self.credentials, self.http, self.tokens, self.clock)
        api.ask(CONFIRM, {"s_message_ids": ",".join(ids)}, lambda _answer: None)


def hints_of(topic: str, content: Mapping[str, Any]) -> tuple[Hint, ...]:
    """Return what to read again: the trade, and for a topic of refunds the refund too."""
    found = []
    if topic.startswith((_TRADE, _REFUND)) and (trade := _number(content, "tid")):
        found.append(Hint(subject=Subject.ORDER, channel_no=trade))
    if topic.startswith(_REFUND) and (refund := _number(content, "refund_id")):
        found.append(Hint(subject=Subject.REFUND, channel_no=refund))
    return tuple(found)


def _letters(answer: Node) -> list[Letter]:
    return [_letter(row) for row in wrapped(answer, "messages", "tmc_message")]


def _letter(row: Node) -> Letter:
    return Letter(
        id=str(row["id"]),
        shop_id=str(row.get("user_id") or ""),
        hints=hints_of(str(row.get("topic") or ""), _content(row.get("content"))),
    )


def _content(text: Any) -> Mapping[str, Any]:
    try:
        told = json.loads(text) if isinstance(text, str) else text
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def _number(content: Mapping[str, Any], key: str) -> str:
    """Return an id as text: whole numbers come as such, anything else is no id."""
    text = str(content.get(key) or "")
    return text if text.isdecimal() and len(text) <= 64 else ""
