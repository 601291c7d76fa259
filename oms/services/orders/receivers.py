"""Where parcels go, on its way into the database: encrypted, masked, fingerprinted."""

from datetime import datetime

from oms.dto import CipherReceiver, PlainReceiver
from oms.models import Receiver
from oms.privacy.address import address_key
from oms.privacy.fingerprint import phone_fingerprint, phone_tail
from oms.privacy.keys import index_keys
from oms.privacy.mask import mask_receiver


def build_receiver(receiver: PlainReceiver | CipherReceiver, *, now: datetime) -> Receiver:
    """Return the unsaved row of a destination. Ciphertext stays ciphertext."""
    keys = index_keys()
    masks = mask_receiver(receiver)
    row = Receiver(
        country=receiver.country,
        province=receiver.province,
        city=receiver.city,
        district=receiver.district,
        town=receiver.town,
        name_mask=masks.name[:64],
        phone_mask=masks.phone[:32],
        street_mask=masks.address[:200],
        address_key=str(address_key(receiver, keys) or ""),
        created_at=now,
    )
    if isinstance(receiver, PlainReceiver):
        row.kind = Receiver.Kind.PLAIN
        row.name, row.phone, row.street = receiver.name, receiver.phone, receiver.street
        row.postcode, row.email = receiver.postcode, receiver.email
        row.phone_tail = phone_tail(receiver.phone)
        row.phone_fingerprint = phone_fingerprint(receiver.phone, keys) or ""
    else:
        row.kind = Receiver.Kind.CIPHER
        row.platform_ref = receiver.platform_ref
        row.platform_cipher = {
            "name": receiver.name_cipher,
            "phone": receiver.phone_cipher,
            "street": receiver.street_cipher,
        }
    return row
