"""A channel that does as a test says, and remembers what it was told."""

from collections.abc import Callable
from typing import ClassVar

from channels_sync.connectors.outbound import (
    Outbound,
    Push,
    Told,
    outbounds,
)
from oms.integration.errors import ErrorKind, IntegrationError

Answer = Told | Exception | Callable[[Push], Told]


class WorkerDied(BaseException):
    """The process ends in the middle: nothing after it runs."""


@outbounds.register
class ScriptedOutbound(Outbound):
    """``script`` holds the answers to ``send``; ``known`` is what the channel has, by key."""

    kind: ClassVar[str] = "scripted"
    label: ClassVar[str] = "Scripted"
    needs_address: ClassVar[bool] = False
    script: ClassVar[list[Answer]] = []
    sent: ClassVar[list[Push]] = []
    asked: ClassVar[list[Push]] = []
    known: ClassVar[dict[str, Told]] = {}
    cannot_say: ClassVar[list[IntegrationError]] = []

    @classmethod
    def reset(cls) -> None:
        for remembered in (cls.script, cls.sent, cls.asked, cls.known, cls.cannot_say):
            remembered.clear()

    def _tell(self, push: Push) -> Told:
        self.sent.append(push)
        answer = self.script.pop(0) if self.script else Told(channel_ref=f"C-{push.key}")
        if isinstance(answer, BaseException):
            raise answer
        told = answer if isinstance(answer, Told) else answer(push)
        self.known[push.key] = told
        return told

    def _look(self, push: Push) -> Told | None:
        self.asked.append(push)
        if self.cannot_say:
            raise self.cannot_say.pop(0)
        return self.known.get(push.key)

    _ship = _answer = _pay = _note = _tell
    _find_shipment = _find_answer = _find_payment = _find_note = _look

    @classmethod
    def does_it_but(cls, trouble: BaseException) -> Callable[[Push], Told]:
        """Answer by doing what was asked, and then failing to say so."""

        def act(push: Push) -> Told:
            cls.known[push.key] = Told(channel_ref=f"C-{push.key}")
            raise trouble

        return act


def trouble(kind: ErrorKind = ErrorKind.RETRY, *, unknown: bool = False) -> IntegrationError:
    return IntegrationError("系统繁忙", kind=kind, code="busy", outcome_unknown=unknown)
