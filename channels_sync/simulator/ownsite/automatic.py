"""The automatic mode: believable buyers, some of whom change their minds."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta

from channels_sync.simulator.buyers import COUNT
from channels_sync.simulator.goods import NOBODY_SELLS, fill_cart
from channels_sync.simulator.ownsite.orders import CannotBeDone
from channels_sync.simulator.ownsite.shop import Shop

SECOND_ORDER = timedelta(minutes=2)
"""The second thought that makes two parcels of one buyer."""
AFTER_THE_MERGE = timedelta(minutes=8)
_THINKS = timedelta(minutes=1)
_NOTES = ("", "", "", "", "麻烦包装好一点", "周末送", "不要放快递柜")


class Automatic:
    """Begins scenes at random; what a scene does later is planned in the shop's file."""

    def __init__(self, shop: Shop, *, chance: random.Random) -> None:
        self._shop = shop
        self._chance = chance
        self._scenes: dict[str, tuple[int, Callable[[datetime], None]]] = {
            "single": (60, self._single),
            "siblings": (15, self._siblings),
            "merged_then_cancelled": (7, self._merged_then_cancelled),
            "pays_later": (6, self._pays_later),
            "moves": (4, self._moves),
            "asks_refund": (3, self._asks_refund),
            "unknown_sku": (2, self._unknown_sku),
            "broken": (3, self._broken),
        }
        self._acts: dict[str, Callable[[str, datetime], object]] = {
            "order": lambda buyer, at: self._order(int(buyer), at),
            "pay": lambda order, at: shop.pay(order, at=at),
            "cancel": lambda order, at: shop.cancel(order, at=at),
            "move": lambda order, at: shop.move(order, at=at),
            "ask_refund": lambda order, at: shop.ask_refund(order, at=at),
            "send_back": lambda number, at: shop.requests.send_back(number, at=at),
        }

    @property
    def scenes(self) -> tuple[str, ...]:
        return tuple(self._scenes)

    def begin(self, *, at: datetime, scene: str = "") -> str:
        """Begin a scene, chosen by weight unless named; return its name."""
        names = list(self._scenes)
        weights = [weight for weight, _play in self._scenes.values()]
        name = scene or self._chance.choices(names, weights)[0]
        self._scenes[name][1](at)
        return name

    def go_on(self, *, now: datetime) -> int:
        """Do what earlier scenes planned for now; return how many acts were due."""
        due = self._shop.store.take_due_plans(now=now)
        for act, subject in due:
            try:
                self._acts[act](subject, now)
            except CannotBeDone:
                continue  # the other side was quicker: the buyer came too late
        return len(due)

    def _buyer(self) -> int:
        return self._chance.randrange(COUNT)

    def _order(self, buyer: int, at: datetime, *, is_paid: bool = True) -> str:
        cart, note = fill_cart(self._chance), self._chance.choice(_NOTES)
        order = self._shop.place(buyer, cart, is_paid=is_paid, note=note, at=at)
        return str(order["order_id"])

    def _plan(self, act: str, subject: str, at: datetime) -> None:
        self._shop.store.plan(act, subject, at=at)

    def _single(self, at: datetime) -> None:
        self._order(self._buyer(), at)

    def buy_twice(self, buyer: int, *, at: datetime) -> None:
        """Let a buyer place an order now and, on second thoughts, another one."""
        self._order(buyer, at)
        self._plan("order", str(buyer), at + SECOND_ORDER)

    def _siblings(self, at: datetime) -> None:
        self.buy_twice(self._buyer(), at=at)

    def _merged_then_cancelled(self, at: datetime) -> None:
        buyer = self._buyer()
        first = self._order(buyer, at)
        self._plan("order", str(buyer), at + SECOND_ORDER)
        self._plan("cancel", first, at + AFTER_THE_MERGE)

    def _pays_later(self, at: datetime) -> None:
        self._plan("pay", self._order(self._buyer(), at, is_paid=False), at + _THINKS)

    def _moves(self, at: datetime) -> None:
        self._plan("move", self._order(self._buyer(), at), at + _THINKS)

    def _asks_refund(self, at: datetime) -> None:
        self._plan("ask_refund", self._order(self._buyer(), at), at + AFTER_THE_MERGE)

    def _unknown_sku(self, at: datetime) -> None:
        self._shop.place(self._buyer(), ((NOBODY_SELLS, 1),), is_paid=True, at=at)

    def _broken(self, at: datetime) -> None:
        spoil = self._chance.choice(("negative", "nothing", "no_lines"))
        self._shop.place_broken(self._buyer(), fill_cart(self._chance), spoil, at=at)
