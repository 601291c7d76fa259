"""Where a WooCommerce order goes: plain text over TLS. Pure."""

import re

from channels_sync.connectors.loose import Loose
from channels_sync.connectors.woocommerce import codes
from oms.dto import PlainReceiver

_HAN = re.compile(r"[\u4e00-\u9fff]")


def to_receiver(order: Loose) -> PlainReceiver | None:
    """Return the shipping address; the billing address where the buyer entered only that one.

    :raises Unreadable: naming the first field that cannot be understood
    """
    billing, place = order.inside("billing"), order.inside("shipping")
    if not place.text("address_1", limit=500):
        place = billing
    street = " ".join(filter(None, (place.text(f"address_{n}", limit=500) for n in (1, 2))))
    name = _name(place) or _name(billing)
    if not street and not name:
        return None
    state = place.text("state", limit=64)
    return PlainReceiver(
        name=name,
        # Older versions ask for a phone only beside the billing address.
        phone=place.text("phone", limit=40) or billing.text("phone", limit=40),
        country=place.text("country", limit=2) or "CN",
        province=codes.PROVINCES.get(state, state),
        city=place.text("city", limit=64),
        street=street,
        postcode=place.text("postcode", limit=20),
        email=billing.text("email", limit=254),
    )


def _name(place: Loose) -> str:
    """Chinese names begin with the family's."""
    first, last = place.text("first_name", limit=50), place.text("last_name", limit=50)
    if _HAN.search(first + last):
        return f"{last}{first}"
    return f"{first} {last}".strip() or place.text("company", limit=100)
