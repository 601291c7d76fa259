"""Compare personal data without reading it: keyed fingerprints with the version of their key. Pure.

A plain hash of a Chinese mobile number is undone by trying all of them; without the key, which is
not in the database, a fingerprint says nothing. Fingerprints of two key versions never compare
equal, so a search asks for all versions (``fingerprints``).
"""

import hmac
from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from oms.privacy.phone import normalize_phone, parse_phone
from oms.privacy.text import utf8

FINGERPRINT_LENGTH: Final = 36
"""The most characters of a fingerprint: version (3), colon, 32 hexadecimal digits."""


class Purpose(StrEnum):
    """What is compared. The same text gives unrelated fingerprints for two purposes."""

    PHONE = "phone"
    BUYER = "buyer"
    ADDRESS = "address"
    PLATFORM_ADDRESS = "platform_address"


def digest(value: str, *, purpose: Purpose, key: bytes) -> str:
    """Return HMAC-SHA256 of purpose and value, cut to 128 bits, as 32 hexadecimal digits.

    :raises ValueError: if the value is empty, because nothing never equals nothing
    """
    if not value:
        raise ValueError(f"An empty {purpose} has no fingerprint.")
    return hmac.digest(key, f"{purpose}\0".encode() + utf8(value), "sha256")[:16].hex()


def fingerprint(value: str, *, purpose: Purpose, keys: Mapping[int, bytes]) -> str:
    """Return ``"<version>:<hex>"`` of a normalised value by the highest key version.

    :raises ValueError: if the value is empty
    """
    version = max(keys)
    return f"{version}:{digest(value, purpose=purpose, key=keys[version])}"


def fingerprints(value: str, *, purpose: Purpose, keys: Mapping[int, bytes]) -> tuple[str, ...]:
    """Return the fingerprint by every key version, newest first, to search older rows too.

    :raises ValueError: if the value is empty
    """
    return tuple(
        f"{version}:{digest(value, purpose=purpose, key=keys[version])}"
        for version in sorted(keys, reverse=True)
    )


def phone_fingerprint(phone: str, keys: Mapping[int, bytes]) -> str | None:
    """Return the fingerprint of a phone number, extension included; None without a full number."""
    found = phone_fingerprints(phone, {max(keys): keys[max(keys)]})
    return found[0] if found else None


def phone_fingerprints(phone: str, keys: Mapping[int, bytes]) -> tuple[str, ...]:
    """Return the same by every key version, newest first; empty without a full number."""
    number = normalize_phone(phone)
    if "*" in number or not any(map(str.isdigit, number)):
        return ()
    return fingerprints(number, purpose=Purpose.PHONE, keys=keys)


def phone_tail(phone: str) -> str:
    """Return the last four digits of the number (never of its extension), also of a masked one.

    Empty for fewer than seven characters, where four would be most of the number.
    """
    number = parse_phone(phone).number
    tail = number[-4:]
    return tail if len(number) >= 7 and tail.isascii() and tail.isdecimal() else ""
