"""Make SKUs of the codes in a file, where the person who imports it asked for that."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from oms.dto import IncomingLine
from oms.models import Bundle, Job, Listing, Sku, User
from oms.models.locking import atomic_service
from oms.services.listings.changing import Target, batch_of, remap
from oms.services.listings.previewing import look_at_many
from oms.services.orders.mapping import ListingKey, listing_key

_BATCH = 500
Fresh = Mapping[ListingKey, IncomingLine]


@dataclass(slots=True)
class Made:
    """The codes for which SKUs were made. Orders that came in before a listing stood for nothing
    and has a meaning again get the new goods (``following``) or keep theirs (``staying``)."""

    skus: set[str] = field(default_factory=set)
    following: int = 0
    staying: int = 0


def reference_of(job: Job) -> str:
    """Return how an import of orders is named in what it changes."""
    return f"import:{job.pk}"


@atomic_service
def create_missing_skus(
    store_id: int,
    *,
    lines: Iterable[IncomingLine],
    reference: str,
    actor: User | None,
    now: datetime,
) -> Made:
    """Map every unmapped code of a store to the SKU of the same code, made if there is none.

    A listing that a person mapped, and a code that is a bundle's, stay as they are. The mappings
    can be taken back together by the ``reference`` of whoever wanted them.
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
    made = Made()
    if not codes:
        return made
    known = set(Sku.objects.filter(code__in=codes).values_list("code", flat=True))
    Sku.objects.bulk_create(
        (
            Sku(code=code, name=by_code[code].title[:200] or code, created_at=now)
            for code in sorted(codes - known)
        ),
        ignore_conflicts=True,
        batch_size=_BATCH,
    )
    fresh = {key: by_code[code] for key, code in keys.items() if code in codes}
    skus = dict(Sku.objects.filter(code__in=codes).values_list("code", "pk"))
    _list(store_id, fresh, skus=skus, now=now)
    waiting = _unmapped(store_id, fresh)
    for preview in look_at_many(store_id, listings=waiting).values():
        made.following += preview.following
        made.staying += preview.staying
    targets = {
        row.pk: Target(skus[fresh[row.channel_product_id, row.channel_sku_id].merchant_code])
        for row in waiting
    }
    remap(waiting, targets=targets, batch=batch_of(reference), actor=actor, now=now)
    made.skus = codes - known
    return made


def _list(store_id: int, fresh: Fresh, *, skus: Mapping[str, int], now: datetime) -> None:
    """Write down the listings that were never seen before."""
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


def _unmapped(store_id: int, fresh: Fresh) -> list[Listing]:
    """Lock those that stand in the review list."""
    seen_before = Listing.objects.filter(
        store=store_id,
        channel_product_id__in={product for product, _sku in fresh},
        sku=None,
        bundle=None,
    )
    rows = seen_before.order_by("pk").select_for_update()
    return [row for row in rows if (row.channel_product_id, row.channel_sku_id) in fresh]
