"""Tell Shopify how many of each variant are available at one location, and read it back.

A number belongs to the inventory item of a variant, so the items are asked for first. Fifty numbers
go in one mutation: asking for fifty items costs about 100 points of a query's 1,000. Shopify does
all of them or none; those it refuses by name are left out, and the others go once more.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, ClassVar, TypeVar

from channels_sync.connectors.shopify import codes, graph, quantities
from channels_sync.connectors.shopify.api import Api
from channels_sync.connectors.shopify.envelope import Answer
from channels_sync.connectors.shopify.ids import gid, number
from channels_sync.connectors.stocking import ListingRef, Offer, StockTaker, stock_takers
from oms.integration.errors import ErrorKind, IntegrationError, changes_nothing
from oms.integration.pacing import RateLimit

T = TypeVar("T")

BATCH = 50


@stock_takers.register
class ShopifyStock(StockTaker):
    """One shop. ``location_id`` of its credentials says where its goods lie."""

    kind: ClassVar[str] = codes.KIND
    label: ClassVar[str] = codes.LABEL
    batch: ClassVar[int] = BATCH
    rate: ClassVar[RateLimit | None] = RateLimit(per_second=2, burst=4)

    @cached_property
    def _api(self) -> Api:
        return Api(self.credentials, self.http, self.tokens)

    def set_stock(self, offers: Sequence[Offer]) -> Mapping[str, IntegrationError]:
        """Tell at most fifty numbers.

        :raises IntegrationError: if the call as a whole brought nothing
        """
        location = self._location()
        variants = list(_digits([offer.listing for offer in offers]))
        items = self._ask("items", graph.ITEMS, variants, {}, quantities.to_items)
        refused = {
            offer.key: _unknown() for offer in offers if offer.listing.channel_sku_id not in items
        }
        left = [offer for offer in offers if offer.key not in refused]
        while left:
            wrong = self._tell(left, items, location)
            refused |= wrong
            left = [offer for offer in left if offer.key not in wrong] if wrong else []
        return refused

    def read_stock(self, listings: Sequence[ListingRef]) -> Mapping[ListingRef, int]:
        """:raises IntegrationError: if there is no answer"""
        place = {"location": gid("Location", self._location())}
        shown: dict[str, int] = {}
        variants = list(_digits(listings))
        for start in range(0, len(variants), BATCH):
            page = variants[start : start + BATCH]
            shown |= self._ask("levels", graph.LEVELS, page, place, quantities.to_levels)
        return {
            listing: shown[listing.channel_sku_id]
            for listing in listings
            if listing.channel_sku_id in shown
        }

    def _tell(
        self, offers: Sequence[Offer], items: Mapping[str, str], location: str
    ) -> Mapping[str, IntegrationError]:
        variables = quantities.to_variables(offers, items, location)

        def read(answer: Answer) -> Mapping[str, IntegrationError]:
            return quantities.to_refusals(answer.data.get("inventorySetQuantities"), offers)

        return self._api.call("inventorySetQuantities", graph.SET_STOCK, variables, read)

    def _ask(
        self,
        operation: str,
        document: str,
        variants: Sequence[str],
        more: Mapping[str, Any],
        read: Callable[[Sequence[Any]], dict[str, T]],
    ) -> dict[str, T]:
        if not variants:
            return {}
        ids = [gid("ProductVariant", digits) for digits in variants]
        with changes_nothing():
            return self._api.call(
                operation, document, {"ids": ids, **more}, lambda told: read(told.data["nodes"])
            )

    def _location(self) -> str:
        """Return the digits of the location, however it was written down."""
        digits = number(self.credentials.get("location_id")).strip()
        if not digits.isdecimal():
            raise IntegrationError(
                "店铺连接没有填写库存地点编号（location_id），无法同步库存",
                kind=ErrorKind.FATAL,
                code="local:no_location",
            )
        return digits


def _digits(listings: Sequence[ListingRef]) -> Iterator[str]:
    return (each.channel_sku_id for each in listings if each.channel_sku_id.isdecimal())


def _unknown() -> IntegrationError:
    return IntegrationError(
        "Shopify 没有这个商品规格，请检查商品映射", kind=ErrorKind.FATAL, code="local:no_variant"
    )
