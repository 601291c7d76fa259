"""A new destination: a new row, the old one stays, and the parcel does not go to the old door."""

from datetime import datetime

from oms.audit import timeline
from oms.dto import CipherReceiver, PlainReceiver
from oms.models import Order, Receiver, User
from oms.privacy.address import is_address
from oms.privacy.keys import index_keys
from oms.services.orders.receivers import build_receiver
from oms.services.recall import Answer, line_up_anew

_PLAIN_PARTS = (
    "name",
    "phone",
    "country",
    "province",
    "city",
    "district",
    "town",
    "street",
    "postcode",
)


def is_other_address(
    known: Receiver | None, *, told: PlainReceiver | CipherReceiver | None
) -> bool:
    """Tell whether a channel now names another destination.

    What it blanks or masks (many do after shipping) is no news, and never overwrites what we know.
    """
    if told is None:
        return False
    if isinstance(told, CipherReceiver):
        if known is None:
            return any((told.platform_ref, told.name_cipher, told.phone_cipher, told.street_cipher))
        return bool(told.platform_ref) and known.platform_ref != told.platform_ref
    if not told.name or not told.street or "*" in f"{told.name}{told.phone}{told.street}":
        return False
    if known is None or known.kind != Receiver.Kind.PLAIN:
        return True
    if known.phone and not told.phone:
        return False
    parts = [(getattr(known, part), getattr(told, part)) for part in _PLAIN_PARTS]
    differs = any(there != here for there, here in parts if here)
    return differs and not is_address(told, known.address_key, keys=index_keys())


def was_overruled(order: Order, *, told: PlainReceiver | CipherReceiver | None) -> bool:
    """Tell whether a channel repeats the address that a person here has replaced."""
    if not order.overruled_address_key or told is None:
        return False
    return is_address(told, order.overruled_address_key, keys=index_keys())


def readdress(
    order: Order,
    *,
    receiver: PlainReceiver | CipherReceiver,
    now: datetime,
    actor: User | None = None,
) -> Answer:
    """Give a locked order a new destination; return whether its goods could be kept for it.

    On the road already (``Answer.LEFT``): nothing changes here, the channel is told no.
    """
    answer = line_up_anew(order, reason="address changed", now=now, actor=actor)
    if answer is Answer.LEFT:
        return answer
    row = build_receiver(receiver, now=now)
    row.save(force_insert=True)
    order.receiver = row
    order.merge_key, order.merge_key_version = "", 0
    order.overruled_address_key = ""
    columns = ["receiver", "merge_key", "merge_key_version", "overruled_address_key"]
    order.save(update_fields=columns)
    timeline.record(Order.SUBJECT, order.pk, "readdress", at=now, actor=actor)
    return answer
