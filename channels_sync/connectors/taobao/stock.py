"""Tell TOP whole numbers of units, and read them back.

``taobao.skus.quantity.update`` takes at most 20 SKUs of one item; an item without SKUs goes by
``taobao.item.quantity.update``. Both take whole numbers with ``type`` 1.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import ClassVar

from channels_sync.connectors.stocking import ListingRef, Offer, StockTaker, stock_takers
from channels_sync.connectors.taobao import codes
from channels_sync.connectors.taobao.api import Api
from channels_sync.connectors.taobao.envelope import Node, wrapped
from oms.integration.errors import ErrorKind, IntegrationError
from oms.integration.pacing import RateLimit

SKUS, ITEM = "taobao.skus.quantity.update", "taobao.item.quantity.update"
READ_SKUS, READ_ITEM = "taobao.item.skus.get", "taobao.item.seller.get"
_WHOLE = "1"
Reader = Callable[[Node], dict[tuple[str, str], int]]


@stock_takers.register
class TaobaoStock(StockTaker):
    """One shop."""

    kind: ClassVar[str] = codes.KIND
    label: ClassVar[str] = codes.LABEL
    batch: ClassVar[int] = 20
    rate: ClassVar[RateLimit | None] = RateLimit(per_second=5, burst=5)

    @cached_property
    def _api(self) -> Api:
        return Api(self.credentials, self.http, self.tokens, self.clock)

    def set_stock(self, offers: Sequence[Offer]) -> Mapping[str, IntegrationError]:
        """:raises IntegrationError: if nothing gets through"""
        refused: dict[str, IntegrationError] = {}
        for group in _groups(offers):
            if not group[0].listing.channel_product_id:
                refused |= {offer.key: _not_numbered() for offer in group}
            else:
                refused |= self._set(group)
        return refused

    def read_stock(self, listings: Sequence[ListingRef]) -> Mapping[ListingRef, int]:
        """:raises IntegrationError: if there is no answer"""
        known: dict[tuple[str, str], int] = {}
        for product in sorted({listing.channel_product_id for listing in listings} - {""}):
            of_product = [each for each in listings if each.channel_product_id == product]
            if any(listing.channel_sku_id for listing in of_product):
                known |= self._ask(READ_SKUS, product, _sku_units)
            if not all(listing.channel_sku_id for listing in of_product):
                known |= self._ask(READ_ITEM, product, _item_units)
        keys = {each: (each.channel_product_id, each.channel_sku_id) for each in listings}
        return {each: known[key] for each, key in keys.items() if key in known}

    def _set(self, group: Sequence[Offer]) -> dict[str, IntegrationError]:
        """One wrong SKU stops the call; then each goes by itself, so that only it is refused."""
        try:
            self._api.call(*_call(group), _taken)
        except IntegrationError as error:
            if error.kind is not ErrorKind.FATAL or error.code in codes.PERMISSIONS:
                raise
            if len(group) == 1:
                return {group[0].key: error}
        else:
            return {}
        refused: dict[str, IntegrationError] = {}
        for offer in group:
            refused |= self._set([offer])
        return refused

    def _ask(self, method: str, product: str, read: Reader) -> dict[tuple[str, str], int]:
        fields = "sku_id,num_iid,quantity" if method == READ_SKUS else "num_iid,num"
        name = "num_iids" if method == READ_SKUS else "num_iid"
        try:
            return self._api.ask(method, {name: product, "fields": fields}, read)
        except IntegrationError as error:
            if error.kind is ErrorKind.FATAL and error.code.startswith("isv."):
                return {}
            raise


def _groups(offers: Sequence[Offer]) -> Iterable[list[Offer]]:
    """Put the SKUs of an item together; an item without SKUs stands alone."""
    together: dict[tuple[str, str], list[Offer]] = defaultdict(list)
    for offer in offers:
        alone = "" if offer.listing.channel_sku_id else offer.key
        together[offer.listing.channel_product_id, alone].append(offer)
    return together.values()


def _call(group: Sequence[Offer]) -> tuple[str, dict[str, str]]:
    product = group[0].listing.channel_product_id
    if not group[0].listing.channel_sku_id:
        return ITEM, {"num_iid": product, "quantity": str(group[0].quantity), "type": _WHOLE}
    pairs = ";".join(f"{offer.listing.channel_sku_id}:{offer.quantity}" for offer in group)
    return SKUS, {"num_iid": product, "skuid_quantities": pairs, "type": _WHOLE}


def _taken(_answer: Node) -> None:
    """There is nothing to read in the answer but that it went well."""


def _sku_units(answer: Node) -> dict[tuple[str, str], int]:
    return {
        (str(sku["num_iid"]), str(sku["sku_id"])): int(sku["quantity"])
        for sku in wrapped(answer, "skus", "sku")
    }


def _item_units(answer: Node) -> dict[tuple[str, str], int]:
    return {(str(answer["item"]["num_iid"]), ""): int(answer["item"]["num"])}


def _not_numbered() -> IntegrationError:
    return IntegrationError("商品缺少淘宝的商品 ID", kind=ErrorKind.FATAL, code="local:listing")
