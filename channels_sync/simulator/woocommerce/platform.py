"""The shop's REST API below ``/wp-json/wc/v3``, and the webhooks it sends."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar

from channels_sync.connectors.woocommerce import signing
from channels_sync.simulator.faults import Fault, FaultKind
from channels_sync.simulator.market.changes import Change, What
from channels_sync.simulator.market.ledger import Numbered
from channels_sync.simulator.market.mailbox import Mailbox
from channels_sync.simulator.market.market import Market
from channels_sync.simulator.market.platform import App, Call, Letter, Platform, Push
from channels_sync.simulator.market.posting import STRANGER
from channels_sync.simulator.market.refusals import Refusal
from channels_sync.simulator.market.tokens import Tokens
from channels_sync.simulator.outbox import Message
from channels_sync.simulator.replies import Reply, json_reply
from channels_sync.simulator.woocommerce import words
from channels_sync.simulator.woocommerce.gate import Gate
from channels_sync.simulator.woocommerce.reading import Reading
from channels_sync.simulator.woocommerce.words import No
from channels_sync.simulator.woocommerce.writing import COMPANY, NUMBER, Writing

ROOT = "/wp-json/wc/v3/"
WEBHOOK_SECRET = "simulator-woocommerce-webhook-secret-that-is-none"  # noqa: S105
_UPDATED = "order.updated"
_TOPICS = {
    What.CREATED: "order.created",
    What.PAID: _UPDATED,
    What.CANCELLED: _UPDATED,
    What.ADDRESS_CHANGED: _UPDATED,
    What.PARTLY_SHIPPED: _UPDATED,
    What.SHIPPED: _UPDATED,
    What.REFUND_PAID: _UPDATED,
}


class WooCommerce(Platform):
    """A shop on WordPress. It has keys and no tokens; nobody asks it for money, it pays."""

    key: ClassVar[str] = "woocommerce"
    label: ClassVar[str] = "WooCommerce"
    app: ClassVar[App] = App.of(
        "woocommerce",
        key="ck_simulator_that_is_none",
        secret="cs_simulator_that_is_none",  # noqa: S106 - printed here for everybody
    )
    has_tokens: ClassVar[bool] = False
    also: ClassVar[Mapping[str, str]] = {
        "Webhook 密钥": WEBHOOK_SECRET,
        "运单号字段": f"{COMPANY},{NUMBER}",
    }

    def __init__(self, market: Market, tokens: Tokens, mailbox: Mailbox) -> None:
        super().__init__(market, tokens, mailbox)
        self._reading = Reading(market)
        self._writing = Writing(market, self._reading)
        self._gate = Gate(self.app, self.key)

    @staticmethod
    def number(what: Numbered, running: int, at: datetime) -> str:
        """Everything is numbered through."""
        return str(running)

    def place_of(self, call: Call) -> str:
        """Name a call by its method and the last word of its path: ``POST notes``."""
        parts = [part for part in call.path.split("/") if part and not part.isdecimal()]
        return f"{call.method} {parts[-1] if parts else ''}"

    def answer(self, call: Call, *, now: datetime) -> Reply:
        """Answer with the statuses of HTTP; what is not below the API is a web page."""
        if not call.path.startswith(ROOT):
            return words.web_page(404, "Page not found")
        try:
            self._gate.admit(call, now=now)
            return self._route(call, call.path.removeprefix(ROOT).rstrip("/").split("/"), now)
        except No as problem:
            return words.no(problem)
        except Refusal as refusal:
            return words.no(No(400, "woocommerce_rest_invalid_order", str(refusal)))
        except (LookupError, TypeError, AttributeError):
            return words.no(No(400, "rest_invalid_json", "Invalid JSON body passed."))

    def throttled(self, call: Call) -> Reply:
        """It is the host that counts."""
        return words.web_page(429, "Too Many Requests", Retry_After="2")

    def refused(self, call: Call) -> Reply:
        return words.no(No(400, "woocommerce_rest_invalid_order", "The shop refused."))

    def broken(self, call: Call) -> Reply:
        return words.web_page(503, "Briefly unavailable for scheduled maintenance.")

    def push(self, change: Change) -> Sequence[Push]:
        """What buyers ask for and what the seller notes down is told to nobody."""
        topic, order = _TOPICS.get(change.what), self.market.store.order(change.order_no)
        if topic is None or order is None:
            return []
        body = json.dumps(self._reading.document(order), ensure_ascii=False)
        return [Push(event=topic, order_no=order.number, body=body)]

    def letter(self, message: Message, *, fault: Fault | None, now: datetime) -> Letter:
        """Sign the body; the headers are signed by nothing."""
        secret, content = WEBHOOK_SECRET, message.body.encode()
        if fault is not None and fault.kind in (FaultKind.WRONG_KEY, FaultKind.SECOND_KEY):
            secret = STRANGER
        resource, _dot, event = message.event.partition(".")
        headers = {
            "Content-Type": "application/json",
            "X-WC-Webhook-Source": "https://shop.example.com/",
            "X-WC-Webhook-Topic": message.event,
            "X-WC-Webhook-Resource": resource,
            "X-WC-Webhook-Event": event,
            "X-WC-Webhook-Signature": signing.webhook_signature(secret, content),
            "X-WC-Webhook-ID": "5",
            "X-WC-Webhook-Delivery-ID": message.event_id,
        }
        return Letter(path=self.hook, content=content, headers=headers)

    def _route(self, call: Call, parts: list[str], now: datetime) -> Reply:
        match call.method, parts:
            case "GET", ["orders"]:
                return self._reading.orders(call.query)
            case "GET", ["products"]:
                return self._reading.products(call.query)
            case "GET", ["products", number, "variations"]:
                return self._reading.variations(number, call.query)
            case "GET", _:
                return json_reply(self._asked(parts))
            case "POST", ["orders", number, "notes"]:
                told = self._writing.add_note(number, call.document, now)
                return json_reply(told, status=201)
            case "POST", ["orders", number, "refunds"]:
                told = self._writing.pay_back(number, call.document, now)
                return json_reply(told, status=201)
        return json_reply(self._told(call, parts, now))

    def _asked(self, parts: list[str]) -> Any:
        match parts:
            case ["orders", number]:
                return self._reading.document(self._reading.order(number))
            case ["orders", number, "notes"]:
                return self._reading.notes(number)
            case ["orders", number, "refunds"]:
                return self._reading.refunds(number)
            case ["orders", number, "refunds", refund]:
                return self._reading.refund(number, refund)
            case ["reports", "orders", "totals"]:
                return self._reading.totals()
        raise _no_route()

    def _told(self, call: Call, parts: list[str], now: datetime) -> Any:
        told, writing = call.document, self._writing
        match call.method, parts:
            case "PUT", ["orders", number]:
                return writing.change(number, told, now)
            case "PUT", ["products", number]:
                return writing.set_product(number, told)
            case "PUT", ["products", number, "variations", one]:
                return writing.set_variation(number, one, told)
            case "POST", ["products", "batch"]:
                return writing.set_many(told)
            case "POST", ["products", number, "variations", "batch"]:
                return writing.set_many(told, number)
        raise _no_route()


def _no_route() -> No:
    words_of_it = "No route was found matching the URL and request method."
    return No(404, "rest_no_route", words_of_it)
