"""Tell whether two parcels go to one person at one place, without storing who and where. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from oms.dto import CipherReceiver, PlainReceiver
from oms.privacy.fingerprint import Purpose, digest
from oms.privacy.phone import normalize_phone
from oms.privacy.regions import normalize_region, without_region
from oms.privacy.spacing import tighten
from oms.privacy.streets import normalize_street

_SEPARATOR: Final = "\x1f"  # folding leaves no control character in a part
ADDRESS_KEY_LENGTH: Final = 37
"""The most characters of a rendered key: kind, version (3), colon, 32 hexadecimal digits."""


class AddressKeyKind(StrEnum):
    """Whose identity of the address: our fingerprint, or the platform's own reference."""

    PLAIN = "plain"
    PLATFORM = "platform"


_LETTERS: Final = {AddressKeyKind.PLAIN: "p", AddressKeyKind.PLATFORM: "c"}


@dataclass(frozen=True, slots=True)
class AddressKey:
    """The identity of a receiver. Equal keys are one receiver; kinds and versions never mix.

    A platform's reference is unique inside that platform only: compare inside one store or scope.
    """

    kind: AddressKeyKind
    version: int
    value: str

    def __str__(self) -> str:
        return f"{_LETTERS[self.kind]}{self.version}:{self.value}"


def normalize_name(name: str) -> str:
    """Return a receiver's name in half width, lower case and without idle spaces."""
    return tighten(name)


def address_identity(receiver: PlainReceiver) -> str:
    """Return who and where in one form: name, phone, region and street; personal, never stored.

    Equal are texts whose differences mean nothing: width, case, spaces, "St." or "Street", "十二号"
    or "12号", a repeated or shortened region. Abroad the post code belongs to the region.
    """
    names = (receiver.province, receiver.city, receiver.district, receiver.town)
    region = normalize_region(receiver.country, *names)
    street = normalize_street(receiver.street)
    parts = (
        normalize_name(receiver.name),
        normalize_phone(receiver.phone),
        *region,
        without_region(street, *names) if region.in_china else street,
        "" if region.in_china else tighten(receiver.postcode),
    )
    return _SEPARATOR.join(parts)


def address_key(
    receiver: PlainReceiver | CipherReceiver, keys: Mapping[int, bytes]
) -> AddressKey | None:
    """Return the key that equals only for the same receiver, or None if that cannot be known.

    Unknown: a ciphertext without the platform's reference, no street, neither name nor phone, or
    masked text, behind which two people may look alike.
    """
    if isinstance(receiver, CipherReceiver):
        kind, purpose = AddressKeyKind.PLATFORM, Purpose.PLATFORM_ADDRESS
        identity = receiver.platform_ref.strip()
    else:
        kind, purpose = AddressKeyKind.PLAIN, Purpose.ADDRESS
        identity = address_identity(receiver) if _is_known(receiver) else ""
    if not identity:
        return None
    version = max(keys)
    return AddressKey(kind, version, digest(identity, purpose=purpose, key=keys[version]))


def is_address(
    receiver: PlainReceiver | CipherReceiver, key: str, *, keys: Mapping[int, bytes]
) -> bool:
    """Tell whether a rendered key is that of a receiver, whichever of the listed versions made it.

    The empty key is that of every receiver who cannot be known.
    """
    version = key[1:].partition(":")[0]
    if version.isdecimal() and int(version) in keys:
        keys = {int(version): keys[int(version)]}
    return str(address_key(receiver, keys) or "") == key


def _is_known(receiver: PlainReceiver) -> bool:
    texts = (receiver.name, receiver.phone, receiver.street)
    if any("*" in text or "＊" in text for text in texts):
        return False
    return bool(tighten(receiver.street)) and any(map(tighten, texts[:2]))
