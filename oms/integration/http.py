"""The only place that talks HTTP to channels and carriers.

Time limits, one rate limit per instance (that is, per account and process), retries of what may be
repeated, and a record of every attempt. It knows no platform and no database.
"""

import logging
import random
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from types import TracebackType
from typing import Self, TypeVar

import httpx

from oms.integration import failures
from oms.integration.errors import IntegrationError
from oms.integration.masking import mask_body, truncated
from oms.integration.pacing import ONCE, Patience, RateLimit, RetryPolicy, TokenBucket
from oms.integration.wire import (
    CallOutcome,
    CallRecord,
    HttpRequest,
    HttpResponse,
    malformed,
    outcome_of,
)

T = TypeVar("T")
Log = Callable[[CallRecord], None]
Masker = Callable[[str, bytes], str]
Transport = httpx.BaseTransport

_NEVER_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
    httpx.LocalProtocolError,
)

logger = logging.getLogger(__name__)
for _chatty in ("httpx", "httpcore"):
    # They write whole addresses and headers, tokens included.
    logging.getLogger(_chatty).setLevel(logging.WARNING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeouts:
    """Seconds: to connect, between two pieces of the answer, for the whole answer, in our queue."""

    connect: float = 5.0
    read: float = 10.0
    total: float = 30.0
    queue: float = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Clockwork:
    """Where time and chance come from; tests put their own in."""

    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    jitter: Callable[[], float] = random.SystemRandom().random


@cache
def _trust() -> ssl.SSLContext:
    """Whom we trust: reading all authorities takes longer than many a call, so it is done once."""
    return httpx.create_ssl_context()


class Http:
    """A line to one account of one platform. Share it between threads, close it when done."""

    def __init__(
        self,
        *,
        kind: str,
        base_url: str,
        log: Log,
        masker: Masker = mask_body,
        timeouts: Timeouts = Timeouts(),  # noqa: B008 - frozen
        rate: RateLimit | None = None,
        retry: RetryPolicy = RetryPolicy(),  # noqa: B008 - frozen
        largest_response: int = 8 * 1024 * 1024,
        transport: Transport | None = None,
        clockwork: Clockwork = Clockwork(),  # noqa: B008 - frozen
    ) -> None:
        self.base_url = base_url
        self._kind = kind
        self._log = log
        self._masker = truncated(masker, 4000)
        self._timeouts = timeouts
        self._retry = retry
        self._largest = largest_response
        self._time = clockwork
        self._bucket = TokenBucket(rate, clock=clockwork.clock) if rate else None
        self._client = httpx.Client(verify=_trust(), transport=transport, follow_redirects=False)

    def call(
        self,
        request: HttpRequest | Callable[[], HttpRequest],
        read: Callable[[HttpResponse], T],
        *,
        idempotent: bool = False,
        timeouts: Timeouts | None = None,
    ) -> T:
        """Send a request and return what ``read`` makes of the answer.

        ``read`` raises IntegrationError for an answer that is a refusal, so that a "busy" inside a
        200 is paced like a 429. Only a call marked idempotent is ever repeated. A callable
        ``request`` is built anew for each try, for platforms that sign a timestamp.

        :raises IntegrationError: with ``outcome_unknown`` if it may have been carried out
        """
        patience = Patience(self._retry if idempotent else ONCE, jitter=self._time.jitter)
        attempt, in_doubt = 1, False
        while True:
            built = request() if callable(request) else request
            try:
                return self._attempt(built, read, timeouts or self._timeouts, attempt)
            except IntegrationError as error:
                # A later try that never left says nothing about an earlier one that did.
                in_doubt = error.outcome_unknown or (in_doubt and not error.is_verdict)
                error.outcome_unknown = in_doubt
                pause = patience.pause_after(error)
                if pause is None:
                    raise
            self._time.sleep(pause)
            attempt += 1

    def close(self) -> None:
        """Close the kept connections."""
        self._client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _attempt(
        self,
        request: HttpRequest,
        read: Callable[[HttpResponse], T],
        timeouts: Timeouts,
        attempt: int,
    ) -> T:
        if self._bucket is not None:
            wait = self._bucket.reserve(longest=timeouts.queue)
            if wait > 0:
                self._time.sleep(wait)
        note = _Note(request, self._url(request), attempt, self._time.clock())
        try:
            note.response = self._exchange(request, note.url, timeouts)
            if not _readable(note.response, request):
                raise failures.from_status(note.response.status, note.response.headers)
            value = _understand(read, note.response)
            note.understood = True
        except IntegrationError as error:
            note.error = error
            raise
        else:
            return value
        finally:
            self._write_down(note)

    def _exchange(self, request: HttpRequest, url: str, timeouts: Timeouts) -> HttpResponse:
        headers = {**request.headers}
        if request.content_type:
            headers["Content-Type"] = request.content_type
        limits = httpx.Timeout(timeouts.read, connect=timeouts.connect)
        deadline = self._time.clock() + timeouts.total
        try:
            with self._client.stream(
                request.method,
                url,
                params=dict(request.params) or None,
                headers=headers,
                content=request.content or None,
                timeout=limits,
            ) as reply:
                content = self._read(reply, deadline, timeouts.total)
        except httpx.InvalidURL as error:
            raise failures.bad_address() from error
        except httpx.HTTPError as error:
            sent = not isinstance(error, _NEVER_SENT)
            raise failures.from_transport(type(error).__name__, sent=sent) from error
        lowered = {name.lower(): value for name, value in reply.headers.items()}
        return HttpResponse(status=reply.status_code, headers=lowered, content=content)

    def _read(self, reply: httpx.Response, deadline: float, total: float) -> bytes:
        content = bytearray()
        for chunk in reply.iter_bytes():
            content += chunk
            if len(content) > self._largest:
                raise failures.too_large(self._largest)
            if self._time.clock() > deadline:
                raise failures.too_slow(total)
        return bytes(content)

    def _url(self, request: HttpRequest) -> str:
        if request.path.startswith(("https://", "http://")):
            return request.path
        return self.base_url.rstrip("/") + request.path if request.path else self.base_url

    def _write_down(self, note: "_Note") -> None:
        elapsed = self._time.clock() - note.started
        try:
            self._log(note.record(self._kind, self._masker, elapsed))
        except Exception:  # noqa: BLE001 - a full log disk must not lose an issued waybill
            logger.exception("the record of %s %s was lost", self._kind, note.request.operation)


class _Note:
    """What is known of a running attempt."""

    def __init__(self, request: HttpRequest, url: str, attempt: int, started: float) -> None:
        self.request = request
        self.url = url
        self.attempt = attempt
        self.started = started
        self.response: HttpResponse | None = None
        self.error: IntegrationError | None = None
        self.understood = False

    def record(self, kind: str, masker: Masker, elapsed: float) -> CallRecord:
        error, response = self.error, self.response
        return CallRecord(
            kind=kind,
            operation=self.request.operation,
            method=self.request.method,
            url=_shown(self.url),
            attempt=self.attempt,
            status=response.status if response else None,
            duration_ms=round(elapsed * 1000),
            outcome=self._outcome(),
            request_body=masker(self.request.content_type, self.request.content),
            response_body=_answer_body(response, masker),
            error_kind=error.kind if error else "",
            error_code=error.code if error else "",
            error=error.message if error else "",
            request_id=error.request_id if error else "",
        )

    def _outcome(self) -> CallOutcome:
        if self.error is not None:
            return outcome_of(self.error)
        return CallOutcome.OK if self.understood else CallOutcome.UNKNOWN


def _understand(read: Callable[[HttpResponse], T], response: HttpResponse) -> T:
    try:
        return read(response)
    except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError) as error:
        # A mapper met a shape it does not know: the work may be done all the same.
        raise malformed("对方应答的结构不符合约定，结果未知") from error


def _shown(url: str) -> str:
    try:
        address = httpx.URL(url)
    except httpx.InvalidURL:
        return "<invalid address>"
    return str(address.copy_with(query=None, fragment=None, username="", password=""))


def _answer_body(response: HttpResponse | None, masker: Masker) -> str:
    if response is None:
        return ""
    return masker(response.headers.get("content-type", ""), response.content)


def _readable(response: HttpResponse, request: HttpRequest) -> bool:
    return 200 <= response.status < 300 or response.status in request.accept
