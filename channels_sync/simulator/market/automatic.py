"""The automatic mode of the markets: believable buyers, some of whom change their minds."""

import random
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal

from channels_sync.simulator.buyers import COUNT
from channels_sync.simulator.goods import fill_cart
from channels_sync.simulator.market.market import Market
from channels_sync.simulator.market.orders import LEFT, Order, Status
from channels_sync.simulator.market.refunds import Refund, RefundKind, RefundStatus

_NOTES = ("", "", "", "", "麻烦包装好一点", "周末送", "不要放快递柜")
_REASONS = ("不想要了", "尺码不合适", "与描述不符", "拍错了")
_LOOKS_AT = 40


class MarketScenes:
    """Plays one scene at a time; what a scene needs may be missing, then an order is placed."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._scenes: tuple[tuple[int, Callable[[Market, datetime], bool]], ...] = (
            (66, self._order),
            (10, self._sibling),
            (4, self._unpaid),
            (3, self._presale),
            (5, self._go_on_paying),
            (4, self._move),
            (4, self._ask),
            (2, self._send_back),
            (2, self._finish),
        )

    def begin(self, market: Market, *, at: datetime) -> None:
        """Play a scene chosen by weight."""
        weights = [weight for weight, _play in self._scenes]
        ((_weight, play),) = self._chance.choices(self._scenes, weights)
        if not play(market, at):
            self._order(market, at)

    def _order(self, market: Market, at: datetime) -> bool:
        cart = fill_cart(self._chance)
        saved = Decimal(self._chance.choice((0, 0, 0, 5, 10)))
        is_platforms = self._chance.random() < 0.5
        market.place(
            self._chance.randrange(COUNT),
            cart,
            is_paid=True,
            at=at,
            discount=Decimal(0) if is_platforms else saved,
            platform_discount=saved if is_platforms else Decimal(0),
            has_gift=self._chance.random() < 0.1,
            note=self._chance.choice(_NOTES),
        )
        return True

    def _sibling(self, market: Market, at: datetime) -> bool:
        first = self._one(market, Status.PAID)
        if first is not None:
            market.place(first.buyer, fill_cart(self._chance), is_paid=True, at=at)
        return first is not None

    def _unpaid(self, market: Market, at: datetime) -> bool:
        buyer = self._chance.randrange(COUNT)
        market.place(buyer, fill_cart(self._chance), is_paid=False, at=at)
        return True

    def _presale(self, market: Market, at: datetime) -> bool:
        buyer = self._chance.randrange(COUNT)
        market.place(buyer, fill_cart(self._chance), is_paid=True, is_presale=True, at=at)
        return True

    def _go_on_paying(self, market: Market, at: datetime) -> bool:
        order = self._one(market, Status.UNPAID)
        if order is not None:
            market.pay(order.number, at=at)
        return order is not None

    def _move(self, market: Market, at: datetime) -> bool:
        order = self._one(market, Status.PAID)
        if order is not None:
            market.change_address(order.number, door=order.buyer + 1, at=at)
        return order is not None

    def _ask(self, market: Market, at: datetime) -> bool:
        order = self._one(market, Status.PAID, *LEFT)
        if order is None or market.store.refunds_of(order.number):
            return False
        line = self._chance.choice([line for line in order.lines if line.price])
        is_there = line.number in order.shipped_lines
        kind = RefundKind.RETURN_REFUND if is_there else RefundKind.REFUND_ONLY
        reason = self._chance.choice(_REASONS)
        market.requests.ask(order.number, line.number, kind=kind, reason=reason, at=at)
        return True

    def _send_back(self, market: Market, at: datetime) -> bool:
        waiting = [
            refund
            for refund in market.store.refunds(limit=_LOOKS_AT)
            if refund.status is RefundStatus.WAIT_BUYER_RETURN
        ]
        if waiting:
            refund: Refund = self._chance.choice(waiting)
            number = f"SF{self._chance.randrange(10**12):013d}"
            market.requests.send_back(refund.number, carrier="sf", waybill_no=number, at=at)
        return bool(waiting)

    def _finish(self, market: Market, at: datetime) -> bool:
        order = self._one(market, Status.SHIPPED)
        if order is not None and not market.has_open_refund(order.number):
            market.finish(order.number, at=at)
        return order is not None

    def _one(self, market: Market, *statuses: Status) -> Order | None:
        found = [o for o in market.store.orders(limit=_LOOKS_AT) if o.status in statuses]
        return self._chance.choice(found) if found else None
