"""SKUs and their barcodes."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oms.models import Barcode, Bundle, Category, Sku
from oms.services.sheets import codes
from oms.services.sheets.cells import Text, Whole, YesNo
from oms.services.sheets.columns import Column
from oms.services.sheets.kinds import Context, Fate, Groups, Row, SheetKind, flat
from oms.services.sheets.records import refuse_without, save_all, say_plainly, settle

_HEAVIEST_G, _LONGEST_MM, _CENTURY_DAYS = 2_000_000, 20_000, 36_500


def sku_ids(found: Iterable[str]) -> dict[str, int]:
    """Return the ids of the SKUs with these codes, by code."""
    return dict(Sku.objects.filter(code__in=set(found)).values_list("code", "pk"))


def _size(key: str, words: tuple[str, ...], example: str) -> Column:
    return Column(key, words, Whole(0, _LONGEST_MM), example, gettext_lazy("with its package"))


def _flag(key: str, words: tuple[str, ...], example: str = "") -> Column:
    return Column(key, words, YesNo(), example)


_NAME = Column("name", codes.NAME, Text(200), codes.EXAMPLE_NAME)
_CODE = Column("code", codes.CODE, Text(64, is_code=True), codes.EXAMPLE_CODE, required=True)


class SkuSheet(SheetKind):
    key, order = "skus", 10
    label = gettext_lazy("SKUs")
    hint = gettext_lazy("What lies on the shelf: one row for each kind of thing.")
    group = ("code",)
    columns = (
        _CODE,
        _NAME,
        Column(
            "category",
            codes.CATEGORY,
            Text(64),
            note=gettext_lazy("name or code of a category that exists"),
        ),
        Column("brand", codes.BRAND, Text(64)),
        Column(
            "weight_g", codes.WEIGHT, Whole(0, _HEAVIEST_G), "180", gettext_lazy("with its package")
        ),
        _size("length_mm", codes.LENGTH, "300"),
        _size("width_mm", codes.WIDTH, "250"),
        _size("height_mm", codes.HEIGHT, "20"),
        _flag("is_fragile", codes.FRAGILE, codes.YES_NO[1]),
        _flag("is_heavy", codes.HEAVY),
        _flag("is_liquid", codes.LIQUID),
        _flag("is_food", codes.FOOD),
        _flag("is_chemical", codes.CHEMICAL),
        _flag("needs_cold_chain", codes.COLD_CHAIN),
        _flag("has_serial", codes.SERIAL),
        _flag("has_expiry", codes.EXPIRY),
        Column("shelf_life_days", codes.SHELF_LIFE, Whole(1, _CENTURY_DAYS)),
        _flag("is_active", codes.ACTIVE, codes.YES_NO[0]),
    )

    def plan(self, groups: Groups, context: Context) -> None:
        names = [row.values["code"] for row in flat(groups)]
        known = {sku.code: sku for sku in Sku.objects.filter(code__in=names)}
        bundles = set(Bundle.objects.filter(code__in=names).values_list("code", flat=True))
        categories = _Categories()
        for row in flat(groups):
            if row.values["code"] in bundles:
                row.refuse(_("this code is a bundle's already"))
            self._plan_row(row, known.get(row.values["code"]), categories)

    def _plan_row(self, row: Row, existing: Sku | None, categories: "_Categories") -> None:
        fields = dict(row.values)
        word = fields.pop("category", None)
        if word is not None:
            fields["category_id"] = categories.find(word)
            if fields["category_id"] is None:
                row.refuse(_("there is no category “%(name)s”: create it first") % {"name": word})
        if existing is None:
            refuse_without(row, column=_NAME)
        if not row.is_faulty:
            settle(row, existing=existing, fresh=Sku, fields=fields, say=categories.say)

    def apply(self, groups: Groups, context: Context) -> None:
        save_all(groups)


class _Categories:
    """The categories by code and by name; a name that two of them have is nobody's."""

    def __init__(self) -> None:
        rows = list(Category.objects.values_list("pk", "code", "name"))
        names = [name for _pk, _code, name in rows]
        self._found = {name: pk for pk, _code, name in rows if names.count(name) == 1}
        self._found |= {code: pk for pk, code, _name in rows}
        self._names = {pk: name for pk, _code, name in rows}

    def find(self, word: str) -> int | None:
        return self._found.get(word)

    def say(self, name: str, value: Any) -> str:
        return self._names.get(value, "—") if name == "category_id" else say_plainly(value)


class BarcodeSheet(SheetKind):
    key, order = "barcodes", 20
    label = gettext_lazy("Barcodes")
    hint = gettext_lazy("What the scanner reads off a package. A SKU may have several.")
    group = ("barcode",)
    columns = (
        Column(
            "barcode",
            codes.BARCODE,
            Text(64, is_code=True),
            codes.EXAMPLE_BARCODE,
            required=True,
        ),
        _CODE,
    )

    def plan(self, groups: Groups, context: Context) -> None:
        rows = list(flat(groups))
        skus = sku_ids(text for row in rows for text in (row.values["code"], row.values["barcode"]))
        found = Barcode.objects.filter(code__in=[row.values["barcode"] for row in rows])
        known = {barcode.code: barcode for barcode in found.select_related("sku")}
        for row in rows:
            self._plan_row(row, skus, known.get(row.values["barcode"]))

    def _plan_row(self, row: Row, skus: dict[str, int], existing: Barcode | None) -> None:
        code, barcode = row.values["code"], row.values["barcode"]
        if code not in skus:
            row.refuse(_("there is no SKU “%(code)s”: import the SKUs first") % {"code": code})
        elif barcode in skus and barcode != code:
            row.refuse(_("this barcode is the code of another SKU"))
        elif existing is None:
            row.target, row.fate = Barcode(sku_id=skus[code], code=barcode), Fate.NEW
        elif existing.sku_id == skus[code]:
            row.fate = Fate.UNCHANGED
        else:
            row.refuse(_("this barcode is that of %(code)s already") % {"code": existing.sku.code})

    def apply(self, groups: Groups, context: Context) -> None:
        save_all(groups)
