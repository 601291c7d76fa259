"""`burst`: 2,000 signed messages as fast as eight senders can, while the worker takes them in.

Through the web server itself. None may get lost, and each has to be answered within the five
seconds that Shopify waits; beside it the bare view, in the same server.
"""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from functools import partial

import httpx
from django.db.models import QuerySet

from channels_sync.models import RawOrder, StoreConnection
from oms.models import Order
from tests.benchmarks import webhook
from tests.benchmarks.backlog import wait_for
from tests.benchmarks.harness import Result
from tests.benchmarks.world import store

MESSAGES = int(os.environ.get("OMS_TEST_BENCH_BURST", "2000"))
_SENDERS = 8
_LIMIT = 5.0
_PORT = 8971
_ROUND = 7001
"""Keeps the numbers of its orders apart from those of other benchmarks."""
_BARE = "/bare/hook/bench/"


def run() -> list[Result]:
    """The burst against the product, then against the bare view."""
    StoreConnection.objects.update_or_create(
        store=store(),
        defaults={"kind": "webhook", "credentials": {"hook_secret": webhook.SECRET}},
    )
    # What a bare view kept of an earlier benchmark is in clear, and nobody could take it in.
    RawOrder.objects.filter(digest="").delete()
    gunicorn = ["gunicorn", "--worker-class", "gthread", "--workers", "2", "--threads", "4"]
    bind = ["--bind", f"127.0.0.1:{_PORT}", "--no-control-socket", "tests.benchmarks.wsgi"]
    with ExitStack() as stack:
        stack.enter_context(_process([*gunicorn, *bind]))
        wait_for(f"http://127.0.0.1:{_PORT}/")
        with _process(["tests.benchmarks.drainer"]):
            mine = _send(webhook.PATH, _ROUND)
            _wait_until_taken_in()
        theirs = _send(_BARE, _ROUND + 1)
    value, base = _late(mine), _late(theirs)
    return [
        Result(
            "burst", "s (p99)", value, base, value / base, f"slowest <= {_LIMIT:.0f} s",
            max(mine) <= _LIMIT, value,
            f"{MESSAGES:,} messages, {_SENDERS} senders; slowest answer {max(mine):.2f} s",
        )
    ]  # fmt: skip


def _send(path: str, number: int) -> list[float]:
    """Return how many seconds each answer took."""
    local = threading.local()
    with ThreadPoolExecutor(_SENDERS) as senders:
        return list(senders.map(partial(_post, local, path, number), range(MESSAGES)))


def _post(local: threading.local, path: str, number: int, position: int) -> float:
    if not hasattr(local, "client"):
        local.client = httpx.Client(transport=httpx.HTTPTransport(), timeout=60)
    body, event = webhook.message(number, position)
    headers = webhook.signed(body, nonce=event)
    begin = time.perf_counter()
    answer = local.client.post(f"http://127.0.0.1:{_PORT}{path}", content=body, headers=headers)
    took = time.perf_counter() - begin
    if answer.status_code != 200:
        raise AssertionError(f"{event}: {answer.status_code} {answer.text[:200]}")
    return took


def _late(seconds: list[float]) -> float:
    """Return what one answer in a hundred exceeds."""
    return sorted(seconds)[len(seconds) * 99 // 100]


def _wait_until_taken_in() -> None:
    """:raises AssertionError: if one is missing or refused"""
    end = time.monotonic() + 120
    while _messages().filter(status="received").exists() and time.monotonic() < end:
        time.sleep(0.2)
    taken_in = _messages().filter(status="ingested").count()
    orders = Order.objects.filter(channel_order_no__startswith=f"W-{_ROUND}-").count()
    if not taken_in == orders == MESSAGES:
        raise AssertionError(f"{taken_in} messages taken in, {orders} orders of {MESSAGES}")


def _messages() -> QuerySet[RawOrder]:
    return RawOrder.objects.filter(channel_order_no__startswith=f"W-{_ROUND}-")


@contextmanager
def _process(module: list[str]) -> Iterator[None]:
    words = [sys.executable, "-m", *module]
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603
    try:
        yield
    finally:
        process.terminate()
        process.wait()
