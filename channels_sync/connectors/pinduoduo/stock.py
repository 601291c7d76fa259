"""Tell Pinduoduo whole numbers of units, and read them back.

Goods in a promotion cannot be lowered; the platform says so, and the offer is refused by itself.
"""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import ClassVar

from channels_sync.connectors.pinduoduo import codes
from channels_sync.connectors.pinduoduo.api import Answer, Api
from channels_sync.connectors.pinduoduo.envelope import check_done
from channels_sync.connectors.pinduoduo.questions import Node
from channels_sync.connectors.stocking import ListingRef, Offer, StockTaker, stock_takers
from oms.integration.errors import ErrorKind, IntegrationError
from oms.integration.pacing import RateLimit

SET, READ = "pdd.goods.quantity.update", "pdd.goods.detail.get"
_WHOLE = "1"


@stock_takers.register
class PinduoduoStock(StockTaker):
    """One shop."""

    kind: ClassVar[str] = codes.KIND
    label: ClassVar[str] = codes.LABEL
    batch: ClassVar[int] = 20
    rate: ClassVar[RateLimit | None] = RateLimit(per_second=10, burst=10)

    @cached_property
    def _api(self) -> Api:
        return Api(self.credentials, self.http, clock=self.clock)

    def set_stock(self, offers: Sequence[Offer]) -> Mapping[str, IntegrationError]:
        """Tell one number after the other: the platform takes one a call.

        :raises IntegrationError: if nothing gets through
        """
        refused = {}
        for offer in offers:
            try:
                self._api.call(SET, _params(offer), check_done, tokens=self.tokens)
            except IntegrationError as error:
                if error.kind is not ErrorKind.FATAL:
                    raise
                refused[offer.key] = error
        return refused

    def read_stock(self, listings: Sequence[ListingRef]) -> Mapping[ListingRef, int]:
        """:raises IntegrationError: if there is no answer"""
        goods = {listing.channel_product_id: list[Node]() for listing in listings}
        for number in goods:
            goods[number] = self._skus(number)
        found = {
            listing: _quantity(goods[listing.channel_product_id], listing) for listing in listings
        }
        return {listing: units for listing, units in found.items() if units is not None}

    def _skus(self, goods_id: str) -> list[Node]:
        try:
            return self._api.ask(READ, {"goods_id": goods_id}, _rows, tokens=self.tokens)
        except IntegrationError as error:
            if error.kind is ErrorKind.FATAL:
                return []
            raise


def _params(offer: Offer) -> dict[str, str]:
    listing = offer.listing
    sku = {"sku_id": listing.channel_sku_id}
    if not listing.channel_sku_id:
        sku = {"outer_id": listing.merchant_code}
    return {
        "goods_id": listing.channel_product_id,
        **sku,
        "quantity": str(offer.quantity),
        "update_type": _WHOLE,
    }


def _rows(answer: Answer) -> list[Node]:
    return [dict(row) for row in answer["sku_list"]]


def _quantity(rows: Sequence[Node], listing: ListingRef) -> int | None:
    for row in rows:
        by_number = str(row.get("sku_id")) == listing.channel_sku_id
        by_code = not listing.channel_sku_id and row.get("out_sku_sn") == listing.merchant_code
        if by_number or by_code:
            return int(row["quantity"])
    return None
