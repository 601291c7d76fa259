"""What a shop offers, and for which SKU or bundle it stands."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oms.models import Bundle, Listing
from oms.models.locking import lock_rows
from oms.services.listings.changing import Target, batch_of, remap
from oms.services.listings.previewing import look_at_many
from oms.services.sheets import codes
from oms.services.sheets.cells import Text, Whole
from oms.services.sheets.columns import Column
from oms.services.sheets.goods import sku_ids
from oms.services.sheets.kinds import Context, Fate, Groups, Row, SheetKind, Where, flat
from oms.services.sheets.records import save_all, say_plainly, settle

_MAPPING = ("sku_id", "bundle_id", "ratio")


@dataclass(slots=True)
class _Stored:
    listings: Mapping[tuple[str, str], Listing]
    skus: Mapping[str, int]
    bundles: Mapping[str, int]
    codes: Mapping[tuple[str, int], str]
    """(column, id) -> code, to say what a listing stood for."""

    def say(self, name: str, value: Any) -> str:
        if name in ("sku_id", "bundle_id"):
            return self.codes.get((name, value), "—")
        return say_plainly(value)


class ListingSheet(SheetKind):
    key, order, where = "listings", 40, Where.STORE
    label = gettext_lazy("Listings")
    hint = gettext_lazy(
        "Which SKU or bundle each thing of one store stands for. SKUs and bundles come first."
    )
    group = ("product", "variant")
    columns = (
        Column(
            "product",
            codes.PRODUCT,
            Text(64, is_code=True),
            codes.EXAMPLE_PRODUCT,
            gettext_lazy("for a shop without product numbers: its merchant code"),
            required=True,
        ),
        Column(
            "variant",
            codes.VARIANT,
            Text(64, is_code=True),
            "5201",
            gettext_lazy("empty if the product has no variants"),
            default="",
        ),
        Column("title", codes.TITLE, Text(300), codes.EXAMPLE_TITLE),
        Column("merchant_code", codes.MERCHANT_CODE, Text(100)),
        Column(
            "stands_for",
            codes.STANDS_FOR,
            Text(64, is_code=True),
            codes.EXAMPLE_CODE,
            required=True,
        ),
        Column(
            "ratio",
            codes.RATIO,
            Whole(1, 10_000),
            "1",
            gettext_lazy("2 for a listing that sells a two-pack; empty means 1"),
        ),
    )

    def plan(self, groups: Groups, context: Context) -> None:
        rows = list(flat(groups))
        stored = _stored(rows, store_id=context.place_id)
        for row in rows:
            _plan_row(row, stored, context)
        _tell_orders(rows, store_id=context.place_id)

    def apply(self, groups: Groups, context: Context) -> None:
        rows = list(flat(groups))
        remapped = _remapped(rows)
        targets = {listing.pk: _target(listing) for listing in remapped.values()}
        changed = [row.target.pk for row in rows if row.target and row.fate is Fate.CHANGED]
        locked = lock_rows(Listing, changed)
        for row in rows:
            row.fields = [name for name in row.fields if name not in _MAPPING]
        save_all(groups)
        remap(
            [listing for listing in locked if listing.pk in targets],
            targets=targets,
            batch=batch_of(context.reference),
            actor=context.actor,
            now=context.now,
        )

    def say_effects(self, counts: Mapping[str, int]) -> list[str]:
        follow, stay = counts.get("follow", 0), counts.get("stay", 0)
        return [_orders(follow, stay)] if follow or stay else []


def _stored(rows: list[Row], *, store_id: int | None) -> _Stored:
    products = {row.values["product"] for row in rows}
    found = Listing.objects.filter(store=store_id, channel_product_id__in=products)
    wanted = {row.values["stands_for"] for row in rows}
    skus = sku_ids(wanted)
    bundles = dict(Bundle.objects.filter(code__in=wanted).values_list("code", "pk"))
    names = {("sku_id", pk): code for code, pk in skus.items()}
    names |= {("bundle_id", pk): code for code, pk in bundles.items()}
    listings: dict[tuple[str, str], Listing] = {}
    for row in found.select_related("sku", "bundle"):
        listings[row.channel_product_id, row.channel_sku_id] = row
        if row.sku is not None:
            names["sku_id", row.sku.pk] = row.sku.code
        if row.bundle is not None:
            names["bundle_id", row.bundle.pk] = row.bundle.code
    return _Stored(listings, skus, bundles, names)


def _plan_row(row: Row, stored: _Stored, context: Context) -> None:
    values = row.values
    code = values["stands_for"]
    if code not in stored.skus and code not in stored.bundles:
        text = _("there is no SKU or bundle “%(code)s”: import those first")
        row.refuse(text % {"code": code})
        return
    fields: dict[str, Any] = {
        name: values[name] for name in ("title", "merchant_code", "ratio") if name in values
    }
    # The same rule as for a listing seen first in an order: a SKU goes before a bundle.
    fields["sku_id"] = stored.skus.get(code)
    fields["bundle_id"] = None if fields["sku_id"] else stored.bundles[code]
    existing = stored.listings.get((values["product"], values["variant"]))
    settle(
        row, existing=existing, fresh=lambda: _fresh(row, context), fields=fields, say=stored.say
    )


def _remapped(rows: Iterable[Row]) -> dict[int, Listing]:
    """Return the listings that would stand for something else, by the number of their row."""
    return {
        row.number: row.target
        for row in rows
        if row.fate is Fate.CHANGED
        and isinstance(row.target, Listing)
        and any(name in row.fields for name in _MAPPING)
    }


def _tell_orders(rows: Iterable[Row], *, store_id: int | None) -> None:
    """Say beside each row which open orders would follow it."""
    by_number = {row.number: row for row in rows}
    remapped = _remapped(by_number.values())
    if store_id is None or not remapped:
        return
    found = look_at_many(store_id, listings=list(remapped.values()))
    for number, listing in remapped.items():
        preview = found.get(listing.pk)
        if preview is not None and preview.touches:
            row = by_number[number]
            row.changes.append(_orders(preview.following, preview.staying))
            row.effects.update(follow=preview.following, stay=preview.staying)


def _orders(follow: int, stay: int) -> str:
    text = _("open orders: %(follow)d get the new goods, %(stay)d stay as they are")
    return text % {"follow": follow, "stay": stay}


def _target(listing: Listing) -> Target:
    return Target(listing.sku_id, listing.bundle_id, listing.ratio)


def _fresh(row: Row, context: Context) -> Listing:
    if context.place_id is None:
        raise ValueError("listings belong to a store")
    return Listing(
        store_id=context.place_id,
        channel_product_id=row.values["product"],
        channel_sku_id=row.values["variant"],
        effective_from=context.now,
    )
