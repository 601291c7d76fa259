"""TOP's router, its OAuth pages and its messages, over the market."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from channels_sync.simulator.market.changes import Change
from channels_sync.simulator.market.consent import consent_page
from channels_sync.simulator.market.ledger import Numbered
from channels_sync.simulator.market.mailbox import Mailbox
from channels_sync.simulator.market.market import Market
from channels_sync.simulator.market.platform import App, Call, Platform, Push
from channels_sync.simulator.market.refusals import Refusal
from channels_sync.simulator.market.tokens import Grant, TokenRules, Tokens
from channels_sync.simulator.replies import Reply, json_reply
from channels_sync.simulator.taobao import acting, errors, messages, reading
from channels_sync.simulator.taobao.errors import TopError
from channels_sync.simulator.taobao.gate import admit
from channels_sync.simulator.taobao.waybills import Cainiao

Document = dict[str, Any]
_NOT_FOUND = json_reply({"error": "not found"}, status=404)
_PREFIX = "taobao."
_LARGEST_FILE = 130_000


class Taobao(Platform):
    """One seller of one app."""

    key = "taobao"
    label = "淘宝/天猫"
    limit = (600, 60)
    app = App.of("taobao", key="23000001", shop_id="2200000001")
    token_rules = TokenRules(access=timedelta(days=1), refresh=timedelta(days=30))
    fetches_messages = True

    def __init__(self, market: Market, tokens: Tokens, mailbox: Mailbox) -> None:
        super().__init__(market, tokens, mailbox)
        self._cainiao = Cainiao(market)

    def answer(self, call: Call, *, now: datetime) -> Reply:
        """Answer the router or an OAuth page."""
        match (call.method, call.path):
            case ("POST", "/router/rest"):
                if any(len(content) > _LARGEST_FILE for content in call.files.values()):
                    return errors.invalid("refuse_proof").reply
                return self._route(call.form, now=now)
            case ("GET", "/authorize"):
                return self._ask_the_seller(call, now=now)
            case ("POST", "/token"):
                return self._give_token(call.form, now=now)
        return _NOT_FOUND

    def place_of(self, call: Call) -> str:
        """Name a call of the router by its method, without the prefix."""
        return call.form.get("method", call.path.removeprefix("/")).removeprefix(_PREFIX)

    def throttled(self, call: Call) -> Reply:
        return errors.TOO_FAST.reply

    def refused(self, call: Call) -> Reply:
        return TopError(errors.REMOTE, "isv.refused", "平台拒绝了这个请求").reply

    def push(self, change: Change) -> Sequence[Push]:
        return [messages.push_of(change, self.market)]

    @staticmethod
    def number(what: Numbered, running: int, at: datetime) -> str:
        """Trades, lines and refunds are numbers beyond what a float can tell apart."""
        return f"2233{running:015d}"

    def _route(self, form: dict[str, str], *, now: datetime) -> Reply:
        method = form.get("method", "").removeprefix(_PREFIX)
        try:
            admit(form, self.app, self.tokens, now=now)
            told = self._do(method, form, now=now)
        except Refusal as refusal:
            return errors.of(refusal, _SUBJECTS.get(method, "trade")).reply
        except TopError as error:
            return error.reply
        except ValueError:
            return errors.invalid("parameter").reply
        name = f"{method.replace('.', '_')}_response"
        return json_reply({name: told | {"request_id": "simulated"}})

    def _do(self, method: str, form: dict[str, str], *, now: datetime) -> Document:
        if method in _READS:
            return _READS[method](self.market, form)
        if method in _ACTS:
            return _ACTS[method](self.market, form, now)
        if method in self._cainiao.operations:
            return self._cainiao.do(method, form, now)
        match method:
            case "tmc.user.permit":
                return {"is_success": True}
            case "tmc.messages.consume":
                return messages.consume(self.mailbox, form, self.app, now)
            case "tmc.messages.confirm":
                return messages.confirm(self.mailbox, form)
        raise TopError(22, "isv.invalid-method", "方法不存在")

    def _ask_the_seller(self, call: Call, *, now: datetime) -> Reply:
        back = call.query.get("redirect_uri", "")
        is_ours = call.query.get("client_id") == self.app.key
        if not is_ours or not back.startswith(("http://", "https://")):
            return _oauth_error("invalid_client", "应用不存在或回调地址不正确")
        answer = {
            "code": self.tokens.issue_code(now=now),
            "state": call.query.get("state", ""),
        }
        return consent_page(self.label, back, answer)

    def _give_token(self, form: dict[str, str], *, now: datetime) -> Reply:
        if (form.get("client_id"), form.get("client_secret")) != (self.app.key, self.app.secret):
            return _oauth_error("invalid_client", "应用或密钥不正确")
        match form.get("grant_type"):
            case "authorization_code":
                grant = self.tokens.exchange(form.get("code", ""), now=now)
            case "refresh_token":
                grant = self.tokens.refresh(form.get("refresh_token", ""), now=now)
            case _:
                return _oauth_error("unsupported_grant_type", "不支持的授权类型")
        if grant is None:
            return _oauth_error("invalid_grant", "code 或 refresh_token 已失效")
        return json_reply(self._told(grant, now=now))

    def _told(self, grant: Grant, *, now: datetime) -> Document:
        return {
            "access_token": grant.access_token,
            "token_type": "Bearer",
            "expires_in": grant.lasts(now=now),
            "refresh_token": grant.refresh_token,
            "re_expires_in": int((grant.refresh_until - now).total_seconds()),
            "taobao_user_id": self.app.shop_id,
            "taobao_user_nick": quote(self.app.shop_name),
        }


def _oauth_error(error: str, words: str) -> Reply:
    return json_reply({"error": error, "error_description": words}, status=400)


_READS: dict[str, Callable[[Any, dict[str, str]], Document]] = {
    "trades.sold.increment.get": reading.changed,
    "trades.sold.get": reading.sold,
    "trade.fullinfo.get": reading.whole_trade,
    "refunds.receive.get": reading.refunds,
    "refund.get": reading.refund,
    "item.skus.get": reading.skus,
    "item.seller.get": reading.item,
}
_ACTS: dict[str, Callable[[Any, dict[str, str], datetime], Document]] = {
    "logistics.offline.send": acting.ship,
    "logistics.consign.resend": acting.resend,
    "trade.memo.update": acting.note,
    "rp.returngoods.agree": acting.agree_to_return,
    "refund.refuse": acting.refuse,
    "refund.refusereason.get": acting.reasons,
    "rp.refunds.agree": acting.pay_back,
    "skus.quantity.update": acting.set_skus,
}
_SUBJECTS = {
    "logistics.offline.send": "logistics-offline",
    "rp.returngoods.agree": "refund",
    "refund.refuse": "refund",
    "rp.refunds.agree": "refund",
}
