"""Messages on their way: kept in the file, sent when due, sent again by the platform's steps."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from channels_sync.simulator.database import Database
from channels_sync.simulator.faults import Fault, FaultKind, Faults

SCHEMA = """
CREATE TABLE IF NOT EXISTS messages (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    channel TEXT NOT NULL,
    event_id TEXT NOT NULL UNIQUE,
    event TEXT NOT NULL,
    order_id TEXT NOT NULL,
    body TEXT NOT NULL,
    due_at REAL NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    state TEXT NOT NULL DEFAULT 'waiting',
    waits_for INTEGER NOT NULL DEFAULT 0,
    fault TEXT NOT NULL DEFAULT '',
    answer TEXT NOT NULL DEFAULT ''
);
CREATE INDEX IF NOT EXISTS messages_due ON messages (channel, state, due_at);
"""
_LONGEST_OUT_OF_ORDER = 60.0
_HOLDS_BACK = (FaultKind.LATE, FaultKind.OUT_OF_ORDER)


@dataclass(frozen=True, slots=True)
class Message:
    """A message; ``state`` is waiting, delivered or refused, times are Unix seconds."""

    id: int
    channel: str
    event_id: str
    event: str
    order_id: str
    body: str
    due_at: float
    attempts: int
    state: str
    waits_for: int
    fault: str
    answer: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; status 0 means that nobody answered."""

    status: int
    text: str

    @property
    def is_taken(self) -> bool:
        return self.status == 200

    @property
    def may_pass(self) -> bool:
        """Whether a later try can end better: not when the message itself was refused."""
        return not self.is_taken and self.status not in (400, 404, 409, 413, 422)


class Poster(Protocol):
    """Signs and posts in the way of one platform."""

    def post(self, message: Message, *, fault: Fault | None, now: datetime) -> Answer: ...


class Outbox:
    """The messages of one channel."""

    def __init__(self, database: Database, channel: str) -> None:
        self._open = database.open
        self._channel = channel

    def add(self, event: str, event_id: str, order_id: str, body: str, *, at: datetime) -> None:
        with self._open() as db:
            query = (
                "INSERT INTO messages (channel, event, event_id, order_id, body, due_at)"
                " VALUES (?, ?, ?, ?, ?, ?)"
            )
            values = [self._channel, event, event_id, order_id, body, at.timestamp()]
            db.execute(query, values)

    def due(self, *, now: datetime, limit: int = 50) -> list[Message]:
        query = "state = 'waiting' AND due_at <= ? ORDER BY due_at, id LIMIT ?"
        return self._messages(query, [now.timestamp(), limit])

    def messages(self, *, limit: int = 30) -> list[Message]:
        """List the newest first."""
        return self._messages("1 ORDER BY id DESC LIMIT ?", [limit])

    def send_again(self, message_id: int, *, now: datetime) -> None:
        """Let a message go once more at once, delivered or not."""
        self.change(message_id, state="waiting", due_at=now.timestamp(), attempts=0, waits_for=0)

    def change(self, message_id: int, **changes: object) -> None:
        """Write some columns of a message."""
        names = ", ".join(f"{name} = ?" for name in changes)
        with self._open() as db:
            query = f"UPDATE messages SET {names} WHERE id = ? AND channel = ?"  # noqa: S608 - our own names
            db.execute(query, [*changes.values(), message_id, self._channel])

    def let_overtaken_go(self, message: Message, *, now: datetime) -> None:
        """A later message about the order is through: what waited for it may follow."""
        with self._open() as db:
            query = (
                "UPDATE messages SET due_at = ?, waits_for = 0 WHERE channel = ?"
                " AND state = 'waiting' AND waits_for = 1 AND order_id = ? AND id < ?"
            )
            db.execute(query, [now.timestamp(), self._channel, message.order_id, message.id])

    def _messages(self, condition: str, values: Sequence[object]) -> list[Message]:
        with self._open() as db:
            query = f"SELECT * FROM messages WHERE channel = ? AND {condition}"  # noqa: S608 - our own
            return [Message(**dict(row)) for row in db.execute(query, [self._channel, *values])]


class Mailing:
    """Sends an outbox. ``steps`` are the seconds until the next try, one after the other."""

    def __init__(
        self, outbox: Outbox, poster: Poster, faults: Faults, *, steps: Sequence[int]
    ) -> None:
        self._outbox = outbox
        self._poster = poster
        self._faults = faults
        self._steps = steps
        self._one_at_a_time = threading.Lock()

    def send_due(self, *, now: datetime) -> int:
        """Send what is due; return how many messages had their turn."""
        with self._one_at_a_time:
            due = self._outbox.due(now=now)
            for message in due:
                self._send(message, now=now)
        return len(due)

    def _send(self, message: Message, *, now: datetime) -> None:
        fault = None
        if not message.fault:
            fault = self._faults.take_for_message(message.event)
        if fault is not None and fault.kind in _HOLDS_BACK:
            self._hold_back(message, fault, now=now)
            return
        answer = self._poster.post(message, fault=fault, now=now)
        self._note(message, answer, fault, now=now)

    def _hold_back(self, message: Message, fault: Fault, *, now: datetime) -> None:
        is_overtaken = fault.kind is FaultKind.OUT_OF_ORDER
        wait = fault.seconds or _LONGEST_OUT_OF_ORDER
        self._outbox.change(
            message.id,
            due_at=now.timestamp() + wait,
            waits_for=int(is_overtaken),
            fault=fault.kind.value,
        )

    def _note(
        self, message: Message, answer: Answer, fault: Fault | None, *, now: datetime
    ) -> None:
        attempts = message.attempts + 1
        again = answer.may_pass and attempts <= len(self._steps)
        state = "delivered" if answer.is_taken else "waiting" if again else "refused"
        if fault is not None and fault.kind is FaultKind.REPLAYED and answer.status == 409:
            state = "delivered"
        self._outbox.change(
            message.id,
            attempts=attempts,
            state=state,
            due_at=now.timestamp() + (self._steps[attempts - 1] if again else 0),
            answer=f"{answer.status} {answer.text}",
            fault=fault.kind.value if fault else message.fault,
        )
        if state == "delivered":
            self._outbox.let_overtaken_go(message, now=now)
