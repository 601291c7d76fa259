"""What a change of listings would touch, before it is made."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import Q

from oms.flows.order import UNFINISHED
from oms.models import Listing, Order, OrderLine
from oms.services.listings.touched import Kept, kept, open_orders, released_count

LOOKED_AT = 200
"""How many orders of a listing a preview names; the others are counted."""


@dataclass(slots=True)
class Preview:
    """What a change would touch. ``released`` orders stay as they are, ``more`` are not named."""

    will: list[Order] = field(default_factory=list)
    wont: list[Kept] = field(default_factory=list)
    released: int = 0
    more: int = 0

    @property
    def touches(self) -> bool:
        return bool(self.will or self.wont or self.released)

    @property
    def following(self) -> int:
        """How many orders would follow."""
        return len(self.will) + self.more

    @property
    def staying(self) -> int:
        """How many would keep their goods."""
        return len(self.wont) + self.released

    def add(self, other: "Preview") -> None:
        self.will += other.will
        self.wont += other.wont
        self.released += other.released
        self.more += other.more


def look_at(listing: Listing) -> Preview:
    """Tell what would become of the open orders of a listing if it stood for something else."""
    rows = open_orders(listing)
    named = list(rows[:LOOKED_AT])
    staying = kept(named, listing=listing)
    stay = {one.order.pk for one in staying}
    return Preview(
        will=[order for order in named if order.pk not in stay],
        wont=staying,
        released=released_count(listing),
        more=max(rows.count() - len(named), 0),
    )


def look_at_many(store_id: int, *, listings: Sequence[Listing]) -> dict[int, Preview]:
    """Tell the same of many listings of one store, by id: only those with orders are in it, and
    only those are looked at one by one."""
    sold = _sold(store_id, listings)
    return {
        listing.pk: look_at(listing)
        for listing in listings
        if (listing.channel_product_id, listing.channel_sku_id) in sold
    }


def _sold(store_id: int, listings: Iterable[Listing]) -> set[tuple[str, str]]:
    products = {listing.channel_product_id for listing in listings}
    named = Q(channel_product_id__in=products)
    by_code = Q(channel_product_id="", merchant_code__in=products)
    lines = OrderLine.objects.filter(
        named | by_code, order__store=store_id, order__status__in=UNFINISHED
    )
    found = lines.values_list("channel_product_id", "merchant_code", "channel_sku_id").distinct()
    return {(product or code, sku) for product, code, sku in found.order_by()}
