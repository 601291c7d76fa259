"""From an order of JD to the value that the core takes in. Pure.

Everything is text, amounts are yuan, times Beijing's. Lines have no number of their own. The
receiver is masked, his ciphertext beside the masks.
"""

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from channels_sync.connectors.jd import codes
from channels_sync.connectors.loose import Loose, load
from channels_sync.connectors.numbering import number_lines
from channels_sync.dto import Problem, Unreadable
from oms.dto import (
    ChannelStatus,
    CipherReceiver,
    IncomingBuyer,
    IncomingLine,
    IncomingOrder,
    LineKind,
    PaymentTerms,
)
from oms.rules.shares import share_out

_NOTHING = Decimal(0)
_NO_PARENT = ("", "0")


def to_order(payload: str) -> IncomingOrder:
    """Map an order.

    :raises Unreadable: naming the first field that cannot be understood
    """
    order = Loose.of(load(payload))
    state, status = _state(order)
    terms = _terms(order)
    paid, freight = _paid(order, status, terms), order.yuan("freightPrice", _NOTHING)
    lines = _lines(order, is_virtual=state == codes.SEND_CODE, to_share=_for_goods(paid, freight))
    listed = sum((line.unit_price * line.quantity for line in lines), _NOTHING)
    goods = order.yuan("orderTotalPrice", listed)
    seller = order.yuan("sellerDiscount", _NOTHING)
    ordered_at = order.needed_moment("orderStartTime")
    return IncomingOrder(
        channel_order_no=order_number(order),
        parent_channel_no=_parent(order),
        channel_status=status,
        raw_status=state,
        channel_modified_at=modified_at(order),
        ordered_at=ordered_at,
        paid_at=(order.moment("paymentConfirmTime") or ordered_at) if paid else None,
        currency="CNY",
        goods_amount=goods,
        freight=freight,
        seller_discount=seller,
        platform_discount=max(goods + freight - seller - paid, _NOTHING) if paid else _NOTHING,
        paid_amount=paid,
        payment_terms=terms,
        lines=lines,
        receiver=_receiver(order),
        buyer=_buyer(order),
        buyer_memo=order.text("orderRemark", limit=2000),
        seller_memo=order.text("venderRemark", limit=2000),
        platform_hold=codes.HOLDS.get(state, ""),
        # What JD's own warehouse ships makes no demand here and is told nothing by us.
        closed_external=order.text("storeOrder", limit=64) == codes.BY_JD,
    )


def order_number(order: Loose) -> str:
    """:raises Unreadable: if there is none"""
    return order.needed("orderId", limit=64)


def modified_at(order: Loose) -> datetime:
    """:raises Unreadable: if it is not told"""
    return order.needed_moment("modified")


def _state(order: Loose) -> tuple[str, ChannelStatus]:
    state = order.needed("orderState", limit=64)
    try:
        return state, codes.STATES[state]
    except KeyError:
        raise Unreadable(Problem.UNKNOWN_STATUS, order.name("orderState")) from None


def _terms(order: Loose) -> PaymentTerms:
    """``payType`` may carry its name: "1-货到付款"."""
    number = order.text("payType", limit=64).partition("-")[0]
    return PaymentTerms.COD if number == codes.CASH_ON_DELIVERY else PaymentTerms.PREPAID


def _paid(order: Loose, status: ChannelStatus, terms: PaymentTerms) -> Decimal:
    """``orderPayment`` is no longer kept up since late 2024, and leaves out the buyer's balance."""
    if terms is PaymentTerms.COD or status is ChannelStatus.UNPAID:
        return _NOTHING
    if status is ChannelStatus.CANCELLED and order.moment("paymentConfirmTime") is None:
        return _NOTHING
    for key in ("actualPay", "shouldPay"):
        if order.text(key, limit=24):
            return order.yuan(key)
    return order.yuan("orderPayment") + order.yuan("balanceUsed", _NOTHING)


def _for_goods(paid: Decimal, freight: Decimal) -> Decimal:
    return max(paid - freight, _NOTHING)


def _parent(order: Loose) -> str:
    """An order that JD split names the one before."""
    for key in ("directParentOrderId", "parentOrderId"):
        number = order.text(key, limit=64)
        if number not in _NO_PARENT:
            return number
    return ""


def _lines(order: Loose, *, is_virtual: bool, to_share: Decimal) -> tuple[IncomingLine, ...]:
    rows = list(order.items("itemInfoList"))
    if not rows:
        raise Unreadable(Problem.MISSING, order.name("itemInfoList"))
    listed = [row.yuan("jdPrice") * _count(row) for row in rows]
    if min(listed) < 0:
        raise Unreadable(Problem.NOT_A_NUMBER, order.name("jdPrice"))
    shares = share_out(to_share, _after_coupons(order, rows, listed))
    numbers = number_lines(row.needed("skuId", limit=40) for row in rows)
    free = LineKind.GIFT if any(listed) else LineKind.GOODS
    goods = LineKind.VIRTUAL if is_virtual else LineKind.GOODS
    return tuple(
        _line(row, number, kind=goods if price else free, share=share)
        for row, number, price, share in zip(rows, numbers, listed, shares, strict=True)
    )


def _after_coupons(order: Loose, rows: Sequence[Loose], listed: Sequence[Decimal]) -> list[Decimal]:
    """Take each SKU's discounts off its lines; those of the whole order weigh on all alike."""
    taken: dict[str, Decimal] = defaultdict(Decimal)
    for coupon in order.items("couponDetailList"):
        sku = coupon.text("skuId", limit=40)
        if sku:
            taken[sku] += coupon.yuan("couponPrice", _NOTHING)
    weights = []
    for row, price in zip(rows, listed, strict=True):
        sku = row.text("skuId", limit=40)
        part = min(taken[sku], price)
        taken[sku] -= part
        weights.append(price - part)
    return weights


def _line(row: Loose, number: str, *, kind: LineKind, share: Decimal) -> IncomingLine:
    return IncomingLine(
        channel_line_no=number,
        channel_product_id=row.text("wareId", limit=64),
        channel_sku_id=row.needed("skuId", limit=40),
        merchant_code=row.text("outerSkuId", limit=100),
        title=row.text("skuName", limit=1000)[:300],
        quantity=_count(row),
        unit_price=row.yuan("jdPrice"),
        paid_share=share,
        kind=kind,
    )


def _count(row: Loose) -> int:
    """``itemTotal`` is the number of pieces, no amount."""
    count = row.whole("itemTotal")
    if count <= 0:
        raise Unreadable(Problem.NOT_A_NUMBER, row.name("itemTotal"))
    return count


def _buyer(order: Loose) -> IncomingBuyer | None:
    for key in ("open_id_buyer", "xid_buyer"):
        number = order.text(key, limit=128)
        if number:
            return IncomingBuyer(channel_buyer_id=number)
    return None


def _receiver(order: Loose) -> CipherReceiver | None:
    """None where nothing is told."""
    place = order.inside("consigneeInfo")
    ciphers = [
        place.text(f"encrypt_{part}", limit=4000) for part in ("fullname", "mobile", "fullAddress")
    ]
    ciphers[1] = ciphers[1] or place.text("encrypt_telephone", limit=4000)
    if not any(ciphers):
        return None
    return CipherReceiver(
        platform_ref=_reference(order, place),
        name_cipher=ciphers[0],
        phone_cipher=ciphers[1],
        street_cipher=ciphers[2],
        name_mask=place.text("fullname", limit=1000)[:64],
        phone_mask=(place.text("mobile", limit=64) or place.text("telephone", limit=64))[:32],
        street_mask=place.text("fullAddress", limit=1000)[:200],
        province=place.text("province", limit=64),
        city=place.text("city", limit=64),
        district=place.text("county", limit=64),
        town=place.text("town", limit=64),
    )


def _reference(order: Loose, place: Loose) -> str:
    """Return what changes when this order's address does, and equals no other order's.

    Region and buyer alone do not tell two doors of one town apart, masks neither, and JD gives no
    identity of an address: so orders of JD are never taken for one parcel by themselves.
    """
    keys = ("provinceId", "cityId", "countyId", "townId", "fullname", "mobile", "fullAddress")
    parts = [order_number(order), *(place.text(key, limit=1000) for key in keys)]
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:32]
