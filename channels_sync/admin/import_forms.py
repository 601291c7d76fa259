"""The form of an import: which column means what, and how numbers and times are written."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from channels_sync.dto import PERSONAL_FIELDS, ImportField, ImportOptions, MalformedOptions
from channels_sync.services.imports.mappings import Glance
from oms.admin.base import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget
from oms.privacy.filters import redact
from oms.privacy.mask import mask_any
from oms.tables.cells import Cell, text_of

F = ImportField
LABELS: dict[ImportField, str | Promise] = {
    F.ORDER_NO: _("order number"),
    F.LINE_NO: _("line number"),
    F.SKU_CODE: _("SKU code"),
    F.TITLE: _("title"),
    F.QUANTITY: _("quantity"),
    F.UNIT_PRICE: _("unit price"),
    F.ORDERED_AT: _("ordered"),
    F.PAID_AT: _("paid at"),
    F.MODIFIED_AT: _("changed"),
    F.STATUS: _("status"),
    F.CURRENCY: _("currency"),
    F.FREIGHT: _("freight"),
    F.DISCOUNT: _("discount"),
    F.PAID_AMOUNT: _("amount paid"),
    F.BUYER_ID: _("channel buyer"),
    F.BUYER_NICKNAME: _("nickname"),
    F.BUYER_MEMO: _("buyer's note"),
    F.SELLER_MEMO: _("seller's note"),
    F.RECEIVER_NAME: _("receiver's name"),
    F.RECEIVER_PHONE: _("receiver's phone"),
    F.PROVINCE: _("province"),
    F.CITY: _("city"),
    F.DISTRICT: _("district"),
    F.ADDRESS: _("address"),
    F.POSTCODE: _("postcode"),
    F.COUNTRY: _("country code"),
}
_MARKS = {
    "1,234.56": (",", "."),
    "1234.56": ("", "."),
    "1.234,56": (".", ","),
    "1 234,56": (" ", ","),
    "1234,56": ("", ","),
    "1'234.56": ("'", "."),
}
_SHOWN_EXAMPLES = 3


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the file with examples, and the field in which its meaning is chosen."""

    name: str
    examples: list[str]
    field: forms.BoundField


def _text(label: Any, *, help_text: Any = "", required: bool = True, limit: int = 64) -> Any:
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=required,
        max_length=limit,
        strip=False,
        widget=UnfoldAdminTextInputWidget(),
    )


class MappingForm(forms.Form):
    """``columns()`` are the selects of the table, ``settings()`` the fields below it."""

    name = _text(_("Name of the mapping"), help_text=_("It is remembered for the next file."))
    history = forms.ChoiceField(
        label=_("These orders are"),
        choices=(
            ("live", _("ours to ship")),
            ("closed_external", _("history: shipped elsewhere, nothing happens with them")),
        ),
        widget=UnfoldAdminSelectWidget(),
    )
    timezone = _text(_("Time zone of the file"))
    date_format = _text(
        _("Date format"),
        required=False,
        help_text=_("Empty for 2026-11-11 09:30 or 2026/11/11; else like %d/%m/%Y %H:%M."),
    )
    numbers = forms.ChoiceField(
        label=_("Numbers are written"),
        choices=[(mark, mark) for mark in _MARKS],
        widget=UnfoldAdminSelectWidget(),
    )
    currency = _text(_("Currency"), limit=3)
    cancellation_prefix = _text(
        _("Cancellations begin with"), required=False, help_text=_("Their quantities are negative.")
    )
    skipped_prefixes = _text(
        _("No orders begin with"),
        required=False,
        help_text=_("Several with commas between. They are put in front of a person."),
    )
    group_lines = forms.BooleanField(label=_("Rows of one number are one order"), required=False)
    create_skus = forms.BooleanField(label=_("Make SKUs of unknown codes"), required=False)

    def __init__(self, *args: Any, seen: Glance, options: Mapping[str, Any], **told: Any) -> None:
        self.seen = seen
        self._stored = options
        self.options: ImportOptions | None = None
        super().__init__(*args, **{"initial": _initial(options)} | told)
        means = {column: name for name, column in options["columns"].items()}
        choices = [("", "—"), *((str(name), label) for name, label in LABELS.items())]
        for position, column in enumerate(seen.header):
            self.fields[f"column_{position}"] = forms.ChoiceField(
                label=column,
                choices=choices,
                required=False,
                initial=means.get(column, ""),
                widget=UnfoldAdminSelectWidget(),
            )

    def columns(self) -> Iterator[Column]:
        for position, name in enumerate(self.seen.header):
            bound = self[f"column_{position}"]
            cells = (row.cells.get(name) for row in self.seen.rows)
            told = [cell for cell in cells if cell is not None][:_SHOWN_EXAMPLES]
            yield Column(name, [example(cell, str(bound.value() or "")) for cell in told], bound)

    def settings(self) -> Sequence[forms.BoundField]:
        return [self[name] for name in self.base_fields]

    def usable_options(self) -> ImportOptions | None:
        """Return what the form says, or what it was opened with; None while it is not complete."""
        if self.is_bound:
            return self.options
        try:
            return ImportOptions.from_json(self._stored)
        except MalformedOptions:
            return None

    def clean(self) -> dict[str, Any]:
        """Keep the options where they are usable, or say what is wrong with them."""
        cleaned = super().clean() or {}
        try:
            self.options = ImportOptions.from_json(self._stored_form(cleaned))
        except MalformedOptions as error:
            if not self.errors:
                text = gettext("The mapping is not usable: %(problem)s.")
                self.add_error(None, text % {"problem": error})
        return cleaned

    def _stored_form(self, cleaned: Mapping[str, Any]) -> dict[str, Any]:
        columns: dict[str, str] = {}
        for position, column in enumerate(self.seen.header):
            meaning = cleaned.get(f"column_{position}")
            if meaning and meaning in columns:
                text = gettext("Two columns are chosen for “%(meaning)s”.")
                self.add_error(None, text % {"meaning": LABELS[ImportField(meaning)]})
            if meaning:
                columns[meaning] = column
        thousands, decimal = _MARKS[cleaned.get("numbers") or "1,234.56"]
        prefixes = str(cleaned.get("skipped_prefixes") or "").replace("，", ",").split(",")
        return {
            "columns": columns,
            "timezone": str(cleaned.get("timezone") or "").strip(),
            "currency": str(cleaned.get("currency") or "").strip().upper(),
            "date_format": str(cleaned.get("date_format") or "").strip(),
            "thousands_mark": thousands,
            "decimal_mark": decimal,
            "group_lines": bool(cleaned.get("group_lines")),
            "create_skus": bool(cleaned.get("create_skus")),
            "history": cleaned.get("history") or "live",
            "cancellation_prefix": str(cleaned.get("cancellation_prefix") or "").strip(),
            "skipped_prefixes": [prefix.strip() for prefix in prefixes if prefix.strip()],
        }


def example(cell: Cell, meaning: str) -> str:
    """Return a cell as the mapping page may show it: enough to know the column by, not a person."""
    text = text_of(cell)
    if meaning in PERSONAL_FIELDS:
        return mask_any(text)
    if meaning in list(ImportField):
        return redact(text)[:60]
    if not isinstance(cell, str) or text.replace(".", "").replace(",", "").isdecimal():
        return redact(text)[:60]
    return f"{text[:2]}***" if len(text) > 2 else "***"


def _initial(options: Mapping[str, Any]) -> dict[str, Any]:
    marks = (options["thousands_mark"], options["decimal_mark"])
    numbers = next((name for name, known in _MARKS.items() if known == marks), "1,234.56")
    prefixes = ", ".join(options["skipped_prefixes"])
    return {**options, "numbers": numbers, "skipped_prefixes": prefixes}
