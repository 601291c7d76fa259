"""What the buttons of a market's control page do."""

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal

from channels_sync.simulator.market.booth import Booth
from channels_sync.simulator.market.refunds import RefundKind
from channels_sync.simulator.ownsite.orders import CannotBeDone
from channels_sync.simulator.ownsite.shop import buyer_of, cart_of

Fields = Mapping[str, str]
RETURN_WAYBILL = "SF1400000000001"


def press(booth: Booth, action: str, fields: Fields, *, now: datetime) -> None:
    """Do what a button says.

    :raises CannotBeDone: unknown button, wrong values, or against the market's rules
    """
    act = _ACTIONS.get(action)
    if act is None:
        raise CannotBeDone("没有这个操作")
    act(booth, fields, now)


def _place(booth: Booth, fields: Fields, now: datetime) -> None:
    booth.market.place(
        buyer_of(fields["buyer"]),
        cart_of(fields["sku_code"], int(fields["quantity"])),
        is_paid=bool(fields.get("is_paid")),
        discount=_amount(fields.get("discount") or "0"),
        has_gift=bool(fields.get("has_gift")),
        is_presale=bool(fields.get("is_presale")),
        is_cod=bool(fields.get("is_cod")),
        note=fields.get("note", ""),
        at=now,
    )


def _pay(booth: Booth, fields: Fields, now: datetime) -> None:
    booth.market.pay(fields["order"], at=now)


def _cancel(booth: Booth, fields: Fields, now: datetime) -> None:
    booth.market.cancel(fields["order"], at=now)


def _move(booth: Booth, fields: Fields, now: datetime) -> None:
    order = booth.market.order(fields["order"])
    booth.market.change_address(order.number, door=order.buyer + 1, at=now)


def _memo(booth: Booth, fields: Fields, now: datetime) -> None:
    memo, flag = fields["memo"], int(fields.get("flag") or 0)
    booth.market.change_memo(fields["order"], memo=memo, flag=flag, at=now)


def _finish(booth: Booth, fields: Fields, now: datetime) -> None:
    booth.market.finish(fields["order"], at=now)


def _ask(booth: Booth, fields: Fields, now: datetime) -> None:
    order = booth.market.order(fields["order"])
    line_no = fields.get("line") or order.lines[0].number
    amount = fields.get("amount")
    booth.market.requests.ask(
        order.number,
        line_no,
        kind=RefundKind(fields["kind"]),
        reason=fields.get("reason") or "不想要了",
        units=int(fields.get("units") or 0),
        amount=_amount(amount) if amount else None,
        at=now,
    )


def _agree(booth: Booth, fields: Fields, now: datetime) -> None:
    booth.market.requests.agree(fields["refund"], at=now)


def _refuse(booth: Booth, fields: Fields, now: datetime) -> None:
    booth.market.requests.refuse(fields["refund"], reason="商家拒绝", at=now)


def _send_back(booth: Booth, fields: Fields, now: datetime) -> None:
    number = fields.get("waybill_no") or RETURN_WAYBILL
    booth.market.requests.send_back(fields["refund"], carrier="sf", waybill_no=number, at=now)


def _pay_refund(booth: Booth, fields: Fields, now: datetime) -> None:
    booth.market.requests.pay(fields["refund"], at=now)


def _close_refund(booth: Booth, fields: Fields, now: datetime) -> None:
    booth.market.requests.close(fields["refund"], at=now)


def _stock(booth: Booth, fields: Fields, _now: datetime) -> None:
    booth.market.set_stock(fields["sku_id"], int(fields["quantity"]))


def _expire(booth: Booth, _fields: Fields, now: datetime) -> None:
    booth.tokens.expire(now=now)


def _revoke(booth: Booth, _fields: Fields, _now: datetime) -> None:
    booth.tokens.revoke()


def _send_again(booth: Booth, fields: Fields, now: datetime) -> None:
    booth.outbox.send_again(int(fields["message_id"]), now=now)


def _amount(text: str) -> Decimal:
    amount = Decimal(text)
    if not amount.is_finite() or amount < 0:
        raise ValueError(text)
    return amount


_ACTIONS: dict[str, Callable[[Booth, Fields, datetime], None]] = {
    "place": _place,
    "pay": _pay,
    "cancel": _cancel,
    "move": _move,
    "memo": _memo,
    "finish": _finish,
    "ask": _ask,
    "agree": _agree,
    "refuse": _refuse,
    "send_back": _send_back,
    "pay_refund": _pay_refund,
    "close_refund": _close_refund,
    "stock": _stock,
    "expire": _expire,
    "revoke": _revoke,
    "send_again": _send_again,
}
