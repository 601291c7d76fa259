"""Tell a WooCommerce shop what left and what is paid back.

Neither call has a key of its own, so what is there is read first each time: a note with the number,
a refund with ours in its reason. The note is written last and so proves the rest.
"""

from functools import cached_property
from typing import Any, ClassVar

from channels_sync.connectors.outbound import (
    Outbound,
    RefundPush,
    ShipmentPush,
    Told,
    outbounds,
)
from channels_sync.connectors.woocommerce import codes, refunding, shipping
from channels_sync.connectors.woocommerce.api import Api
from channels_sync.connectors.woocommerce.shipping import Node
from oms.integration.pacing import RateLimit

_PAGE = 100


@outbounds.register
class WooCommerceOutbound(Outbound):
    """One shop."""

    kind: ClassVar[str] = codes.KIND
    label: ClassVar[str] = codes.LABEL
    renumbers: ClassVar[bool] = True
    rate: ClassVar[RateLimit | None] = RateLimit(per_second=3, burst=6)

    @cached_property
    def _api(self) -> Api:
        return Api(self.credentials, self.http, clock=self.clock)

    def _find_shipment(self, push: ShipmentPush) -> Told | None:
        return shipping.find_note(self._notes(push.notice.channel_order_no), push.notice.waybill_no)

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

    def _pay(self, push: RefundPush) -> Told:
        """``api_refund`` moves the money through the shop's gateway, or the whole is refused."""
        known = self._find_payment(push)
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

    def _find_payment(self, push: RefundPush) -> Told | None:
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
