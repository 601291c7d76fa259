"""What is available of each variant at the shop's one location."""

from collections.abc import Iterator, Mapping
from typing import Any

from channels_sync.simulator.goods import PRODUCTS
from channels_sync.simulator.settings import LOCATION
from channels_sync.simulator.shopify.orders import VARIANT, gid, number_of
from channels_sync.simulator.shopify.refusals import UserError, user_error
from channels_sync.simulator.shopify.store import Document, ShopifyStore

_ITEM = 55
PLACE = gid("Location", LOCATION)
VARIANTS = {gid("ProductVariant", number_of(each.sku_code, VARIANT)): each for each in PRODUCTS}
ITEMS = {gid("InventoryItem", number_of(each.sku_code, _ITEM)): each.sku_code for each in PRODUCTS}
_MOST = 1_000_000_000


class Inventory:
    """Answers for variants, and keeps the numbers it is told, each key once."""

    def __init__(self, store: ShopifyStore) -> None:
        self._store = store

    def node(self, variant: str) -> Document | None:
        """Lay a variant out for projection; None if there is none."""
        product = VARIANTS.get(variant)
        if product is None:
            return None
        item = gid("InventoryItem", number_of(product.sku_code, _ITEM))
        level = {"id": item, "inventoryLevel": lambda told: self._level(item, told["locationId"])}
        return {"id": variant, "sku": product.sku_code, "inventoryItem": level}

    def set_quantities(self, told: Document, *, key: str) -> Document:
        """:raises UserError: nothing was done"""
        if not key:
            raise UserError("The @idempotent directive is required for this mutation.")
        known = self._store.answer_of(key)
        if known is None:
            known = {"input": told, "answer": self._set(told)}
            self._store.keep_answer(key, known)
        if known["input"] != told:
            text = "The same idempotency key cannot be used with different parameters."
            refused = user_error(text, code="IDEMPOTENCY_KEY_PARAMETER_MISMATCH")
            raise UserError(text, [refused])
        answer: Document = known["answer"]
        return answer

    def numbers(self) -> list[tuple[str, int]]:
        """List (SKU code, available) of what was told."""
        return [(ITEMS[item], quantity) for item, quantity in self._store.levels()]

    def _level(self, item: str, place: str) -> Document | None:
        quantity = self._store.level(item)
        if place != PLACE or quantity is None:
            return None
        rows = [{"name": "available", "quantity": quantity}]
        return {
            "quantities": lambda told: [row for row in rows if row["name"] in told["names"]],
        }

    def _set(self, told: Document) -> Document:
        if told["name"] != "available" or not told["reason"]:
            raise UserError("The specified quantity name or reason is invalid.")
        rows = told["quantities"]
        refused = [wrong for at, row in enumerate(rows) for wrong in _faults(at, row)]
        if refused:
            raise UserError("nothing was set", refused)
        self._store.set_levels({row["inventoryItemId"]: row["quantity"] for row in rows})
        number = self._store.next_number()
        return {"inventoryAdjustmentGroup": {"id": gid("InventoryAdjustmentGroup", number)}}


def _faults(at: int, row: Mapping[str, Any]) -> Iterator[Document]:
    def wrong(name: str, text: str, code: str) -> Document:
        return user_error(text, "quantities", str(at), name, code=code)

    if row["inventoryItemId"] not in ITEMS:
        text = "The specified inventory item could not be found."
        yield wrong("inventoryItemId", text, "INVALID_INVENTORY_ITEM")
    if row["locationId"] != PLACE:
        text = "The specified location could not be found."
        yield wrong("locationId", text, "INVALID_LOCATION")
    if not 0 <= row["quantity"] <= _MOST:
        text = "The quantity can't be negative or above one billion."
        yield wrong("quantity", text, "INVALID_QUANTITY_NEGATIVE")
    if "changeFromQuantity" not in row:
        text = "changeFromQuantity is required."
        yield wrong("changeFromQuantity", text, "CHANGE_FROM_QUANTITY_ARGUMENT_REQUIRED")
