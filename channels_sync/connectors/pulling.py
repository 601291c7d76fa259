"""What a channel can be asked for: what changed in a window of time, page by page, or one thing."""

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import ClassVar

from channels_sync.connectors.lines import Line
from oms.integration.errors import ErrorKind, IntegrationError
from oms.integration.pacing import RateLimit
from oms.integration.registry import Registry


@dataclass(frozen=True, slots=True, kw_only=True)
class PulledOrder:
    """One order as the platform told it; ``modified_at`` is None where that cannot be read.

    ``payload`` is what the connector of the same kind reads.
    """

    channel_order_no: str
    modified_at: datetime | None
    payload: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderPage:
    """``cursor`` leads to the next page, None at the end of the window; ``pause`` is how long the
    platform wants us to wait before it."""

    orders: tuple[PulledOrder, ...]
    cursor: str | None = None
    pause: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class PulledRefund:
    """One refund as the platform told it; ``payload`` is what the connector of the kind reads."""

    channel_refund_no: str
    channel_order_no: str
    modified_at: datetime | None
    payload: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundPage:
    """``cursor`` and ``pause`` as in ``OrderPage``."""

    refunds: tuple[PulledRefund, ...]
    cursor: str | None = None
    pause: timedelta = timedelta(0)


class Puller(Line, ABC):
    """One store's line to one platform, asking. Speaks DTOs; never touches the database."""

    kind: ClassVar[str]
    label: ClassVar[str]
    overlap: ClassVar[timedelta] = timedelta(minutes=5)
    """How far each window reaches back into the one before: clocks differ, pages move."""
    lag: ClassVar[timedelta] = timedelta(0)
    """How far behind now a window ends, where a platform needs time to show its changes."""
    first_look_back: ClassVar[timedelta] = timedelta(days=1)
    rate: ClassVar[RateLimit | None] = None
    longest_window: ClassVar[timedelta | None] = None
    """The most that one window may span; None if the platform sets no limit."""
    pulls_refunds: ClassVar[bool] = False
    """Whether refunds are asked for by themselves, and not read from their orders."""

    @abstractmethod
    def fetch_orders(self, *, since: datetime, until: datetime, cursor: str | None) -> OrderPage:
        """Fetch a page of the orders changed in [since, until), the longest unchanged first.

        :raises IntegrationError: if there is no answer
        """

    @abstractmethod
    def fetch_order(self, channel_order_no: str) -> PulledOrder | None:
        """Fetch one order as it is now; None if the platform does not have it.

        :raises IntegrationError: if there is no answer
        """

    def fetch_refunds(self, *, since: datetime, until: datetime, cursor: str | None) -> RefundPage:
        """Fetch a page of the refunds changed in [since, until), the longest unchanged first.

        :raises IntegrationError: if there is no answer
        """
        raise not_asked()

    def fetch_refund(self, channel_refund_no: str) -> PulledRefund | None:
        """Fetch one refund as it is now; None if the platform does not have it.

        :raises IntegrationError: if there is no answer
        """
        raise not_asked()

    @classmethod
    def reads_refund(cls, channel_refund_no: str) -> bool:
        """Tell whether the refund of that number can be fetched by itself."""
        return cls.fetch_refund is not Puller.fetch_refund

    def count_orders(self, *, since: datetime, until: datetime) -> int | None:
        """Return how many orders changed in [since, until); None if the platform cannot count.

        :raises IntegrationError: if there is no answer
        """
        return None


def not_asked() -> IntegrationError:
    """Build the error for a question that this platform has no words for."""
    return IntegrationError("该平台不能单独查询退款", kind=ErrorKind.FATAL, code="local:not_asked")


pullers: Registry[Puller] = Registry("pulling connector")
