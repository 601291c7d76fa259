"""The shop as its owner and its buyers use it: every act changes an order and announces it."""

from collections.abc import Callable
from datetime import datetime

from channels_sync.simulator.buyers import COUNT, person
from channels_sync.simulator.goods import BY_CODE, Cart, Product
from channels_sync.simulator.ownsite import orders
from channels_sync.simulator.ownsite.announcing import Announcer
from channels_sync.simulator.ownsite.orders import CannotBeDone, Document
from channels_sync.simulator.ownsite.requests import Requests
from channels_sync.simulator.ownsite.store import ShopStore

MOST_OF_ONE = 99


class Shop:
    """``at`` is the shop's own time; an act that is against the rules raises CannotBeDone."""

    def __init__(self, store: ShopStore, announcer: Announcer) -> None:
        self.store = store
        self._announcer = announcer
        self.requests = Requests(store, announcer)

    def place(
        self, buyer: int, cart: Cart, *, is_paid: bool, at: datetime, note: str = ""
    ) -> Document:
        """Take an order."""
        number = f"W{at:%y%m%d}{self.store.next_number():08d}"
        order = orders.place(number, person(buyer), cart, is_paid=is_paid, note=note, at=at)
        event = "order.paid" if is_paid else "order.created"
        return self._keep(order, event, buyer=buyer, at=at)

    def place_broken(self, buyer: int, cart: Cart, spoil: str, *, at: datetime) -> Document:
        """Take an order that contradicts itself, as a shop with a fault sends it."""
        number = f"W{at:%y%m%d}{self.store.next_number():08d}"
        order = orders.place(number, person(buyer), cart, is_paid=True, at=at)
        _SPOILERS[spoil](order)
        return self._keep(order, "order.paid", buyer=buyer, at=at)

    def adopt(self, order: Document) -> None:
        """Know an order from elsewhere, and tell nobody; one that is known stays as it is."""
        if self.store.order(order["order_id"]) is None:
            buyer = order["buyer_id"].rpartition("-")[2]
            self.store.save_order(order, buyer=buyer_of(buyer))

    def pay(self, order_id: str, *, at: datetime) -> None:
        """:raises CannotBeDone: if it is not waiting for money"""
        order = orders.pay(self._order(order_id), at=at)
        self._keep(order, "order.paid", at=at)

    def cancel(self, order_id: str, *, at: datetime) -> None:
        """:raises CannotBeDone: if it has left or was cancelled"""
        order = orders.cancel(self._order(order_id), at=at)
        self._keep(order, "order.cancelled", at=at)

    def move(self, order_id: str, *, at: datetime) -> None:
        """Send an order to another door of the same buyer.

        :raises CannotBeDone: if it has left or was cancelled
        """
        buyer = self.store.buyer_of(self._order(order_id)["order_id"])
        order = orders.move(self._order(order_id), person(buyer, door=buyer + 1), at=at)
        self._keep(order, "order.updated", at=at)

    def ask_refund(self, order_id: str, *, kind: str = "", at: datetime) -> Document:
        """:raises CannotBeDone: if nothing was paid, or the order was cancelled"""
        return self.requests.ask(self._order(order_id), kind=kind, at=at)

    def _order(self, order_id: str) -> Document:
        order = self.store.order(order_id)
        if order is None:
            raise CannotBeDone("没有这个订单")
        return order

    def _keep(
        self, order: Document, event: str, *, at: datetime, buyer: int | None = None
    ) -> Document:
        whose = self.store.buyer_of(order["order_id"]) if buyer is None else buyer
        self.store.save_order(order, buyer=whose)
        self._announcer.announce(event, order, at=at)
        return order


def cart_of(sku_code: str, quantity: int) -> Cart:
    """:raises CannotBeDone: if the shop does not sell that, or not so much of it"""
    product: Product | None = BY_CODE.get(sku_code)
    if product is None or not 0 < quantity <= MOST_OF_ONE:
        raise CannotBeDone("没有这个商品，或数量不对")
    return ((product, quantity),)


def buyer_of(text: str) -> int:
    """Read a buyer's number; the one after the last buys only when somebody says so.

    :raises CannotBeDone: if there is no such buyer
    """
    if not text.isdecimal() or int(text) > COUNT:
        raise CannotBeDone("没有这个买家")
    return int(text)


def _negative(order: Document) -> None:
    order["lines"][0]["unit_price_cents"] *= -1
    order["amounts"]["goods_cents"] *= -1


def _nothing(order: Document) -> None:
    order["lines"][0]["quantity"] = 0


def _no_lines(order: Document) -> None:
    order["lines"] = []


_SPOILERS: dict[str, Callable[[Document], None]] = {
    "negative": _negative,
    "nothing": _nothing,
    "no_lines": _no_lines,
    "as_it_is": lambda _order: None,
}
