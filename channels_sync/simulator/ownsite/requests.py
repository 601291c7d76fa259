"""What buyers want back from the shop, and how far each request is. Every step is announced."""

from datetime import datetime, timedelta
from typing import Any

from channels_sync.simulator.ownsite import orders
from channels_sync.simulator.ownsite.announcing import Announcer
from channels_sync.simulator.ownsite.orders import CannotBeDone, Document, moment
from channels_sync.simulator.ownsite.store import ShopStore

SENDS_BACK_AFTER = timedelta(minutes=3)
_OPEN = ("wait_merchant", "wait_buyer_return", "wait_merchant_receive", "refunding")
_PAID_OUT = ("wait_merchant", "wait_merchant_receive", "refunding", "wait_buyer_return")


class Requests:
    """``at`` is the shop's own time; an act that is against the rules raises CannotBeDone."""

    def __init__(self, store: ShopStore, announcer: Announcer) -> None:
        self._store = store
        self._announcer = announcer

    def ask(self, order: Document, *, kind: str = "", at: datetime) -> Document:
        """Take a buyer's request: money before shipping, a return after it, unless named."""
        number = f"RF{self._store.next_number():08d}"
        asked = orders.ask_refund(order, number, kind=kind, at=at)
        self._store.save_request(asked)
        self._announcer.announce("refund.created", asked, at=at)
        return asked

    def withdraw(self, number: str, *, at: datetime) -> None:
        """The buyer no longer wants it."""
        self._move(self._open(number, _OPEN), "closed", at=at)

    def send_back(self, number: str, *, at: datetime) -> None:
        """The buyer brings his parcel to a carrier."""
        asked = self._open(number, ("wait_buyer_return",))
        tracking = f"SF{self._store.next_number():012d}"
        self._move(asked, "wait_merchant_receive", at=at, carrier_code="sf", tracking_no=tracking)

    def pay_back(self, number: str, *, at: datetime) -> None:
        """The shop gives the money back by itself, without asking anybody."""
        self._pay(self._open(number, _PAID_OUT), at=at)

    def answered(self, number: str, *, is_agreed: bool, at: datetime) -> None:
        """The other side said yes or no; a number that is no request of ours changes nothing."""
        asked = self._store.request(number)
        if asked is None or asked["status"] != "wait_merchant":
            return
        if not is_agreed:
            self._move(asked, "rejected", at=at)
        elif asked["kind"] != "refund_only":
            self._move(asked, "wait_buyer_return", at=at)
            self._store.plan("send_back", number, at=at + SENDS_BACK_AFTER)

    def paid_back(self, order_id: str, *, refund_no: str, at: datetime) -> None:
        """The other side had us pay: the order's request that is open is settled by it."""
        asked = next((one for one in self._of(order_id) if one["status"] in _PAID_OUT), None)
        if asked is not None:
            self._pay(asked, at=at, refund_no=refund_no)

    def _of(self, order_id: str) -> list[Document]:
        return [one for one in self._store.requests() if one["order_id"] == order_id]

    def _open(self, number: str, statuses: tuple[str, ...]) -> Document:
        asked = self._store.request(number)
        if asked is None or asked["status"] not in statuses:
            raise CannotBeDone("这个申请现在不能这样处理")
        return asked

    def _pay(self, asked: Document, *, at: datetime, **changes: Any) -> None:
        self._move(asked, "success", at=at, **changes)
        order = self._store.order(asked["order_id"])
        whole = order is not None and asked["amount_cents"] == order["amounts"]["paid_cents"]
        if order is not None and whole and order["status"] == "paid":
            cancelled = orders.cancel(order, at=at)
            self._store.save_order(cancelled, buyer=self._store.buyer_of(order["order_id"]))
            self._announcer.announce("order.cancelled", cancelled, at=at)

    def _move(self, asked: Document, status: str, *, at: datetime, **changes: Any) -> None:
        moved = {**asked, **changes, "status": status, "updated_at": moment(at)}
        self._store.save_request(moved)
        self._announcer.announce("refund.updated", moved, at=at)
