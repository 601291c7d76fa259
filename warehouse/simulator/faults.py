"""Trouble on demand: what a carrier's service does on a bad day."""

import threading
from dataclasses import dataclass, replace
from enum import StrEnum


class FaultKind(StrEnum):
    """What goes wrong. All but the first three happen after the work was done."""

    CODE = "code"
    """The gateway answers with ``code`` and does nothing."""
    SERVER_ERROR = "server_error"
    """HTTP 500, nothing done."""
    DROP_BEFORE = "drop_before"
    """The line breaks, nothing done."""
    DROP_AFTER = "drop_after"
    """The work is done, then the line breaks: the caller cannot know."""
    DELAY = "delay"
    """The work is done at once, the answer takes ``seconds``."""
    MALFORMED = "malformed"
    """The work is done, half the answer arrives."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One planned trouble for the next ``times`` calls of ``service`` (``*``: of any)."""

    kind: FaultKind
    service: str = "*"
    times: int = 1
    seconds: float = 0.0
    code: str = ""


class Faults:
    """The plan. Faults happen in the order they were asked for, one per call."""

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

    def take(self, service: str) -> Fault | None:
        """Return the fault for this call and use it up by one."""
        with self._lock:
            for index, fault in enumerate(self._plan):
                if fault.service in ("*", service):
                    left = replace(fault, times=fault.times - 1)
                    self._plan[index : index + 1] = [left] if left.times > 0 else []
                    return fault
        return None
