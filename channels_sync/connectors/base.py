"""What every connector can do for us, and where connectors register."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

from oms.dto import IncomingOrder
from oms.integration.registry import Registry


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What a platform offers, as data that pages, services and tests read."""

    sends_orders: bool
    """Orders come to us by themselves, as signed messages."""
    pulls_orders: bool
    """We may ask for orders changed since a moment."""
    takes_stock: bool
    takes_shipments: bool


class Connector(ABC):
    """One store's line to one platform. Speaks DTOs; never touches the database."""

    kind: ClassVar[str]
    label: ClassVar[str]
    """English; pages translate it."""
    capabilities: ClassVar[Capabilities]
    open_keys: ClassVar[frozenset[str]]
    """Keys of a payload whose values a page may show: none of them ever holds personal data."""

    @classmethod
    @abstractmethod
    def read_order(cls, payload: str) -> IncomingOrder:
        """Map one order as the platform told it, without asking anybody.

        :raises Unreadable: naming the first field that cannot be understood
        """


connectors: Registry[Connector] = Registry("connector")
