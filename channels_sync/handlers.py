"""What a channel is told when something happened here. Handlers only write the jobs down."""

from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import zip_longest

from channels_sync.services.push import by_hand, queueing, renumbering
from channels_sync.services.stock import marking
from oms.events.bus import handles
from oms.events.types import (
    OrdersNoted,
    PackagesLabelled,
    PackagesOpened,
    PackagesScanned,
    PackagesShipped,
    PackagesWeighed,
    RefundConfirmed,
    RefundDoneByPlatform,
    RefundRequested,
    ReturnApproved,
    ReturnRejected,
    StockChanged,
    UploadMomentChanged,
    UploadWanted,
)

Answering = Callable[..., None]


@handles(StockChanged)
def mark_listings(*, sku_ids: list[int], now: datetime, **_newer: object) -> None:
    marking.mark_skus(sku_ids, now=now)


@handles(PackagesLabelled)
@handles(PackagesWeighed)
@handles(PackagesShipped)
@handles(PackagesScanned)
def upload_tracking(*, shipment_ids: list[int], now: datetime, **_newer: object) -> None:
    """Each of these may be the moment of one store or another."""
    queueing.queue_shipments(shipment_ids, now=now)


@handles(UploadWanted)
def upload_at_once(*, shipment_ids: list[int], now: datetime, **_newer: object) -> None:
    queueing.queue_shipments(shipment_ids, now=now, at_once=True)


@handles(UploadMomentChanged)
def catch_up(*, store_ids: list[int], now: datetime, **_newer: object) -> None:
    queueing.catch_up(store_ids, now=now)


@handles(PackagesLabelled)
def follow_labels(*, shipment_ids: list[int], now: datetime, **_newer: object) -> None:
    """The channel may know the parcel by a number that was voided since."""
    renumbering.follow_labels(shipment_ids, now=now)


@handles(PackagesOpened)
def follow_opened(*, shipment_ids: list[int], now: datetime, **_newer: object) -> None:
    renumbering.follow_opened(shipment_ids, now=now)


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
    _answer(case_nos, order_ids, channel_refund_nos, (), is_agreed=True, now=now)


@handles(ReturnRejected)
def refuse_returns(
    *,
    case_nos: list[str],
    now: datetime,
    order_ids: Sequence[int] = (),
    channel_refund_nos: Sequence[str] = (),
    refusal_codes: Sequence[str] = (),
    **_newer: object,
) -> None:
    _answer(case_nos, order_ids, channel_refund_nos, refusal_codes, is_agreed=False, now=now)


def _answer(
    case_nos: Sequence[str],
    order_ids: Sequence[int],
    channel_refund_nos: Sequence[str],
    refusal_codes: Sequence[str],
    *,
    is_agreed: bool,
    now: datetime,
) -> None:
    """Answer what the channel itself asked; a case that came by phone is not its business."""
    told = zip_longest(case_nos, order_ids, channel_refund_nos, refusal_codes)
    for case_no, order_id, asked, code in told:
        if case_no and order_id and asked:
            queueing.queue_answer(
                order_id,
                case_no=case_no,
                channel_refund_no=asked,
                is_agreed=is_agreed,
                now=now,
                refusal_code=code or "",
            )
