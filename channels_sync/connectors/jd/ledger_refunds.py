"""What JD itself says went back, by order: its two lists of refunds, by when they were asked for.

Applications before the goods leave (``refundapply.queryPageList``) count in fen, services after
(``asc.serviceAndRefund.view``) in yuan; of the latter a question spans seven days at most. A moment
of asking does not change, so that page numbers hold.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from itertools import chain
from typing import Any

from channels_sync.connectors.jd.api import Api
from channels_sync.connectors.jd.envelope import Answer
from channels_sync.connectors.loose import beijing

APPLICATIONS = "jingdong.pop.afs.soa.refundapply.queryPageList"
SERVICES = "jingdong.asc.serviceAndRefund.view"
PAGE, LAST_PAGE = 50, 100
_AGREED = frozenset({3, 9})
"""``status`` of an application: accounting agreed, closed by force and paid back."""
_PAID_BACK = 13
_CENT = Decimal("0.01")
Node = Mapping[str, Any]
Back = tuple[str, Decimal]
"""An order, and yuan that went back of it by one request."""


def read(api: Api, *, since: datetime, until: datetime) -> Mapping[str, Decimal] | None:
    """Return how much went back by order, of what was asked for in [since, until]; None if there is
    more than JD shows. An order that is not named got nothing back.

    :raises IntegrationError: in JD's words
    """
    times = beijing(since), beijing(until)
    asked = dict(zip(("applyTimeStart", "applyTimeEnd"), times, strict=True))
    serviced = dict(zip(("applyTimeBegin", "applyTimeEnd"), times, strict=True))
    back: dict[str, Decimal] = defaultdict(Decimal)
    try:
        for order, amount in chain(
            _rows(api, APPLICATIONS, asked, "pageIndex", _applications),
            _rows(api, SERVICES, serviced, "pageNumber", _services),
        ):
            back[order] += amount
    except _TooMany:
        return None
    return back


class _TooMany(Exception):
    """There are more rows than JD shows of one question."""


def _rows(
    api: Api, method: str, span: Node, numbered: str, read_page: Callable[[Answer], list[Back]]
) -> Iterator[Back]:
    for page in range(1, LAST_PAGE + 1):
        params = {**span, numbered: page, "pageSize": PAGE}
        total, rows = api.ask(
            method, params, lambda told: (int(told["totalCount"]), read_page(told))
        )
        if total > PAGE * LAST_PAGE:
            raise _TooMany
        yield from rows
        if page * PAGE >= total or not rows:
            return


def _applications(answer: Answer) -> list[Back]:
    return [
        (str(row["orderId"]), int(row["applyRefundSum"]) * _CENT if _is_agreed(row) else Decimal(0))
        for row in answer.get("result") or []
    ]


def _is_agreed(row: Node) -> bool:
    return int(row["status"]) in _AGREED


def _services(answer: Answer) -> list[Back]:
    return [
        (
            str(row["sameOrderServiceBill"]["orderId"]),
            Decimal(str(row["refoundAmount"])) if _is_paid(row) else Decimal(0),
        )
        for row in answer.get("data") or []
    ]


def _is_paid(row: Node) -> bool:
    return int(row.get("status") or 0) == _PAID_BACK
