"""Pinduoduo's router: who calls, with which token, what he wants."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar
from urllib.parse import urlencode

from channels_sync.connectors.pinduoduo.signing import sign
from channels_sync.connectors.signing import is_same
from channels_sync.simulator.market.ledger import Numbered
from channels_sync.simulator.market.mailbox import Mailbox
from channels_sync.simulator.market.market import Market
from channels_sync.simulator.market.platform import App, Call, Platform
from channels_sync.simulator.market.refusals import Refusal
from channels_sync.simulator.market.tokens import Grant, TokenRules, Tokens, TokenState
from channels_sync.simulator.meter import Meter
from channels_sync.simulator.pinduoduo.acting import Acting
from channels_sync.simulator.pinduoduo.errors import Wrong, said
from channels_sync.simulator.pinduoduo.reading import Reading
from channels_sync.simulator.pinduoduo.waybills import EWaybills
from channels_sync.simulator.replies import Reply, json_reply

Params = Mapping[str, str]
_ROUTER, _CONSENT = "/api/router", "/service-market/auth"
_CREATE, _REFRESH = "pdd.pop.auth.token.create", "pdd.pop.auth.token.refresh"
_LIMITS = {
    "pdd.order.number.list.increment.get": (3000, 60),
    "pdd.refund.list.increment.get": (100, 10),
}


class Pinduoduo(Platform):
    """One shop. ``hides`` keeps the newest changes out of the list, as the real one may."""

    key: ClassVar[str] = "pinduoduo"
    label: ClassVar[str] = "拼多多"
    app: ClassVar[App] = App.of("pinduoduo")
    token_rules: ClassVar[TokenRules] = TokenRules(
        access=timedelta(days=30), refresh=timedelta(days=60), rotates=True
    )
    hides: ClassVar[timedelta] = timedelta(0)

    def __init__(self, market: Market, tokens: Tokens, mailbox: Mailbox) -> None:
        super().__init__(market, tokens, mailbox)
        reading = Reading(market, self.key, hides=self.hides)
        self._operations = reading.operations | Acting(market, reading).operations
        self._operations |= EWaybills(market, self.key).operations
        self._meter = Meter(_LIMITS)

    def answer(self, call: Call, *, now: datetime) -> Reply:
        if call.path == _CONSENT and call.method == "GET":
            return self._consent(call, now)
        if call.path != _ROUTER or call.method != "POST":
            return Reply(body=b"not found", status=404, content_type="text/plain")
        try:
            return json_reply(self._route(call.form, now))
        except Wrong as error:
            return said(error)
        except Refusal as refusal:
            return said(Wrong(50001, str(refusal)))

    def place_of(self, call: Call) -> str:
        return call.form.get("type", "")

    def throttled(self, call: Call) -> Reply:
        return said(Wrong(70031, "调用过于频繁，请调整调用频率"))

    def refused(self, call: Call) -> Reply:
        return said(Wrong(50001, "业务服务错误"))

    @staticmethod
    def number(what: Numbered, running: int, at: datetime) -> str:
        return f"{at:%y%m%d}-{running:015d}" if what is Numbered.ORDER else f"{900000000 + running}"

    def _route(self, form: Params, now: datetime) -> dict[str, Any]:
        self._check_caller(form, now)
        operation = form.get("type", "")
        if self._meter.is_over(operation, now=now):
            raise Wrong(70031, "调用过于频繁，请调整调用频率")
        if operation in (_CREATE, _REFRESH):
            return self._token(operation, form, now)
        self._check_token(form, now)
        act = self._operations.get(operation)
        if act is None:
            raise Wrong(10017, "type 不正确")
        return act(form, now)

    def _check_caller(self, form: Params, now: datetime) -> None:
        if form.get("client_id") != self.app.key:
            raise Wrong(10016, "client 不存在或已下线")
        text = form.get("timestamp", "")
        moment = datetime.fromtimestamp(int(text), UTC) if text.isdecimal() else None
        if moment is None or abs(moment - now) > self.app.skew:
            raise Wrong(10000, "参数错误：timestamp 与服务器时间相差超过 10 分钟")
        params = {key: value for key, value in form.items() if key != "sign"}
        if not is_same(form.get("sign", ""), sign(self.app.secret, params)):
            raise Wrong(20004, "签名 sign 校验失败")

    def _check_token(self, form: Params, now: datetime) -> None:
        match self.tokens.check(form.get("access_token", ""), now=now):
            case TokenState.EXPIRED:
                raise Wrong(10019, "access_token已过期")
            case TokenState.UNKNOWN:
                raise Wrong(20032, "access_token 或 client_id 错误")

    def _token(self, operation: str, form: Params, now: datetime) -> dict[str, Any]:
        if operation == _CREATE:
            grant = self.tokens.exchange(form.get("code", ""), now=now)
        else:
            grant = self.tokens.refresh(form.get("refresh_token", ""), now=now)
        if grant is None:
            raise Wrong(10032, "code 或 refresh_token 无效")
        root = "create" if operation == _CREATE else "refresh"
        return {f"pop_auth_token_{root}_response": self._granted(grant, now)}

    def _granted(self, grant: Grant, now: datetime) -> dict[str, Any]:
        return {
            "access_token": grant.access_token,
            "expires_in": grant.lasts(now=now),
            "expires_at": int(grant.access_until.timestamp()),
            "refresh_token": grant.refresh_token,
            "refresh_token_expires_in": int((grant.refresh_until - now).total_seconds()),
            "refresh_token_expires_at": int(grant.refresh_until.timestamp()),
            "owner_id": self.app.shop_id,
            "owner_name": self.app.shop_name,
            "scope": ["pdd.order.list.get"],
        }

    def _consent(self, call: Call, now: datetime) -> Reply:
        """The owner says yes at once and goes back with a code."""
        back = {"code": self.tokens.issue_code(now=now), "state": call.query.get("state", "")}
        url = f"{call.query.get('redirect_uri', '')}?{urlencode(back)}"
        return Reply(body=b"", status=302, headers={"Location": url})
