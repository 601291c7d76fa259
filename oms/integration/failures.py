"""Turn a broken line and a bad status into an IntegrationError.

The line drawn here is the important one: a request that never left may be repeated freely, one
that did leave may have been carried out.
"""

import re
from collections.abc import Mapping
from datetime import timedelta
from email.utils import parsedate_to_datetime

from oms.integration.errors import ErrorKind, IntegrationError

_SECONDS = re.compile(r"[0-9]{1,6}(\.[0-9]{1,3})?")
_REFUSED_BEFORE_WORK = frozenset({401, 403, 429})


def from_transport(name: str, *, sent: bool) -> IntegrationError:
    """Class a failure below HTTP, called ``name``: connecting, sending, waiting, reading."""
    return IntegrationError(
        "请求已发出但没有收到应答，结果未知" if sent else "无法连接对方服务，请求未发出",
        kind=ErrorKind.RETRY,
        code=f"net:{name}",
        outcome_unknown=sent,
    )


def bad_address() -> IntegrationError:
    """Build the error for an address that is none; it is a setting, or came from the other side."""
    return IntegrationError("接口地址无效，请求未发出", kind=ErrorKind.FATAL, code="local:address")


def from_status(status: int, headers: Mapping[str, str]) -> IntegrationError:
    """Class an answer whose status is not one the caller reads itself."""
    return IntegrationError(
        f"对方服务返回 HTTP {status}",
        kind=_kind_of(status),
        code=f"http:{status}",
        request_id=headers.get("x-request-id", ""),
        retry_after=retry_after(headers),
        outcome_unknown=status >= 500 or status == 408,
    )


def too_large(limit: int) -> IntegrationError:
    """Build the error for an answer of more than ``limit`` bytes: refused, though work was done."""
    return IntegrationError(
        f"对方的应答超过 {limit} 字节，已拒收",
        kind=ErrorKind.FATAL,
        code="too_large",
        outcome_unknown=True,
    )


def too_slow(seconds: float) -> IntegrationError:
    """Build the error for an answer that trickles in past the whole call's time limit."""
    return IntegrationError(
        f"对方未在 {seconds:g} 秒内完成应答，结果未知",
        kind=ErrorKind.RETRY,
        code="net:deadline",
        outcome_unknown=True,
    )


def retry_after(headers: Mapping[str, str]) -> timedelta | None:
    """Read a Retry-After header, in seconds or as a date (RFC 9110, 10.2.3).

    Shopify writes a fraction of seconds ("2.0"), which the standard does not know. A date is
    measured against the answer's own Date header: their clock, not ours.
    """
    hint = headers.get("retry-after", "").strip()
    if _SECONDS.fullmatch(hint):
        return timedelta(seconds=float(hint))
    try:
        return parsedate_to_datetime(hint) - parsedate_to_datetime(headers.get("date", ""))
    except (TypeError, ValueError):
        return None


def _kind_of(status: int) -> ErrorKind:
    if status == 429:
        return ErrorKind.THROTTLE
    if status in _REFUSED_BEFORE_WORK:
        return ErrorKind.REAUTHORIZE
    if status >= 500 or status == 408:
        return ErrorKind.RETRY
    return ErrorKind.FATAL
