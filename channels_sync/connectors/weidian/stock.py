"""Tell Weidian whole numbers of units, one item a call, and read them back.

The SKUs of an item go as a list (wiki.open.weidian.com, "更新商品型号"); an item without any
carries the number itself.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, ClassVar

from channels_sync.connectors.stocking import ListingRef, Offer, StockTaker, stock_takers
from channels_sync.connectors.weidian import codes
from channels_sync.connectors.weidian.api import Api
from channels_sync.connectors.weidian.envelope import Answer
from oms.integration.errors import ErrorKind, IntegrationError
from oms.integration.pacing import RateLimit

_NO_SKU = frozenset({"", "0"})


@stock_takers.register
class WeidianStock(StockTaker):
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
        groups: dict[tuple[str, bool], list[Offer]] = defaultdict(list)
        for offer in offers:
            listing = offer.listing
            is_item = listing.channel_sku_id in _NO_SKU
            groups[listing.channel_product_id, is_item].append(offer)
        refused: dict[str, IntegrationError] = {}
        for (product, is_item), group in groups.items():
            try:
                self._set(product, group, is_item=is_item)
            except IntegrationError as error:
                if error.kind is not ErrorKind.FATAL:
                    raise
                refused |= {offer.key: error for offer in group}
        return refused

    def read_stock(self, listings: Sequence[ListingRef]) -> Mapping[ListingRef, int]:
        """:raises IntegrationError: if there is no answer"""
        found: dict[ListingRef, int] = {}
        for product in dict.fromkeys(listing.channel_product_id for listing in listings):
            units = self._units(product) if product else {}
            for listing in listings:
                sku = "" if listing.channel_sku_id in _NO_SKU else listing.channel_sku_id
                if listing.channel_product_id == product and sku in units:
                    found[listing] = units[sku]
        return found

    def _set(self, product: str, group: Sequence[Offer], *, is_item: bool) -> None:
        if not product:
            raise IntegrationError(
                "商品缺少微店的商品 ID", kind=ErrorKind.FATAL, code="local:listing"
            )
        if is_item:
            params: dict[str, Any] = {"itemid": product, "stock": str(group[-1].quantity)}
            self._api.call(codes.SET_ITEM, params, _nothing)
            return
        skus = [
            {"id": offer.listing.channel_sku_id, "stock": str(offer.quantity)} for offer in group
        ]
        self._api.call(codes.SET_SKU, {"itemid": product, "skus": skus}, _nothing)

    def _units(self, product: str) -> dict[str, int]:
        """Return the units by SKU, those of the whole item under an empty one."""
        try:
            return self._api.ask(codes.ITEM, {"itemid": product}, _counted)
        except IntegrationError as error:
            if error.kind is not ErrorKind.FATAL:
                raise
            return {}


def _nothing(_answer: Answer) -> None:
    """Whatever stands beside the yes is not needed."""


def _counted(answer: Answer) -> dict[str, int]:
    item = answer.result
    units = {str(sku["id"]): int(sku["stock"]) for sku in item.get("skus") or []}
    return units | {"": int(item["stock"])}
