from datetime import timedelta

import pytest

from oms.integration import failures
from oms.integration.errors import ErrorKind

DATE = "Sun, 22 Nov 2026 08:00:00 GMT"


@pytest.mark.parametrize(
    ("status", "kind", "unknown"),
    [
        (302, ErrorKind.FATAL, False),
        (400, ErrorKind.FATAL, False),
        (401, ErrorKind.REAUTHORIZE, False),
        (403, ErrorKind.REAUTHORIZE, False),
        (404, ErrorKind.FATAL, False),
        (408, ErrorKind.RETRY, True),
        (429, ErrorKind.THROTTLE, False),
        (500, ErrorKind.RETRY, True),
        (502, ErrorKind.RETRY, True),
        (503, ErrorKind.RETRY, True),
        (504, ErrorKind.RETRY, True),
    ],
)
def test_status_tells_what_to_do(status: int, kind: ErrorKind, unknown: bool) -> None:
    error = failures.from_status(status, {})
    assert (error.kind, error.outcome_unknown, error.code) == (kind, unknown, f"http:{status}")


@pytest.mark.parametrize("sent", [False, True])
def test_only_what_was_sent_may_have_been_done(sent: bool) -> None:
    error = failures.from_transport("ReadTimeout", sent=sent)
    assert (error.kind, error.outcome_unknown) == (ErrorKind.RETRY, sent)


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({}, None),
        ({"retry-after": "3"}, timedelta(seconds=3)),
        ({"retry-after": "2.0"}, timedelta(seconds=2)),
        ({"retry-after": " 120 "}, timedelta(minutes=2)),
        ({"retry-after": "Sun, 22 Nov 2026 08:00:30 GMT", "date": DATE}, timedelta(seconds=30)),
        ({"retry-after": "Sun, 22 Nov 2026 08:00:30 GMT"}, None),
        ({"retry-after": "soon", "date": DATE}, None),
        ({"retry-after": "-5"}, None),
    ],
)
def test_retry_after_is_read_as_seconds_or_date(
    headers: dict[str, str], wait: timedelta | None
) -> None:
    assert failures.retry_after(headers) == wait


def test_answer_too_large_is_no_reason_to_repeat() -> None:
    error = failures.too_large(10)
    assert (error.retryable, error.outcome_unknown) == (False, True)
