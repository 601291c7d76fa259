"""What may be told: an order's status and fields, notes, money, stock."""

import threading
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from channels_sync.simulator.market.market import Market
from channels_sync.simulator.market.orders import LEFT, ZERO, Order, Status
from channels_sync.simulator.woocommerce.orders import status_of
from channels_sync.simulator.woocommerce.reading import Reading, product, variation
from channels_sync.simulator.woocommerce.words import No, gmt, invalid, local, not_found, number_of

Body = Mapping[str, Any]
COMPANY, NUMBER = "_tracking_company", "_tracking_number"
"""The order fields of this shop's tracking plugin."""
_MOST = 100


class Writing:
    """Takes what one shop is told; an order's own fields are changed by one at a time."""

    def __init__(self, market: Market, reading: Reading) -> None:
        self._market = market
        self._store = market.store
        self._reading = reading
        self._lock = threading.Lock()

    def change(self, number: str, told: Body, now: datetime) -> dict[str, Any]:
        """Set an order's fields, then its status."""
        order = self._reading.order(number)
        fields = {str(one["key"]): one["value"] for one in told.get("meta_data") or []}
        if fields:
            with self._lock:
                extra = self._store.remembered(number)
                self._store.remember(number, extra | {"meta": extra.get("meta", {}) | fields})
            self._store.save(replace(order, modified_at=now.replace(microsecond=0)))
        if len(order.parcels) == 1 and NUMBER in fields:
            carrier, waybill_no = str(fields.get(COMPANY) or ""), str(fields[NUMBER])
            self._market.renumber(number, carrier=carrier, waybill_no=waybill_no, at=now)
        if "status" in told:
            self._move(order, str(told["status"]), now)
        return self._reading.document(self._reading.order(number))

    def add_note(self, number: str, told: Body, now: datetime) -> dict[str, Any]:
        """Keep a note; the control page shows the last one that the buyer reads."""
        text, is_for_buyer = str(told.get("note") or ""), bool(told.get("customer_note"))
        if not text:
            raise invalid("note")
        note = {
            "id": self._store.next_number(),
            "author": "system",
            "date_created": local(now),
            "date_created_gmt": gmt(now),
            "note": text,
            "customer_note": is_for_buyer,
        }
        order = self._reading.order(number)
        with self._lock:
            extra = self._store.remembered(number)
            self._store.remember(number, extra | {"notes": [*extra.get("notes", []), note]})
        if is_for_buyer:
            self._store.save(replace(order, seller_memo=text))
        return note

    def pay_back(self, number: str, told: Body, now: datetime) -> dict[str, Any]:
        """Pay back units of lines, money alone, or both."""
        order, amount = self._reading.order(number), _amount(told.get("amount"))
        before = (each.amount for each in self._reading.refunds_of(order))
        if not ZERO < amount <= order.paid_amount - sum(before, ZERO):
            words = "Invalid refund amount."
            raise No(500, "woocommerce_rest_cannot_create_order_refund", words)
        parts = [_part(order, row) for row in told.get("line_items") or []]
        rest = amount - sum((worth for _line, _units, worth in parts), ZERO)
        if rest < ZERO:
            raise invalid("line_items")
        if rest:
            parts.append((order.lines[0].number, 0, rest))
        reason, give = str(told.get("reason") or ""), self._market.requests.give
        given = [
            give(number, line, units=units, amount=worth, reason=reason, at=now).number
            for line, units, worth in parts
        ]
        with self._lock:
            extra = self._store.remembered(number)
            leaders = extra.get("leaders", {}) | dict.fromkeys(given, given[0])
            self._store.remember(number, extra | {"leaders": leaders})
        return self._reading.refund(number, given[0])

    def set_product(self, number: str, told: Body) -> dict[str, Any]:
        row = self._reading.stock_of(number)
        self._market.set_stock(row.sku_id, number_of(told, "stock_quantity"))
        return product(self._reading.stock_of(number))

    def set_variation(self, number: str, one: str, told: Body) -> dict[str, Any]:
        row = self._reading.stock_of(number, one)
        self._market.set_stock(row.sku_id, number_of(told, "stock_quantity"))
        return variation(self._reading.stock_of(number, one))

    def set_many(self, told: Body, product_id: str = "") -> dict[str, Any]:
        """Answer row by row: one that cannot be set does not stop the others."""
        rows = told.get("update") or []
        if len(rows) > _MOST:
            words = "Unable to accept more than 100 items for this request."
            raise No(413, "woocommerce_rest_request_entity_too_large", words)
        return {"update": [self._set_one(row, product_id) for row in rows]}

    def _set_one(self, row: Body, product_id: str) -> dict[str, Any]:
        one = str(row.get("id"))
        try:
            if product_id:
                return self.set_variation(product_id, one, row)
            return self.set_product(one, row)
        except No as problem:
            error = {"code": problem.code, "message": problem.words}
            return {"id": row.get("id"), "error": error | {"data": {"status": problem.status}}}

    def _move(self, order: Order, status: str, now: datetime) -> None:
        """Completing is sending: what the tracking plugin was told goes with it."""
        if status == status_of(order, self._reading.refunds_of(order)):
            return
        if status == "cancelled" and order.status is Status.UNPAID:
            self._market.cancel(order.number, at=now)
        elif status == "completed" and order.status in (Status.PAID, *LEFT):
            meta = self._store.remembered(order.number).get("meta", {})
            carrier, waybill_no = str(meta.get(COMPANY, "")), str(meta.get(NUMBER, ""))
            self._market.ship(order.number, carrier=carrier, waybill_no=waybill_no, at=now)
        else:
            raise invalid("status")


def _part(order: Order, row: Body) -> tuple[str, int, Decimal]:
    line = order.line(str(row.get("id")))
    if line is None:
        raise not_found("shop_order")
    return line.number, number_of(row, "quantity", 0), _amount(row.get("refund_total", "0"))


def _amount(told: object) -> Decimal:
    try:
        amount = Decimal(str(told))
    except InvalidOperation:
        raise invalid("amount") from None
    if not amount.is_finite():
        raise invalid("amount")
    return amount
