"""Tell a shop of one's own how many it may sell, by our own webhook contract.

POST ``{address}/stock`` takes ``{"sku_code": "TEE-1", "quantity": 37, "version": 5}``, signed as
every callback is: ``quantity`` is the whole number that may be sold from now on, ``version`` grows
with each number of a SKU code. The shop keeps the highest version: one that is not higher than what
it has changes nothing and is answered as done, ``{"code": 0}``, so a message that comes late or
twice does no harm. A code that it does not sell it answers with 404.

GET ``{address}/stock/{sku_code}``, signed too, answers what it has:
``{"code": 0, "sku_code": "TEE-1", "quantity": 36, "version": 5}`` (fewer, as it sells meanwhile),
or 404.
"""

import json
from collections.abc import Mapping, Sequence
from typing import ClassVar
from urllib.parse import quote

from channels_sync.connectors.stocking import ListingRef, Offer, StockTaker, stock_takers
from channels_sync.connectors.webhook import answers
from channels_sync.connectors.webhook.line import Line
from oms.integration.errors import ErrorKind, IntegrationError
from oms.integration.pacing import RateLimit


@stock_takers.register
class WebhookStock(StockTaker):
    """One shop. It takes one number a call."""

    kind: ClassVar[str] = "webhook"
    label: ClassVar[str] = "Own shop (signed webhook)"
    batch: ClassVar[int] = 20
    rate: ClassVar[RateLimit | None] = RateLimit(per_second=20, burst=20)

    def set_stock(self, offers: Sequence[Offer]) -> Mapping[str, IntegrationError]:
        """Tell one number after the other.

        :raises IntegrationError: if nothing gets through
        """
        refused = {}
        for offer in offers:
            try:
                self._tell(offer)
            except IntegrationError as error:
                if error.kind is not ErrorKind.FATAL:
                    raise
                refused[offer.key] = error
        return refused

    def read_stock(self, listings: Sequence[ListingRef]) -> Mapping[ListingRef, int]:
        """:raises IntegrationError: if there is no answer"""
        found = {listing: self._shown(_code(listing)) for listing in listings}
        return {listing: units for listing, units in found.items() if units is not None}

    def _tell(self, offer: Offer) -> None:
        told = {
            "sku_code": _code(offer.listing),
            "quantity": offer.quantity,
            "version": offer.version,
        }
        body = json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
        self._line.call("POST", "/stock", key=offer.key, body=body, read=answers.to_told)

    def _shown(self, sku_code: str) -> int | None:
        number = quote(sku_code, safe="")
        return self._line.call(
            "GET",
            f"/stock/{number}",
            key=f"stock-{number}",
            body=b"",
            read=lambda response: answers.to_units(response, sku_code),
        )

    @property
    def _line(self) -> Line:
        return Line(self.credentials, self.http, clock=self.clock)


def _code(listing: ListingRef) -> str:
    """The shop knows our own codes only; without one the listing's number is the code."""
    return listing.merchant_code or listing.channel_product_id
