"""A day in the shop: minutes pass, and the worker does what it does in each."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from oms.dto import IncomingOrder
from oms.models import FulfillmentOrder, MergeGroup, Order
from oms.scheduling import mark_success, single_flight
from oms.services.dispatch import dispatch
from oms.services.merging import scan
from tests.factories.incoming import Shop, at, incoming_order, revised


@dataclass
class Day:
    """The dispatcher runs every minute, the merge scan every five; ``scans`` may be put off."""

    shop: Shop
    minute: int = 0
    scans: bool = True
    told: dict[str, IncomingOrder] = field(default_factory=dict)

    @property
    def now(self) -> datetime:
        return at(self.minute)

    def until(self, minute: int) -> None:
        """Let the minutes pass, this one and the last included."""
        self.work()
        while self.minute < minute:
            self.minute += 1
            self.work()

    def work(self) -> None:
        dispatch(now=self.now)
        if self.scans and self.minute % 5 == 0:
            with single_flight(scan.LEASE):
                scan.scan(now=self.now)
                mark_success(scan.LEASE, at=self.now)

    def order(self, number: str, *, shop: Shop | None = None, **told: Any) -> Order:
        """A paid order comes in at this minute."""
        self.told[number] = incoming_order(number, **told)
        return (shop or self.shop).take_in(self.told[number], now=self.now)

    def revise(self, number: str, **told: Any) -> None:
        """The channel tells a newer revision of it at this minute."""
        self.told[number] = revised(self.told[number], **told)
        self.shop.tell(self.told[number], now=self.now)


def status_of(order: Order) -> str:
    return Order.objects.values_list("status", flat=True).get(pk=order.pk)


def group_of(order: Order) -> MergeGroup:
    return MergeGroup.objects.get(memberships__order=order, memberships__left_at=None)


def are_together(*orders: Order) -> bool:
    """Tell whether the orders are merged with each other, on one living document."""
    groups = {
        MergeGroup.objects.filter(memberships__order=order, memberships__left_at=None).first()
        for order in orders
    }
    group = groups.pop()
    if groups or group is None:
        return False
    return FulfillmentOrder.objects.filter(merge_group=group).exclude(status="cancelled").exists()
