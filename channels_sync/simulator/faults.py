"""Trouble on demand: with the messages we send, and with the answers we give."""

import threading
from dataclasses import dataclass, replace
from enum import StrEnum


class FaultKind(StrEnum):
    """What goes wrong. The first group spoils messages of ours, the second our answers."""

    WRONG_KEY = "wrong_key"
    """Signed with a secret that nobody knows."""
    SECOND_KEY = "second_key"
    """Signed with the secret before the newest one: right while the shop changes over."""
    OLD_TIMESTAMP = "old_timestamp"
    """Stamped ``seconds`` ago."""
    CHANGED_BODY = "changed_body"
    """One byte of the body changes after signing."""
    REPLAYED = "replayed"
    """Delivered, then once more just as it was, nonce and all."""
    DUPLICATE = "duplicate"
    """Delivered, then once more as a message of its own about the same event."""
    LATE = "late"
    """Held back for ``seconds``."""
    OUT_OF_ORDER = "out_of_order"
    """Held back until a later message about the same order was delivered, a minute at most."""

    SERVER_ERROR = "server_error"
    """HTTP 500, nothing done."""
    THROTTLE = "throttle"
    """HTTP 429, nothing done; ``seconds`` go into Retry-After."""
    REFUSE = "refuse"
    """HTTP 422, nothing done."""
    DROP_BEFORE = "drop_before"
    """The line breaks, nothing done."""
    DROP_AFTER = "drop_after"
    """The work is done, then the line breaks: the caller cannot know."""
    DELAY = "delay"
    """The work is done at once, the answer takes ``seconds``."""
    MALFORMED = "malformed"
    """The work is done, half the answer arrives."""


OF_MESSAGES = frozenset(
    {
        FaultKind.WRONG_KEY,
        FaultKind.SECOND_KEY,
        FaultKind.OLD_TIMESTAMP,
        FaultKind.CHANGED_BODY,
        FaultKind.REPLAYED,
        FaultKind.DUPLICATE,
        FaultKind.LATE,
        FaultKind.OUT_OF_ORDER,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One planned trouble for the next ``times`` messages or calls of ``place`` (``*``: of any).

    A message's place is its event (``order.paid``), a call's is the last part of its path
    (``shipments``) or the name of the operation.
    """

    kind: FaultKind
    place: str = "*"
    times: int = 1
    seconds: float = 0.0

    @property
    def is_of_messages(self) -> bool:
        return self.kind in OF_MESSAGES


class Faults:
    """The plan. Faults happen in the order they were asked for, one per message or call."""

    def __init__(self) -> None:
        self._plan: list[Fault] = []
        self._lock = threading.Lock()

    def add(self, fault: Fault) -> None:
        """Plan a fault."""
        with self._lock:
            self._plan.append(fault)

    def clear(self) -> None:
        """Forget all plans."""
        with self._lock:
            self._plan.clear()

    def planned(self) -> list[Fault]:
        """List what is still to come."""
        with self._lock:
            return list(self._plan)

    def take_for_message(self, event: str) -> Fault | None:
        """Return the fault for this message and use it up by one."""
        return self._take(event, of_messages=True)

    def take_for_call(self, place: str) -> Fault | None:
        """Return the fault for this call and use it up by one."""
        return self._take(place, of_messages=False)

    def _take(self, place: str, *, of_messages: bool) -> Fault | None:
        with self._lock:
            for index, fault in enumerate(self._plan):
                if fault.is_of_messages is of_messages and fault.place in ("*", place):
                    left = replace(fault, times=fault.times - 1)
                    self._plan[index : index + 1] = [left] if left.times > 0 else []
                    return fault
        return None
