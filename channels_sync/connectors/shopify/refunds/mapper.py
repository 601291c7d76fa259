"""From Shopify's messages about refunds and returns to the value that the core takes in. Pure.

``refunds/create`` (shopify.dev, REST resource Refund) tells of money that was paid back, with its
transactions; ``returns/*`` (resource Return) of a request, without money and without a time of its
own: the moment of its delivery counts. A return's number is written ``Return/<id>``, because
refunds are numbered in a series of their own, and a refund that settles a return is told under the
return's number.
"""

import json
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any

from channels_sync.connectors.fields import Fields
from channels_sync.connectors.shopify import codes
from channels_sync.connectors.shopify.ids import number
from channels_sync.connectors.shopify.notes import number_in
from channels_sync.dto import Problem, Unreadable
from oms.dto import IncomingRefund, RefundedLine, RefundKind, RefundStage

_NUMBER = 64


def to_refund(payload: str) -> IncomingRefund:
    """Map a refund or a return.

    :raises Unreadable: naming the first field that cannot be understood
    """
    told = _decode(payload)
    if told.has("return_line_items"):
        return _return(told)
    if told.has("transactions") or told.has("refund_line_items"):
        return _refund(told)
    raise Unreadable(Problem.NOT_A_REFUND, "transactions")


def return_no(digits: str) -> str:
    """Return how a return is numbered among the refund requests of a store."""
    return f"Return/{digits}" if digits else ""


def _decode(payload: str) -> Fields:
    try:
        return Fields.of(json.loads(payload), "message")
    except (ValueError, RecursionError):
        raise Unreadable(Problem.NOT_AN_OBJECT, "message") from None


def _refund(told: Fields) -> IncomingRefund:
    moves = [move for move in _each(told, "transactions") if _is_refund(move)]
    settles = _id_of(told.inside("return")) if told.has("return") else ""
    return IncomingRefund(
        channel_refund_no=return_no(settles) or told.text("id", limit=_NUMBER),
        channel_order_no=told.text("order_id", limit=_NUMBER),
        status=_stage(moves),
        kind=RefundKind.RETURN_REFUND if settles else RefundKind.REFUND_ONLY,
        amount=sum((_amount(move) for move in moves), Decimal(0)),
        currency=next((move.text("currency", limit=3, default="") for move in moves), ""),
        modified_at=told.time("processed_at" if told.has("processed_at") else "created_at"),
        lines=tuple(
            RefundedLine(
                channel_line_no=line.text("line_item_id", limit=_NUMBER),
                quantity=line.whole("quantity"),
            )
            for line in _each(told, "refund_line_items")
        ),
        refund_no=number_in(told.text("note", limit=5000, default="")),
    )


def _is_refund(move: Fields) -> bool:
    return move.text("kind", limit=32).upper() == "REFUND"


def _stage(moves: list[Fields]) -> RefundStage:
    """Money is back when every part of it is; a part that a bank refused means that it is not."""
    words = {move.text("status", limit=32).lower() for move in moves}
    if words & codes.BROKEN_MOVES:
        return RefundStage.REJECTED
    return RefundStage.REFUNDING if words - {"success"} else RefundStage.SUCCESS


def _amount(move: Fields) -> Decimal:
    try:
        amount = Decimal(move.text("amount", limit=32))
    except InvalidOperation:
        raise Unreadable(Problem.NOT_A_NUMBER, move.name("amount")) from None
    if not amount.is_finite() or amount != round(amount, 2):
        raise Unreadable(Problem.TOO_FINE, move.name("amount"))
    return amount


def _return(told: Fields) -> IncomingRefund:
    """What it is worth is not told: the paid share of its units counts."""
    try:
        stage = codes.RETURN_STAGE[told.text("status", limit=32).lower()]
    except KeyError:
        raise Unreadable(Problem.UNKNOWN_STATUS, "status") from None
    lines = list(told.items("return_line_items"))
    return IncomingRefund(
        channel_refund_no=return_no(_id_of(told)),
        channel_order_no=_id_of(told.inside("order")),
        status=stage,
        kind=RefundKind.RETURN_REFUND,
        amount=Decimal(0),
        modified_at=None,
        lines=tuple(
            RefundedLine(
                channel_line_no=_id_of(line.inside("fulfillment_line_item").inside("line_item")),
                quantity=line.whole("quantity"),
            )
            for line in lines
        ),
        reason="\n".join(filter(None, map(_words, lines)))[:2000],
    )


def _words(line: Fields) -> str:
    code = line.text("return_reason", limit=64, default="")
    note = line.text("customer_note", limit=1000, default="")
    return f"{code}: {note}" if code and note else code or note


def _id_of(told: Fields) -> str:
    key = "id" if told.has("id") else "admin_graphql_api_id"
    return number(told.text(key, limit=_NUMBER + 32))[:_NUMBER]


def _each(told: Fields, key: str) -> Iterator[Fields]:
    return told.items(key) if told.has(key) else iter(())


def order_number(told: dict[str, Any]) -> str:
    """Return the number of the order that a message about a refund or a return names; "" for none,
    and the reader will say so."""
    order = told.get("order")
    return number(told.get("order_id") or (order.get("id") if isinstance(order, dict) else ""))
