"""JD's two lists of refunds: applications before the goods leave, services after.

Neither can be asked for by what changed, only by when it was applied for and when it was decided
on; the money moves later. So once an hour the decisions of ten days are looked through again.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from channels_sync.connectors.jd.api import Api
from channels_sync.connectors.jd.envelope import Answer
from channels_sync.connectors.loose import Loose, beijing, dump
from channels_sync.connectors.pulling import PulledRefund, RefundPage
from channels_sync.dto import Unreadable
from oms.integration.errors import ErrorKind, IntegrationError

SIZE = 50
LAST_PAGE = 100
_LOOK_BACK = timedelta(days=10) - timedelta(minutes=1)
APPLICATION, SERVICE = "refundapply", "serviceAndRefund"
_APPLICATIONS = "jingdong.pop.afs.soa.refundapply.queryPageList"
_SERVICES = "jingdong.asc.serviceAndRefund.view"
Node = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Stage:
    """One question of the round. ``times`` are its two parameters."""

    source: str
    times: tuple[str, str]


_STAGES = {
    "applied": _Stage(APPLICATION, ("applyTimeStart", "applyTimeEnd")),
    "checked": _Stage(APPLICATION, ("checkTimeStart", "checkTimeEnd")),
    "asked": _Stage(SERVICE, ("applyTimeBegin", "applyTimeEnd")),
    "approved": _Stage(SERVICE, ("approveTimeBegin", "approveTimeEnd")),
}
_DECIDED = frozenset({"checked", "approved"})


def number(text: str) -> int:
    """Return a number of JD's as the JSON number that it wants.

    :raises IntegrationError: fatal, if it is none
    """
    if not (text.isascii() and text.isdecimal()):
        raise IntegrationError("京东的单号应为数字", kind=ErrorKind.FATAL, code="local:number")
    return int(text)


def is_application(channel_refund_no: str) -> bool:
    return channel_refund_no.startswith("R")


def application_of(channel_refund_no: str) -> int:
    """:raises IntegrationError: fatal, if it is no number of an application"""
    return number(channel_refund_no.removeprefix("R"))


def fetch(api: Api, *, since: datetime, until: datetime, cursor: str | None) -> RefundPage:
    """Fetch a page of the round.

    :raises IntegrationError: in JD's words
    """
    name, _mark, page_no = (cursor or f"{next(iter(_STAGES))}|1").partition("|")
    stage, page = _STAGES[name], int(page_no)
    is_hourly = name in _DECIDED and until.minute == 0
    begin = until - _LOOK_BACK if is_hourly else since
    window = dict(zip(stage.times, (beijing(begin), beijing(until)), strict=True))
    rows, total = _ask(api, stage.source, window, page)
    has_more = page * SIZE < total and page < LAST_PAGE
    following = f"{name}|{page + 1}" if has_more else _after(name)
    refunds = tuple(_pulled(stage.source, row) for row in rows)
    return RefundPage(refunds=refunds, cursor=following)


def fetch_one(api: Api, channel_refund_no: str) -> PulledRefund | None:
    """:raises IntegrationError: in JD's words"""
    ids = {"ids": str(application_of(channel_refund_no))}
    rows, _total = _ask(api, APPLICATION, ids, 1)
    return _pulled(APPLICATION, rows[0]) if rows else None


def applications_of(api: Api, order_no: str) -> list[Node]:
    """Return the applications on an order.

    :raises IntegrationError: in JD's words
    """
    rows, _total = _ask(api, APPLICATION, {"orderId": order_no}, 1)
    return rows


def _after(name: str) -> str | None:
    names = list(_STAGES)
    at = names.index(name) + 1
    return f"{names[at]}|1" if at < len(names) else None


def _ask(api: Api, source: str, window: Mapping[str, object], page: int) -> tuple[list[Node], int]:
    if source == APPLICATION:
        params = {**window, "pageIndex": page, "pageSize": SIZE}
        return api.ask(_APPLICATIONS, params, _rows("result"))
    return api.ask(_SERVICES, {**window, "pageNumber": page, "pageSize": SIZE}, _rows("data"))


def _rows(key: str) -> Callable[[Answer], tuple[list[Node], int]]:
    def read(answer: Answer) -> tuple[list[Node], int]:
        return [dict(row) for row in answer.get(key) or []], int(answer.get("totalCount") or 0)

    return read


def _pulled(source: str, row: Node) -> PulledRefund:
    bill = row.get("sameOrderServiceBill") or {}
    is_service = source == SERVICE
    own = f"S{bill.get('serviceId') or ''}" if is_service else f"R{row.get('id') or ''}"
    return PulledRefund(
        channel_refund_no=own,
        channel_order_no=str((bill if is_service else row).get("orderId") or ""),
        modified_at=modified_at(source, row),
        payload=dump({source: row}),
    )


def modified_at(source: str, row: Node) -> datetime | None:
    """Return the latest moment that is told of a refund."""
    node = Loose(row)
    try:
        if source == APPLICATION:
            moments = [node.moment(key) for key in ("modified", "checkTime", "applyTime")]
        else:
            bill = node.inside("sameOrderServiceBill")
            moments = [node.moment("completeTime"), bill.moment("afsApplyTime")]
    except Unreadable:
        return None
    return max(filter(None, moments), default=None)
