"""The kinds of codes that this app knows, each found where a person may look.

All kinds are asked by one query: a scan waits for the answer, and most kinds never know the code.
The query is built once, because building it costs more than running it.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

from django.db.models import F, IntegerField, QuerySet, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Concat, NullIf

from oms.models import Barcode, ExpectedReturn, FulfillmentOrder, Shipment, Sku, User
from oms.registries import BarcodeMatch
from oms.statements import Template
from warehouse.models import Bin

# Stand-ins that no constant of the queries equals.
_FORM, _PLACE = "spelling {}", -1000


@dataclass(frozen=True, slots=True)
class Look:
    """Rows that a code may mean; the lowest ``order`` of them is meant. ``id`` and ``text`` are
    columns of theirs: what is found, and its name."""

    rows: QuerySet[Any]
    text: str | Combinable
    id: str = "pk"
    is_newest: bool = False


Looks = Callable[[Sequence[str], Sequence[int]], Iterable[Look]]
"""Where to look for a code, given its spellings and the warehouses; the first that knows it wins.
"""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of code, found within the warehouses in which the person may look."""

    key: str
    looks: Looks = field(repr=False)

    def find(self, forms: Sequence[str], warehouse_ids: Sequence[int]) -> BarcodeMatch | None:
        return next(iter(find(forms, kinds=[self], warehouse_ids=warehouse_ids)), None)


def find(
    forms: Sequence[str], *, kinds: Sequence[Kind], warehouse_ids: Sequence[int]
) -> list[BarcodeMatch]:
    """Return what the code stands for in each kind that knows it, in the order of the kinds."""
    wanted = _Asked(tuple(kinds), len(forms), len(warehouse_ids))
    keys, template = _built(wanted)
    found: dict[str, BarcodeMatch] = {}
    for rank, _order, pk, text in sorted(template.rows(_values(forms, warehouse_ids))):
        found.setdefault(keys[rank], BarcodeMatch(keys[rank], pk, text))
    return list(found.values())


class _Asked(NamedTuple):
    """What decides how the query is built: everything else are values in it."""

    kinds: Sequence[Kind]
    forms: int
    warehouses: int


@lru_cache(maxsize=64)
def _built(asked: _Asked) -> tuple[Sequence[str], Template]:
    """Build the query of these kinds once, with stand-ins for the spellings and the warehouses."""
    forms = [_FORM.format(number) for number in range(asked.forms)]
    places = [_PLACE - number for number in range(asked.warehouses)]
    looks = [(kind.key, look) for kind in asked.kinds for look in kind.looks(forms, places)]
    first, *others = (_query(rank, look) for rank, (_key, look) in enumerate(looks))
    return [key for key, _look in looks], Template.of(first.union(*others, all=True))


def _values(forms: Sequence[str], warehouse_ids: Sequence[int]) -> dict[object, object]:
    values: dict[object, object] = {}
    for number, form in enumerate(forms):
        stand_in = _FORM.format(number)
        values |= {stand_in: form, stand_in.upper(): form.upper()}
    return values | {_PLACE - number: pk for number, pk in enumerate(warehouse_ids)}


def _query(rank: int, look: Look) -> QuerySet[Any, Any]:
    text = F(look.text) if isinstance(look.text, str) else look.text
    rows: QuerySet[Any] = look.rows.order_by().annotate(
        code_rank=Value(rank, IntegerField()),
        code_order=-F("pk") if look.is_newest else F("pk"),
        code_text=text,
    )
    return rows.values_list("code_rank", "code_order", look.id, "code_text")


def _sku(forms: Sequence[str], _warehouses: Sequence[int]) -> Iterable[Look]:
    yield Look(Barcode.objects.filter(code__in=forms), "sku__name", id="sku_id")
    yield Look(Sku.objects.filter(code=forms[0]), "name")


def _bin(forms: Sequence[str], warehouses: Sequence[int]) -> Iterable[Look]:
    codes = (forms[0], forms[0].upper())
    yield Look(Bin.objects.filter(warehouse__in=warehouses, code__in=codes), "code")


def _document(forms: Sequence[str], warehouses: Sequence[int]) -> Iterable[Look]:
    rows = FulfillmentOrder.objects.filter(warehouse__in=warehouses, fulfillment_no=forms[0])
    yield Look(rows, "fulfillment_no")


def _package(forms: Sequence[str], warehouses: Sequence[int]) -> Iterable[Look]:
    rows = Shipment.objects.filter(fulfillment__warehouse__in=warehouses, package_no=forms[0])
    yield Look(rows, "package_no")


def _waybill(forms: Sequence[str], warehouses: Sequence[int]) -> Iterable[Look]:
    rows = Shipment.objects.filter(fulfillment__warehouse__in=warehouses, waybill_no=forms[0])
    yield Look(rows, "waybill_no", is_newest=True)


def _return(forms: Sequence[str], warehouses: Sequence[int]) -> Iterable[Look]:
    rows = ExpectedReturn.objects.filter(warehouse__in=warehouses)
    for column in ("case_no", "return_no", "return_waybill_no"):
        yield Look(rows.filter(**{column: forms[0]}), "return_no", is_newest=True)


def _staff(forms: Sequence[str], _warehouses: Sequence[int]) -> Iterable[Look]:
    name = NullIf(Concat("last_name", "first_name"), Value(""))
    rows = User.objects.filter(badge_no=forms[0], is_active=True)
    yield Look(rows, Coalesce(name, "username"))


OURS = (
    Kind("bin", _bin),
    Kind("sku", _sku),
    Kind("waybill", _waybill),
    Kind("package", _package),
    Kind("document", _document),
    Kind("return", _return),
    Kind("staff", _staff),
)
