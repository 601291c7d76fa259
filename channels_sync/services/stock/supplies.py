"""Read what the numbers of some listings are made of: bounded queries for any number of them."""

from collections import defaultdict
from collections.abc import Collection, Sequence

from django.db.models import Q, Sum

from channels_sync.models import StockRule
from channels_sync.services.stock.offering import Need, Share, Supply, offered
from oms.models import BundleComponent, Listing, Sku, StockAllotment, Store
from oms.queries.stock import sellable

Number = tuple[int, dict[str, object]]


def numbers(store: Store, *, listings: Sequence[Listing], rule: StockRule) -> dict[int, Number]:
    """Return, by listing, what the shop may sell of it and why. Unmapped listings are left out:
    nobody knows what they are."""
    share = Share(percent=rule.share_percent, keep_back=rule.keep_back, ceiling=rule.ceiling)
    parts = _parts(listings)
    supplies = _supplies(store, {sku for needed in parts.values() for sku, _units in needed})
    return {
        listing_id: offered(
            [Need(supply=supplies[sku], units=units) for sku, units in needed], share=share
        )
        for listing_id, needed in parts.items()
    }


def listings_of(sku_ids: Collection[int]) -> Q:
    """Choose the listings whose numbers depend on some SKUs, in bundles too."""
    bundles = BundleComponent.objects.filter(sku__in=sku_ids).values("bundle")
    return Q(sku__in=sku_ids) | Q(bundle__in=bundles)


def _parts(listings: Sequence[Listing]) -> dict[int, list[tuple[int, int]]]:
    components: dict[int, list[tuple[int, int]]] = defaultdict(list)
    bundles = {listing.bundle_id for listing in listings if listing.bundle_id}
    rows = BundleComponent.objects.filter(bundle__in=bundles)
    for bundle, sku, quantity in rows.values_list("bundle", "sku", "quantity"):
        components[bundle].append((sku, quantity))
    found: dict[int, list[tuple[int, int]]] = {}
    for listing in listings:
        if listing.sku_id:
            found[listing.pk] = [(listing.sku_id, listing.ratio)]
        elif listing.bundle_id:
            inside = components[listing.bundle_id]
            found[listing.pk] = [(sku, units * listing.ratio) for sku, units in inside]
    return found


def _supplies(store: Store, skus: Collection[int]) -> dict[int, Supply]:
    codes = dict(Sku.objects.filter(pk__in=skus).values_list("pk", "code"))
    own = dict(
        StockAllotment.objects.filter(Q(store=store) | Q(channel=store.channel_id), sku__in=skus)
        .values_list("sku")
        .annotate(units=Sum("quantity"))
    )
    return {
        sku: Supply(
            sku=codes.get(sku, ""),
            on_hand=found.on_hand,
            reserved=found.reserved,
            demand=found.demand,
            safety=found.safety,
            exclusive=found.exclusive,
            own=own.get(sku, 0),
        )
        for sku, found in sellable(skus).items()
    }
