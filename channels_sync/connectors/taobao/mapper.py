"""From a trade as TOP tells it to the value that the core takes in. Pure.

``taobao.trades.sold.increment.get`` and ``taobao.trade.fullinfo.get`` write the same trade; only
the second tells the buyer's words. Amounts are yuan texts, moments Beijing's clock, and ids numbers
of 64 bits that are kept as text.
"""

from datetime import datetime
from decimal import Decimal

from channels_sync.connectors.fields import Fields
from channels_sync.connectors.taobao import codes
from channels_sync.connectors.taobao.lines import is_refunding, to_lines, told_lines, warehouse_of
from channels_sync.connectors.taobao.receiver import to_receiver
from channels_sync.connectors.values import beijing, needed, parse, reference, whole, yuan
from channels_sync.dto import Problem, Unreadable
from oms.dto import ChannelStatus, IncomingBuyer, IncomingOrder, PaymentTerms

_SHIPPABLE = (ChannelStatus.PAID, ChannelStatus.PARTLY_SHIPPED)


def to_order(payload: str) -> IncomingOrder:
    """Map a trade.

    :raises Unreadable: naming the first field that cannot be understood
    """
    trade = Fields.of(parse(payload), "message")
    if not trade.has("orders"):
        raise Unreadable(Problem.NOT_AN_ORDER, "orders")
    status = _status(trade)
    paid, freight = _paid(trade, status), yuan(trade, "post_fee")
    lines = to_lines(trade, to_share=max(paid - freight, Decimal(0)))
    return IncomingOrder(
        channel_order_no=trade.text("tid", limit=64),
        channel_status=status,
        raw_status=_words(trade),
        channel_modified_at=needed(beijing(trade, "modified"), trade, "modified"),
        ordered_at=needed(beijing(trade, "created"), trade, "created"),
        paid_at=beijing(trade, "pay_time"),
        currency="CNY",
        goods_amount=sum((line.unit_price * line.quantity for line in lines), Decimal(0)),
        freight=freight,
        seller_discount=_discount(trade),
        paid_amount=paid,
        payment_terms=_terms(trade),
        lines=lines,
        receiver=to_receiver(trade),
        buyer=_buyer(trade),
        buyer_memo=trade.text("buyer_message", limit=2000, default=""),
        seller_memo=trade.text("seller_memo", limit=2000, default=""),
        seller_flag=codes.FLAGS.get(whole(trade, "seller_flag"), ""),
        appointed_warehouse=warehouse_of(trade),
        presale=bool(_step(trade)),
        platform_hold=_hold(trade, status),
    )


def modified_at(row: Fields) -> datetime | None:
    """Return when a trade or a refund changed; None where that cannot be read."""
    try:
        return beijing(row, "modified")
    except Unreadable:
        return None


def _status(trade: Fields) -> ChannelStatus:
    """A presale waits for its final payment, whatever the trade itself says."""
    try:
        status = codes.STATUS[trade.text("status", limit=64)]
    except KeyError:
        raise Unreadable(Problem.UNKNOWN_STATUS, "status") from None
    step = _step(trade)
    if step and step != codes.STEP_PAID and step not in codes.STEP_UNPAID:
        raise Unreadable(Problem.UNKNOWN_STATUS, "step_trade_status")
    waits = status in (ChannelStatus.PAID, ChannelStatus.UNPAID)
    return codes.STEP_UNPAID.get(step, status) if waits else status


def _words(trade: Fields) -> str:
    return "/".join(filter(None, (trade.text("status", limit=64), _step(trade))))


def _step(trade: Fields) -> str:
    return trade.text("step_trade_status", limit=64, default="")


def _paid(trade: Fields, status: ChannelStatus) -> Decimal:
    """What the buyer gave so far: ``payment`` is the whole price, also before it is paid."""
    if _step(trade) in codes.DEPOSIT_ONLY:
        return yuan(trade, "step_paid_fee")
    is_paid = beijing(trade, "pay_time") is not None and status is not ChannelStatus.UNPAID
    return yuan(trade, "payment") if is_paid else Decimal(0)


def _discount(trade: Fields) -> Decimal:
    """A price lowered by hand (``adjust_fee`` below 0) counts as the seller's too."""
    of_lines = sum(
        (
            yuan(line, "discount_fee") + yuan(line, "part_mjz_discount")
            for line in told_lines(trade)
        ),
        Decimal(0),
    )
    return of_lines + max(-yuan(trade, "adjust_fee"), Decimal(0))


def _terms(trade: Fields) -> PaymentTerms:
    is_cash = trade.text("type", limit=64, default="") == codes.CASH_ON_DELIVERY
    is_open = beijing(trade, "pay_time") is None
    return PaymentTerms.COD if is_cash and is_open else PaymentTerms.PREPAID


def _hold(trade: Fields, status: ChannelStatus) -> str:
    if trade.text("status", limit=64) == codes.FORBIDDEN:
        return "shipping forbidden by the platform"
    is_asked_back = status in _SHIPPABLE and is_refunding(trade)
    return "refund requested before shipping" if is_asked_back else ""


def _buyer(trade: Fields) -> IncomingBuyer | None:
    known = reference(trade, "buyer_open_uid", limit=120)
    nickname = trade.text("buyer_nick", limit=120, default="")
    return IncomingBuyer(channel_buyer_id=known, nickname=nickname) if known else None
