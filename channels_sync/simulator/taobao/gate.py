"""Who is let in at TOP's router: the app, its signature, the clock, the seller's session."""

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from channels_sync.connectors.taobao import signing
from channels_sync.simulator.market.platform import App
from channels_sync.simulator.market.tokens import Tokens, TokenState
from channels_sync.simulator.taobao.errors import TopError, missing

BEIJING = ZoneInfo("Asia/Shanghai")
WITHOUT_SESSION = frozenset({"taobao.tmc.messages.consume", "taobao.tmc.messages.confirm"})
_METHODS = (signing.MD5, signing.HMAC_MD5, signing.HMAC_SHA256)


def admit(form: Mapping[str, str], app: App, tokens: Tokens, *, now: datetime) -> None:
    """:raises TopError: in the order in which TOP looks"""
    for name in ("method", "app_key", "timestamp", "v", "sign"):
        if not form.get(name):
            raise missing(name)
    if form["app_key"] != app.key:
        raise TopError(29, "isv.appkey-not-exists", "App Key 不存在")
    _check_clock(form["timestamp"], app, now=now)
    method = form.get("sign_method", signing.MD5)
    if method not in _METHODS or form["sign"] != signing.sign(app.secret, form, method=method):
        raise TopError(25, "", "签名不正确")
    if form["method"] not in WITHOUT_SESSION:
        _check_session(form.get("session", ""), tokens, now=now)


def text(moment: datetime | None) -> str:
    """Write a moment as TOP does: Beijing's clock, to the second; nothing for none."""
    return moment.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M:%S") if moment else ""


def moment(told: str) -> datetime:
    """:raises ValueError: if it is no such moment"""
    naive = datetime.strptime(told, "%Y-%m-%d %H:%M:%S")  # noqa: DTZ007 - its zone follows
    return naive.replace(tzinfo=BEIJING)


def _check_clock(told: str, app: App, *, now: datetime) -> None:
    try:
        is_near = abs(moment(told) - now) <= app.skew
    except ValueError:
        is_near = False
    if not is_near:
        raise TopError(31, "isv.invalid-timestamp", "时间戳与服务器相差超过 10 分钟")


def _check_session(session: str, tokens: Tokens, *, now: datetime) -> None:
    if not session:
        raise TopError(26, "isv.missing-session", "缺少 session")
    match tokens.check(session, now=now):
        case TokenState.EXPIRED:
            raise TopError(27, "session-expired", "session 已过期")
        case TokenState.UNKNOWN:
            raise TopError(27, "invalid-sessionkey", "SessionKey 非法")
