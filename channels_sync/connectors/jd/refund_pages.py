"""JD's two lists of refunds: applications before the goods leave, services after.

Neither can be asked for by what changed, only by when it was applied for and when it was decided
on; the money moves later. So once an hour the decisions of ten days are looked through again.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from channels_sync.connectors.jd import audits, codes
from channels_sync.connectors.jd.api import Api
from channels_sync.connectors.jd.envelope import Answer
from channels_sync.connectors.jd.refund_numbers import (
    APPLICATION,
    SERVICE,
    latest_moment,
    number_of,
    order_of,
    own_number,
)
from channels_sync.connectors.loose import Loose, beijing, dump
from channels_sync.connectors.pulling import PulledRefund, RefundPage
from channels_sync.dto import Unreadable
from oms.integration.errors import ErrorKind, IntegrationError

SIZE = 50
LAST_PAGE = 100
_LOOK_BACK = timedelta(days=10) - timedelta(minutes=1)
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


def fetch(
    api: Api,
    *,
    since: datetime,
    until: datetime,
    cursor: str | None,
    vender: Callable[[], str],
) -> RefundPage:
    """Fetch a page of the round; ``vender`` asks for JD's number of the merchant.

    :raises IntegrationError: in JD's words
    """
    name, _mark, page_no = (cursor or f"{next(iter(_STAGES))}|1").partition("|")
    stage, page = _STAGES[name], int(page_no)
    is_hourly = name in _DECIDED and until.minute == 0
    begin = until - _LOOK_BACK if is_hourly else since
    window = dict(zip(stage.times, (beijing(begin), beijing(until)), strict=True))
    rows, total = _ask(api, stage.source, window, page)
    if stage.source == SERVICE:
        rows = [_with_term(api, row, vender) for row in rows]
    has_more = page * SIZE < total and page < LAST_PAGE
    following = f"{name}|{page + 1}" if has_more else _after(name)
    refunds = tuple(_pulled(stage.source, row) for row in rows)
    return RefundPage(refunds=refunds, cursor=following)


def fetch_one(api: Api, channel_refund_no: str) -> PulledRefund | None:
    """:raises IntegrationError: in JD's words"""
    row = application(api, channel_refund_no)
    return _pulled(APPLICATION, row) if row else None


def application(api: Api, channel_refund_no: str) -> Node | None:
    """Return an application as it is now; None if there is none.

    :raises IntegrationError: in JD's words
    """
    ids = {"ids": str(own_number(channel_refund_no))}
    rows, _total = _ask(api, APPLICATION, ids, 1)
    return rows[0] if rows else None


def applications_of(api: Api, order_no: str) -> list[Node]:
    """Return the applications on an order.

    :raises IntegrationError: in JD's words
    """
    rows, _total = _ask(api, APPLICATION, {"orderId": order_no}, 1)
    return rows


def _with_term(api: Api, row: Node, vender: Callable[[], str]) -> Node:
    """Add until when JD waits for us; a service whose term it does not tell is read all the same.

    :raises IntegrationError: if JD is out of reach
    """
    bill = row.get("sameOrderServiceBill") or {}
    if not audits.waits(bill):
        return row
    number = str(bill.get("serviceId") or "")
    try:
        params = audits.to_waiting_question(number, vender=vender())
        term = api.ask(audits.WAITING, params, lambda told: audits.term_of(told, number))
    except IntegrationError as error:
        # An answer of a shape that no document shows would stop the requests themselves for ever.
        if error.kind is not ErrorKind.FATAL and error.code != "malformed":
            raise
        return row
    return {**row, codes.TERM: term}


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
    try:
        modified_at = latest_moment(source, Loose(row))
    except Unreadable:
        modified_at = None
    return PulledRefund(
        channel_refund_no=number_of(source, row),
        channel_order_no=order_of(source, row),
        modified_at=modified_at,
        payload=dump({source: row}),
    )
