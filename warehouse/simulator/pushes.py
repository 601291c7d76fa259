"""Pushes route events to the address that the demo listens on."""

import json
import ssl
from functools import cache

import httpx

from warehouse.simulator.sf.routes import PUSH_SIZE, is_taken, push_message
from warehouse.simulator.store import Store


def push_routes(store: Store, callback_url: str) -> str:
    """Push what nobody has acknowledged yet and say in a word how it went.

    A batch that is not acknowledged stays and is pushed again next time, whole, as SF does.
    """
    if not callback_url:
        return "未设置推送地址"
    pushed = 0
    while routes := store.unpushed(limit=PUSH_SIZE):
        problem = _post(callback_url, json.dumps(push_message(routes), ensure_ascii=False))
        if problem:
            return f"推送失败：{problem}"
        store.mark_pushed(routes)
        pushed += len(routes)
    return f"已推送 {pushed} 条路由"


@cache
def authorities() -> ssl.SSLContext:
    """Read the list of certificate authorities once: it takes longer than many a push."""
    return httpx.create_ssl_context()


def _post(url: str, body: str) -> str:
    headers = {"Content-Type": "application/json;charset=UTF-8"}
    try:
        with httpx.Client(verify=authorities(), timeout=5, trust_env=False) as client:
            reply = client.post(url, content=body.encode(), headers=headers)
        taken = reply.is_success and is_taken(reply.json())
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        return type(error).__name__
    return "" if taken else f"HTTP {reply.status_code}"
