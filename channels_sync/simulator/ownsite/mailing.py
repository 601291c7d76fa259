"""Sends the shop's messages when they are due, and again by the contract's steps."""

import json
import threading
from datetime import datetime
from typing import Any

from channels_sync.simulator.faults import Fault, FaultKind, Faults
from channels_sync.simulator.ownsite.orders import moment
from channels_sync.simulator.ownsite.posting import Answer, Poster
from channels_sync.simulator.ownsite.store import Message, ShopStore

STEPS = (60, 300, 1800, 7200, 43200)
"""Seconds until the next try, by the contract: 1 m, 5 m, 30 m, 2 h, 12 h."""
_LONGEST_OUT_OF_ORDER = 60.0
_HOLDS_BACK = (FaultKind.LATE, FaultKind.OUT_OF_ORDER)


class Mailing:
    """The shop's outbox."""

    def __init__(self, store: ShopStore, poster: Poster, faults: Faults, *, shop: str) -> None:
        self._store = store
        self._poster = poster
        self._faults = faults
        self._shop = shop
        self._one_at_a_time = threading.Lock()

    def announce(self, event: str, subject: dict[str, Any], *, at: datetime) -> None:
        """Write a message about an order or a refund, as they are now."""
        event_id = f"evt-{self._store.next_number()}"
        about = "refund" if event.startswith("refund.") else "order"
        body = {
            "event": event,
            "event_id": event_id,
            "occurred_at": moment(at),
            "shop_code": self._shop,
            about: subject,
        }
        text = json.dumps(body, ensure_ascii=False)
        self._store.add_message(event, event_id, subject["order_id"], text, at.timestamp())

    def send_due(self, *, now: datetime) -> int:
        """Send what is due; return how many messages had their turn."""
        with self._one_at_a_time:
            due = self._store.due_messages(now=now.timestamp())
            for message in due:
                self._send(message, now=now)
        return len(due)

    def send_again(self, message_id: int, *, now: datetime) -> None:
        """Let a message go once more at once, delivered or not."""
        changes = {"state": "waiting", "due_at": now.timestamp(), "attempts": 0, "waits_for": 0}
        self._store.change_message(message_id, **changes)

    def _send(self, message: Message, *, now: datetime) -> None:
        fault = None
        if not message.fault:
            fault = self._faults.take_for_message(message.event)
        if fault is not None and fault.kind in _HOLDS_BACK:
            self._hold_back(message, fault, now=now)
            return
        answer = self._poster.post(message.body, message.event_id, fault=fault, now=now)
        self._note(message, answer, fault, now=now)

    def _hold_back(self, message: Message, fault: Fault, *, now: datetime) -> None:
        is_overtaken = fault.kind is FaultKind.OUT_OF_ORDER
        wait = fault.seconds or _LONGEST_OUT_OF_ORDER
        self._store.change_message(
            message.id,
            due_at=now.timestamp() + wait,
            waits_for=int(is_overtaken),
            fault=fault.kind.value,
        )

    def _note(
        self, message: Message, answer: Answer, fault: Fault | None, *, now: datetime
    ) -> None:
        attempts = message.attempts + 1
        again = answer.may_pass and attempts <= len(STEPS)
        state = "delivered" if answer.is_taken else "waiting" if again else "refused"
        if fault is not None and fault.kind is FaultKind.REPLAYED and answer.status == 409:
            state = "delivered"
        self._store.change_message(
            message.id,
            attempts=attempts,
            state=state,
            due_at=now.timestamp() + (STEPS[attempts - 1] if again else 0),
            answer=f"{answer.status} {answer.text}",
            fault=fault.kind.value if fault else message.fault,
        )
        if state == "delivered":
            self._store.let_overtaken_go(message, now=now.timestamp())
