"""The gateway: a token in the query, a method and a version in the path."""

import json
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar
from urllib.parse import quote

from channels_sync.connectors.youzan import signing
from channels_sync.simulator.faults import Fault, FaultKind
from channels_sync.simulator.market.changes import Change, What
from channels_sync.simulator.market.ledger import Numbered
from channels_sync.simulator.market.mailbox import Mailbox
from channels_sync.simulator.market.market import Market
from channels_sync.simulator.market.platform import App, Call, Letter, Platform, Push
from channels_sync.simulator.market.posting import STRANGER
from channels_sync.simulator.market.refusals import AlreadyShipped, Refusal
from channels_sync.simulator.market.tokens import Grant, TokenRules, Tokens, TokenState
from channels_sync.simulator.outbox import Message
from channels_sync.simulator.replies import Reply
from channels_sync.simulator.youzan import words
from channels_sync.simulator.youzan.orders import REFUND_STATUS, to_row, version_of
from channels_sync.simulator.youzan.reading import Reading
from channels_sync.simulator.youzan.words import AtGateway, Data, No
from channels_sync.simulator.youzan.writing import Writing

Work = Callable[[Data, datetime], Data]
_MEMO = "youzan.trade.memo.update/3.0.0"
_TYPES = {
    What.CREATED: "trade_TradeCreate",
    What.DEPOSIT_PAID: "trade_TradeCreate",
    What.PAID: "trade_TradePaid",
    What.SHIPPED: "trade_TradeSellerShip",
    What.PARTLY_SHIPPED: "trade_TradePartlySellerShip",
    What.FINISHED: "trade_TradeSuccess",
    What.CANCELLED: "trade_TradeClose",
    What.MEMO_CHANGED: "trade_TradeMemoModified",
    What.REFUND_ASKED: "trade_refund_RefundCreated",
    What.REFUND_AGREED: "trade_refund_RefundSellerAgree",
    What.REFUND_REFUSED: "trade_refund_RefundSellerRefuse",
    What.GOODS_RETURNED: "trade_refund_BuyerReturnGoods",
    What.REFUND_PAID: "trade_refund_RefundSuccess",
    What.REFUND_CLOSED: "trade_refund_RefundClosed",
}


class Youzan(Platform):
    """A Youzan shop."""

    key: ClassVar[str] = "youzan"
    label: ClassVar[str] = "有赞"
    limit: ClassVar[tuple[int, int] | None] = (600, 60)
    app: ClassVar[App] = App.of("youzan")
    token_rules: ClassVar[TokenRules] = TokenRules(
        access=timedelta(days=7), refresh=timedelta(days=28), rotates=True
    )

    def __init__(self, market: Market, tokens: Tokens, mailbox: Mailbox) -> None:
        super().__init__(market, tokens, mailbox)
        seller_words: dict[str, str] = {}
        reading = Reading(market, seller_words)
        writing = Writing(market, reading, seller_words)
        self._works: dict[str, Work] = {
            "youzan.trades.sold.get/4.0.4": reading.sold,
            "youzan.trade.get/4.0.2": reading.trade,
            "youzan.trade.refund.search/3.0.1": reading.refunds,
            "youzan.trade.refund.get/3.0.1": reading.refund_detail,
            "youzan.trade.refund.agree/3.0.1": writing.agree,
            "youzan.trade.refund.refuse/3.0.0": writing.refuse,
            "youzan.trade.returngoods.agree/3.0.0": writing.agree_return,
            "youzan.trade.returngoods.refuse/3.0.0": writing.refuse,
            "youzan.trade.refund.seller.active/3.0.1": writing.pay_back,
            "youzan.logistics.online.confirm/3.0.0": writing.ship,
            "youzan.logistics.express.get/3.0.0": writing.carriers,
            _MEMO: writing.memo,
            "youzan.item.quantity.update/3.0.0": writing.set_stock,
            "youzan.item.get/3.0.0": writing.item,
        }

    @staticmethod
    def number(what: Numbered, running: int, at: datetime) -> str:
        """Orders begin with E; everything else is digits alone."""
        if what is Numbered.ORDER:
            return f"E{at:%Y%m%d%H%M%S}{running:09d}"
        if what is Numbered.REFUND:
            return f"{at:%Y%m%d%H%M%S}{running:010d}"
        return f"3{running:018d}"

    def place_of(self, call: Call) -> str:
        """Name the method without its version."""
        return call.path.strip("/").removeprefix("api/").rpartition("/")[0]

    def answer(self, call: Call, *, now: datetime) -> Reply:
        """Answer with HTTP 200 whatever it is."""
        path = call.path.strip("/")
        try:
            if path == "auth/token":
                return words.done(self._token(call.document, now))
            method = path.removeprefix("api/")
            data = self._work(call, method, now)
        except No as problem:
            return words.no(problem)
        except AlreadyShipped:
            return words.no(No(102570007, "不能重复提交已发货商品"))
        except Refusal as refusal:
            return words.no(No(101000000, str(refusal)))
        except (LookupError, TypeError, ValueError, AttributeError):
            return words.no(No(5000, "参数错误"))
        return words.old_style(data) if method == _MEMO else words.done(data)

    def throttled(self, call: Call) -> Reply:
        return words.no(AtGateway(4205, "请求频率超过限制"))

    def refused(self, call: Call) -> Reply:
        return words.no(No(101000001, "业务处理失败"))

    def push(self, change: Change) -> Sequence[Push]:
        """There is no message about a changed address."""
        kind, order = _TYPES.get(change.what), self.market.store.order(change.order_no)
        if kind is None or order is None:
            return []
        refund = self.market.store.refund(change.refund_no) if change.refund_no else None
        msg: dict[str, Any] = to_row(order, self.market.store.refunds_of(order.number))
        status = msg["full_order_info"]["order_info"]["status"]
        version = int(change.at.timestamp() * 1000)
        if refund is not None:
            status, version = REFUND_STATUS[refund.status], version_of(refund)
            msg = {"refund_id": refund.number, "tid": order.number, "version": str(version)}
        body = {
            "client_id": self.app.key,
            "id": order.number,
            "kdt_id": int(self.app.shop_id),
            "kdt_name": self.app.shop_name,
            "mode": 1,
            "msg": quote(json.dumps(msg, ensure_ascii=False)),
            "msg_id": f"{order.number}-{kind}-{version}",
            "sendCount": 0,
            "status": status,
            "test": False,
            "type": kind,
            "version": version,
        }
        text = json.dumps(body, ensure_ascii=False)
        return [Push(event=kind, order_no=change.order_no, body=text)]

    def letter(self, message: Message, *, fault: Fault | None, now: datetime) -> Letter:
        """Sign in both ways: the message inside the body, the body in the header."""
        secret = self.app.secret
        if fault is not None and fault.kind is FaultKind.WRONG_KEY:
            secret = STRANGER
        elif fault is not None and fault.kind is FaultKind.SECOND_KEY:
            secret = self.app.secret_before
        body = json.loads(message.body)
        sign = signing.message_signature(secret, client_id=self.app.key, msg=body["msg"])
        content = json.dumps(body | {"sign": sign}, ensure_ascii=False).encode()
        headers = {
            "Event-Sign": signing.event_signature(secret, client_id=self.app.key, body=content),
            "Event-Type": message.event,
            "Client-Id": self.app.key,
            "Content-Type": "application/json",
        }
        return Letter(path=self.hook, content=content, headers=headers)

    def is_taken(self, status: int, text: str) -> bool:
        """A message is taken when the answer says code 0, not by the status alone."""
        try:
            return status == 200 and json.loads(text).get("code") == 0
        except (ValueError, AttributeError):
            return False

    def _work(self, call: Call, method: str, now: datetime) -> Data:
        match self.tokens.check(call.query.get("access_token", ""), now=now):
            case TokenState.EXPIRED:
                raise AtGateway(4203, "请求access_token过期")
            case TokenState.UNKNOWN:
                raise AtGateway(4201, "非法的请求凭证")
        work = self._works.get(method)
        if work is None:
            raise AtGateway(4004, "API不存在")
        return work(json.loads(call.body or b"{}"), now)

    def _token(self, told: Data, now: datetime) -> Data:
        keys = told.get("client_id"), told.get("client_secret")
        if keys != (self.app.key, self.app.secret):
            raise No(10001, "client_id 或 client_secret 不正确")
        grant = self._grant(told, now)
        if grant is None:
            raise No(10002, "授权已失效，请重新授权")
        return {
            "access_token": grant.access_token,
            "expires": int(grant.access_until.timestamp() * 1000),
            "refresh_token": grant.refresh_token,
            "scope": "trade item",
            "authority_id": self.app.shop_id,
        }

    def _grant(self, told: Data, now: datetime) -> Grant | None:
        match told.get("authorize_type"):
            case "silent" if str(told.get("grant_id")) == self.app.shop_id:
                return self.tokens.exchange(self.tokens.issue_code(now=now), now=now)
            case "authorization_code":
                return self.tokens.exchange(str(told.get("code")), now=now)
            case "refresh_token":
                return self.tokens.refresh(str(told.get("refresh_token")), now=now)
        return None
