"""Messages that a platform keeps for us until we fetch and confirm them; hints like pushes."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from channels_sync.connectors.knocks import Hint
from channels_sync.connectors.lines import Line
from channels_sync.connectors.tokens import Credentials
from oms.integration.registry import Registry


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One message; ``shop_id`` is the platform's number of the shop it is about.

    A message that we cannot read has no hints: it is confirmed all the same, and the pull finds
    what it was about.
    """

    id: str
    shop_id: str
    hints: tuple[Hint, ...] = ()


class Mailbox(Line, ABC):
    """The messages of one app, for all of its shops. Speaks values; never touches the database."""

    kind: ClassVar[str]
    label: ClassVar[str]

    @classmethod
    @abstractmethod
    def app_of(cls, credentials: Credentials) -> str:
        """Return whose mailbox it is: shops of one app share one."""

    @abstractmethod
    def fetch(self) -> Sequence[Letter]:
        """Take waiting messages; they come again unless they are confirmed. None: no more now.

        :raises IntegrationError: in the platform's words
        """

    @abstractmethod
    def confirm(self, ids: Sequence[str]) -> None:
        """Say that these messages are ours now.

        :raises IntegrationError: in the platform's words; then they come again
        """


mailboxes: Registry[Mailbox] = Registry("mailbox connector")
