"""Make SKUs of the codes in a file, where the person who imports it asked for that."""

from collections.abc import Iterable
from datetime import datetime

from oms.dto import IncomingLine
from oms.models import Bundle, Listing, Sku
from oms.models.locking import atomic_service
from oms.services.orders.mapping import listing_key

_BATCH = 500


@atomic_service
def create_missing_skus(store_id: int, *, lines: Iterable[IncomingLine], now: datetime) -> set[str]:
    """Map every unmapped code of a store to the SKU of the same code, made if there is none.

    A listing that a person mapped, and a code that is a bundle's, stay as they are. Return the
    codes for which SKUs were made.
    """
    by_code = {line.merchant_code: line for line in reversed(list(lines)) if line.merchant_code}
    keys = {listing_key(line): code for code, line in by_code.items()}
    mapped = Listing.objects.filter(
        store=store_id, channel_product_id__in={product for product, _sku in keys}
    ).exclude(sku=None, bundle=None)
    for row in mapped:
        keys.pop((row.channel_product_id, row.channel_sku_id), None)
    codes = set(keys.values())
    codes -= set(Bundle.objects.filter(code__in=codes).values_list("code", flat=True))
    if not codes:
        return set()
    known = set(Sku.objects.filter(code__in=codes).values_list("code", flat=True))
    Sku.objects.bulk_create(
        (
            Sku(code=code, name=by_code[code].title[:200] or code, created_at=now)
            for code in sorted(codes - known)
        ),
        ignore_conflicts=True,
        batch_size=_BATCH,
    )
    _map(store_id, {key: by_code[code] for key, code in keys.items() if code in codes}, now=now)
    return codes - known


def _map(store_id: int, fresh: dict[tuple[str, str], IncomingLine], *, now: datetime) -> None:
    codes = {line.merchant_code for line in fresh.values()}
    skus = dict(Sku.objects.filter(code__in=codes).values_list("code", "pk"))
    Listing.objects.bulk_create(
        (
            Listing(
                store_id=store_id,
                channel_product_id=product,
                channel_sku_id=sku,
                title=line.title[:300],
                merchant_code=line.merchant_code,
                sku_id=skus[line.merchant_code],
                effective_from=now,
            )
            for (product, sku), line in sorted(fresh.items(), key=lambda item: item[0])
        ),
        ignore_conflicts=True,
        batch_size=_BATCH,
    )
    seen_before = Listing.objects.filter(
        store=store_id,
        channel_product_id__in={product for product, _sku in fresh},
        sku=None,
        bundle=None,
    )
    rows = [row for row in seen_before if (row.channel_product_id, row.channel_sku_id) in fresh]
    for row in rows:
        row.sku_id = skus[fresh[row.channel_product_id, row.channel_sku_id].merchant_code]
    Listing.objects.bulk_update(rows, ["sku"])
