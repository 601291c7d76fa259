"""Tell Weidian whole numbers of units, one listing a call.

Only the names of the methods are documented; the parameters are called as the order calls an item
and its SKU, with ``stock`` for the number. No question is known that reads the number back.
"""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from channels_sync.connectors.outbound import Clock, utc_now
from channels_sync.connectors.stocking import Offer, StockTaker, stock_takers
from channels_sync.connectors.tokens import Credentials, TokenSource
from channels_sync.connectors.weidian import codes
from channels_sync.connectors.weidian.api import Api
from oms.integration.errors import ErrorKind, IntegrationError
from oms.integration.http import Http
from oms.integration.pacing import RateLimit


@stock_takers.register
class WeidianStock(StockTaker):
    """One shop."""

    kind: ClassVar[str] = codes.KIND
    label: ClassVar[str] = codes.LABEL
    batch: ClassVar[int] = 20
    reads_back: ClassVar[bool] = False
    rate: ClassVar[RateLimit | None] = RateLimit(per_second=5, burst=10)

    def __init__(
        self,
        *,
        credentials: Credentials,
        http: Http,
        clock: Clock = utc_now,
        tokens: TokenSource | None = None,
    ) -> None:
        super().__init__(credentials=credentials, http=http, clock=clock, tokens=tokens)
        self._api = Api(http, self.tokens)

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

    def _set(self, offer: Offer) -> None:
        listing = offer.listing
        if not listing.channel_product_id:
            raise IntegrationError(
                "商品缺少微店的商品 ID", kind=ErrorKind.FATAL, code="local:listing"
            )
        params = {"item_id": listing.channel_product_id, "stock": str(offer.quantity)}
        method = codes.SET_ITEM
        if listing.channel_sku_id:
            method, params = codes.SET_SKU, params | {"sku_id": listing.channel_sku_id}
        self._api.call(method, params, lambda _answer: None)
