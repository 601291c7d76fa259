"""Where a trade's parcel goes: masks, regions, and ``oaid``, the identity of the whole. Pure.

Nothing is decrypted: the waybill service takes the oaid itself. Two trades with one oaid go to one
door (``taobao.top.oaid.merge`` says no more than that).
"""

from channels_sync.connectors.fields import Fields
from oms.dto import CipherReceiver, PlainReceiver, Receiver

_MASK = "*"


def to_receiver(trade: Fields) -> Receiver | None:
    """Return the destination; None where nothing is told (a virtual order, or blank after a time).

    :raises Unreadable: naming the first field that cannot be understood
    """
    name = trade.text("receiver_name", limit=200, default="")
    street = trade.text("receiver_address", limit=500, default="")
    phone = trade.text("receiver_mobile", limit=64, default="") or trade.text(
        "receiver_phone", limit=64, default=""
    )
    identity = trade.text("oaid", limit=500, default="")
    if not (identity or name or street or phone):
        return None
    regions = {key: trade.text(f"receiver_{told}", limit=64, default="") for key, told in _REGIONS}
    if identity or _MASK in name + street + phone:
        return CipherReceiver(
            platform_ref=identity,
            name_mask=name,
            phone_mask=phone,
            street_mask=street,
            **regions,
        )
    postcode = trade.text("receiver_zip", limit=20, default="")
    return PlainReceiver(name=name, phone=phone, street=street, postcode=postcode, **regions)


_REGIONS = (("province", "state"), ("city", "city"), ("district", "district"), ("town", "town"))
