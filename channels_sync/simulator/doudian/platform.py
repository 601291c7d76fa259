"""The gateway: who calls, whether he may, and what is answered."""

import hmac
import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from channels_sync.connectors.doudian import signing
from channels_sync.simulator.doudian import words
from channels_sync.simulator.doudian.ebills import Ebills
from channels_sync.simulator.doudian.pushes import to_push
from channels_sync.simulator.doudian.reading import Reading
from channels_sync.simulator.doudian.words import Data, No
from channels_sync.simulator.doudian.writing import Writing
from channels_sync.simulator.faults import Fault, FaultKind
from channels_sync.simulator.market.changes import Change
from channels_sync.simulator.market.ledger import Numbered
from channels_sync.simulator.market.mailbox import Mailbox
from channels_sync.simulator.market.market import Market
from channels_sync.simulator.market.platform import App, Call, Letter, Platform, Push
from channels_sync.simulator.market.posting import STRANGER
from channels_sync.simulator.market.refusals import AlreadyShipped, Refusal
from channels_sync.simulator.market.tokens import Grant, TokenRules, Tokens, TokenState
from channels_sync.simulator.outbox import Message
from channels_sync.simulator.replies import Reply

Work = Callable[[Data, datetime], Data]
_SAME_TOKEN_BEFORE = timedelta(hours=1)
_PREFIX = {Numbered.ORDER: 69, Numbered.LINE: 69, Numbered.REFUND: 72, Numbered.PARCEL: 71}


class Doudian(Platform):
    """A Douyin shop."""

    key: ClassVar[str] = "doudian"
    label: ClassVar[str] = "抖店"
    limit: ClassVar[tuple[int, int] | None] = (600, 60)
    app: ClassVar[App] = App.of("doudian", key="7000000000000000001")
    token_rules: ClassVar[TokenRules] = TokenRules(
        access=timedelta(days=7), refresh=timedelta(days=14), rotates=True
    )

    def __init__(self, market: Market, tokens: Tokens, mailbox: Mailbox) -> None:
        super().__init__(market, tokens, mailbox)
        reading = Reading(market, self.app)
        writing = Writing(market, reading)
        ebills = Ebills(market, reading, shop_id=self.app.shop_id)
        self._works: dict[str, Work] = {
            "order.searchList": reading.search_list,
            "order.orderDetail": reading.order_detail,
            "afterSale.List": reading.after_sale_list,
            "afterSale.Detail": reading.after_sale_detail,
            "afterSale.operate": writing.operate,
            "afterSale.rejectReasonCodeList": writing.reasons,
            "address.list": writing.addresses,
            "material.queryMaterialDetail": writing.image,
            "material.uploadImageSync": writing.upload_image,
            "order.logisticsAdd": writing.ship,
            "order.logisticsAddMultiPack": writing.ship_parts,
            "order.logisticsEdit": writing.change,
            "order.logisticsEditByPack": writing.change_part,
            "order.addOrderRemark": writing.remark,
            "sku.syncStock": writing.set_stock,
            "sku.syncStockBatch": writing.set_stocks,
            "sku.stockNum": writing.stock,
            "logistics.newCreateOrder": ebills.create,
            "logistics.cancelOrder": ebills.cancel,
            "logistics.waybillApply": ebills.apply,
            "logistics.listShopNetsite": ebills.sites,
            "logistics.templateList": ebills.templates,
            "logistics.getShopKey": ebills.shop_key,
        }

    @staticmethod
    def number(what: Numbered, running: int, at: datetime) -> str:
        """Make a number of 19 digits, beyond what a float can hold."""
        return f"{_PREFIX[what]}{at:%y%m%d}{running:011d}"

    def answer(self, call: Call, *, now: datetime) -> Reply:
        """Answer with HTTP 200 whatever it is."""
        try:
            return words.done(self._answer(call, now))
        except No as problem:
            return words.no(problem)
        except AlreadyShipped:
            return words.no(words.business("订单已发货，请勿重复发货"))
        except Refusal as refusal:
            return words.no(words.business(str(refusal)))
        except (LookupError, TypeError, ValueError, AttributeError):
            return words.no(words.wrong_field("param_json"))

    def throttled(self, call: Call) -> Reply:
        return words.no(No(60000, "isv.traffic-limited", "请求太频繁，请稍后重试"))

    def refused(self, call: Call) -> Reply:
        return words.no(words.business("业务处理失败"))

    def push(self, change: Change) -> Sequence[Push]:
        order = self.market.store.order(change.order_no)
        refund = self.market.store.refund(change.refund_no) if change.refund_no else None
        return [to_push(change, order, refund, self.app)] if order else []

    def letter(self, message: Message, *, fault: Fault | None, now: datetime) -> Letter:
        content = message.body.encode()
        secret = self.app.secret
        if fault is not None and fault.kind is FaultKind.WRONG_KEY:
            secret = STRANGER
        elif fault is not None and fault.kind is FaultKind.SECOND_KEY:
            secret = self.app.secret_before
        sign = signing.push_signature(secret, app_key=self.app.key, body=content)
        headers = {"event-sign": sign, "app-id": self.app.key, "Content-Type": "application/json"}
        return Letter(path=self.hook, content=content, headers=headers)

    def is_taken(self, status: int, text: str) -> bool:
        """A message is taken when the answer says code 0, not by the status alone."""
        try:
            return status == 200 and json.loads(text).get("code") == 0
        except (ValueError, AttributeError):
            return False

    def _answer(self, call: Call, now: datetime) -> Data:
        method = call.path.strip("/").replace("/", ".")
        self._check_signature(call, method, now)
        told = json.loads(call.body)
        if method.startswith("token."):
            return self._token(method, told, now)
        self._check_token(call, now)
        work = self._works.get(method)
        if work is None:
            raise No(70000, "isp.api-service-off", "API不存在或API已下线")
        return work(told, now)

    def _check_signature(self, call: Call, method: str, now: datetime) -> None:
        query = call.query
        if query.get("app_key") != self.app.key:
            raise No(40001, "isv.app-id-missing", "认证失败，app_key不存在")
        try:
            stamped = datetime.fromtimestamp(int(query.get("timestamp", "")), UTC)
        except (ValueError, OverflowError):
            raise No(40003, "isv.timestamp-format-error", "时间戳格式错误") from None
        if abs(now - stamped) > self.app.skew:
            raise No(40003, "isv.timestamp-invalid", "时间戳不合法")
        expected = signing.sign(
            self.app.secret,
            app_key=self.app.key,
            method=method,
            text=call.body.decode(),
            timestamp=query["timestamp"],
        )
        is_same = hmac.compare_digest(query.get("sign", "").encode(), expected.encode())
        if not is_same or query.get("method") != method or query.get("v") != "2":
            raise No(40003, "isv.signature-invalid", "签名校验失败")

    def _check_token(self, call: Call, now: datetime) -> None:
        token = call.query.get("access_token", "")
        if not token:
            raise No(40001, "isv.access-token-missing", "认证失败，access_token不能为空")
        match self.tokens.check(token, now=now):
            case TokenState.EXPIRED:
                raise No(40003, "isv.access-token-expired", "access_token已过期")
            case TokenState.UNKNOWN:
                raise No(40003, "isv.access-token-no-existed", "access_token不存在")

    def _token(self, method: str, told: Data, now: datetime) -> Data:
        grant = self._create(told, now) if method == "token.create" else self._refresh(told, now)
        if grant is None:
            problem = "token-expired" if method == "token.refresh" else "code-invalid"
            raise No(50001, f"dop.token-generate-failed:{problem}", "生成token失败，请重新授权")
        return self._written(grant, now)

    def _create(self, told: Data, now: datetime) -> Grant | None:
        code = str(told.get("code") or "")
        if told.get("grant_type") == "authorization_self":
            if str(told.get("shop_id")) != self.app.shop_id:
                return None
            code = self.tokens.issue_code(now=now)
        return self.tokens.exchange(code, now=now)

    def _refresh(self, told: Data, now: datetime) -> Grant | None:
        """In the last hour of a token there is a new one; before, the same is given again."""
        given = str(told.get("refresh_token") or "")
        newest = self.tokens.newest()
        if newest is None or newest.refresh_token != given:
            return None
        if newest.access_until - now > _SAME_TOKEN_BEFORE:
            return newest
        return self.tokens.refresh(given, now=now)

    def _written(self, grant: Grant, now: datetime) -> dict[str, Any]:
        return {
            "access_token": grant.access_token,
            "expires_in": grant.lasts(now=now),
            "refresh_token": grant.refresh_token,
            "scope": "SCOPE",
            "shop_id": int(self.app.shop_id),
            "shop_name": self.app.shop_name,
        }
