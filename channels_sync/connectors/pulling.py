"""What a channel can be asked for: orders changed in a window of time, page by page."""

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import ClassVar

from channels_sync.connectors.outbound import Credentials
from oms.integration.http import Http
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


class Puller(ABC):
    """One store's line to one platform, asking. Speaks DTOs; never touches the database."""

    kind: ClassVar[str]
    label: ClassVar[str]
    overlap: ClassVar[timedelta] = timedelta(minutes=5)
    """How far each window reaches back into the one before: clocks differ, pages move."""
    lag: ClassVar[timedelta] = timedelta(0)
    """How far behind now a window ends, where a platform needs time to show its changes."""
    first_look_back: ClassVar[timedelta] = timedelta(days=1)
    rate: ClassVar[RateLimit | None] = None

    def __init__(self, *, credentials: Credentials, http: Http) -> None:
        self.credentials = credentials
        self.http = http

    @abstractmethod
    def fetch_orders(self, *, since: datetime, until: datetime, cursor: str | None) -> OrderPage:
        """Fetch a page of the orders changed in [since, until), the longest unchanged first.

        :raises IntegrationError: if there is no answer
        """


pullers: Registry[Puller] = Registry("pulling connector")
