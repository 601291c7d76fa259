"""How the shop is told what it may sell, and says what it was told: the highest version counts."""

from dataclasses import asdict
from typing import Any

from channels_sync.simulator.goods import NOBODY_SELLS
from channels_sync.simulator.ownsite.store import ShopStore, Units

PLACE = "stock"
Document = dict[str, Any]


def take(store: ShopStore, told: Document) -> Document | None:
    """Take a number and write the answer; None for a code that the shop does not sell.

    :raises ValueError: if the message is not what was agreed on
    """
    units = Units(_code(told), _whole(told, "quantity", least=0), _whole(told, "version", least=1))
    if units.sku_code == NOBODY_SELLS.sku_code:
        return None
    return {"code": 0} if store.keep_units(units) else {"code": 0, "duplicate": True}


def shown(store: ShopStore, sku_code: str) -> Document | None:
    """Write what the shop has of a code; None if it was told nothing of it."""
    units = store.units(sku_code)
    return {"code": 0, **asdict(units)} if units else None


def _code(told: Document) -> str:
    code = told.get("sku_code")
    if not isinstance(code, str) or not code:
        raise ValueError("sku_code")
    return code


def _whole(told: Document, key: str, *, least: int) -> int:
    value = told.get(key)
    if not isinstance(value, int) or isinstance(value, bool) or value < least:
        raise ValueError(key)
    return value
