"""What Shopify is told about stock, and what it shows of it. Values in, values out."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from channels_sync.connectors.shopify.ids import gid, number
from channels_sync.connectors.stocking import Offer
from oms.integration.errors import ErrorKind, IntegrationError
from oms.integration.wire import malformed

Node = Mapping[str, Any]

AVAILABLE = "available"
_REASON = "correction"
_BUSY = "IDEMPOTENCY_CONCURRENT_REQUEST"


def to_items(nodes: Sequence[Node | None]) -> dict[str, str]:
    """Return the inventory item (a global id) of each variant number; one that is gone is null."""
    return {
        number(node["id"]): str(node["inventoryItem"]["id"])
        for node in nodes
        if node and node.get("inventoryItem")
    }


def to_levels(nodes: Sequence[Node | None]) -> dict[str, int]:
    """Return what is available of each variant number; not stocked at the place is left out."""
    return {
        number(node["id"]): int(each["quantity"])
        for node in nodes
        if node
        for each in ((node.get("inventoryItem") or {}).get("inventoryLevel") or {}).get(
            "quantities", ()
        )
        if each["name"] == AVAILABLE
    }


def to_variables(offers: Sequence[Offer], items: Mapping[str, str], location: str) -> Node:
    """Return the variables of an inventorySetQuantities.

    ``changeFromQuantity`` null: our number holds, whatever stands there. The key is that of these
    offers at this place, so the same try has the same one.
    """
    key = uuid5(NAMESPACE_URL, "\n".join([location, *(offer.key for offer in offers)]))
    place = gid("Location", location)
    told = {
        "name": AVAILABLE,
        "reason": _REASON,
        "referenceDocumentUri": f"oms://stock/{key}",
        "quantities": [
            {
                "inventoryItemId": items[offer.listing.channel_sku_id],
                "locationId": place,
                "quantity": offer.quantity,
                "changeFromQuantity": None,
            }
            for offer in offers
        ],
    }
    return {"input": told, "key": str(key)}


def to_refusals(result: Node | None, offers: Sequence[Offer]) -> dict[str, IntegrationError]:
    """Return, by key, what is wrong with which offer; if there is anything, none was taken.

    A refusal that names no offer is one of them all.

    :raises IntegrationError: retry, if another try of the same is still under way
    """
    if result is None:
        raise malformed("Shopify 的应答里没有操作结果，结果未知")
    refused: dict[str, IntegrationError] = {}
    for told in result.get("userErrors") or []:
        code, words = str(told.get("code") or "user_error"), str(told.get("message") or "")
        if code == _BUSY:
            raise IntegrationError(words, kind=ErrorKind.RETRY, code=code, outcome_unknown=True)
        error = IntegrationError(words, kind=ErrorKind.FATAL, code=code)
        for offer in _meant(told.get("field") or (), offers):
            refused.setdefault(offer.key, error)
    return refused


def _meant(path: Sequence[Any], offers: Sequence[Offer]) -> Sequence[Offer]:
    """Read which offer an error speaks of: ``["input", "quantities", "3", "quantity"]``."""
    at = str(path[2]) if len(path) > 2 and path[1] == "quantities" else ""
    if at.isdecimal() and int(at) < len(offers):
        return (offers[int(at)],)
    return offers
