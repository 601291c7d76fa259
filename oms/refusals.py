"""The base of every 'no' that a person is told: what was wrong and what to do about it."""

from collections.abc import Mapping
from typing import Any


class Refusal(Exception):
    """A business rule said no; nothing was changed.

    ``str(refusal)`` is the operator's text in the active language, made from ``message`` (a lazy
    translation, which the subclass states) and ``facts``. Entry points catch this one class.
    """

    message: Any = ""

    def __init__(self, **facts: object) -> None:
        super().__init__()
        self.facts: Mapping[str, object] = facts

    def __str__(self) -> str:
        return str(self.message) % self.facts
