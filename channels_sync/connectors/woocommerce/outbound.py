"""Tell a WooCommerce shop what left and what is paid back.

Neither call has a key of its own, so what is there is read first each time: a note with the number,
a refund with ours in its reason. The note is written last and so proves the rest.
"""

from typing import Any, ClassVar

from channels_sync.connectors.outbound import (
    Clock,
    Outbound,
    Push,
    RefundPush,
    ShipmentPush,
    Told,
    not_taken,
    outbounds,
    utc_now,
)
from channels_sync.connectors.tokens import Credentials, TokenSource
from channels_sync.connectors.woocommerce import codes, refunding, shipping
from channels_sync.connectors.woocommerce.api import Api
from channels_sync.connectors.woocommerce.shipping import Node
from oms.integration.http import Http
from oms.integration.pacing import RateLimit

_PAGE = 100


@outbounds.register
class WooCommerceOutbound(Outbound):
    """One shop."""

    kind: ClassVar[str] = codes.KIND
    label: ClassVar[str] = codes.LABEL
    takes: ClassVar[frozenset[type[Push]]] = frozenset({ShipmentPush, RefundPush})
    rate: ClassVar[RateLimit | None] = RateLimit(per_second=3, burst=6)

    def __init__(
        self,
        *,
        credentials: Credentials,
        http: Http,
        clock: Clock = utc_now,
        tokens: TokenSource | None = None,
    ) -> None:
        super().__init__(credentials=credentials, http=http, clock=clock, tokens=tokens)
        self._api = Api(credentials, http, clock=clock)

    def send(self, push: Push) -> Told:
        """Tell the shop.

        :raises IntegrationError: in the shop's words
        """
        match push:
            case ShipmentPush():
                return self._ship(push)
            case RefundPush():
                return self._refund(push)
        raise not_taken(push)

    def find(self, push: Push) -> Told | None:
        """Read the order's notes for the parcel's number, or its refunds for our reason.

        :raises IntegrationError: if there is no answer
        """
        match push:
            case ShipmentPush(notice=notice):
                return shipping.find_note(self._notes(notice.channel_order_no), notice.waybill_no)
            case RefundPush():
                return self._paid(push)
        raise not_taken(push)

    def _ship(self, push: ShipmentPush) -> Told:
        number = push.notice.channel_order_no
        known = shipping.find_note(self._notes(number), push.notice.waybill_no)
        if known is not None:
            return known
        order = self._api.get(f"/orders/{number}", _order)
        refunds = self._refunds(number) if order.get("refunds") else []
        fields = str(self.credentials.get("tracking_meta") or "")
        change = shipping.to_change(order, refunds, push, tracking_meta=fields)
        if change:
            self._api.put(f"/orders/{number}", change, _order)
        return self._api.post(f"/orders/{number}/notes", shipping.to_note(push), _told)

    def _refund(self, push: RefundPush) -> Told:
        """``api_refund`` moves the money through the shop's gateway, or the whole is refused."""
        known = self._paid(push)
        if known is not None:
            return known
        body: dict[str, Any] = {
            "amount": f"{push.amount:.2f}",
            "reason": refunding.note_of(push.refund_no, push.reason),
            "api_refund": True,
            # Goods are counted in our warehouse, not in the shop.
            "api_restock": False,
            "line_items": [
                {
                    "id": int(line.channel_line_no),
                    "quantity": line.quantity,
                    "refund_total": f"{line.amount:.2f}",
                }
                for line in push.lines
                if line.amount is not None and line.channel_line_no.isdecimal()
            ],
        }
        path = f"/orders/{push.channel_order_no}/refunds"
        return self._api.post(path, body, lambda told: _money(push.channel_order_no, told))

    def _paid(self, push: RefundPush) -> Told | None:
        for refund in self._refunds(push.channel_order_no):
            if refunding.number_in(str(refund.get("reason") or "")) == push.refund_no:
                return _money(push.channel_order_no, refund)
        return None

    def _notes(self, number: str) -> list[Node]:
        return self._api.get(f"/orders/{number}/notes", _rows)

    def _refunds(self, number: str) -> list[Node]:
        found: list[Node] = []
        for page in range(1, 1000):
            path = f"/orders/{number}/refunds"
            more = self._api.get(path, _rows, page=str(page), per_page=str(_PAGE))
            found += more
            if len(more) < _PAGE:
                break
        return found


def _order(told: Any) -> Node:
    _ = told["id"], told["status"], told["line_items"]
    order: Node = told
    return order


def _rows(told: Any) -> list[Node]:
    if not isinstance(told, list):
        raise TypeError("not a list")
    for row in told:
        _ = row["id"]
    return told


def _told(note: Any) -> Told:
    return Told(channel_ref=str(note["id"]))


def _money(order: str, refund: Any) -> Told:
    """A refund whose money did not move is a note in the books only: a person has to pay it."""
    moved = refund.get("refunded_payment") is not False
    refused = "" if moved else "recorded in the shop, but its gateway moved no money"
    return Told(channel_ref=refunding.number_of(order, str(refund["id"])), refused=refused)
