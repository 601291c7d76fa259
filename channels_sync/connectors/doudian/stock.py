"""Tell Doudian whole numbers of units, and read them back.

``/sku/syncStockBatch`` takes a product's SKUs together and all or none of them, so one wrong SKU
would stop its siblings; ``/sku/syncStock`` takes one at a time. Its ``idempotent_id`` makes a
repeat do nothing.
"""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, ClassVar

from channels_sync.connectors.doudian import codes
from channels_sync.connectors.doudian.api import Api
from channels_sync.connectors.doudian.envelope import Node
from channels_sync.connectors.stocking import ListingRef, Offer, StockTaker, stock_takers
from oms.integration.errors import ErrorKind, IntegrationError
from oms.integration.pacing import RateLimit

SET, BATCH, READ = "/sku/syncStock", "/sku/syncStockBatch", "/sku/stockNum"
_NORMAL = 0


@stock_takers.register
class DoudianStock(StockTaker):
    """One shop."""

    kind: ClassVar[str] = codes.KIND
    label: ClassVar[str] = codes.LABEL
    batch: ClassVar[int] = 20
    rate: ClassVar[RateLimit | None] = RateLimit(per_second=5, burst=5)

    @cached_property
    def _api(self) -> Api:
        return Api(self.credentials, self.http, self.tokens, self.clock)

    def set_stock(self, offers: Sequence[Offer]) -> Mapping[str, IntegrationError]:
        """Tell a product's SKUs together where the platform takes them, else one by one.

        :raises IntegrationError: if nothing gets through
        """
        by_product: dict[str, list[Offer]] = {}
        refused: dict[str, IntegrationError] = {}
        for offer in offers:
            if _is_numbered(offer.listing):
                by_product.setdefault(offer.listing.channel_product_id, []).append(offer)
            else:
                refused[offer.key] = _not_numbered()
        for product, group in by_product.items():
            if len(group) == 1 or not self._set_together(product, group):
                refused |= self._set_singly(group)
        return refused

    def read_stock(self, listings: Sequence[ListingRef]) -> Mapping[ListingRef, int]:
        """:raises IntegrationError: if there is no answer"""
        found = {listing: self._read(listing) for listing in listings if _is_numbered(listing)}
        return {listing: units for listing, units in found.items() if units is not None}

    def _set_together(self, product: str, group: Sequence[Offer]) -> bool:
        """Return whether all of them were taken; a refusal of one stops all."""
        if not all(offer.listing.channel_sku_id for offer in group):
            return False
        rows = [
            {
                "sku_id": int(offer.listing.channel_sku_id),
                "sku_type": _NORMAL,
                "stock_num": offer.quantity,
            }
            for offer in group
        ]
        params = {"product_id": int(product), "incremental": False, "sku_sync_list": rows}
        try:
            self._api.call(BATCH, params, _taken)
        except IntegrationError as error:
            if error.kind is not ErrorKind.FATAL:
                raise
            return False
        return True

    def _set_singly(self, group: Sequence[Offer]) -> dict[str, IntegrationError]:
        refused = {}
        for offer in group:
            try:
                self._api.call(SET, _params(offer), _taken)
            except IntegrationError as error:
                if error.kind is ErrorKind.FATAL:
                    refused[offer.key] = error
                elif error.kind is not ErrorKind.TREAT_AS_DONE:
                    raise
        return refused

    def _read(self, listing: ListingRef) -> int | None:
        try:
            return self._api.ask(READ, _sku(listing), _units)
        except IntegrationError as error:
            if error.kind is ErrorKind.FATAL:
                return None
            raise


def _is_numbered(listing: ListingRef) -> bool:
    sku = listing.channel_sku_id
    is_named = sku.isdecimal() if sku else bool(listing.merchant_code)
    return listing.channel_product_id.isdecimal() and is_named


def _not_numbered() -> IntegrationError:
    return IntegrationError(
        "商品缺少抖店的商品 ID 或规格 ID", kind=ErrorKind.FATAL, code="local:listing"
    )


def _taken(_data: Node) -> None:
    """There is nothing to read in the answer but that it went well."""


def _units(data: Node) -> int:
    return int(data["stock_num"])


def _sku(listing: ListingRef) -> dict[str, Any]:
    if listing.channel_sku_id:
        return {"sku_id": int(listing.channel_sku_id)}
    return {"code": listing.merchant_code}


def _params(offer: Offer) -> dict[str, Any]:
    return {
        "product_id": int(offer.listing.channel_product_id),
        "stock_num": offer.quantity,
        "incremental": False,
        "idempotent_id": offer.key,
    } | _sku(offer.listing)
