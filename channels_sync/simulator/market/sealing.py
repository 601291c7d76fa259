"""Receivers as platforms that hide them tell them: masked, and as ciphertext nobody here opens."""

import hashlib
from base64 import b64encode

from channels_sync.simulator.market.orders import Receiver


def mask_name(name: str) -> str:
    return name[:1] + "*" * (len(name) - 1)


def mask_phone(phone: str) -> str:
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) > 7 else "****"


def mask_street(street: str) -> str:
    return street[:3] + "*" * max(len(street) - 3, 0)


def seal(platform: str, what: str, text: str) -> str:
    """Return a ciphertext: the same text gives the same one, and it does not tell the text."""
    digest = hashlib.sha256(f"{platform}\n{what}\n{text}".encode()).digest()
    return b64encode(digest).decode()


def reference(platform: str, receiver: Receiver) -> str:
    """Return what stands for a whole receiver: the same for the same person at the same door."""
    parts = (
        receiver.name,
        receiver.phone,
        receiver.province,
        receiver.city,
        receiver.district,
        receiver.street,
    )
    return seal(platform, "receiver", "\n".join(parts))
