"""What a platform says it has: one line per order of a day, to hold ours against.

Read by calls and code of its own, never by the mapper that brought the orders in: a fault there
would otherwise be on both sides and look like agreement.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import ClassVar

from channels_sync.connectors.lines import Line
from oms.dto import ChannelStatus
from oms.integration.pacing import RateLimit
from oms.integration.registry import Registry


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One order as one side has it. Amounts are in the order's currency; ``refunded`` is money that
    is back at the buyer. None: this side cannot tell. ``refund_nos`` are the refunds that it names,
    numbered as they are pulled, whatever became of them: where ``refunded`` differs they are read
    again, but they are not compared."""

    channel_order_no: str
    status: ChannelStatus
    paid: Decimal
    refunded: Decimal | None = None
    waybill_nos: frozenset[str] | None = None
    refund_nos: frozenset[str] = frozenset()
    modified_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerPage:
    """``cursor`` leads on, None at the end; ``total`` is the platform's own count of the day."""

    rows: tuple[Standing, ...]
    cursor: str | None = None
    pause: timedelta = timedelta(0)
    total: int | None = None


class Ledger(Line, ABC):
    """One store's line to one platform, for its list of a day. Never touches the database."""

    kind: ClassVar[str]
    label: ClassVar[str]
    rate: ClassVar[RateLimit | None] = None
    days_back: ClassVar[int | None] = None
    """How old an order may be to be listed at all; None where there is no such end."""

    @abstractmethod
    def list_orders(self, *, since: datetime, until: datetime, cursor: str | None) -> LedgerPage:
        """List a page of the orders placed in [since, until), whatever became of them.

        :raises IntegrationError: if there is no answer
        """


ledgers: Registry[Ledger] = Registry("ledger")
