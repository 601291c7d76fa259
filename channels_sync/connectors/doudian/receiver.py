"""Where a Doudian parcel goes: ciphertext, masks, regions, and an identity of the whole. Pure.

A ciphertext holds a search index before the encrypted part: ``$index$cipher$version$$`` of a phone,
``#index#cipher#version##`` of a name or a street. The encrypted part changes from order to order,
the index does not, and it is made for comparing (``/order/getSearchIndex``). Nothing is decrypted.
"""

import hashlib

from channels_sync.connectors.fields import Fields
from channels_sync.connectors.values import inner, reference
from oms.dto import CipherReceiver

_CIPHER = 1000
_REGIONS = ("province", "city", "town", "street")
_PARTS = 3


def to_receiver(order: Fields) -> CipherReceiver | None:
    """Return the destination; None where neither ciphertext nor mask is told (a virtual order).

    After shipping the ciphertext is blank, and so is the identity: no news about the address.

    :raises Unreadable: naming the first field that cannot be understood
    """
    place, masks = inner(order, "post_addr"), inner(order, "mask_post_addr")
    name = order.text("encrypt_post_receiver", limit=_CIPHER, default="")
    phone = order.text("encrypt_post_tel", limit=_CIPHER, default="")
    street = place.text("encrypt_detail", limit=2 * _CIPHER, default="")
    name_mask = order.text("mask_post_receiver", limit=200, default="")
    if not (name or phone or street or name_mask):
        return None
    regions = place if place.has("province") else masks
    return CipherReceiver(
        platform_ref=_identity(name, phone, street, regions),
        name_cipher=name,
        phone_cipher=phone,
        street_cipher=street,
        name_mask=name_mask,
        phone_mask=order.text("mask_post_tel", limit=64, default=""),
        street_mask=masks.text("detail", limit=500, default=""),
        province=_region(regions, "province"),
        city=_region(regions, "city"),
        district=_region(regions, "town"),
        town=_region(regions, "street"),
    )


def search_index(ciphertext: str) -> str:
    """Return the index inside a ciphertext; empty where it has none that we know."""
    mark = ciphertext[:1]
    if mark not in ("$", "#"):
        return ""
    parts = ciphertext[1:].split(mark)
    return parts[0] if len(parts) >= _PARTS and all(parts[:_PARTS]) else ""


def _identity(name: str, phone: str, street: str, regions: Fields) -> str:
    """Rather none than half of one: two people may share a street, or a name."""
    indexes = [search_index(text) for text in (name, phone, street)]
    if not all(indexes):
        return ""
    places = [reference(inner(regions, key), "id") or _region(regions, key) for key in _REGIONS]
    text = "\x1f".join([*indexes, *places])
    return f"dd1:{hashlib.sha256(text.encode()).hexdigest()[:40]}"


def _region(regions: Fields, key: str) -> str:
    return inner(regions, key).text("name", limit=64, default="")
