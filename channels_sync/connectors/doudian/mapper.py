"""From an order as Doudian tells it to the value that the core takes in. Pure.

``/order/searchList`` and ``/order/orderDetail`` write the same shop order. Amounts are whole fen,
moments seconds since 1970 (0 is none), and ids texts of 19 digits.
"""

from datetime import datetime
from decimal import Decimal

from channels_sync.connectors.doudian import codes
from channels_sync.connectors.doudian.lines import is_refunding, to_lines, warehouse_of
from channels_sync.connectors.doudian.receiver import to_receiver
from channels_sync.connectors.fields import Fields
from channels_sync.connectors.values import epoch, fen, needed, parse, reference, rows, truth, whole
from channels_sync.dto import Problem, Unreadable
from oms.dto import (
    ChannelStatus,
    IncomingBuyer,
    IncomingOrder,
    IncomingPayment,
    PaymentPhase,
    PaymentTerms,
)

_SHIPPABLE = (ChannelStatus.PAID, ChannelStatus.PARTLY_SHIPPED)


def to_order(payload: str) -> IncomingOrder:
    """Map an order.

    :raises Unreadable: naming the first field that cannot be understood
    """
    order = Fields.of(parse(payload), "message")
    if not order.has("sku_order_list"):
        raise Unreadable(Problem.NOT_AN_ORDER, "sku_order_list")
    status = _status(order)
    phases = _phases(order)
    paid = _paid(order, phases)
    freight = fen(order, "post_amount")
    lines = to_lines(order, to_share=max(paid - freight, Decimal(0)))
    return IncomingOrder(
        channel_order_no=order.text("order_id", limit=64),
        channel_status=status,
        raw_status=f"{whole(order, 'order_status')}/{whole(order, 'main_status')}",
        channel_modified_at=modified_at(order),
        ordered_at=needed(epoch(order, "create_time"), order, "create_time"),
        paid_at=epoch(order, "pay_time") or max((each.paid_at for each in phases), default=None),
        currency="CNY",
        goods_amount=sum((line.unit_price * line.quantity for line in lines), Decimal(0)),
        freight=freight,
        seller_discount=_seller_discount(order),
        platform_discount=_platform_discount(order),
        paid_amount=paid,
        payments=phases,
        payment_terms=_terms(order, status),
        lines=lines,
        receiver=to_receiver(order),
        buyer=_buyer(order),
        buyer_memo=order.text("buyer_words", limit=2000, default=""),
        seller_memo=order.text("seller_words", limit=2000, default=""),
        seller_flag=_flag(order),
        ship_by=epoch(order, "exp_ship_time"),
        not_before=epoch(order, "appointment_ship_time"),
        appointed_warehouse=warehouse_of(order),
        presale=_is_presale(order),
        platform_hold=_hold(order, status),
    )


def modified_at(order: Fields) -> datetime:
    """:raises Unreadable: if it is not told"""
    return needed(epoch(order, "update_time"), order, "update_time")


def _status(order: Fields) -> ChannelStatus:
    if whole(order, "main_status") in codes.REFUND_ENDED:
        return ChannelStatus.CANCELLED
    if whole(order, "main_status") == codes.DEPOSIT_PAID:
        return ChannelStatus.UNPAID
    try:
        return codes.STATUS[whole(order, "order_status", default=None)]
    except KeyError:
        raise Unreadable(Problem.UNKNOWN_STATUS, "order_status") from None


def _hold(order: Fields, status: ChannelStatus) -> str:
    """Doudian refuses the parcel of an order that it still looks at, or that is asked back."""
    if whole(order, "order_status") == codes.AUDITED and status is ChannelStatus.PAID:
        return "payment under review by the platform"
    is_asked_back = status in _SHIPPABLE and is_refunding(order)
    return "refund requested before shipping" if is_asked_back else ""


def _paid(order: Fields, phases: tuple[IncomingPayment, ...]) -> Decimal:
    """What the buyer gave: without what his way of paying took off."""
    if epoch(order, "pay_time") is None:
        return sum((phase.amount for phase in phases), Decimal(0))
    return fen(order, "pay_amount") - fen(order, "promotion_pay_amount")


def _phases(order: Fields) -> tuple[IncomingPayment, ...]:
    """Return the deposit and the final payment of a presale, as far as they were made."""
    return tuple(
        IncomingPayment(
            payment_no=phase.text("phase_order_id", limit=64),
            amount=fen(phase, "phase_pay_amount"),
            paid_at=needed(epoch(phase, "phase_pay_time"), phase, "phase_pay_time"),
            phase=_phase(phase),
        )
        for phase in rows(order, "order_phase_list")
        if truth(phase, "pay_success")
    )


def _phase(phase: Fields) -> PaymentPhase:
    is_last = whole(phase, "current_phase") >= whole(phase, "total_phase")
    return PaymentPhase.FINAL if is_last else PaymentPhase.DEPOSIT


def _seller_discount(order: Fields) -> Decimal:
    """A price that was changed by hand counts as the seller's too."""
    lowered = max(-fen(order, "modify_amount"), Decimal(0))
    return fen(order, "promotion_shop_amount") + lowered


def _platform_discount(order: Fields) -> Decimal:
    keys = ("promotion_platform_amount", "promotion_talent_amount", "promotion_pay_amount")
    return sum((fen(order, key) for key in keys), Decimal(0))


def _terms(order: Fields, status: ChannelStatus) -> PaymentTerms:
    """An unpaid order shows the number of cash on delivery too, before anybody chose how to pay."""
    is_cash = whole(order, "pay_type", default=-1) == codes.CASH_ON_DELIVERY
    is_open = epoch(order, "pay_time") is None and status not in (
        ChannelStatus.UNPAID,
        ChannelStatus.CANCELLED,
    )
    return PaymentTerms.COD if is_cash and is_open else PaymentTerms.PREPAID


def _buyer(order: Fields) -> IncomingBuyer | None:
    known = reference(order, "doudian_open_id", limit=120)
    return IncomingBuyer(channel_buyer_id=known) if known else None


def _flag(order: Fields) -> str:
    stars = whole(order, "seller_remark_stars")
    return codes.FLAGS.get(stars, "") if stars else ""


def _is_presale(order: Fields) -> bool:
    return bool(rows(order, "order_phase_list")) or any(
        whole(line, "trade_type") == codes.DEPOSIT_PRESALE or whole(line, "pre_sale_type")
        for line in order.items("sku_order_list")
    )
