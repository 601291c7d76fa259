"""The GraphQL endpoint: who is let in, what it costs, and what the operations do."""

import json
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Any

from channels_sync.simulator.ownsite.orders import CannotBeDone
from channels_sync.simulator.replies import Reply, json_reply
from channels_sync.simulator.shopify import orders
from channels_sync.simulator.shopify.bucket import LARGEST_QUERY, Bucket
from channels_sync.simulator.shopify.execution import (
    MUTATION_COST,
    Page,
    UndefinedField,
    cost_of,
    project,
    used,
)
from channels_sync.simulator.shopify.granting import Granting
from channels_sync.simulator.shopify.inventory import Inventory
from channels_sync.simulator.shopify.language import BadDocument, Field, Operation, parse
from channels_sync.simulator.shopify.refusals import UserError
from channels_sync.simulator.shopify.shop import ShopifyShop
from channels_sync.simulator.shopify.store import Document
from channels_sync.simulator.shopify.trees import order_tree, refund_tree, return_tree

_WINDOW = re.compile(r"(updated|created)_at:>='([^']+)' AND \1_at:<'([^']+)'")
_OPEN = ("OPEN", "IN_PROGRESS", "SCHEDULED")
_REASONS = frozenset({"FINAL_SALE", "OTHER", "RETURN_PERIOD_ENDED"})
_LONGEST_NOTE = 500
_NOTHING_DONE = {
    "return": None,
    "fulfillment": None,
    "refund": None,
    "inventoryAdjustmentGroup": None,
}


class Gateway:
    """One shop's Admin API."""

    def __init__(self, shop: ShopifyShop, granting: Granting) -> None:
        self._shop = shop
        self._granting = granting
        self.bucket = Bucket()
        self.inventory = Inventory(shop.store)
        self._mutations: dict[str, Callable[[Field, datetime], Document]] = {
            "fulfillmentCreate": self._fulfill,
            "fulfillmentTrackingInfoUpdate": self._retrack,
            "refundCreate": self._refund,
            "inventorySetQuantities": self._set_stock,
            "returnApproveRequest": partial(self._answer_return, is_agreed=True),
            "returnDeclineRequest": partial(self._answer_return, is_agreed=False),
        }

    def answer(self, body: bytes, *, version: str, token: str, now: datetime) -> Reply:
        """Answer one call."""
        if not self._granting.is_good(token, now=now):
            words = "[API] Invalid API key or access token (unrecognized login or wrong password)"
            return json_reply({"errors": words}, status=401)
        if not re.fullmatch(r"20\d\d-(01|04|07|10)", version):
            return json_reply({"errors": "Not Found"}, status=404)
        try:
            operation = _read(body)
        except (BadDocument, ValueError, TypeError, KeyError) as error:
            return _errors(str(error), "syntax")
        return self._run(operation, now=now)

    def throttled(self, *, now: datetime) -> None:
        """Let the next calls find the bucket empty."""
        self.bucket.drain(now=now)

    def _run(self, operation: Operation, *, now: datetime) -> Reply:
        is_query = operation.kind == "query"
        cost = cost_of(operation.fields) if is_query else MUTATION_COST * len(operation.fields)
        if cost > LARGEST_QUERY:
            return _errors(f"Query cost is {cost}, which exceeds 1000", "MAX_COST_EXCEEDED")
        if not self.bucket.pay(cost, now=now):
            told = self.bucket.told(cost, actual=None, now=now)
            return _errors("Throttled", "THROTTLED", extensions=told)
        try:
            data = {field.name: self._root(operation, field, now) for field in operation.fields}
        except UndefinedField as error:
            return _errors(f"Field '{error}' doesn't exist", "undefinedField")
        except ValueError as error:
            return _errors(f"Invalid argument: {error}", "argumentLiteralsIncompatible")
        actual = min(cost, used(data)) if is_query else cost
        self.bucket.give_back(cost - actual)
        extensions = self.bucket.told(cost, actual=actual, now=now)
        return json_reply({"data": data, "extensions": extensions})

    def _root(self, operation: Operation, field: Field, now: datetime) -> Any:
        if operation.kind == "query":
            return self._query(field)
        try:
            mutate = self._mutations[field.name]
        except KeyError:
            raise UndefinedField(field.name) from None
        try:
            done = {**mutate(field, now), "userErrors": []}
        except UserError as error:
            done = {**_NOTHING_DONE, "userErrors": error.told}
        return project(done, field.fields)

    def _query(self, field: Field) -> Any:
        match field.name:
            case "orders":
                window = _WINDOW.fullmatch(field.arguments["query"])
                if window is None:
                    raise ValueError("query")
                moved, since, until = window.groups()
                store = self._shop.store
                found = (store.changed if moved == "updated" else store.placed)(since, until)
                whole = {"orders": Page([order_tree(order) for order in found])}
                return project(whole, (field,))["orders"]
            case "order":
                order = self._shop.store.order(_number(field.arguments["id"]))
                return project(order_tree(order), field.fields) if order else None
            case "refund" | "return":
                lay = refund_tree if field.name == "refund" else return_tree
                wanted = field.arguments["id"]
                every = (lay(order, wanted) for order in self._shop.store.orders(limit=10_000))
                return project(next(filter(None, every), None), field.fields)
            case "nodes":
                variants = [self.inventory.node(each) for each in field.arguments["ids"]]
                return [project(variant, field.fields) for variant in variants]
        raise UndefinedField(field.name)

    def _fulfill(self, field: Field, now: datetime) -> Document:
        told = field.arguments["fulfillment"]
        groups, units = told["lineItemsByFulfillmentOrder"], dict[str, int]()
        for group in groups:
            for row in group["fulfillmentOrderLineItems"]:
                units[row["id"]] = units.get(row["id"], 0) + int(row["quantity"])
        order = self._order_with([group["fulfillmentOrderId"] for group in groups])
        _check_open(order, units)
        number = self._shop.store.next_number()
        shipped = orders.fulfill(order, units, told["trackingInfo"], number=number, at=now)
        whole = shipped["displayFulfillmentStatus"] == "FULFILLED"
        topic = "orders/fulfilled" if whole else "orders/partially_fulfilled"
        self._shop.keep(shipped, topic, "orders/updated", at=now)
        return {"fulfillment": shipped["fulfillments"][-1]}

    def _retrack(self, field: Field, now: datetime) -> Document:
        wanted, tracking = field.arguments["fulfillmentId"], field.arguments["trackingInfoInput"]
        for order in self._shop.store.orders(limit=10_000):
            if any(each["id"] == wanted for each in order["fulfillments"]):
                changed = orders.retrack(order, wanted, tracking, at=now)
                self._shop.keep(changed, "orders/updated", at=now)
                return {"fulfillment": {"id": wanted, "status": "SUCCESS"}}
        raise UserError("Fulfillment does not exist.")

    def _refund(self, field: Field, now: datetime) -> Document:
        key = field.directives.get("idempotent", {}).get("key")
        if not key:
            raise UserError("The @idempotent directive is required for this mutation.")
        known = self._shop.store.answer_of(str(key))
        if known is None:
            known = self._pay_back(field.arguments["input"], now)
            self._shop.store.keep_answer(str(key), known)
        return {"refund": {**known, "transactions": Page(known["transactions"])}}

    def _answer_return(self, field: Field, now: datetime, *, is_agreed: bool) -> Document:
        told = field.arguments["input"]
        if not is_agreed and told.get("declineReason") not in _REASONS:
            raise ValueError("declineReason")
        if len(told.get("declineNote") or "") > _LONGEST_NOTE:
            raise UserError("Decline note is too long (maximum is 500 characters)")
        try:
            return {"return": self._shop.answer_return(told["id"], is_agreed=is_agreed, at=now)}
        except CannotBeDone as error:
            raise UserError(str(error)) from None

    def _set_stock(self, field: Field, _now: datetime) -> Document:
        key = str(field.directives.get("idempotent", {}).get("key") or "")
        return self.inventory.set_quantities(field.arguments["input"], key=key)

    def _pay_back(self, told: Mapping[str, Any], now: datetime) -> Document:
        order = self._shop.store.order(_number(told["orderId"]))
        if order is None:
            raise UserError("Order does not exist")
        _check_money(order, told)
        number = self._shop.store.next_number()
        refunded = orders.refund(order, dict(told), number=number, at=now)
        self._shop.keep(refunded, "orders/updated", at=now)
        self._shop.announce_refund(refunded, at=now)
        done: Document = refunded["refunds"][-1]
        return done

    def _order_with(self, group_ids: list[str]) -> Document:
        for order in self._shop.store.orders(limit=10_000):
            known = {group["id"] for group in order["fulfillmentOrders"]}
            if group_ids and set(group_ids) <= known:
                return order
        raise UserError("Fulfillment order does not exist.")


def _read(body: bytes) -> Operation:
    told = json.loads(body)
    return parse(told["query"], told.get("variables") or {})


def _check_open(order: Document, units: Mapping[str, int]) -> None:
    left = {
        row["id"]: row["remainingQuantity"]
        for group in order["fulfillmentOrders"]
        if group["status"] in _OPEN
        for row in group["lineItems"]
    }
    for row, quantity in units.items():
        if not 0 < quantity <= left.get(row, 0):
            raise UserError("Invalid fulfillment order line item quantity requested.")


def _check_money(order: Document, told: Mapping[str, Any]) -> None:
    asked = sum((Decimal(move["amount"]) for move in told["transactions"]), Decimal(0))
    paid = Decimal(order["totalPriceSet"]["shopMoney"]["amount"])
    parents = {move["id"] for move in order["transactions"] if move["kind"] == "SALE"}
    if any(move["parentId"] not in parents for move in told["transactions"]):
        raise UserError("Parent transaction is invalid")
    if not 0 < asked <= paid - orders.refunded(order):
        raise UserError("Refund amount cannot exceed the order's refundable amount")


def _errors(text: str, code: str, *, extensions: Document | None = None) -> Reply:
    answer: Document = {"errors": [{"message": text, "extensions": {"code": code}}]}
    return json_reply(answer | ({"extensions": extensions} if extensions else {}))


def _number(gid: str) -> str:
    return str(gid).rpartition("/")[2]
