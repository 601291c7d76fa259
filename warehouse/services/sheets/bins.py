"""Bins by Excel."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oms.services.sheets.cells import Choice, Text, Whole
from oms.services.sheets.columns import Column
from oms.services.sheets.kinds import Context, Groups, Row, SheetKind, Where, flat
from oms.services.sheets.records import save_all, say_plainly, settle
from warehouse.models import Bin, BinStock
from warehouse.services.sheets import codes

_FARTHEST = 9_999


class BinSheet(SheetKind):
    key, order, where = "bins", 50, Where.WAREHOUSE
    label = gettext_lazy("Bins")
    hint = gettext_lazy("The shelves of one warehouse, with their place on the walk.")
    group = ("code",)
    columns = (
        Column("code", codes.BIN, Text(32, is_code=True), codes.EXAMPLE_BIN, required=True),
        Column("zone", codes.ZONE, Text(16), "A"),
        Column(
            "kind",
            codes.KIND,
            Choice(dict(Bin.Kind.choices), codes.KIND_WORDS),
            note=gettext_lazy("empty means shelf; orders are picked from shelves only"),
        ),
        Column("aisle", codes.AISLE, Whole(0, _FARTHEST), "1"),
        Column("bay", codes.BAY, Whole(0, _FARTHEST), "1"),
        Column("level", codes.LEVEL, Whole(0, _FARTHEST), "1"),
    )

    def plan(self, groups: Groups, context: Context) -> None:
        names = [row.values["code"] for row in flat(groups)]
        found = Bin.objects.filter(warehouse=context.place_id, code__in=names)
        known = {place.code: place for place in found}
        filled = set(
            BinStock.objects.filter(bin__in=known.values(), quantity__gt=0).values_list(
                "bin", flat=True
            )
        )
        for row in flat(groups):
            _plan_row(row, known.get(row.values["code"]), filled=filled, context=context)

    def apply(self, groups: Groups, context: Context) -> None:
        save_all(groups)


def _plan_row(row: Row, existing: Bin | None, *, filled: set[int], context: Context) -> None:
    kind = row.values.get("kind")
    if existing and existing.pk in filled and kind not in (None, existing.kind):
        row.refuse(_("goods lie in this bin: empty it before it becomes another kind"))
        return

    def fresh() -> Bin:
        return Bin(warehouse_id=context.place_id or 0)

    settle(row, existing=existing, fresh=fresh, fields=row.values, say=_say)


def _say(name: str, value: object) -> str:
    return str(Bin.Kind(str(value)).label) if name == "kind" else say_plainly(value)
