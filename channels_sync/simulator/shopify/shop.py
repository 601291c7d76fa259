"""The Shopify shop as its owner and its buyers use it."""

from datetime import datetime

from channels_sync.simulator.goods import Cart
from channels_sync.simulator.outbox import Outbox
from channels_sync.simulator.ownsite.orders import CannotBeDone
from channels_sync.simulator.shopify import orders
from channels_sync.simulator.shopify.store import Document, ShopifyStore
from channels_sync.simulator.shopify.webhooks import dump, rest_order, rest_refund, rest_return


class ShopifyShop:
    """Every act changes an order and announces it."""

    def __init__(self, store: ShopifyStore, outbox: Outbox) -> None:
        self.store = store
        self._outbox = outbox

    def place(self, buyer: int, cart: Cart, *, is_paid: bool, at: datetime) -> Document:
        """Take an order."""
        number = 5_000_000_000_000 + self.store.next_number()
        order = orders.place(number, buyer, cart, is_paid=is_paid, at=at)
        topics = ["orders/create", "orders/paid"] if is_paid else ["orders/create"]
        return self.keep(order, *topics, at=at)

    def pay(self, number: str, *, at: datetime) -> None:
        """:raises CannotBeDone: if it is not waiting for money"""
        self.keep(orders.pay(self.order(number), at=at), "orders/paid", at=at)

    def cancel(self, number: str, *, at: datetime) -> None:
        """:raises CannotBeDone: if something left, or it was cancelled"""
        cancelled = orders.cancel(self.order(number), at=at)
        self.keep(cancelled, "orders/cancelled", "orders/updated", at=at)

    def pay_back(self, number: str, *, at: datetime) -> None:
        """Give all the money back by hand, as a merchant does in Shopify's own back office.

        :raises CannotBeDone: if nothing was paid, or it went back before
        """
        order = self.order(number)
        if order["displayFinancialStatus"] != "PAID":
            raise CannotBeDone("只有已付款、未退款的订单可以退款")
        told = orders.whole_refund(order)
        refunded = orders.refund(order, told, number=self.store.next_number(), at=at)
        self.keep(refunded, "orders/updated", at=at)
        self.announce_refund(refunded, at=at)

    def ask_return(self, number: str, *, at: datetime) -> None:
        """The buyer asks to send everything back.

        :raises CannotBeDone: if nothing of it has left, or a return is on its way
        """
        running = 945_000_000 + self.store.next_number()
        order = orders.ask_return(self.order(number), number=running, at=at)
        self.store.save(order)
        told = rest_return(order, order["returns"][-1])
        self._announce("returns/request", order, dump(told), at=at)

    def answer_return(self, wanted: str, *, is_agreed: bool, at: datetime) -> Document:
        """Answer a return and tell of it.

        :raises CannotBeDone: if there is none that waits for it
        """
        for order in self.store.orders(limit=10_000):
            if any(each["id"] == wanted for each in order.get("returns", [])):
                changed = orders.answer_return(order, wanted, is_agreed=is_agreed, at=at)
                self.keep(changed, "orders/updated", at=at)
                asked: Document = next(each for each in changed["returns"] if each["id"] == wanted)
                topic = "returns/approve" if is_agreed else "returns/decline"
                self._announce(topic, changed, dump(rest_return(changed, asked)), at=at)
                return asked
        raise CannotBeDone("Return not found.")

    def order(self, number: str) -> Document:
        """:raises CannotBeDone: if there is none"""
        found = self.store.order(number)
        if found is None:
            raise CannotBeDone("没有这个订单")
        return found

    def keep(self, order: Document, *topics: str, at: datetime) -> Document:
        """Write an order and announce it under each topic."""
        self.store.save(order)
        for topic in topics:
            self._announce(topic, order, dump(rest_order(order)), at=at)
        return order

    def announce_refund(self, order: Document, *, at: datetime) -> None:
        refund = rest_refund(order, order["refunds"][-1])
        self._announce("refunds/create", order, dump(refund), at=at)

    def _announce(self, topic: str, order: Document, body: str, *, at: datetime) -> None:
        event_id = f"shopify-{self.store.next_number()}"
        self._outbox.add(topic, event_id, order["legacyResourceId"], body, at=at)
