"""How many units of its listings a channel may sell: told as whole numbers, and read back."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from channels_sync.connectors.lines import Line
from oms.integration.errors import IntegrationError
from oms.integration.pacing import RateLimit
from oms.integration.registry import Registry


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingRef:
    """One thing for sale, as the channel numbers it. A channel may know less than all three."""

    channel_product_id: str
    channel_sku_id: str = ""
    merchant_code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """``quantity`` units may be sold from now on: the whole number, never a change.

    ``version`` grows with each number for the listing; ``key`` is the same for every try of one.
    """

    key: str
    listing: ListingRef
    quantity: int
    version: int


class StockTaker(Line, ABC):
    """One store's line to one platform, for stock. Speaks values; never touches the database."""

    kind: ClassVar[str]
    label: ClassVar[str]
    batch: ClassVar[int] = 1
    """How many offers one call may carry."""
    reads_back: ClassVar[bool] = True
    rate: ClassVar[RateLimit | None] = None

    @abstractmethod
    def set_stock(self, offers: Sequence[Offer]) -> Mapping[str, IntegrationError]:
        """Tell at most ``batch`` numbers; return, by key, those that were refused by themselves.

        :raises IntegrationError: if the call as a whole brought nothing
        """

    def read_stock(self, listings: Sequence[ListingRef]) -> Mapping[ListingRef, int]:
        """Return the numbers that the platform has now; a listing it does not know is left out.

        :raises IntegrationError: if it gives no answer
        """
        return {}


stock_takers: Registry[StockTaker] = Registry("stock connector")
