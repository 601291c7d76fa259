"""One platform's market: buyers and the seller act, the order changes, the change is told."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

from channels_sync.simulator.buyers import person
from channels_sync.simulator.goods import Cart
from channels_sync.simulator.market import shipping
from channels_sync.simulator.market.changes import What
from channels_sync.simulator.market.goods import (
    FREE_FROM,
    FREIGHT,
    first_stock,
    lines_of,
    receiver_of,
)
from channels_sync.simulator.market.ledger import Ledger, Numbered
from channels_sync.simulator.market.orders import ZERO, Order, Presale, Status
from channels_sync.simulator.market.refunds import RefundKind
from channels_sync.simulator.market.refusals import NotFound, WrongState
from channels_sync.simulator.market.requests import Requests, worth
from channels_sync.simulator.market.waybills import WaybillDesk

SHIP_WITHIN = timedelta(hours=48)
_DEPOSIT = Decimal("0.1")
_FINAL_AFTER = timedelta(minutes=10)


class Market:
    """``at`` is the market's time; acts raise a Refusal where a rule is against it.

    ``requests`` are the refunds, ``waybills`` the platform's own waybill service, ``store`` is for
    reading.
    """

    def __init__(self, ledger: Ledger) -> None:
        self.store = ledger.store
        self.requests = Requests(ledger)
        self.waybills = WaybillDesk(ledger)
        self._ledger = ledger
        self.store.list_stock(first_stock())

    def place(
        self,
        buyer: int,
        cart: Cart,
        *,
        is_paid: bool,
        at: datetime,
        discount: Decimal = ZERO,
        platform_discount: Decimal = ZERO,
        has_gift: bool = False,
        is_presale: bool = False,
        is_cod: bool = False,
        note: str = "",
    ) -> Order:
        """Take an order; a discount is either the seller's or the platform's."""
        at = at.replace(microsecond=0)
        who = person(buyer)
        lines = lines_of(
            cart,
            self._line_numbers(at),
            discount=platform_discount or discount,
            is_platforms=bool(platform_discount),
            has_gift=has_gift,
        )
        goods = sum((line.paid for line in lines), ZERO)
        freight = ZERO if goods >= FREE_FROM else FREIGHT
        order = Order(
            number=self._ledger.number(Numbered.ORDER, at),
            status=Status.UNPAID,
            buyer=buyer,
            buyer_id=who.buyer_id,
            buyer_nick=f"{who.name[0]}家小铺{buyer:02d}",
            receiver=receiver_of(who),
            lines=lines,
            freight=freight,
            created_at=at,
            modified_at=at,
            presale=_presale(goods + freight, at) if is_presale else None,
            is_cod=is_cod,
            note=note,
        )
        with self._ledger.lock:
            self._ledger.keep(order, What.CREATED, at=at)
            return self.pay(order.number, at=at) if is_paid or is_cod else order

    def pay(self, number: str, *, at: datetime) -> Order:
        """Pay what is due: the deposit of a presale first, then the rest."""
        at = at.replace(microsecond=0)
        with self._ledger.lock:
            order = self.order(number)
            if order.status is not Status.UNPAID:
                raise WrongState("不是待付款")
            if order.presale is not None and not order.presale.is_deposit_paid:
                step = replace(order.presale, is_deposit_paid=True)
                return self._ledger.keep(order, What.DEPOSIT_PAID, at=at, presale=step)
            paid_at = None if order.is_cod else at
            changes = {"paid_at": paid_at, "ship_by": at + SHIP_WITHIN}
            return self._ledger.keep(order, What.PAID, at=at, status=Status.PAID, **changes)

    def cancel(self, number: str, *, at: datetime) -> Order:
        """Close an order that has not left; what was paid is paid back as a refund of each line."""
        at = at.replace(microsecond=0)
        with self._ledger.lock:
            order = self.order(number)
            if order.status is Status.PAID:
                self._pay_all_back(order, at=at)
                return self.order(number)
            if order.status is not Status.UNPAID:
                raise WrongState("已发货或已关闭，不能取消")
            return self._ledger.keep(
                order, What.CANCELLED, at=at, status=Status.CANCELLED, finished_at=at
            )

    def change_address(self, number: str, *, door: int, at: datetime) -> Order:
        """Send an order that has not left to another door."""
        with self._ledger.lock:
            order = self.order(number)
            if order.status not in (Status.UNPAID, Status.PAID):
                raise WrongState("已发货或已关闭，不能改地址")
            receiver = receiver_of(person(order.buyer, door=door))
            return self._ledger.keep(order, What.ADDRESS_CHANGED, at=at, receiver=receiver)

    def change_memo(self, number: str, *, memo: str, flag: int, at: datetime) -> Order:
        """Write the seller's memo and flag."""
        with self._ledger.lock:
            changes = {"seller_memo": memo, "seller_flag": flag}
            return self._ledger.keep(self.order(number), What.MEMO_CHANGED, at=at, **changes)

    def ship(
        self,
        number: str,
        *,
        carrier: str,
        waybill_no: str,
        at: datetime,
        line_nos: tuple[str, ...] = (),
    ) -> Order:
        """Send lines, or all that is open; what has left cannot leave again."""
        at = at.replace(microsecond=0)
        with self._ledger.lock:
            order = self.order(number)
            self.waybills.check_usable(number, waybill_no)
            parcel_no = self._ledger.number(Numbered.PARCEL, at)
            shipped = shipping.ship(
                order, parcel_no, carrier=carrier, waybill_no=waybill_no, line_nos=line_nos, at=at
            )
            is_whole = shipped.status is Status.SHIPPED
            return self._ledger.keep(
                shipped, What.SHIPPED if is_whole else What.PARTLY_SHIPPED, at=at
            )

    def add_parcel(self, number: str, *, carrier: str, waybill_no: str, at: datetime) -> Order:
        """Tell a further number of goods that have left."""
        with self._ledger.lock:
            order = self.order(number)
            if not order.parcels:
                raise WrongState("还没有发货")
            self.waybills.check_usable(number, waybill_no)
            parcel = shipping.parcel(
                self._ledger.number(Numbered.PARCEL, at), carrier, waybill_no, (), at
            )
            what = What.SHIPPED if order.status is Status.SHIPPED else What.PARTLY_SHIPPED
            return self._ledger.keep(order, what, at=at, parcels=(*order.parcels, parcel))

    def renumber(
        self, number: str, *, carrier: str, waybill_no: str, at: datetime, replaces: str = ""
    ) -> Order:
        """Tell another number of the one parcel that an order has, or of the one that is named."""
        with self._ledger.lock:
            order = self.order(number)
            meant = [box for box in order.parcels if replaces in ("", box.waybill_no)]
            if len(meant) != 1 or order.status is Status.COMPLETED:
                raise WrongState("没有发货、发了多个包裹，或已完成，不能修改")
            parcel = replace(meant[0], carrier=carrier, waybill_no=waybill_no)
            parcels = tuple(parcel if box is meant[0] else box for box in order.parcels)
            return self._ledger.keep(order, What.SHIPPED, at=at, parcels=parcels)

    def finish(self, number: str, *, at: datetime) -> Order:
        """The buyer has it."""
        at = at.replace(microsecond=0)
        with self._ledger.lock:
            order = self.order(number)
            if order.status is not Status.SHIPPED:
                raise WrongState("还没有全部发货")
            return self._ledger.keep(
                order, What.FINISHED, at=at, status=Status.COMPLETED, finished_at=at
            )

    def set_stock(self, sku_id: str, quantity: int) -> None:
        if quantity < 0 or not self.store.set_stock(sku_id, quantity):
            raise NotFound("没有这个商品规格，或数量不对")

    def order(self, number: str) -> Order:
        """:raises NotFound: if there is none"""
        return self._ledger.order(number)

    def has_open_refund(self, number: str) -> bool:
        return any(refund.is_open for refund in self.store.refunds_of(number))

    def _line_numbers(self, at: datetime) -> Iterator[str]:
        while True:
            yield self._ledger.number(Numbered.LINE, at)

    def _pay_all_back(self, order: Order, *, at: datetime) -> None:
        freight = order.freight
        for line in order.lines:
            if line.left and line.price:
                refund = self.requests.ask(
                    order.number,
                    line.number,
                    kind=RefundKind.REFUND_ONLY,
                    reason="不想要了",
                    amount=worth(line, line.left) + freight,
                    at=at,
                )
                freight = ZERO
                self.requests.pay(refund.number, at=at)


def _presale(total: Decimal, at: datetime) -> Presale:
    deposit = (total * _DEPOSIT).quantize(Decimal("0.01"))
    return Presale(deposit=deposit, final_from=at + _FINAL_AFTER)
