"""The books of one platform's market: numbers, the written order, the told change."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from channels_sync.simulator.market.changes import Change, What
from channels_sync.simulator.market.orders import Order
from channels_sync.simulator.market.refunds import Refund
from channels_sync.simulator.market.refusals import NotFound
from channels_sync.simulator.market.store import MarketStore


class Numbered(StrEnum):
    """What gets a number of its own."""

    ORDER = "order"
    LINE = "line"
    REFUND = "refund"
    PARCEL = "parcel"


Numbering = Callable[[Numbered, int, datetime], str]


class Ledger:
    """Keeps and tells; ``announce`` is called for every change, after it was written."""

    def __init__(
        self, store: MarketStore, numbering: Numbering, announce: Callable[[Change], None]
    ) -> None:
        self.store = store
        self._numbering = numbering
        self._announce = announce
        # A document is read, changed and written: two acts must not overlap.
        self.lock = threading.RLock()

    def order(self, number: str) -> Order:
        """:raises NotFound: if there is none"""
        found = self.store.order(number)
        if found is None:
            raise NotFound("没有这个订单")
        return found

    def refund(self, number: str) -> Refund:
        """:raises NotFound: if there is none"""
        found = self.store.refund(number)
        if found is None:
            raise NotFound("没有这个退款单")
        return found

    def number(self, what: Numbered, at: datetime) -> str:
        return self._numbering(what, self.store.next_number(), at)

    def keep(self, order: Order, what: What, *, at: datetime, **changes: Any) -> Order:
        """Write an order as it now is, and tell the change."""
        at = at.replace(microsecond=0)
        kept = replace(order, modified_at=at, **changes)
        self.store.save(kept)
        self._announce(Change(what=what, order_no=order.number, at=at))
        return kept

    def keep_refund(self, refund: Refund, what: What, *, at: datetime, **changes: Any) -> Refund:
        """Write a refund as it now is; its order counts as changed too."""
        at = at.replace(microsecond=0)
        kept = replace(refund, modified_at=at, **changes)
        self.store.save_refund(kept)
        self.store.save(replace(self.order(refund.order_no), modified_at=at))
        told = Change(what=what, order_no=refund.order_no, refund_no=refund.number, at=at)
        self._announce(told)
        return kept
