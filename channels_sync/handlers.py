"""What a channel is told when something happened here. Handlers only write the jobs down."""

from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import zip_longest

from channels_sync.services.push import by_hand, queueing
from channels_sync.services.stock import marking
from oms.events.bus import handles
from oms.events.types import (
    OrdersNoted,
    PackagesShipped,
    RefundConfirmed,
    RefundDoneByPlatform,
    RefundRequested,
    ReturnApproved,
    ReturnRejected,
    StockChanged,
)

Answering = Callable[..., None]


@handles(StockChanged)
def mark_listings(*, sku_ids: list[int], now: datetime, **_newer: object) -> None:
    marking.mark_skus(sku_ids, now=now)


@handles(PackagesShipped)
def upload_tracking(*, shipment_ids: list[int], now: datetime, **_newer: object) -> None:
    queueing.queue_shipments(shipment_ids, now=now)


@handles(RefundRequested)
def send_refunds(*, refund_ids: list[int], now: datetime, **_newer: object) -> None:
    queueing.queue_refunds(refund_ids, now=now)


@handles(OrdersNoted)
def send_memos(*, order_ids: list[int], now: datetime, **_newer: object) -> None:
    queueing.queue_memos(order_ids, now=now)


@handles(RefundConfirmed)
def end_confirmed(*, refund_ids: list[int], now: datetime, **_newer: object) -> None:
    by_hand.end_paid_back(refund_ids, now=now)


@handles(RefundDoneByPlatform)
def end_done_by_platform(*, refund_ids: list[int], now: datetime, **_newer: object) -> None:
    by_hand.end_paid_back(refund_ids, now=now)


@handles(ReturnApproved)
def agree_to_returns(
    *,
    case_nos: list[str],
    now: datetime,
    order_ids: Sequence[int] = (),
    channel_refund_nos: Sequence[str] = (),
    **_newer: object,
) -> None:
    _answer(case_nos, order_ids, channel_refund_nos, is_agreed=True, now=now)


@handles(ReturnRejected)
def refuse_returns(
    *,
    case_nos: list[str],
    now: datetime,
    order_ids: Sequence[int] = (),
    channel_refund_nos: Sequence[str] = (),
    **_newer: object,
) -> None:
    _answer(case_nos, order_ids, channel_refund_nos, is_agreed=False, now=now)


def _answer(
    case_nos: Sequence[str],
    order_ids: Sequence[int],
    channel_refund_nos: Sequence[str],
    *,
    is_agreed: bool,
    now: datetime,
) -> None:
    """Answer what the channel itself asked; a case that came by phone is not its business."""
    for case_no, order_id, asked in zip_longest(case_nos, order_ids, channel_refund_nos):
        if case_no and order_id and asked:
            queueing.queue_answer(
                order_id, case_no=case_no, channel_refund_no=asked, is_agreed=is_agreed, now=now
            )
