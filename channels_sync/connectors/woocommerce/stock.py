"""Tell a WooCommerce shop whole numbers of units and read them back.

A variation is found only below its product, so each product has a call of its own, and all products
without variations share one (batch endpoints take at most 100 objects).
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, ClassVar

from channels_sync.connectors.stocking import ListingRef, Offer, StockTaker, stock_takers
from channels_sync.connectors.woocommerce import codes
from channels_sync.connectors.woocommerce.api import Api
from channels_sync.connectors.woocommerce.envelope import refusal
from oms.integration.errors import ErrorKind, IntegrationError
from oms.integration.pacing import RateLimit

_MOST = 100


@stock_takers.register
class WooCommerceStock(StockTaker):
    """One shop."""

    kind: ClassVar[str] = codes.KIND
    label: ClassVar[str] = codes.LABEL
    batch: ClassVar[int] = _MOST
    rate: ClassVar[RateLimit | None] = RateLimit(per_second=3, burst=6)

    @cached_property
    def _api(self) -> Api:
        return Api(self.credentials, self.http, clock=self.clock)

    def set_stock(self, offers: Sequence[Offer]) -> Mapping[str, IntegrationError]:
        """:raises IntegrationError: if nothing gets through"""
        refused = {offer.key: _no_listing() for offer in offers if not _place(offer.listing)}
        groups: dict[str, list[Offer]] = defaultdict(list)
        for offer in offers:
            place = _place(offer.listing)
            if place:
                groups[place[0]].append(offer)
        for path, group in groups.items():
            try:
                refused |= self._set(path, group)
            except IntegrationError as error:
                if error.kind is not ErrorKind.FATAL:
                    raise
                refused |= {offer.key: error for offer in group}
        return refused

    def read_stock(self, listings: Sequence[ListingRef]) -> Mapping[ListingRef, int]:
        """:raises IntegrationError: if there is no answer"""
        groups: dict[str, dict[str, ListingRef]] = defaultdict(dict)
        for listing in listings:
            place = _place(listing)
            if place:
                groups[place[0]][place[1]] = listing
        found: dict[ListingRef, int] = {}
        for path, group in groups.items():
            found |= {group[key]: units for key, units in self._units(path, list(group)).items()}
        return found

    def _set(self, path: str, group: Sequence[Offer]) -> dict[str, IntegrationError]:
        rows = [
            {"id": int(_key(offer)), "manage_stock": True, "stock_quantity": offer.quantity}
            for offer in group
        ]
        if len(rows) == 1:
            row = rows[0]
            self._api.put(f"{path}/{row.pop('id')}", row, lambda told: told["id"])
            return {}
        told = self._api.post(f"{path}/batch", {"update": rows}, _updated)
        return {
            offer.key: refusal(str(error.get("code")), str(error.get("message") or ""))
            for offer in group
            if (error := told.get(_key(offer), {"code": "missing", "message": "not updated"}))
        }

    def _units(self, path: str, keys: list[str]) -> dict[str, int]:
        found: dict[str, int] = {}
        for at in range(0, len(keys), _MOST):
            part = ",".join(keys[at : at + _MOST])
            try:
                found |= self._api.get(path, _counted, include=part, per_page=str(_MOST))
            except IntegrationError as error:
                if error.kind is not ErrorKind.FATAL:
                    raise
        return {key: units for key, units in found.items() if key in keys}


def _place(listing: ListingRef) -> tuple[str, str] | None:
    """Return below which path a listing is found, and its number there."""
    product, variation = listing.channel_product_id, listing.channel_sku_id
    if not product.isdecimal():
        return None
    if not variation or variation == product:
        return "/products", product
    return (f"/products/{product}/variations", variation) if variation.isdecimal() else None


def _key(offer: Offer) -> str:
    place = _place(offer.listing)
    return place[1] if place else ""


def _updated(told: Any) -> dict[str, Mapping[str, Any]]:
    """Return the refusal of each row, an empty one for a row that was taken."""
    return {str(row["id"]): row.get("error") or {} for row in told["update"]}


def _counted(told: Any) -> dict[str, int]:
    """A listing that counts no stock (``stock_quantity`` null) is left out."""
    return {
        str(row["id"]): int(row["stock_quantity"])
        for row in told
        if row["stock_quantity"] is not None
    }


def _no_listing() -> IntegrationError:
    return IntegrationError(
        "商品缺少 WooCommerce 的商品 ID", kind=ErrorKind.FATAL, code="local:listing"
    )
