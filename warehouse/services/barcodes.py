"""One resolver for every code that a scanner reads: what it stands for, in this warehouse."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from oms.access.checks import scope
from oms.models import Barcode, ExpectedReturn, FulfillmentOrder, Shipment, Sku, User
from oms.registries import BarcodeMatch, barcode_kinds
from warehouse.models import Bin

LONGEST = 128
# What a scanner set to "send AIM id" puts in front: "]C1", "]E0", "]Q3", "]d2".
_AIM = re.compile(r"^\][A-Za-z][0-9]")
# GS1: (01) and 14 digits name the article; everything after it is lot, date, serial number.
_GS1_ARTICLE = re.compile(r"^\(?01\)?(\d{14})")
_GROUP_SEPARATOR = "\x1d"
_COMMAND = "CMD:"


class Command(StrEnum):
    """Buttons of the phone, which can be printed as codes for the wall too."""

    START = "START"
    SKIP = "SKIP"
    SHORT = "SHORT"
    HAND_BACK = "HANDBACK"
    SEAL = "SEAL"
    UNDO = "UNDO"
    NEXT = "NEXT"
    HAND_OVER = "HANDOVER"
    GOOD = "GOOD"
    DEFECTIVE = "DEFECTIVE"
    QUARANTINE = "QUARANTINE"
    EXTRA = "EXTRA"
    WRONG = "WRONG"


@dataclass(frozen=True, slots=True)
class Scan:
    """A code, and everything it may stand for."""

    code: str
    matches: Sequence[BarcodeMatch] = ()
    command: Command | None = None
    quantity: int = 1

    def id_of(self, kind: str) -> int | None:
        return next((match.id for match in self.matches if match.kind == kind), None)

    @property
    def kind(self) -> str:
        """The first thing it stands for, "command", or "" for nothing we know."""
        if self.command is not None:
            return "command"
        return self.matches[0].kind if self.matches else ""


@dataclass(frozen=True, slots=True)
class _Ours:
    """A kind of code that this app knows, within the warehouses in which the person may look."""

    key: str
    find: Callable[[Sequence[str], Sequence[int]], BarcodeMatch | None] = field(repr=False)


def clean(raw: str) -> str:
    """Return what was printed: no control characters, no scanner's prefix, no outer blanks."""
    text = _AIM.sub("", raw.strip())
    text = text.encode("utf-8", "replace").decode("utf-8")
    kept = (letter for letter in text if letter == _GROUP_SEPARATOR or _is_printable(letter))
    return "".join(kept).strip()[:LONGEST]


def spellings(code: str) -> list[str]:
    """Return the ways in which the same article number may be written down."""
    found = [code.replace(_GROUP_SEPARATOR, "")]
    if article := _GS1_ARTICLE.match(code):
        found.append(article.group(1))
    for text in list(found):
        if text.isascii() and text.isdigit() and len(text) in (12, 13, 14):
            found += [text.zfill(14), text.zfill(14)[1:], text.lstrip("0")]
    return list(dict.fromkeys(text for text in found if text))


def read(raw: str, *, user: User, warehouse_id: int, quantity: int = 1) -> Scan:
    """Resolve a code for a person at work in a warehouse."""
    code = clean(raw)
    command = _command(code)
    matches = () if command else resolve(code, user=user, warehouse_ids=[warehouse_id])
    return Scan(code, tuple(matches), command, quantity)


def resolve(code: str, *, user: User, warehouse_ids: Sequence[int]) -> list[BarcodeMatch]:
    """Return everything a cleaned code stands for; nothing of other warehouses."""
    if not code:
        return []
    forms = spellings(code)
    found = [kind.find(forms, warehouse_ids) for kind in OURS]
    ours = {kind.key for kind in OURS}
    found += [kind.resolve(user, code) for kind in barcode_kinds if kind.key not in ours]
    return [match for match in found if match is not None]


def places(user: User) -> list[int]:
    """Return the warehouses in which the person may see what a code stands for."""
    rights = scope(user)
    return sorted(rights.ids("view_fulfillment") | rights.ids("pick"))


def _command(code: str) -> Command | None:
    name = code.upper().removeprefix(_COMMAND)
    known = code.upper().startswith(_COMMAND) and name in set(Command)
    return Command(name) if known else None


def _is_printable(letter: str) -> bool:
    return unicodedata.category(letter)[0] != "C"


def _sku(forms: Sequence[str], _warehouses: Sequence[int]) -> BarcodeMatch | None:
    row = Barcode.objects.filter(code__in=forms).select_related("sku").order_by("pk").first()
    sku = row.sku if row else Sku.objects.filter(code=forms[0]).first()
    return BarcodeMatch("sku", sku.pk, sku.name) if sku else None


def _bin(forms: Sequence[str], warehouses: Sequence[int]) -> BarcodeMatch | None:
    rows = Bin.objects.filter(warehouse__in=warehouses, code__in=(forms[0], forms[0].upper()))
    row = rows.order_by("pk").first()
    return BarcodeMatch("bin", row.pk, row.code) if row else None


def _document(forms: Sequence[str], warehouses: Sequence[int]) -> BarcodeMatch | None:
    rows = FulfillmentOrder.objects.filter(warehouse__in=warehouses, fulfillment_no=forms[0])
    row = rows.first()
    return BarcodeMatch("document", row.pk, row.fulfillment_no) if row else None


def _package(forms: Sequence[str], warehouses: Sequence[int]) -> BarcodeMatch | None:
    rows = Shipment.objects.filter(fulfillment__warehouse__in=warehouses, package_no=forms[0])
    row = rows.first()
    return BarcodeMatch("package", row.pk, row.package_no) if row else None


def _waybill(forms: Sequence[str], warehouses: Sequence[int]) -> BarcodeMatch | None:
    rows = Shipment.objects.filter(fulfillment__warehouse__in=warehouses, waybill_no=forms[0])
    row = rows.order_by("-pk").first()
    return BarcodeMatch("waybill", row.pk, forms[0]) if row else None


def _return(forms: Sequence[str], warehouses: Sequence[int]) -> BarcodeMatch | None:
    rows = ExpectedReturn.objects.filter(warehouse__in=warehouses)
    for column in ("case_no", "return_no", "return_waybill_no"):
        row = rows.filter(**{column: forms[0]}).order_by("-pk").first()
        if row is not None:
            return BarcodeMatch("return", row.pk, row.return_no)
    return None


def _staff(forms: Sequence[str], _warehouses: Sequence[int]) -> BarcodeMatch | None:
    row = User.objects.filter(badge_no=forms[0], is_active=True).first()
    return BarcodeMatch("staff", row.pk, str(row)) if row else None


OURS = (
    _Ours("bin", _bin),
    _Ours("sku", _sku),
    _Ours("waybill", _waybill),
    _Ours("package", _package),
    _Ours("document", _document),
    _Ours("return", _return),
    _Ours("staff", _staff),
)
