"""Bundles: one row for each component, all rows of a bundle together."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oms.models import Bundle, BundleComponent, Sku
from oms.services.sheets import codes
from oms.services.sheets.cells import Text, Whole
from oms.services.sheets.columns import Column
from oms.services.sheets.goods import sku_ids
from oms.services.sheets.kinds import Context, Fate, Groups, Row, Rows, SheetKind, flat
from oms.services.sheets.records import refuse_without

_NAME = Column(
    "name",
    codes.BUNDLE_NAME,
    Text(200),
    codes.EXAMPLE_BUNDLE_NAME,
    gettext_lazy("needed once for each new bundle"),
)


@dataclass(slots=True)
class _Stored:
    """What the database holds of the bundles in question."""

    bundles: Mapping[str, Bundle]
    parts: Mapping[str, Mapping[str, BundleComponent]]
    skus: Mapping[str, int]
    codes_of_skus: frozenset[str]


class BundleSheet(SheetKind):
    key, order = "bundles", 30
    label = gettext_lazy("Bundles")
    hint = gettext_lazy("Several SKUs sold as one: one row for each SKU inside. SKUs come first.")
    group, within = ("bundle",), ("code",)
    columns = (
        Column(
            "bundle",
            codes.BUNDLE_CODE,
            Text(64, is_code=True),
            codes.EXAMPLE_BUNDLE,
            gettext_lazy("the same on every row of one bundle"),
            required=True,
        ),
        _NAME,
        Column(
            "code",
            codes.COMPONENT,
            Text(64, is_code=True),
            codes.EXAMPLE_CODE,
            required=True,
        ),
        Column("quantity", codes.QUANTITY, Whole(1, 10_000), "2", required=True),
    )

    def plan(self, groups: Groups, context: Context) -> None:
        stored = _stored(groups)
        for rows in groups:
            self._plan_bundle(rows, stored)

    def _plan_bundle(self, rows: Rows, stored: _Stored) -> None:
        code = rows[0].values["bundle"]
        bundle, parts = stored.bundles.get(code), stored.parts.get(code, {})
        names = {row.values["name"]: row for row in rows if "name" in row.values}
        for row in rows:
            _check(row, stored)
        if code in stored.codes_of_skus:
            rows[0].refuse(_("this code is a SKU's already"))
        if len(names) > 1:
            rows[0].refuse(_("the rows of this bundle give it different names"))
        if bundle is None and not names:
            refuse_without(rows[0], column=_NAME)
        if left_out := sorted(parts.keys() - {row.values["code"] for row in rows}):
            text = _("the bundle also holds %(codes)s: a bundle is not taken apart, make a new one")
            rows[0].refuse(text % {"codes": ", ".join(left_out[:5])})
        if not any(row.is_faulty for row in rows):
            name = next(iter(names), "")
            _settle(rows, bundle=bundle, parts=parts, name=name, skus=stored.skus)

    def apply(self, groups: Groups, context: Context) -> None:
        for rows in groups:
            _save(rows)


def _stored(groups: Groups) -> _Stored:
    rows = list(flat(groups))
    names = {row.values["bundle"] for row in rows}
    bundles = {bundle.code: bundle for bundle in Bundle.objects.filter(code__in=names)}
    parts: dict[str, dict[str, BundleComponent]] = {}
    found = BundleComponent.objects.filter(bundle__in=bundles.values())
    for part in found.select_related("sku", "bundle"):
        parts.setdefault(part.bundle.code, {})[part.sku.code] = part
    skus = sku_ids(row.values["code"] for row in rows)
    taken = Sku.objects.filter(code__in=names).values_list("code", flat=True)
    return _Stored(bundles, parts, skus, frozenset(taken))


def _check(row: Row, stored: _Stored) -> None:
    code = row.values["code"]
    if code not in stored.skus:
        row.refuse(_("there is no SKU “%(code)s”: import the SKUs first") % {"code": code})


def _settle(
    rows: Rows,
    *,
    bundle: Bundle | None,
    parts: Mapping[str, BundleComponent],
    name: str,
    skus: Mapping[str, int],
) -> None:
    owner = bundle or Bundle(code=rows[0].values["bundle"], name=name)
    for row in rows:
        code, quantity = row.values["code"], row.values["quantity"]
        part = parts.get(code)
        if part is None:
            row.target = BundleComponent(bundle=owner, sku_id=skus[code], quantity=quantity)
            row.fate = Fate.NEW
            if bundle is not None:
                row.changes.append(_("a component more: %(code)s") % {"code": code})
            continue
        # The bundle of the part is another object: only one of them is to be saved.
        part.bundle, row.target, row.fate = owner, part, Fate.UNCHANGED
        if part.quantity != quantity:
            label = part._meta.get_field("quantity").verbose_name
            row.changes.append(f"{label}: {part.quantity} → {quantity}")
            row.fate, part.quantity = Fate.CHANGED, quantity
    if bundle is not None and name and bundle.name != name:
        label = bundle._meta.get_field("name").verbose_name
        rows[0].changes.append(f"{label}: {bundle.name} → {name}")
        rows[0].fields.append("name")
        bundle.name = name
        if rows[0].fate is Fate.UNCHANGED:
            rows[0].fate = Fate.CHANGED


def _save(rows: Rows) -> None:
    parts = [row.target for row in rows if isinstance(row.target, BundleComponent)]
    owner = parts[0].bundle
    if owner._state.adding:
        owner.save(force_insert=True)
    elif "name" in rows[0].fields:
        owner.save(update_fields=["name"])
    for row, part in zip(rows, parts, strict=True):
        if row.fate is Fate.NEW:
            part.bundle = owner
            part.save(force_insert=True)
        elif row.fate is Fate.CHANGED:
            part.save(update_fields=["quantity"])
