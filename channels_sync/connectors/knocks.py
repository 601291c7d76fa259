"""What a platform pushes to us: proved, understood as far as it can be trusted, and answered.

A push is a hint: most platforms tell less than the order, or sign nothing, so the order is read
again by its number. Only where a push is signed and whole may it be taken as it is.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar

from channels_sync.connectors.tokens import Credentials
from oms.integration.registry import Registry


class Subject(StrEnum):
    """What a hint is about."""

    ORDER = "order"
    REFUND = "refund"


@dataclass(frozen=True, slots=True, kw_only=True)
class Knock:
    """A request as it came. Header names are lower case; ``query`` is the part behind the ?."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint:
    """Something changed over there: read it again by its number."""

    subject: Subject
    channel_no: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What a push told, and what the platform wants to hear back."""

    hints: tuple[Hint, ...] = ()
    reply: bytes = b'{"code":0,"msg":"success"}'
    reply_type: str = "application/json"


def before(name: str) -> str:
    """Return where the value that a credential had before is kept."""
    return f"{name}_before"


class NotProved(Exception):
    """The push is not signed by the platform: nothing of it is believed."""


class Garbled(Exception):
    """It is signed, but cannot be understood. The text names the field, never a value."""


class Listener(ABC):
    """How pushes of one platform are proved and read. Pure: no database, no HTTP."""

    kind: ClassVar[str]
    label: ClassVar[str]
    own_key: ClassVar[str] = ""
    """The credential that proves pushes where we make it up and the shop enters it; empty where the
    platform gives it."""
    is_in_address: ClassVar[bool] = False
    """Whether that credential is a parameter of the address that is knocked at."""

    @classmethod
    def own_keys(cls, credentials: Credentials) -> list[str]:
        """Return what proves a push: the newest, and the one before while the shop changes over."""
        names = (cls.own_key, before(cls.own_key))
        return [str(credentials[name]) for name in names if credentials.get(name)]

    @classmethod
    @abstractmethod
    def hear(cls, knock: Knock, *, credentials: Credentials) -> Heard:
        """Prove and read a push.

        :raises NotProved: if the signature does not fit
        :raises Garbled: if it fits and the rest cannot be read
        """


listeners: Registry[Listener] = Registry("listening connector")
