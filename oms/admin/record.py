"""A row for whoever may look but not change: labelled values instead of a greyed-out form."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.admin.utils import flatten, label_for_field, lookup_field
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from oms.admin import show
from oms.privacy.fields import SealedField

Shown = str | SafeString | Promise


@dataclass(frozen=True)
class Fact:
    label: Shown
    value: Shown


@dataclass(frozen=True)
class Table:
    """``right`` are the numbers of the columns whose values are amounts or counts."""

    heads: Sequence[Shown]
    rows: Sequence[Sequence[Shown]]
    right: frozenset[int] = frozenset()

    def cells(self) -> Iterator[list[tuple[Shown, Shown, bool]]]:
        """Yield rows of (label, value, is a number): a phone shows the label beside the value."""
        for values in self.rows:
            heads = zip(self.heads, values, strict=True)
            yield [(head, value, i in self.right) for i, (head, value) in enumerate(heads)]

    def columns(self) -> list[tuple[Shown, bool]]:
        return [(head, i in self.right) for i, head in enumerate(self.heads)]


@dataclass(frozen=True)
class Panel:
    """A box of a page: facts, a table and ready-made HTML, whichever it has."""

    title: Shown
    facts: Sequence[Fact] = ()
    table: Table | None = None
    html: SafeString | str = ""
    note: Shown = ""
    empty: Shown = ""
    """What to say when there is nothing; without it an empty panel is left out."""
    side: bool = False
    """In the narrow column."""
    key: str = field(default="")

    def is_empty(self) -> bool:
        return not (self.facts or self.html or (self.table and self.table.rows))


class Record:
    """Turns a page's ``fieldsets`` (or ``fields``) into panels."""

    def __init__(self, page: Any, request: HttpRequest, row: models.Model) -> None:
        self._page, self._request, self._row = page, request, row
        self._now = timezone.now()

    def panels(self) -> list[Panel]:
        fieldsets = self._page.get_fieldsets(self._request, self._row)
        return [
            Panel(title or _("Details"), self.facts(flatten(options["fields"])))
            for title, options in fieldsets
        ]

    def facts(self, names: Iterable[str]) -> list[Fact]:
        return [self.fact(name) for name in names if not _is_sealed(self._row, name)]

    def fact(self, name: str) -> Fact:
        label = str(label_for_field(name, type(self._row), model_admin=self._page))
        column, _attribute, value = lookup_field(name, self._row, self._page)
        if column is None:
            return Fact(_capital(label), value if value not in (None, "") else show.NOTHING)
        return Fact(_capital(label), self._shown(column, value))

    def _shown(self, column: Any, value: Any) -> Shown:
        if value is None or value == "":
            return show.NOTHING
        if isinstance(column, models.ForeignKey):
            return row_link(self._page.admin_site, self._request, value)
        if isinstance(column, models.ManyToManyField):
            return ", ".join(map(str, value.all())) or show.NOTHING
        return plain(column, value, self._row, now=self._now)


def plain(column: Any, value: Any, row: models.Model, *, now: datetime) -> Shown:
    """Show a value by the type of its column."""
    if getattr(column, "choices", None):
        label = dict(column.flatchoices).get(value, value)
        return show.status_chip(value, label) if column.name in ("status", "state") else label
    if isinstance(column, models.BooleanField):
        return show.yes_no(value)
    if isinstance(column, models.DateTimeField):
        return format_html("{} ({})", show.exact(value), show.moment(value, now))
    if isinstance(column, models.JSONField):
        return show.facts(value) if value else show.NOTHING
    if isinstance(column, models.DecimalField) and column.decimal_places == 2:
        return show.amount(value, getattr(row, "currency", "CNY"))
    return str(value)


def row_link(site: AdminSite, request: HttpRequest, row: models.Model) -> Shown:
    """Show a row by its name, as a link where the person may open its page."""
    page = site._registry.get(type(row))
    if page is None or not page.has_view_permission(request, row):
        return str(row)
    options = row._meta
    name = f"admin:{options.app_label}_{options.model_name}_change"
    return show.link(str(row), reverse(name, args=[row.pk]))


def _is_sealed(row: models.Model, name: str) -> bool:
    """Personal data is never shown by itself: a page that masks it says so with a method."""
    try:
        return isinstance(row._meta.get_field(name), SealedField)
    except FieldDoesNotExist:
        return False


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
