"""A call that fails is written down without keys and people, though the platform quotes them."""

from functools import partial
from typing import Any

import httpx
import pytest

from channels_sync.connectors.authorizing_installed import authorizers
from channels_sync.connectors.installed import connectors
from channels_sync.connectors.tokens import TokenReply
from channels_sync.models import Lane, StoreConnection, SyncCursor
from channels_sync.services import calls, tokens
from channels_sync.services.pull import pulling
from oms.integration.errors import ErrorKind
from oms.integration.http import Http
from oms.models import CallLog
from tests.channels_sync.push.classes import CLASSES, Case, cases
from tests.channels_sync.push.parcels import connected_store
from tests.factories.oms import NOW

pytestmark = pytest.mark.django_db

TOKEN = "sessn-6101b0b2f8e0f4d1c0aa7e55d2b14c9e"
SECRET = "9d8c7b6a5f4e3d2c1b0a9f8e7d6c5b4a"
PHONE = "13812345678"
QUOTED = f" 您发送的参数: session={TOKEN}, secret {SECRET}, 收件人手机{PHONE}"
KEPT = {"app_secret": SECRET, "client_secret": SECRET, "consumer_secret": SECRET}
KEYS = KEPT | {
    "app_key": "app-key-1",
    "client_id": "app-key-1",
    "consumer_key": "ck_1",
    "shop_domain": "kapok.example.com",
    "api_version": "2026-01",
}
_WORDS = frozenset(
    {
        *("msg", "sub_msg", "error_msg", "zh_desc", "en_desc", "err_msg", "message"),
        *("status_reason", "chineseErrCode", "errors"),
    }
)


def quoting(node: Any) -> Any:
    """Return a refusal whose words quote what was sent."""
    match node:
        case dict():
            return {
                key: value + QUOTED if key in _WORDS and isinstance(value, str) else quoting(value)
                for key, value in node.items()
            }
        case list():
            return [quoting(each) for each in node]
    return node


def refusals() -> list[Case]:
    """Choose one refusal of each class of each platform."""
    found = {(case.platform, case.kind): case for case in cases() if case.body}
    return list(found.values())


def connected(kind: str) -> StoreConnection:
    store = connected_store(kind, base_url="http://127.0.0.1:1", credentials=KEYS)
    row = StoreConnection.objects.get(store=store)
    if kind in authorizers:
        reply = TokenReply(access_token=TOKEN, refresh_token=SECRET)
        tokens.keep_token(row.pk, reply=reply, now=NOW)
    return row


def failed(row: StoreConnection) -> SyncCursor:
    found = SyncCursor.objects.filter(store=row.store, lane=Lane.ORDERS).exclude(last_error="")
    return found.order_by("pk")[0]


def listen(caplog: pytest.LogCaptureFixture) -> None:
    """Hear everything that is said as loudly as it may be said; httpx may not."""
    for logger in (None, "channels_sync", "oms"):
        caplog.set_level("DEBUG", logger=logger)


def written_down(caplog: pytest.LogCaptureFixture) -> str:
    """Return all that any table or log holds of the calls."""
    kept = [*CallLog.objects.values_list("url", "request_body", "response_body", "operation")]
    marks = [*SyncCursor.objects.values_list("last_error", "error_code")]
    return f"{kept} {marks} {caplog.text}"


@pytest.mark.parametrize("case", refusals(), ids=str)
def test_refusal_that_quotes_the_call_gives_nothing_away(
    case: Case, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def answer(_request: httpx.Request) -> httpx.Response:
        if isinstance(case.body, str):
            return httpx.Response(case.status, text=f"<html>{case.body}{QUOTED}</html>")
        return httpx.Response(case.status, json=quoting(case.body))

    monkeypatch.setattr(calls, "Http", partial(Http, transport=httpx.MockTransport(answer)))
    listen(caplog)
    row = connected(case.platform)
    pulling.pull_store(row, now=NOW, end=float("inf"))
    told = written_down(caplog)
    assert CallLog.objects.exists()
    assert failed(row).last_error
    for secret in (TOKEN, SECRET, PHONE):
        assert secret not in told


@pytest.mark.parametrize("platform", CLASSES)
def test_line_that_breaks_gives_nothing_away(
    platform: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadTimeout(f"{request.url} {request.headers} {request.content!r}")

    monkeypatch.setattr(calls, "Http", partial(Http, transport=httpx.MockTransport(answer)))
    listen(caplog)
    row = connected(platform)
    pulling.pull_store(row, now=NOW, end=float("inf"))
    told = written_down(caplog)
    error = failed(row)
    assert (error.error_kind, error.error_code) == (ErrorKind.RETRY, "net:ReadTimeout")
    for secret in (TOKEN, SECRET):
        assert secret not in told


def test_every_platform_that_can_be_asked_refuses_here() -> None:
    pulled = {each.kind for each in connectors if each.capabilities.pulls_orders}
    assert pulled - {"scripted"} == {case.platform for case in refusals()}
