"""From what a shop calls a thing to the SKUs that lie on the shelf."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from oms.dto import IncomingLine
from oms.models import Bundle, BundleComponent, Listing, Sku, Store
from oms.models.locking import share_rows

ListingKey = tuple[str, str]
"""(channel product, channel SKU); a shop without product ids is known by its merchant code."""


@dataclass(frozen=True, slots=True)
class Component:
    """``quantity`` units of a SKU stand for one piece sold."""

    sku_id: int
    quantity: int


Mapped = Mapping[ListingKey, tuple[Component, ...]]


def listing_key(line: IncomingLine) -> ListingKey:
    return (line.channel_product_id or line.merchant_code, line.channel_sku_id)


def resolve(
    store: Store, *, lines: Iterable[IncomingLine], now: datetime, write: bool = True
) -> Mapped:
    """Return the components of every line's listing; an unmapped listing is missing in it.

    A listing seen for the first time is written down, so that it stands in the review list even
    though its order waits as an exception. What the others stand for stays so until the transaction
    ends: whoever changes it waits, and finds the orders of this one among those that must follow.
    """
    seen = {listing_key(line): line for line in lines}
    seen.pop(("", ""), None)
    known = _known(store, seen, keep=write)
    fresh = {key: line for key, line in seen.items() if key not in known}
    if fresh and write:
        Listing.objects.bulk_create(_first_seen(store, fresh, now=now), ignore_conflicts=True)
        known = _known(store, seen, keep=True)
    elif fresh:
        rows = _first_seen(store, fresh, now=now)
        known |= {(row.channel_product_id, row.channel_sku_id): row for row in rows}
    return _components(known)


def components_of(listing: Listing) -> tuple[Component, ...]:
    """Return what one listing stands for; nothing if it is not mapped."""
    key = (listing.channel_product_id, listing.channel_sku_id)
    return _components({key: listing}).get(key, ())


def _known(store: Store, keys: Collection[ListingKey], *, keep: bool) -> dict[ListingKey, Listing]:
    products = {product for product, _sku in keys}
    variants = {sku for _product, sku in keys}
    rows = Listing.objects.filter(
        store=store, channel_product_id__in=products, channel_sku_id__in=variants
    )
    found = share_rows(rows) if keep else rows
    return {(row.channel_product_id, row.channel_sku_id): row for row in found}


def _first_seen(
    store: Store, fresh: Mapping[ListingKey, IncomingLine], *, now: datetime
) -> list[Listing]:
    codes = {line.merchant_code for line in fresh.values() if line.merchant_code}
    by_code: dict[str, int] = {}
    bundles: dict[str, int] = {}
    if store.maps_by_code and codes:
        by_code = dict(Sku.objects.filter(code__in=codes).values_list("code", "pk"))
        bundles = dict(Bundle.objects.filter(code__in=codes).values_list("code", "pk"))
    return [
        Listing(
            store=store,
            channel_product_id=product,
            channel_sku_id=sku,
            title=line.title[:300],
            merchant_code=line.merchant_code,
            sku_id=by_code.get(line.merchant_code),
            bundle_id=None if line.merchant_code in by_code else bundles.get(line.merchant_code),
            effective_from=now,
        )
        for (product, sku), line in sorted(fresh.items(), key=lambda entry: entry[0])
    ]


def _components(listings: Mapping[ListingKey, Listing]) -> Mapped:
    bundle_ids = {row.bundle_id for row in listings.values() if row.bundle_id}
    of_bundle: dict[int, list[Component]] = defaultdict(list)
    parts = BundleComponent.objects.filter(bundle__in=bundle_ids).order_by("pk")
    for part in parts if bundle_ids else ():
        of_bundle[part.bundle_id].append(Component(part.sku_id, part.quantity))
    found: dict[ListingKey, tuple[Component, ...]] = {}
    for key, row in listings.items():
        if row.sku_id:
            found[key] = (Component(row.sku_id, row.ratio),)
        elif row.bundle_id and of_bundle[row.bundle_id]:
            found[key] = tuple(
                Component(part.sku_id, part.quantity * row.ratio)
                for part in of_bundle[row.bundle_id]
            )
    return found
