"""What the other apps are told of a decision: enough for the channel to answer its own request."""

from datetime import datetime

from aftersales.models import AfterSalesCase
from oms.events import bus
from oms.events.types import ReturnApproved, ReturnRejected


def approved(case: AfterSalesCase, *, now: datetime) -> None:
    number = case.channel_refund_no or ""
    bus.publish(ReturnApproved([case.case_no], [case.order_id], [number]), now=now)


def rejected(case: AfterSalesCase, *, now: datetime) -> None:
    number = case.channel_refund_no or ""
    told = ReturnRejected([case.case_no], [case.order_id], [number], [case.refusal_code])
    bus.publish(told, now=now)
