"""The gateway: two JSON texts in a form, the token in one of them is all the proof."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar
from urllib.parse import urlencode

from channels_sync.simulator.faults import Fault, FaultKind
from channels_sync.simulator.market.changes import Change, What
from channels_sync.simulator.market.ledger import Numbered
from channels_sync.simulator.market.mailbox import Mailbox
from channels_sync.simulator.market.market import Market
from channels_sync.simulator.market.platform import App, Call, Letter, Platform, Push
from channels_sync.simulator.market.posting import STRANGER
from channels_sync.simulator.market.refusals import Refusal
from channels_sync.simulator.market.tokens import TokenRules, Tokens, TokenState
from channels_sync.simulator.outbox import Message
from channels_sync.simulator.replies import Reply
from channels_sync.simulator.weidian import words
from channels_sync.simulator.weidian.orders import to_detail
from channels_sync.simulator.weidian.reading import Reading
from channels_sync.simulator.weidian.words import Data, No
from channels_sync.simulator.weidian.writing import Writing

Work = Callable[[Data, datetime], Data | None]
HOOK_KEY = "simulator-weidian-hook-key-that-is-none"
_TYPES = {
    What.CREATED: "non_payment",
    What.PAID: "already_payment",
    What.PARTLY_SHIPPED: "delivered",
    What.SHIPPED: "delivered",
    What.FINISHED: "finished",
    What.CANCELLED: "close",
    What.REFUND_ASKED: "buyers_apply_refund",
    What.REFUND_REFUSED: "sellers_refused_refund",
    What.REFUND_PAID: "refund_success",
}


class Weidian(Platform):
    """A Weidian shop with an app of its own."""

    key: ClassVar[str] = "weidian"
    label: ClassVar[str] = "微店"
    limit: ClassVar[tuple[int, int] | None] = (600, 60)
    app: ClassVar[App] = App.of("weidian")
    token_rules: ClassVar[TokenRules] = TokenRules(access=timedelta(hours=2))
    also: ClassVar[Mapping[str, str]] = {"推送地址里的密钥": HOOK_KEY}

    def __init__(self, market: Market, tokens: Tokens, mailbox: Mailbox) -> None:
        super().__init__(market, tokens, mailbox)
        reading = Reading(market)
        writing = Writing(market, reading)
        self._works: dict[tuple[str, str], Work] = {
            ("vdian.order.list.get", "1.5"): reading.orders,
            ("vdian.order.get", "2.0"): reading.order,
            ("vdian.order.expresslist", "1.0"): reading.carriers,
            ("vdian.item.get", "1.0"): reading.item,
            ("vdian.order.deliver", "1.0"): writing.ship,
            ("vdian.order.deliver.split", "1.0"): writing.ship_part,
            ("vdian.order.express.modify", "1.0"): writing.renumber,
            ("vdian.order.refund.accept", "1.1"): writing.answer,
            ("vdian.item.sku.update", "1.0"): writing.set_skus,
            ("vdian.item.update", "1.0"): writing.set_item,
        }

    @staticmethod
    def number(what: Numbered, running: int, at: datetime) -> str:
        """Fifteen digits, the first tells what it is of."""
        first = {Numbered.ORDER: "8", Numbered.LINE: "9", Numbered.REFUND: "6"}
        return f"{first.get(what, '7')}{running:014d}"

    @property
    def hook(self) -> str:
        """Nothing is signed: the address carries a key."""
        return f"{super().hook}?{urlencode({'hook_key': HOOK_KEY})}"

    def place_of(self, call: Call) -> str:
        return "token" if call.path == "/token" else str(_public(call).get("method") or "")

    def answer(self, call: Call, *, now: datetime) -> Reply:
        """Answer with HTTP 200 whatever it is."""
        try:
            if call.path == "/token":
                return words.done(self._token(call, now))
            work = self._work(call, now)
            return words.done(work(_texts(call, "param"), now))
        except No as problem:
            return words.no(problem)
        except Refusal as refusal:
            return words.no(No(words.BUSINESS, str(refusal)))

    def throttled(self, call: Call) -> Reply:
        return words.no(No(words.BUSY, "接口调用过于频繁，请稍后再试"))

    def refused(self, call: Call) -> Reply:
        return words.no(No(words.BUSINESS, "店铺状态异常，操作失败"))

    def push(self, change: Change) -> Sequence[Push]:
        """There is no message about an address, a memo or a yes."""
        kind, order = _TYPES.get(change.what), self.market.store.order(change.order_no)
        if kind is None or order is None:
            return []
        event = f"weidian.order.{kind}"
        message = to_detail(order, self.market.store.refunds_of(order.number))
        body = {"type": event, "message": message, "shopId": self.app.shop_id}
        return [Push(event=event, order_no=order.number, body=json.dumps(body, ensure_ascii=False))]

    def letter(self, message: Message, *, fault: Fault | None, now: datetime) -> Letter:
        """A form of one field; whoever does not know the address sends it elsewhere."""
        path = self.hook
        if fault is not None and fault.kind in (FaultKind.WRONG_KEY, FaultKind.SECOND_KEY):
            path = f"{super().hook}?{urlencode({'hook_key': STRANGER})}"
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        content = urlencode({"content": message.body}).encode()
        return Letter(path=path, content=content, headers=headers)

    def is_taken(self, status: int, text: str) -> bool:
        try:
            told = json.loads(text)
        except ValueError:
            return False
        return status == 200 and isinstance(told, dict) and told.get("status") == "success"

    def _token(self, call: Call, now: datetime) -> Data:
        """Give a token for the keys; the one before is good no longer."""
        keys = call.query.get("appkey"), call.query.get("secret")
        if call.query.get("grant_type") != "client_credential":
            raise No(words.PARAMETER, "grant_type错误")
        if keys != (self.app.key, self.app.secret):
            raise No(10010, "appkey或secret错误")
        self.tokens.revoke()
        grant = self.tokens.exchange(self.tokens.issue_code(now=now), now=now)
        if grant is None:
            raise No(words.BUSY, "系统繁忙")
        return {"access_token": grant.access_token, "expire_in": grant.lasts(now=now)}

    def _work(self, call: Call, now: datetime) -> Work:
        public = _public(call)
        work = self._works.get((str(public.get("method")), str(public.get("version"))))
        if call.path != "/api" or work is None or public.get("format") != "json":
            raise No(words.NO_METHOD, "method或version错误")
        match self.tokens.check(str(public.get("access_token")), now=now):
            case TokenState.EXPIRED:
                raise No(words.EXPIRED, "access_token已过期")
            case TokenState.UNKNOWN:
                raise No(words.UNKNOWN, "access_token无效")
        return work


def _public(call: Call) -> dict[str, Any]:
    try:
        return _texts(call, "public")
    except No:
        return {}


def _texts(call: Call, name: str) -> dict[str, Any]:
    try:
        told = json.loads((call.form or dict(call.query)).get(name) or "")
    except ValueError:
        raise No(words.PARAMETER, f"参数错误：{name}") from None
    if not isinstance(told, dict):
        raise No(words.PARAMETER, f"参数错误：{name}")
    return told
