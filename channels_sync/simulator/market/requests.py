"""Refunds of a market: asked for by the buyer, answered by the seller, paid by the platform."""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from channels_sync.simulator.market import shipping
from channels_sync.simulator.market.changes import What
from channels_sync.simulator.market.ledger import Ledger, Numbered
from channels_sync.simulator.market.orders import LEFT, Line, Order, Status
from channels_sync.simulator.market.refunds import Refund, RefundKind, RefundStatus
from channels_sync.simulator.market.refusals import NotFound, WrongAmount, WrongState

_CENT = Decimal("0.01")


class Requests:
    """Every act raises a Refusal where a rule is against it."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def ask(
        self,
        order_no: str,
        line_no: str,
        *,
        kind: RefundKind,
        reason: str,
        at: datetime,
        units: int = 0,
        amount: Decimal | None = None,
    ) -> Refund:
        """Ask for units of a line (0: all that are left); the amount follows unless told."""
        at = at.replace(microsecond=0)
        with self._ledger.lock:
            order = self._ledger.order(order_no)
            line = self._line(order, line_no)
            count = units or line.left
            asked = worth(line, count) if amount is None else amount
            _check_asked(order, line, count, asked, kind)
            refund = Refund(
                number=self._ledger.number(Numbered.REFUND, at),
                order_no=order_no,
                line_no=line_no,
                kind=kind,
                status=RefundStatus.WAIT_MERCHANT,
                amount=asked,
                units=count,
                reason=reason,
                created_at=at,
                modified_at=at,
                is_after_shipping=line_no in order.shipped_lines,
            )
            return self._ledger.keep_refund(refund, What.REFUND_ASKED, at=at)

    def agree(self, number: str, *, at: datetime, address: str = "") -> Refund:
        """Agree: goods come back to ``address`` first, unless only money is asked for."""
        with self._ledger.lock:
            refund = self._of(number, RefundStatus.WAIT_MERCHANT)
            is_return = refund.kind is not RefundKind.REFUND_ONLY
            status = RefundStatus.WAIT_BUYER_RETURN if is_return else RefundStatus.REFUNDING
            return self._ledger.keep_refund(
                refund, What.REFUND_AGREED, at=at, status=status, return_address=address
            )

    def refuse(self, number: str, *, reason: str, at: datetime) -> Refund:
        with self._ledger.lock:
            waits = (RefundStatus.WAIT_MERCHANT, RefundStatus.WAIT_MERCHANT_RECEIVE)
            refund = self._of(number, *waits)
            changes = {"status": RefundStatus.REJECTED, "answer": reason}
            return self._ledger.keep_refund(refund, What.REFUND_REFUSED, at=at, **changes)

    def send_back(self, number: str, *, carrier: str, waybill_no: str, at: datetime) -> Refund:
        """The buyer tells the number under which the goods come back."""
        with self._ledger.lock:
            refund = self._of(number, RefundStatus.WAIT_BUYER_RETURN)
            return self._ledger.keep_refund(
                refund,
                What.GOODS_RETURNED,
                at=at,
                status=RefundStatus.WAIT_MERCHANT_RECEIVE,
                carrier=carrier,
                waybill_no=waybill_no,
            )

    def pay(self, number: str, *, at: datetime) -> Refund:
        """Pay back; an order of which nothing is left closes."""
        with self._ledger.lock:
            refund = self._ledger.refund(number)
            if not refund.is_open:
                raise WrongState("退款已结束")
            if refund.kind is RefundKind.EXCHANGE:
                raise WrongState("换货不退钱")
            self._take_units(refund, at=at)
            return self._ledger.keep_refund(
                refund, What.REFUND_PAID, at=at, status=RefundStatus.SUCCESS
            )

    def give(
        self,
        order_no: str,
        line_no: str,
        *,
        amount: Decimal,
        reason: str,
        at: datetime,
        units: int = 0,
    ) -> Refund:
        """Pay back of the seller's own accord: units of a line, or money alone (0)."""
        at = at.replace(microsecond=0)
        with self._ledger.lock:
            order = self._ledger.order(order_no)
            line = order.line(line_no)
            if order.status not in (Status.PAID, *LEFT):
                raise WrongState("没有付款，或已关闭")
            if line is None or not 0 <= units <= line.left or not 0 < amount <= order.paid_amount:
                raise WrongAmount("数量或金额不对")
            refund = Refund(
                number=self._ledger.number(Numbered.REFUND, at),
                order_no=order_no,
                line_no=line_no,
                kind=RefundKind.REFUND_ONLY,
                status=RefundStatus.REFUNDING,
                amount=amount,
                units=units,
                reason=reason,
                created_at=at,
                modified_at=at,
                is_after_shipping=line_no in order.shipped_lines,
            )
            self._take_units(refund, at=at)
            return self._ledger.keep_refund(
                refund, What.REFUND_PAID, at=at, status=RefundStatus.SUCCESS
            )

    def close(self, number: str, *, at: datetime) -> Refund:
        """The buyer takes it back."""
        with self._ledger.lock:
            refund = self._ledger.refund(number)
            if not refund.is_open and refund.status is not RefundStatus.REJECTED:
                raise WrongState("退款已结束")
            status = RefundStatus.CLOSED
            return self._ledger.keep_refund(refund, What.REFUND_CLOSED, at=at, status=status)

    def _take_units(self, refund: Refund, *, at: datetime) -> None:
        order = self._ledger.order(refund.order_no)
        lines = tuple(
            replace(line, refunded=min(line.refunded + refund.units, line.quantity))
            if line.number == refund.line_no
            else line
            for line in order.lines
        )
        settled = shipping.settled(replace(order, lines=lines), at=at.replace(microsecond=0))
        if settled.status is not order.status and settled.status is Status.CANCELLED:
            self._ledger.keep(settled, What.CANCELLED, at=at)
        else:
            self._ledger.store.save(settled)

    def _of(self, number: str, *statuses: RefundStatus) -> Refund:
        refund = self._ledger.refund(number)
        if refund.status not in statuses:
            raise WrongState("退款单不在这个状态")
        return refund

    def _line(self, order: Order, line_no: str) -> Line:
        line = order.line(line_no)
        if line is None:
            raise NotFound("没有这一行商品")
        if any(
            each.is_open
            for each in self._ledger.store.refunds_of(order.number)
            if each.line_no == line_no
        ):
            raise WrongState("这一行已有退款在处理")
        return line


def worth(line: Line, units: int) -> Decimal:
    """Return what was paid for units of a line, to the cent."""
    return (line.paid * units / line.quantity).quantize(_CENT)


def _check_asked(order: Order, line: Line, units: int, amount: Decimal, kind: RefundKind) -> None:
    if order.status not in (Status.PAID, *LEFT):
        raise WrongState("没有付款，或已关闭")
    if kind is not RefundKind.REFUND_ONLY and line.number not in order.shipped_lines:
        raise WrongState("还没有发货，不能退货")
    if not 0 < units <= line.left or not 0 <= amount <= line.paid + order.freight:
        raise WrongAmount("数量或金额不对")
