"""What Pinduoduo itself says went back, by order: its list of requests, half an hour at a time.

A request stands in the window of its last change (``pdd.refund.list.increment.get``), so that all
windows since a day began hold every request on the orders of that day.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from channels_sync.connectors.pinduoduo.api import Answer, Api
from channels_sync.connectors.tokens import TokenSource

PAGE = 100
LIST = "pdd.refund.list.increment.get"
_WINDOW = timedelta(minutes=30)
_SECOND = timedelta(seconds=1)
_PAID_BACK = 10
"""``after_sales_status``; exchanges and repairs that ended well, 16 and 25, bring no money."""
Node = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Requests:
    """The requests on the orders of a day, by their number."""

    rows: Mapping[str, Node]

    def back(self, order_no: str) -> Decimal:
        """Return how much of an order went back."""
        paid = (row for row in self._of(order_no) if int(row["after_sales_status"]) == _PAID_BACK)
        return sum((Decimal(str(row["refund_amount"])) for row in paid), Decimal(0))

    def _of(self, order_no: str) -> Iterator[Node]:
        return (row for row in self.rows.values() if str(row["order_sn"]) == order_no)


def read(api: Api, tokens: TokenSource, *, since: datetime, until: datetime) -> Requests:
    """Read all requests that changed in [since, until); one that moves on is read where it is then.

    :raises IntegrationError: in Pinduoduo's words
    """
    found: dict[str, Node] = {}
    begin = since
    while begin < until:
        end = min(begin + _WINDOW, until)
        for row in _window(api, tokens, begin, end):
            found[str(row["id"])] = row
        begin = end
    return Requests(found)


def _window(api: Api, tokens: TokenSource, begin: datetime, end: datetime) -> Iterator[Node]:
    """From the last page to the first: what leaves the window moves rows that way."""
    total, first = _ask(api, tokens, begin, end, 1)
    for page in range(-(-total // PAGE), 1, -1):
        yield from _ask(api, tokens, begin, end, page)[1]
    yield from _ask(api, tokens, begin, end, 1)[1] if total > PAGE else first


def _ask(
    api: Api, tokens: TokenSource, begin: datetime, end: datetime, page: int
) -> tuple[int, list[Node]]:
    params = {
        "after_sales_type": "1",
        "after_sales_status": "1",
        "start_updated_at": str(int(begin.timestamp())),
        # Both ends belong to the platform's window.
        "end_updated_at": str(int((end - _SECOND).timestamp())),
        "page": str(page),
        "page_size": str(PAGE),
    }
    return api.ask(LIST, params, _found, tokens=tokens)


def _found(answer: Answer) -> tuple[int, list[Node]]:
    rows: list[Node] = [dict(row) for row in answer.get("refund_list") or []]
    for row in rows:
        _ = row["id"], row["order_sn"], int(row["after_sales_status"]), row["refund_amount"]
    return int(answer["total_count"]), rows
