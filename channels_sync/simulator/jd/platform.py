"""JD's router and its page of consent."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, ClassVar
from urllib.parse import urlencode

from channels_sync.connectors.jd.signing import sign
from channels_sync.connectors.signing import is_same
from channels_sync.simulator.beijing import read
from channels_sync.simulator.jd.errors import Business, Gateway, said
from channels_sync.simulator.jd.methods import Methods, in_words
from channels_sync.simulator.jd.services import Services
from channels_sync.simulator.jd.waybills import Waybills
from channels_sync.simulator.market.mailbox import Mailbox
from channels_sync.simulator.market.market import Market
from channels_sync.simulator.market.platform import App, Call, Platform
from channels_sync.simulator.market.refusals import Refusal
from channels_sync.simulator.market.tokens import Grant, TokenRules, Tokens, TokenState
from channels_sync.simulator.meter import Meter
from channels_sync.simulator.replies import Reply, json_reply

_ROUTER, _OAUTH = "/routerjson", "/oauth2"
_LIMIT = (600, 60)


class Jd(Platform):
    """One shop. It pushes nothing."""

    key: ClassVar[str] = "jd"
    label: ClassVar[str] = "京东"
    app: ClassVar[App] = App.of("jd", skew=timedelta(minutes=6))
    token_rules: ClassVar[TokenRules] = TokenRules(
        access=timedelta(days=30), refresh=timedelta(days=30)
    )

    def __init__(self, market: Market, tokens: Tokens, mailbox: Mailbox) -> None:
        super().__init__(market, tokens, mailbox)
        self._methods = {
            **Methods(market, self.key).table,
            **Services(market).table,
            **Waybills(market, self.key).table,
        }
        self._meter = Meter(dict.fromkeys(self._methods, _LIMIT))

    def answer(self, call: Call, *, now: datetime) -> Reply:
        if call.path.startswith(_OAUTH) and call.method == "GET":
            return self._oauth(call, now)
        if call.path != _ROUTER or call.method != "POST":
            return Reply(body=b"not found", status=404, content_type="text/plain")
        try:
            return self._route(call.form, now)
        except Gateway as error:
            return said(error)

    def place_of(self, call: Call) -> str:
        return call.form.get("method") or super().place_of(call)

    def throttled(self, call: Call) -> Reply:
        return said(_too_fast())

    def refused(self, call: Call) -> Reply:
        return _root(call.form.get("method", ""), {"result": Business("业务处理失败").verdict})

    def _route(self, form: Mapping[str, str], now: datetime) -> Reply:
        self._check_caller(form, now)
        method = form.get("method", "")
        act = self._methods.get(method)
        if act is None:
            raise Gateway("15", "不存在的方法名", "Invalid method")
        if self._meter.is_over(method, now=now):
            raise _too_fast()
        if self.tokens.check(form.get("access_token", ""), now=now) is not TokenState.GOOD:
            raise Gateway("19", "token已过期或不存在", "Invalid access_token")
        try:
            return _root(method, act(_params(form), now))
        except Business as error:
            return _root(method, {"result": {"apiResult": error.verdict}})
        except Refusal as refusal:
            return _root(method, {"result": {"apiResult": in_words(refusal).verdict}})

    def _check_caller(self, form: Mapping[str, str], now: datetime) -> None:
        try:
            moment = read(form.get("timestamp", "")[:19])
        except ValueError:
            raise Gateway("7", "缺少或无效的timestamp", "Invalid timestamp") from None
        if abs(moment - now) > self.app.skew:
            raise Gateway("8", "timestamp与服务器时间相差过大", "Timestamp out of range")
        params = {key: value for key, value in form.items() if key != "sign"}
        is_ours = form.get("app_key") == self.app.key
        if not is_ours or not is_same(form.get("sign", ""), sign(self.app.secret, params)):
            raise Gateway("12", "签名错误", "Invalid signature")

    def _oauth(self, call: Call, now: datetime) -> Reply:
        match call.path.removeprefix(_OAUTH):
            case "/to_login":
                code = self.tokens.issue_code(now=now)
                back = {"code": code, "state": call.query.get("state", "")}
                url = f"{call.query.get('redirect_uri', '')}?{urlencode(back)}"
                return Reply(body=b"", status=302, headers={"Location": url})
            case "/access_token":
                grant = self.tokens.exchange(call.query.get("code", ""), now=now)
            case "/refresh_token":
                grant = self._renewed(call.query.get("refresh_token", ""), now)
            case _:
                return Reply(body=b"not found", status=404, content_type="text/plain")
        is_ours = (call.query.get("app_key"), call.query.get("app_secret")) == (
            self.app.key,
            self.app.secret,
        )
        if grant is None or not is_ours:
            return json_reply({"code": 401, "msg": "授权已失效，请重新授权"})
        return json_reply(_granted(grant, now))

    def _renewed(self, refresh: str, now: datetime) -> Grant | None:
        """A token that has run out cannot be renewed any more."""
        newest = self.tokens.newest()
        if newest is None or newest.access_until <= now:
            return None
        return self.tokens.refresh(refresh, now=now)


def _params(form: Mapping[str, str]) -> Mapping[str, Any]:
    try:
        params = json.loads(form.get("360buy_param_json", ""))
    except ValueError:
        params = None
    if not isinstance(params, dict):
        raise Business("参数错误")
    return params


def _root(method: str, told: Mapping[str, Any]) -> Reply:
    """The root is misspelt, as it really is."""
    return json_reply({f"{method.replace('.', '_')}_responce": {"code": "0", **told}})


def _too_fast() -> Gateway:
    return Gateway("2", "限制时间内调用失败次数", "App Call Limited")


def _granted(grant: Grant, now: datetime) -> dict[str, Any]:
    return {
        "access_token": grant.access_token,
        "expires_in": grant.lasts(now=now),
        "refresh_token": grant.refresh_token,
        "scope": "snsapi_base",
        "uid": "1000000001",
        "open_id": "simulated",
        "xid": "o*AAsimulated",
        "token_type": "bearer",
        "code": 0,
    }
