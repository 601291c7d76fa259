"""Ask a channel for refunds that were just opened, while somebody stands at a station and waits."""

import time
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeVar

from django.core.cache import cache

from channels_sync.connectors.knocks import Hint, Subject
from channels_sync.connectors.lines import utc_now
from channels_sync.connectors.masking import mask_call
from channels_sync.connectors.outbound import Outbound
from channels_sync.connectors.outbound_installed import outbounds
from channels_sync.connectors.tokens import FixedToken, TokenSource
from channels_sync.models import Lane, StoreConnection, SyncCursor
from channels_sync.services import hints
from channels_sync.services.calls import CallWriter, gateway_of
from channels_sync.services.tokens import StandingToken, asks_for_tokens
from oms.integration.errors import ErrorKind, IntegrationError
from oms.integration.http import Http, Timeouts
from oms.integration.pacing import ONCE
from oms.integration.wire import HttpRequest, HttpResponse
from oms.registries import NoAnswer

T = TypeVar("T")
_QUIET = 20
"""Seconds for which a channel that did not answer is not asked again: stations must not queue."""
_LEAST = 0.05
_FAIR = 1.0
"""Seconds that a call must have had before its silence says anything about the channel."""
_CONNECT = 1.5
_HURRY = "local:hurry"


class HurriedHttp(Http):
    """A line whose calls together end at a moment (monotonic), however many there are."""

    end: float = 0.0

    def call(
        self,
        request: HttpRequest | Callable[[], HttpRequest],
        read: Callable[[HttpResponse], T],
        *,
        idempotent: bool = False,
        timeouts: Timeouts | None = None,
    ) -> T:
        """:raises IntegrationError: also if there is no time left"""
        left = self.end - time.monotonic()
        if left < _LEAST:
            raise IntegrationError("时间已到，平台还没有答复", kind=ErrorKind.RETRY, code=_HURRY)
        short = Timeouts(connect=min(_CONNECT, left), read=left, total=left, queue=left)
        try:
            return super().call(request, read, idempotent=idempotent, timeouts=short)
        except IntegrationError as error:
            if left < _FAIR and error.code.startswith("net:"):
                error.code = _HURRY
            raise


def ask(store_id: int, *, numbers: Sequence[str], seconds: float) -> frozenset[str] | None:
    """Return which orders (by the channel's number) have an open refund; None if none can tell.

    :raises NoAnswer: if the channel does not answer in time, or did not just now
    """
    found = StoreConnection.objects.filter(store=store_id, is_active=True).first()
    if found is None or not can_be_asked(found):
        return None
    quiet = f"channels.silent:{store_id}"
    if cache.get(quiet):
        raise NoAnswer
    with _open(found, seconds=seconds) as http:
        outbound = outbounds.get(found.kind)(
            credentials=found.credentials, http=http, tokens=_tokens(found)
        )
        try:
            return outbound.refunds_open(numbers)
        except IntegrationError as error:
            if error.code != _HURRY:  # that we ran out of time says nothing about the channel
                cache.set(quiet, True, timeout=_QUIET)
            raise NoAnswer from None


def can_be_asked(connection: StoreConnection) -> bool:
    """Tell whether the connection's channel has such a question, and an address to ask it at."""
    if connection.kind not in outbounds:
        return False
    outbound = outbounds.get(connection.kind)
    has_question = outbound.refunds_open is not Outbound.refunds_open
    return has_question and bool(connection.base_url or gateway_of(connection.kind))


def reread(store_id: int, *, numbers: Sequence[str], now: datetime) -> None:
    """Have these orders read again, and the store's requests asked for at the next turn."""
    hints.note(store_id, hints=_about(numbers), now=now)
    marks = SyncCursor.objects.filter(store=store_id, lane=Lane.REFUNDS, failures=0)
    marks.filter(not_before__gt=now).update(not_before=now)


def _about(numbers: Sequence[str]) -> list[Hint]:
    return [Hint(subject=Subject.ORDER, channel_no=number) for number in numbers]


def _open(connection: StoreConnection, *, seconds: float) -> HurriedHttp:
    http = HurriedHttp(
        kind=connection.kind,
        base_url=connection.base_url or gateway_of(connection.kind),
        log=CallWriter(connection.store_id, reference="refund check"),
        masker=mask_call,
        retry=ONCE,
    )
    http.end = time.monotonic() + seconds
    return http


def _tokens(connection: StoreConnection) -> TokenSource:
    if asks_for_tokens(connection):
        return StandingToken(connection, clock=utc_now)
    return FixedToken(str(connection.credentials.get("access_token") or ""))
