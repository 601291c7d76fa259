"""A clock that only moves when told to, a log that remembers, and servers without sockets."""

from collections.abc import Callable, Iterator

import httpx

from oms.integration.http import Clockwork, Http, Timeouts
from oms.integration.masking import mask_body
from oms.integration.pacing import RateLimit, RetryPolicy
from oms.integration.wire import CallRecord

BASE = "https://carrier.example.com/std/service"
Answer = Callable[[httpx.Request], httpx.Response]


class FakeTime:
    """Seconds since the start; ``sleep`` moves them on and is written down."""

    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    def clockwork(self) -> Clockwork:
        return Clockwork(clock=lambda: self.now, sleep=self.sleep, jitter=lambda: 0.0)


class Line:
    """An Http over a scripted server: each answer is used once, the last one for ever."""

    def __init__(
        self,
        *answers: Answer,
        rate: RateLimit | None = None,
        retry: RetryPolicy = RetryPolicy(),  # noqa: B008 - frozen
        largest: int = 10_000,
        base_url: str = BASE,
    ) -> None:
        self.time = FakeTime()
        self.records: list[CallRecord] = []
        self.requests: list[httpx.Request] = []
        self._answers = list(answers)
        self.http = Http(
            kind="test",
            base_url=base_url,
            log=self.records.append,
            masker=mask_body,
            timeouts=Timeouts(total=30),
            rate=rate,
            retry=retry,
            largest_response=largest,
            transport=httpx.MockTransport(self._answer),
            clockwork=self.time.clockwork(),
        )

    def _answer(self, request: httpx.Request) -> httpx.Response:
        request.read()
        self.requests.append(request)
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        return answer(request)


def says(body: str, *, status: int = 200, **headers: str) -> Answer:
    """Answer JSON text. A header is given as ``retry_after="3"``."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    named.setdefault("content-type", "application/json")
    return lambda _request: httpx.Response(status, text=body, headers=named)


def fails(error: type[httpx.HTTPError]) -> Answer:
    """Break the line in a given way."""

    def answer(request: httpx.Request) -> httpx.Response:
        raise (
            error("broken")
            if not issubclass(error, httpx.RequestError)
            else error("broken", request=request)
        )

    return answer


class Trickle(httpx.SyncByteStream):
    """A body that arrives piece by piece, each piece some seconds after the last."""

    def __init__(self, time: FakeTime, pieces: int, seconds: float) -> None:
        self._time = time
        self._pieces = pieces
        self._seconds = seconds

    def __iter__(self) -> Iterator[bytes]:
        for _ in range(self._pieces):
            self._time.now += self._seconds
            yield b"x"
