"""Where a Youzan parcel goes. Pure.

Personal fields come as ``$ciphertext$version$``, AES in ECB mode under a key of the shop
(youzan/open-sdk-php, Security/Aes.php): one text gives one ciphertext as long as the key's version
stays, so equal ciphertexts of one version are equal texts. Nothing is decrypted to see that. A key
of another version makes another identity: then two orders are rather not merged. An app that may
read them gets the plain text instead.
"""

import hashlib
import re

from channels_sync.connectors.fields import Fields
from oms.dto import CipherReceiver, PlainReceiver, Receiver

_SEALED = re.compile(r"\$([A-Za-z0-9+/=_-]{8,})\$(\d{1,9})\$")
_REGIONS = ("delivery_province", "delivery_city", "delivery_district")
_PERSONAL = ("receiver_name", "receiver_tel", "delivery_address")


def to_receiver(place: Fields) -> Receiver | None:
    """Return the destination; None where there is none.

    :raises Unreadable: naming the first field that cannot be understood
    """
    name, phone, street = (place.text(key, limit=2000, default="") for key in _PERSONAL)
    province, city, district = (place.text(key, limit=64, default="") for key in _REGIONS)
    if not (name or phone or street):
        return None
    if any(_SEALED.fullmatch(text) for text in (name, phone, street)):
        return CipherReceiver(
            platform_ref=_identity((name, phone, street), (province, city, district)),
            name_cipher=name,
            phone_cipher=phone,
            street_cipher=street,
            province=province,
            city=city,
            district=district,
        )
    return PlainReceiver(
        name=name,
        phone=phone,
        province=province,
        city=city,
        district=district,
        street=street,
        postcode=place.text("delivery_postal_code", limit=20, default=""),
    )


def _identity(sealed: tuple[str, ...], regions: tuple[str, ...]) -> str:
    """Rather none than half of one: all three must be ciphertext, of one version of the key."""
    found = [_SEALED.fullmatch(text) for text in sealed]
    versions = {match.group(2) for match in found if match}
    if not all(found) or len(versions) != 1:
        return ""
    text = "\x1f".join([*sealed, *regions])
    return f"yz1:{hashlib.sha256(text.encode()).hexdigest()[:40]}"
