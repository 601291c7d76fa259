"""Tell JD whole numbers of units, and read them back.

The parameters are those of JD's SDK; of the answers only their verdict is relied on.
"""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import ClassVar

from channels_sync.connectors.jd import codes
from channels_sync.connectors.jd.api import Api
from channels_sync.connectors.jd.envelope import Answer
from channels_sync.connectors.jd.refund_numbers import whole
from channels_sync.connectors.stocking import ListingRef, Offer, StockTaker, stock_takers
from oms.integration.errors import ErrorKind, IntegrationError
from oms.integration.pacing import RateLimit

SET, READ = "jingdong.stock.write.updateSkuStock", "jingdong.stock.read.findSkuStock"
OWN_STORE = 0
"""``storeId`` of the shop's one national stock."""


@stock_takers.register
class JdStock(StockTaker):
    """One shop."""

    kind: ClassVar[str] = codes.KIND
    label: ClassVar[str] = codes.LABEL
    batch: ClassVar[int] = 20
    rate: ClassVar[RateLimit | None] = RateLimit(per_second=5, burst=5)

    @cached_property
    def _api(self) -> Api:
        return Api(self.credentials, self.http, tokens=self.tokens, clock=self.clock)

    def set_stock(self, offers: Sequence[Offer]) -> Mapping[str, IntegrationError]:
        """Tell one number after the other: the platform takes one a call.

        :raises IntegrationError: if nothing gets through
        """
        refused = {}
        for offer in offers:
            try:
                self._api.call(SET, _params(offer), _nothing)
            except IntegrationError as error:
                if error.kind is not ErrorKind.FATAL:
                    raise
                refused[offer.key] = error
        return refused

    def read_stock(self, listings: Sequence[ListingRef]) -> Mapping[ListingRef, int]:
        """:raises IntegrationError: if there is no answer"""
        found = {listing: self._read(listing) for listing in listings if listing.channel_sku_id}
        return {listing: units for listing, units in found.items() if units is not None}

    def _read(self, listing: ListingRef) -> int | None:
        params = {"skuId": whole(listing.channel_sku_id), "field": "skuId,stockNum,storeId"}
        try:
            return self._api.ask(READ, params, _units)
        except IntegrationError as error:
            if error.kind is ErrorKind.FATAL:
                return None
            raise


def _params(offer: Offer) -> dict[str, object]:
    """JD numbers what is sold by its SKU alone; one without has to be mapped anew.

    :raises IntegrationError: fatal, if it has none
    """
    return {
        "skuId": whole(offer.listing.channel_sku_id),
        "stockNum": offer.quantity,
        "storeId": OWN_STORE,
    }


def _nothing(_answer: Answer) -> None:
    """The envelope has read the verdict."""


def _units(answer: Answer) -> int | None:
    rows = answer.get("skuStocks") or []
    own = [row for row in rows if int(row.get("storeId") or 0) == OWN_STORE]
    return int(own[0]["stockNum"]) if own else None
