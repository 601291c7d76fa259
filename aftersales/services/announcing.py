"""What the other apps are told of a decision: enough for the channel to answer its own request."""

from dataclasses import dataclass
from datetime import datetime

from aftersales.models import AfterSalesCase
from oms.events import bus
from oms.events.types import ReturnApproved, ReturnRejected


@dataclass(frozen=True, slots=True)
class CaseApproved(ReturnApproved):
    """The lists run side by side; a refund number is "" for a request that no platform knows."""

    order_ids: list[int]
    channel_refund_nos: list[str]


@dataclass(frozen=True, slots=True)
class CaseRejected(ReturnRejected):
    """As ``CaseApproved``."""

    order_ids: list[int]
    channel_refund_nos: list[str]


def approved(case: AfterSalesCase, *, now: datetime) -> None:
    number = case.channel_refund_no or ""
    bus.publish(CaseApproved([case.case_no], [case.order_id], [number]), now=now)


def rejected(case: AfterSalesCase, *, now: datetime) -> None:
    number = case.channel_refund_no or ""
    bus.publish(CaseRejected([case.case_no], [case.order_id], [number]), now=now)
