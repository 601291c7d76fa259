"""Fingerprints and address keys of receivers, made anew under the newest index key.

With them go the merge keys of unfinished orders and the copies of an address key on orders whose
address a person replaced. The newest receivers come first: they are the ones that still merge.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from oms.dto import CipherReceiver, PlainReceiver
from oms.flows.order import UNFINISHED
from oms.models import MergeGroup, Order, Receiver
from oms.models.locking import atomic_service
from oms.privacy.address import address_key
from oms.privacy.cipher import UndecryptableValue
from oms.privacy.fingerprint import phone_fingerprint
from oms.privacy.keys import index_keys
from oms.services.merging.facts import for_parcels, set_keys
from oms.services.rekeying.tally import Progress, Tally, quiet
from oms.services.rekeying.versions import count_versions, older

Overruled = Mapping[str, Collection[int]]
"""Orders by the address key that a person overruled on them."""
_PARTS = ("name", "phone", "country", "province", "city", "district", "town", "street", "postcode")


@dataclass(frozen=True, slots=True)
class Marks:
    """What a receiver is found and compared by."""

    phone_fingerprint: str
    address_key: str


def reindex_receivers(*, batch: int, dry_run: bool, progress: Progress = quiet) -> list[Tally]:
    """Make the marks of receivers anew, or count the old ones; killed, it goes on by itself."""
    tallies = [
        Tally("oms.Receiver.phone_fingerprint"),
        Tally("oms.Receiver.address_key"),
        Tally("oms.Order.overruled_address_key"),
    ]
    if not dry_run:
        overruled = _overruled()
        for ids in _pages(size=batch):
            _take(ids, tallies=tallies, overruled=overruled)
            progress("oms.Receiver")
    columns = ("phone_fingerprint", "address_key")
    for tally, column in zip(tallies, columns, strict=False):
        tally.versions = count_versions(Receiver, column=column)
    tallies[2].versions = count_versions(Order, column="overruled_address_key")
    return tallies


def readable(rows: "QuerySet[Any]", *, unreadable: Tally | None = None) -> Iterator[Any]:
    """Load rows; one that cannot be opened does not keep the others from it."""
    try:
        yield from list(rows)
    except UndecryptableValue:
        for pk in list(rows.values_list("pk", flat=True)):
            try:
                yield rows.get(pk=pk)
            except UndecryptableValue:
                if unreadable is not None:
                    unreadable.refuse(pk)


def _pages(*, size: int) -> Iterator[list[int]]:
    wanted = older("phone_fingerprint") | older("address_key")
    rows = Receiver.objects.filter(wanted).order_by("-pk").values_list("pk", flat=True)
    page = list(rows[:size])
    while page:
        yield page
        page = list(rows.filter(pk__lt=page[-1])[:size])


def _overruled() -> Overruled:
    found: dict[str, list[int]] = defaultdict(list)
    rows = Order.objects.filter(older("overruled_address_key")).order_by("pk")
    for pk, key in rows.values_list("pk", "overruled_address_key"):
        found[key].append(pk)
    return found


@atomic_service
def _take(ids: Collection[int], *, tallies: list[Tally], overruled: Overruled) -> None:
    orders = _lock_orders(ids)
    moved: dict[str, str] = {}
    of_receiver: dict[int, str] = {}
    for row in readable(Receiver.objects.filter(pk__in=ids).order_by("pk"), unreadable=tallies[0]):
        was = Marks(row.phone_fingerprint, row.address_key)
        fresh = _fresh(row)
        if not Receiver.objects.filter(pk=row.pk, **_named(was)).update(**_named(fresh)):
            continue
        moved[was.address_key] = of_receiver[row.pk] = fresh.address_key
        tallies[0].done += was.phone_fingerprint != fresh.phone_fingerprint
        tallies[1].done += was.address_key != fresh.address_key
    _set_merge_keys(orders, of_receiver)
    for old, new in moved.items():
        if old in overruled:
            named = Order.objects.filter(pk__in=overruled[old], overruled_address_key=old)
            tallies[2].done += named.update(overruled_address_key=new)


def _fresh(row: Receiver) -> Marks:
    """Make the marks anew; one that was never there, or cannot be made, stays as it is."""
    keys = index_keys()
    found: PlainReceiver | CipherReceiver = CipherReceiver(platform_ref=row.platform_ref)
    if row.kind == Receiver.Kind.PLAIN:
        found = PlainReceiver(**{part: getattr(row, part) for part in _PARTS})
    phone = phone_fingerprint(row.phone, keys) if row.phone_fingerprint else None
    address = address_key(found, keys) if row.address_key else None
    return Marks(phone or row.phone_fingerprint, str(address or row.address_key))


def _named(marks: Marks) -> dict[str, str]:
    return {"phone_fingerprint": marks.phone_fingerprint, "address_key": marks.address_key}


def _lock_orders(receivers: Collection[int]) -> list[Order]:
    rows = Order.objects.filter(receiver__in=receivers, status__in=UNFINISHED).exclude(merge_key="")
    return list(for_parcels(rows).order_by("pk").select_for_update(of=("self",), no_key=True))


def _set_merge_keys(orders: list[Order], address_keys: Mapping[int, str]) -> None:
    before = {order.pk: order.merge_key for order in orders}
    for order in orders:
        if order.receiver is not None:
            order.receiver.address_key = address_keys.get(
                order.receiver.pk, order.receiver.address_key
            )
    for order in set_keys(orders):
        order.save(update_fields=["merge_key", "merge_key_version"])
        groups = MergeGroup.objects.filter(merge_key=before[order.pk])
        groups.update(merge_key=order.merge_key)
