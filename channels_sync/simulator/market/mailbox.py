"""Messages that are fetched instead of posted: handed out, and again unless confirmed in time."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from channels_sync.simulator.faults import FaultKind, Faults
from channels_sync.simulator.outbox import Message, Outbox

AGAIN_AFTER = timedelta(minutes=10)
_LATE = timedelta(minutes=1)


class Mailbox:
    """The waiting messages of a platform."""

    def __init__(self, outbox: Outbox, faults: Faults) -> None:
        self._outbox = outbox
        self._faults = faults

    def take(self, limit: int, *, now: datetime) -> list[Message]:
        """Hand out what is due, spoiled as planned; it comes again unless it is confirmed."""
        given = list[Message]()
        for message in self._outbox.due(now=now, limit=limit):
            fault = None if message.fault else self._faults.take_for_message(message.event)
            late = fault is not None and fault.kind in (FaultKind.LATE, FaultKind.OUT_OF_ORDER)
            wait = timedelta(seconds=fault.seconds) if fault and fault.seconds else _LATE
            self._outbox.change(
                message.id,
                due_at=(now + (wait if late else AGAIN_AFTER)).timestamp(),
                attempts=message.attempts + (not late),
                fault=fault.kind.value if fault else message.fault,
            )
            if late:
                continue
            given += [message] * (2 if fault and fault.kind in _TWICE else 1)
        return given

    def confirm(self, ids: Sequence[int]) -> None:
        """Hand these out no more."""
        for number in ids:
            self._outbox.change(number, state="delivered", answer="confirmed")


_TWICE = (FaultKind.DUPLICATE, FaultKind.REPLAYED)
