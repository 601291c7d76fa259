"""From an order of Pinduoduo to the value that the core takes in. Pure.

Amounts are yuan texts, times Beijing's. There is no buyer and no number of a line; the receiver is
ciphertext, and only while the order waits to be shipped and is not under risk control.
"""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from channels_sync.connectors.loose import Loose, load
from channels_sync.connectors.numbering import number_lines
from channels_sync.connectors.pinduoduo import codes
from channels_sync.dto import Problem, Unreadable
from oms.dto import (
    ChannelStatus,
    CipherReceiver,
    IncomingLine,
    IncomingOrder,
    IncomingPayment,
    LineKind,
    PaymentPhase,
)
from oms.rules.shares import share_out

_NOTHING = Decimal(0)
_DEPOSIT_ONLY, _ALL_PAID = 1, 2
_HOME_FEES = ("delivery_home_value", "delivery_install_value", "home_install_value")


def to_order(payload: str) -> IncomingOrder:
    """Map an order.

    :raises Unreadable: naming the first field that cannot be understood
    """
    order = Loose.of(load(payload))
    status = _status(order)
    paid_at = order.moment("pay_time") or order.moment("confirm_time")
    paid, freight = _paid(order, status), order.yuan("postage", _NOTHING) + _fees(order)
    goods = order.yuan("goods_amount")
    seller = order.yuan("seller_discount", _NOTHING)
    return IncomingOrder(
        channel_order_no=order_number(order),
        channel_status=status,
        raw_status=_words(order),
        channel_modified_at=modified_at(order),
        ordered_at=order.needed_moment("created_time"),
        paid_at=paid_at if paid else None,
        currency="CNY",
        goods_amount=goods,
        freight=freight,
        seller_discount=seller,
        platform_discount=_discount(order, due=goods + freight) - seller,
        paid_amount=paid,
        payments=tuple(_payments(order, paid_at)),
        lines=_lines(order, to_share=max(paid - freight, _NOTHING)),
        receiver=_receiver(order),
        buyer_memo=order.text("buyer_memo", limit=2000),
        seller_memo=order.text("remark", limit=2000),
        seller_flag=codes.FLAGS.get(order.whole("remark_tag", 0), ""),
        ship_by=order.moment("last_ship_time"),
        promised_carrier="sf" if order.whole("free_sf", 0) == 1 else "",
        presale=order.whole("trade_type", 0) == 1 or order.whole("is_pre_sale", 0) == 1,
        platform_hold=_hold(order) if status is ChannelStatus.PAID else "",
    )


def order_number(order: Loose) -> str:
    """:raises Unreadable: if there is none"""
    return order.needed("order_sn", limit=64)


def modified_at(order: Loose) -> datetime:
    """:raises Unreadable: if it is not told"""
    return order.needed_moment("updated_at")


def _status(order: Loose) -> ChannelStatus:
    """What is refunded before it left is over; what left stays shipped under a refund."""
    confirmed, refund = order.whole("confirm_status"), order.whole("refund_status")
    if confirmed == codes.UNDONE:
        return ChannelStatus.CANCELLED
    if confirmed not in (codes.NOT_CONFIRMED, codes.CONFIRMED):
        raise Unreadable(Problem.UNKNOWN_STATUS, order.name("confirm_status"))
    if refund not in codes.REFUND_STATUSES:
        raise Unreadable(Problem.UNKNOWN_STATUS, order.name("refund_status"))
    try:
        status = codes.SHIPPING[order.whole("order_status")]
    except KeyError:
        raise Unreadable(Problem.UNKNOWN_STATUS, order.name("order_status")) from None
    if status is not ChannelStatus.PAID:
        return status
    if refund == codes.REFUNDED:
        return ChannelStatus.CANCELLED
    return status if _is_paid(order) else ChannelStatus.UNPAID


def _is_paid(order: Loose) -> bool:
    """A presale waits for its second payment; an order without a time of payment for its first."""
    step = _step(order)
    if step is not None:
        return step.whole("step_trade_status") == _ALL_PAID
    return bool(order.moment("pay_time") or order.moment("confirm_time"))


def _step(order: Loose) -> Loose | None:
    step = order.inside("step_order_info")
    return step if step.data and order.whole("trade_type", 0) == 1 else None


def _words(order: Loose) -> str:
    keys = ("order_status", "confirm_status", "refund_status", "risk_control_status")
    return "/".join(order.text(key, limit=8) for key in keys)


def _hold(order: Loose) -> str:
    """Say why the platform does not want it shipped now; empty where it may go."""
    reasons = {
        codes.HOLD_RISK: order.whole("risk_control_status", 0) != 0,
        codes.HOLD_UNCONFIRMED: order.whole("confirm_status") != codes.CONFIRMED,
        codes.HOLD_REFUND: order.whole("refund_status") != codes.NO_REFUND,
        codes.HOLD_ASKED: any(_is_on_hold(tag) for tag in order.items("order_tag_list")),
        codes.HOLD_PICKUP: order.whole("self_contained", 0) == 1,
    }
    return "; ".join(reason for reason, holds in reasons.items() if holds)


def _is_on_hold(tag: Loose) -> bool:
    return tag.text("name", limit=64) == codes.SHIP_HOLD and tag.whole("value", 0) != 0


def _paid(order: Loose, status: ChannelStatus) -> Decimal:
    """A deposit alone counts as what it is."""
    step = _step(order)
    if step is not None and step.whole("step_trade_status") != _ALL_PAID:
        is_deposit = step.whole("step_trade_status") == _DEPOSIT_ONLY
        return step.yuan("advanced_paid_fee", _NOTHING) if is_deposit else _NOTHING
    return _NOTHING if status is ChannelStatus.UNPAID else order.yuan("pay_amount")


def _payments(order: Loose, paid_at: datetime | None) -> Iterator[IncomingPayment]:
    """A presale is paid twice; of any other order the one payment follows from its amounts."""
    step, number = _step(order), order.text("pay_no", limit=60)
    if step is None or paid_at is None or not number:
        return
    done = step.whole("step_trade_status")
    deposit = step.yuan("advanced_paid_fee", _NOTHING)
    method = order.text("pay_type", limit=32)
    if done in (_DEPOSIT_ONLY, _ALL_PAID) and deposit:
        yield IncomingPayment(
            payment_no=f"{number}-1",
            amount=deposit,
            paid_at=paid_at,
            phase=PaymentPhase.DEPOSIT,
            method=method,
        )
    if done == _ALL_PAID and order.yuan("pay_amount") > deposit:
        yield IncomingPayment(
            payment_no=f"{number}-2",
            amount=order.yuan("pay_amount") - deposit,
            paid_at=paid_at,
            phase=PaymentPhase.FINAL,
            method=method,
        )


def _fees(order: Loose) -> Decimal:
    """What the buyer pays for delivery into the house goes the way of the postage."""
    return sum((order.yuan(key, _NOTHING) for key in _HOME_FEES), _NOTHING)


def _discount(order: Loose, *, due: Decimal) -> Decimal:
    """Return all discounts; what Duoduo Pay takes off counts where only it explains the payment."""
    parts = ("platform_discount", "seller_discount", "capital_free_discount")
    told = sum((order.yuan(key, _NOTHING) for key in parts), _NOTHING)
    discount = order.yuan("discount_amount", told)
    reduction = order.yuan("duo_duo_pay_reduction", _NOTHING)
    paid = order.yuan("pay_amount", _NOTHING)
    return discount + reduction if due - discount - reduction == paid else discount


def _lines(order: Loose, *, to_share: Decimal) -> tuple[IncomingLine, ...]:
    sold, gifts = list(order.items("item_list")), list(order.items("gift_list"))
    if not sold:
        raise Unreadable(Problem.MISSING, order.name("item_list"))
    weights = [row.yuan("goods_price") * _count(row) for row in sold]
    if min(weights) < 0:
        raise Unreadable(Problem.NOT_A_NUMBER, order.name("goods_price"))
    is_virtual = bool(list(order.items("card_info_list")))
    kind = LineKind.VIRTUAL if is_virtual else LineKind.GOODS
    numbers = number_lines(row.needed("sku_id", limit=40) for row in sold)
    lines = [
        _line(row, number, kind=kind, share=share)
        for row, number, share in zip(sold, numbers, share_out(to_share, weights), strict=True)
    ]
    numbers = number_lines(f"gift{row.needed('sku_id', limit=40)}" for row in gifts)
    lines += [
        _line(row, number, kind=LineKind.GIFT, share=_NOTHING)
        for row, number in zip(gifts, numbers, strict=True)
    ]
    return tuple(lines)


def _line(row: Loose, number: str, *, kind: LineKind, share: Decimal) -> IncomingLine:
    title = row.text("goods_name", limit=250)
    specification = row.text("goods_spec", limit=250)
    return IncomingLine(
        channel_line_no=number,
        channel_product_id=row.text("goods_id", limit=64),
        channel_sku_id=row.needed("sku_id", limit=40),
        merchant_code=row.text("outer_id", limit=100),
        title=f"{title} {specification}".strip()[:300],
        quantity=_count(row),
        unit_price=_NOTHING if kind is LineKind.GIFT else row.yuan("goods_price"),
        paid_share=share,
        kind=kind,
    )


def _count(row: Loose) -> int:
    count = row.whole("goods_count")
    if count <= 0:
        raise Unreadable(Problem.NOT_A_NUMBER, row.name("goods_count"))
    return count


def _receiver(order: Loose) -> CipherReceiver | None:
    """None where the platform blanks it: what is known already then stays.

    Orders of one ``open_address_id`` may leave together (pdd.order.merge.ship.order.group says so);
    nothing else is an identity. Since late 2025 the phone may stand in ``contact_mobile`` alone and
    the other ciphers may be empty, so masks alone are a receiver too.
    """
    is_blanked = order.whole("order_status") != 1 or order.whole("risk_control_status", 0) != 0
    receiver = CipherReceiver(
        platform_ref=order.text("open_address_id", limit=128),
        name_cipher=order.text("receiver_name", limit=2000),
        phone_cipher=_first(order, ("receiver_phone", "contact_mobile"), limit=2000),
        street_cipher=_first(order, ("receiver_address", "address"), limit=4000),
        name_mask=order.text("receiver_name_mask", limit=64),
        phone_mask=order.text("receiver_phone_mask", limit=32),
        street_mask=_first(order, ("receiver_address_mask", "address_mask"), limit=200),
        province=order.text("province", limit=64),
        city=order.text("city", limit=64),
        district=order.text("town", limit=64),
    )
    told = (receiver.platform_ref, receiver.name_cipher, receiver.phone_cipher)
    is_told = any(told) or receiver.street_cipher or receiver.name_mask
    return receiver if is_told and not is_blanked else None


def _first(order: Loose, keys: tuple[str, ...], *, limit: int) -> str:
    return next(filter(None, (order.text(key, limit=limit) for key in keys)), "")
