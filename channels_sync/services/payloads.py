"""A raw order's payload for a page: its shape, and only those values that name nobody."""

import json
from collections.abc import Collection
from typing import Any

from channels_sync.connectors.installed import connectors
from channels_sync.dto import PERSONAL_FIELDS, ImportOptions
from channels_sync.models import RawOrder
from oms.integration.masking import MASK, mask_text
from oms.privacy.filters import redact

_MOST_SHOWN = 20_000


def masked_payload(raw: RawOrder) -> str:
    """Return the payload as indented JSON, masked by key and failing closed: what we do not know to
    be harmless is stars. A long one is cut."""
    try:
        tree = _mask(json.loads(raw.payload), _open_keys(raw))
        text = json.dumps(tree, ensure_ascii=False, indent=2)
    except (ValueError, RecursionError):
        return f"<{len(raw.payload)} characters>"
    return text if len(text) <= _MOST_SHOWN else text[:_MOST_SHOWN] + "\n…"


def _open_keys(raw: RawOrder) -> Collection[str]:
    if raw.mapping is not None:
        options = ImportOptions.from_json(raw.mapping.options)
        shown = {
            column for field, column in options.columns.items() if field not in PERSONAL_FIELDS
        }
        return shown | {"rows", "row_count", "$at", "$decimal"}
    connection = getattr(raw.store, "connection", None)
    if connection is None or connection.kind not in connectors:
        return ()
    return connectors.get(connection.kind).open_keys


def _mask(node: Any, shown: Collection[str], *, is_shown: bool = True) -> Any:
    match node:
        case dict():
            return {
                redact(mask_text(key)): _mask(value, shown, is_shown=key in shown)
                for key, value in node.items()
            }
        case list():
            return [_mask(item, shown, is_shown=is_shown) for item in node]
        case None | "" | bool():
            return node
        case str():
            return redact(mask_text(node)) if is_shown else MASK
    return node if is_shown else MASK
