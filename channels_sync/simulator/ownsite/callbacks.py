"""What the shop answers when it is told something, or asked whether it was."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from channels_sync.connectors.webhook import signing
from channels_sync.simulator.ownsite import orders, stock
from channels_sync.simulator.ownsite.requests import Requests
from channels_sync.simulator.ownsite.store import News, ShopStore
from channels_sync.simulator.replies import Reply, json_reply
from channels_sync.simulator.settings import Settings

PLACES = ("shipments", "refunds", "returns", stock.PLACE)


class Refused(Exception):
    """``error`` and the text go into the answer under ``status``."""

    def __init__(self, status: int, error: str, text: str) -> None:
        super().__init__(text)
        self.reply = json_reply({"error": error, "text": text}, status=status)


@dataclass(frozen=True, slots=True)
class Call:
    """A call as it came; header names are lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes

    def header(self, name: str) -> str:
        return self.headers.get(name.lower(), "")


class Callbacks:
    """The shop's ears: ``/shops/<shop>/<place>`` takes, ``/shops/<shop>/<place>/<number>`` says."""

    def __init__(self, store: ShopStore, settings: Settings, requests: Requests) -> None:
        self._store = store
        self._requests = requests
        self._settings = settings

    def answer(self, call: Call, place: str, number: str, *, now: datetime) -> Reply:
        """Take a call whose path was understood."""
        try:
            self._admit(call, now)
            if call.method == "GET":
                return self._look_up(place, number)
            return self._take(place, call, now=now)
        except Refused as refused:
            return refused.reply

    def _admit(self, call: Call, now: datetime) -> None:
        stamp, nonce = call.header(signing.TIMESTAMP_HEADER), call.header(signing.NONCE_HEADER)
        is_signed = signing.is_signed(
            call.header(signing.SIGNATURE_HEADER),
            secrets=[self._settings.secret, self._settings.secret_before],
            method=call.method,
            path=call.path,
            timestamp=stamp,
            nonce=nonce,
            body=call.body,
        )
        if not is_signed or not nonce:
            raise Refused(401, "signature", "签名不正确")
        skew = self._settings.skew_seconds
        if not stamp.isdecimal() or abs(now.timestamp() - int(stamp)) > skew:
            raise Refused(401, "timestamp", "时间戳相差超过 300 秒")
        if not self._store.use_nonce(nonce, now=now.timestamp(), keep_for=2.0 * skew):
            raise Refused(409, "nonce", "随机数重复")

    def _look_up(self, place: str, number: str) -> Reply:
        if place == stock.PLACE:
            return _or_unknown(stock.shown(self._store, number))
        known = self._store.find_news(place, number)
        return _or_unknown({"code": 0, **known.answer} if known else None)

    def _take(self, place: str, call: Call, *, now: datetime) -> Reply:
        told = _decode(call.body)
        if place == stock.PLACE:
            return self._take_stock(told)
        order = self._store.order(str(told.get("order_id", "")))
        if order is None:
            raise Refused(404, "order", "没有这个订单")
        try:
            news = _READ[place](told, order)
        except (KeyError, TypeError, ValueError, IndexError) as error:
            raise _not_agreed(error) from error
        known = self._store.find_news(place, news.number)
        if known is not None:
            return json_reply({"code": 0, "duplicate": True, **known.answer})
        self._store.keep_news(news)
        self._follow(place, told, order, now=now)
        return json_reply({"code": 0, **news.answer})

    def _take_stock(self, told: dict[str, Any]) -> Reply:
        try:
            return _or_unknown(stock.take(self._store, told))
        except ValueError as error:
            raise _not_agreed(error) from error

    def _follow(
        self, place: str, told: dict[str, Any], order: orders.Document, *, now: datetime
    ) -> None:
        match place:
            case "shipments":
                self._note_shipped(order, now=now)
            case "refunds":
                refund_no = str(told["refund_no"])
                self._requests.paid_back(order["order_id"], refund_no=refund_no, at=now)
            case "returns":
                is_agreed = told["decision"] == "agree"
                self._requests.answered(str(told["refund_id"]), is_agreed=is_agreed, at=now)

    def _note_shipped(self, order: orders.Document, *, now: datetime) -> None:
        told = self._store.news_of(order["order_id"])
        parcels = [news.document for news in told if news.place == "shipments"]
        # A package told under another number replaces what was told of it before.
        old = {parcel.get("replaces_tracking_no") for parcel in parcels}
        standing = [parcel for parcel in parcels if parcel["tracking_no"] not in old]
        shipped = orders.ship(order, standing, at=now)
        self._store.save_order(shipped, buyer=self._store.buyer_of(order["order_id"]))


def _or_unknown(answer: dict[str, Any] | None) -> Reply:
    if answer is None:
        raise Refused(404, "unknown", "没有这个编号")
    return json_reply(answer)


def _not_agreed(error: Exception) -> Refused:
    return Refused(422, "schema", f"报文不符合约定（{type(error).__name__}）")


def _decode(body: bytes) -> dict[str, Any]:
    try:
        told = json.loads(body)
    except ValueError as error:
        raise Refused(400, "malformed", "报文不是 JSON") from error
    if not isinstance(told, dict):
        raise Refused(422, "schema", "报文不是对象")
    return told


def _shipment(told: dict[str, Any], order: orders.Document) -> News:
    (parcel,) = told["parcels"]
    sold = {line["line_id"]: line["quantity"] for line in order["lines"]}
    for line in parcel["lines"]:
        if not 0 < line["quantity"] <= sold[line["line_id"]]:
            raise ValueError("quantity")
    if not parcel["tracking_no"] or not parcel["carrier_code"]:
        raise ValueError("tracking_no")
    number = str(parcel["shipment_id"])
    return News("shipments", number, order["order_id"], parcel, {"shipment_id": number})


def _refund(told: dict[str, Any], order: orders.Document) -> News:
    number, cents = str(told["refund_no"]), int(told["amount_cents"])
    if not 0 < cents <= order["amounts"]["paid_cents"]:
        raise ValueError("amount_cents")
    answer = {"refund_id": f"R-{number}", "status": "success"}
    return News("refunds", number, order["order_id"], told, answer)


def _return(told: dict[str, Any], order: orders.Document) -> News:
    number = str(told["refund_id"])
    if told["decision"] not in ("agree", "refuse"):
        raise ValueError("decision")
    return News("returns", number, order["order_id"], told, {"refund_id": number})


_READ = {"shipments": _shipment, "refunds": _refund, "returns": _return}
