"""A round of work in parts, of which none stops the others."""

import logging
from collections.abc import Callable
from traceback import extract_tb

log = logging.getLogger(__name__)


class PartsFailed(Exception):
    """Some parts of a round failed; the others are done. It names them and nothing of their data,
    so that whoever runs the round notes it as failed."""


class Round:
    """Run parts one after the other and remember those that failed."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._failed: list[str] = []

    def run(self, part: str, work: Callable[[], int]) -> int:
        """Run one part and return its count, 0 if it failed: noted is its kind and place only."""
        try:
            return work()
        except Exception as fault:  # noqa: BLE001  # whatever one part raises, the others go on
            kind, where = type(fault).__name__, extract_tb(fault.__traceback__)[-1]
            log.error("%s, %s: %s at %s", self._name, part, kind, where)  # noqa: TRY400
            self._failed.append(part)
            return 0

    def close(self) -> None:
        """:raises PartsFailed: if one of the parts did"""
        if self._failed:
            raise PartsFailed(f"{self._name}: {', '.join(self._failed)}")
