"""Tell Youzan whole numbers of units, one listing a call, and read them back."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, ClassVar

from channels_sync.connectors.stocking import ListingRef, Offer, StockTaker, stock_takers
from channels_sync.connectors.youzan import codes
from channels_sync.connectors.youzan.api import Api
from channels_sync.connectors.youzan.envelope import Node, check_success
from oms.integration.errors import ErrorKind, IntegrationError
from oms.integration.pacing import RateLimit

_WHOLE = "0"
"""``type``: the number itself, not a change of it."""


@stock_takers.register
class YouzanStock(StockTaker):
    """One shop."""

    kind: ClassVar[str] = codes.KIND
    label: ClassVar[str] = codes.LABEL
    batch: ClassVar[int] = 20
    rate: ClassVar[RateLimit | None] = RateLimit(per_second=5, burst=10)

    @cached_property
    def _api(self) -> Api:
        return Api(self.http, self.tokens)

    def set_stock(self, offers: Sequence[Offer]) -> Mapping[str, IntegrationError]:
        """:raises IntegrationError: if nothing gets through"""
        refused = {}
        for offer in offers:
            try:
                self._set(offer)
            except IntegrationError as error:
                if error.kind is not ErrorKind.FATAL:
                    raise
                refused[offer.key] = error
        return refused

    def read_stock(self, listings: Sequence[ListingRef]) -> Mapping[ListingRef, int]:
        """Read each product once, whatever number of its SKUs is asked for.

        :raises IntegrationError: if there is no answer
        """
        products = sorted({listing.channel_product_id for listing in listings} - {""})
        found = {product: self._units(product) for product in products if product.isdecimal()}
        told = (
            (listing, found.get(listing.channel_product_id, {}).get(listing.channel_sku_id))
            for listing in listings
        )
        return {listing: units for listing, units in told if units is not None}

    def _set(self, offer: Offer) -> None:
        listing = offer.listing
        if not listing.channel_product_id.isdecimal():
            raise IntegrationError(
                "商品缺少有赞的商品 ID", kind=ErrorKind.FATAL, code="local:listing"
            )
        params: dict[str, Any] = {
            "item_id": int(listing.channel_product_id),
            "quantity": str(offer.quantity),
            "type": _WHOLE,
        }
        if listing.channel_sku_id:
            params["sku_id"] = int(listing.channel_sku_id)
        self._api.call(codes.SET_STOCK, params, check_success)

    def _units(self, product: str) -> dict[str, int]:
        """Return the units by SKU; those of a product without SKUs under an empty text."""
        try:
            return self._api.ask(codes.ITEM, {"item_id": int(product)}, _by_sku)
        except IntegrationError as error:
            if error.kind is ErrorKind.FATAL:
                return {}
            raise


def _by_sku(data: Node) -> dict[str, int]:
    item = data["item"]
    skus = {str(sku["sku_id"]): int(sku["quantity"]) for sku in item.get("skus") or []}
    return {"": int(item["quantity"])} | skus
