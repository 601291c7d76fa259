"""Change for what listings stand: looked at first, then done, and it can be taken back."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from oms import scheduling
from oms.access.checks import Person, require, scope
from oms.events import bus
from oms.events.types import StockChanged
from oms.evidence.append import append
from oms.models import BundleComponent, Listing, ListingChange, User
from oms.models.locking import atomic_service, lock_rows
from oms.refusals import Refusal
from oms.services.listings.previewing import Preview, look_at
from oms.services.listings.proposing import RIGHT

FOLLOW = "oms.tasks.follow_listings"
MOST_UNDONE = 2000
"""How many listings are taken back at once: more would hold up the intake of orders too long."""


class NothingToMap(Refusal):
    message = _("Nothing would change. Reload and look again.")


class OneThing(Refusal):
    message = _("Choose a SKU or a bundle, not both.")


class TooMany(Refusal):
    message = _("%(count)d listings changed together, too many to take back here: import the list "
                "as it was before.")  # fmt: skip


class ChangedSince(Refusal):
    message = _("%(listing)s was changed again since. Change it there, one by one.")


@dataclass(frozen=True, slots=True)
class Target:
    """For what a listing shall stand: ``ratio`` units of a SKU, or of a bundle, per piece sold."""

    sku_id: int | None = None
    bundle_id: int | None = None
    ratio: int = 1


def preview_change(targets: Mapping[int, Target], *, actor: User) -> Preview:
    """Tell which open orders would follow a change ({listing id: target}); nothing is changed.

    :raises NotAllowed: if one of the listings is of a store that the person does not look after
    """
    preview = Preview()
    for listing in _allowed(Listing.objects.filter(pk__in=targets).order_by("pk"), actor=actor):
        if _target(listing) == targets[listing.pk]:
            continue
        preview.add(look_at(listing))
    return preview


@atomic_service
def change(targets: Mapping[int, Target], *, actor: User, now: datetime) -> uuid.UUID:
    """Let listings stand for something else from now on; their open orders follow right after.

    Return the name of the change, by which it can be taken back.

    :raises NotAllowed: if one of the listings is of a store that the person does not look after
    :raises OneThing: if one shall stand for a SKU and a bundle
    :raises NothingToMap: if all of them stand for that already
    """
    batch = uuid.uuid4()
    listings = _allowed(lock_rows(Listing, targets), actor=actor)
    if not remap(listings, targets=targets, batch=batch, actor=actor, now=now):
        raise NothingToMap
    return batch


def remap(
    listings: Iterable[Listing],
    *,
    targets: Mapping[int, Target],
    batch: uuid.UUID,
    actor: User | None,
    now: datetime,
) -> int:
    """Let locked listings stand for something else, for a service that has checked the right.

    Return how many of them did not stand for that already.

    :raises OneThing: if one shall stand for a SKU and a bundle
    """
    rows = [
        _change(listing, targets[listing.pk], batch=batch, actor=actor, now=now)
        for listing in listings
        if _target(listing) != targets[listing.pk]
    ]
    if rows:
        ListingChange.objects.bulk_create(rows)
        _note(rows, kind="listings.change", actor=actor, now=now)
    return len(rows)


def batch_of(reference: str) -> uuid.UUID:
    """Return the name of all changes that one import makes, page by page."""
    return uuid.uuid5(uuid.NAMESPACE_OID, f"listings:{reference}")


def may_undo(batch: uuid.UUID, *, user: Person) -> bool:
    """Tell whether there is anything of a change that the person may take back."""
    rows = ListingChange.objects.filter(batch=batch, undone_at=None)
    return rows.filter(listing__store__in=scope(user).ids(RIGHT)).exists()


@atomic_service
def undo(batch: uuid.UUID, *, actor: User, now: datetime) -> int:
    """Take a change back: its listings stand for what they stood for, and open orders follow again.

    Return how many listings that are.

    :raises NotAllowed: if one of the listings is of a store that the person does not look after
    :raises NothingToMap: if it was taken back already
    :raises TooMany: if there are more than can be taken back at once
    :raises ChangedSince: if one of the listings was changed again: then none is taken back
    """
    done = list(ListingChange.objects.select_for_update().filter(batch=batch, undone_at=None))
    if not done:
        raise NothingToMap
    if len(done) > MOST_UNDONE:
        raise TooMany(count=len(done))
    by_listing = {row.listing_id: row for row in done}
    rows = []
    for listing in _allowed(lock_rows(Listing, by_listing), actor=actor):
        row = by_listing[listing.pk]
        after = Target(row.sku_after_id, row.bundle_after_id, row.ratio_after)
        before = Target(row.sku_before_id, row.bundle_before_id, row.ratio_before)
        if _target(listing) != after:
            raise ChangedSince(listing=listing)
        back = _change(listing, before, batch=uuid.uuid4(), actor=actor, now=now)
        # What was taken back is not there to be taken back once more.
        back.undone_at = now
        rows.append(back)
    # Only these: an import that goes on may have added to its change meanwhile.
    ListingChange.objects.filter(pk__in=[row.pk for row in done]).update(undone_at=now)
    ListingChange.objects.bulk_create(rows)
    _note(rows, kind="listings.undo", actor=actor, now=now)
    return len(rows)


def _change(
    listing: Listing, target: Target, *, batch: uuid.UUID, actor: User | None, now: datetime
) -> ListingChange:
    if target.sku_id and target.bundle_id:
        raise OneThing
    row = ListingChange(
        batch=batch,
        listing=listing,
        sku_before_id=listing.sku_id,
        bundle_before_id=listing.bundle_id,
        ratio_before=listing.ratio,
        sku_after_id=target.sku_id,
        bundle_after_id=target.bundle_id,
        ratio_after=target.ratio,
        changed_at=now,
        changed_by=actor,
    )
    listing.sku_id, listing.bundle_id, listing.ratio = target.sku_id, target.bundle_id, target.ratio
    listing.effective_from = now
    listing.save(update_fields=["sku", "bundle", "ratio", "effective_from"])
    return row


def _allowed(listings: Iterable[Listing], *, actor: User) -> list[Listing]:
    rows = list(listings)
    for store in {listing.store_id: listing.store for listing in rows}.values():
        require(actor, RIGHT, store)
    return rows


def _target(listing: Listing) -> Target:
    return Target(listing.sku_id, listing.bundle_id, listing.ratio)


def _note(rows: list[ListingChange], *, kind: str, actor: User | None, now: datetime) -> None:
    facts = {"listings": [row.listing_id for row in rows], "batch": str(rows[0].batch)}
    append(kind, "listings", at=now, actor=actor, facts=facts)
    # What the shop may sell of them is another number now.
    bundles = [row.bundle_after_id for row in rows if row.bundle_after_id]
    parts = BundleComponent.objects.filter(bundle__in=bundles).values_list("sku", flat=True)
    if skus := sorted({*parts, *(row.sku_after_id for row in rows if row.sku_after_id)}):
        bus.publish(StockChanged(skus), now=now)
    scheduling.nudge(FOLLOW)
