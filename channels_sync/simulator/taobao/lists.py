"""TOP's lists: what changed, a day at most, and what was ordered, the latest first of both."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from channels_sync.simulator.taobao.errors import invalid, missing
from channels_sync.simulator.taobao.gate import moment

T = TypeVar("T")
Document = dict[str, Any]
LARGEST_PAGE, LONGEST_WINDOW = 100, timedelta(days=1)
_FIRST, _LAST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
_USUAL_PAGE = 40


def window(form: Mapping[str, str]) -> tuple[datetime, datetime]:
    """:raises TopError: if it is missing, no window, or too long"""
    for name in ("start_modified", "end_modified"):
        if not form.get(name):
            raise missing(name)
    since, until = (_moment(form, name, _FIRST) for name in ("start_modified", "end_modified"))
    if not timedelta(0) <= until - since <= LONGEST_WINDOW:
        raise invalid("end_modified", "开始与结束时间的跨度不能超过一天")
    return since, until


def created_window(form: Mapping[str, str]) -> tuple[datetime, datetime]:
    """Either end may be left out.

    :raises TopError: if it is no window
    """
    since = _moment(form, "start_created", _FIRST)
    until = _moment(form, "end_created", _LAST)
    if since > until:
        raise invalid("end_created", "开始时间不能晚于结束时间")
    return since, until


def paged(
    form: Mapping[str, str],
    found: Sequence[T],
    write: Callable[[T], Document],
    *,
    outer: str,
    inner: str,
) -> Document:
    """Cut out a page of rows that are sorted, the oldest first, and turn it round."""
    page, size = _number(form, "page_no", 1), _number(form, "page_size", _USUAL_PAGE)
    if size > LARGEST_PAGE:
        raise invalid("page_size", f"每页不能超过 {LARGEST_PAGE} 条")
    latest_first = list(reversed(found))
    rows = [write(row) for row in latest_first[(page - 1) * size : page * size]]
    # An empty list is left out as a whole.
    told: Document = {outer: {inner: rows}} if rows else {}
    if form.get("use_has_next") == "true":
        return told | {"has_next": page * size < len(found)}
    return told | {"total_results": len(found)}


def _moment(form: Mapping[str, str], name: str, default: datetime) -> datetime:
    try:
        return moment(form[name]) if form.get(name) else default
    except ValueError:
        raise invalid(name, "时间格式不正确") from None


def _number(form: Mapping[str, str], name: str, usual: int) -> int:
    value = form.get(name) or str(usual)
    if not value.isdecimal() or int(value) < 1:
        raise invalid(name)
    return int(value)
