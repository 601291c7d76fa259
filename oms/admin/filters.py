"""Filters that offer only what the person may see, and find by what people know exactly."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any, ClassVar

from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from oms.access.checks import scope
from oms.admin.base import DropdownFilter, RangeDateFilter, TextFilter
from oms.admin.reach import person, sees_everything
from oms.models import Store, Warehouse

Choice = tuple[str, str | Promise]


class PlaceFilter(DropdownFilter):
    """By store or warehouse, of those that the page's own rights reach: a plain related filter
    would tell everybody the names of all."""

    model: ClassVar[type[Model]]
    path: str

    def lookups(self, request: HttpRequest, model_admin: Any) -> Sequence[Choice]:
        rows = self.model._default_manager.order_by("name")
        user = person(request)
        if not sees_everything(user):
            rights = scope(user)
            held = (rights.ids(name) for name in model_admin.view_permissions)
            rows = rows.filter(pk__in=frozenset().union(*held))
        return [(str(pk), name) for pk, name in rows.values_list("pk", "name")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        value = self.value()
        if not value or not value.isdecimal():
            return queryset
        return queryset.filter(**{self.path: int(value)})


class StoreFilter(PlaceFilter):
    title = _("store")
    parameter_name = "store"
    model = Store

    def __init__(self, request: HttpRequest, params: Any, model: Any, model_admin: Any) -> None:
        self.path = getattr(model_admin, "store_path", "store_id")
        super().__init__(request, params, model, model_admin)


class WarehouseFilter(PlaceFilter):
    title = _("warehouse")
    parameter_name = "warehouse"
    model = Warehouse

    def __init__(self, request: HttpRequest, params: Any, model: Any, model_admin: Any) -> None:
        self.path = getattr(model_admin, "warehouse_path", "warehouse_id")
        super().__init__(request, params, model, model_admin)


class ExactFilter(TextFilter):
    """By a code that must fit exactly, so that an index finds it."""

    lookup: ClassVar[str]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        value = (self.value() or "").strip()
        return queryset.filter(**{self.lookup: value}) if value else queryset


class SkuCodeFilter(ExactFilter):
    title = _("SKU code")
    parameter_name = "sku_code"
    lookup = "sku__code"


class DayRangeFilter(RangeDateFilter):
    """From a day to a day, both whole, in the time zone of the page."""

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        first = self._midnight("from", days=0)
        after_last = self._midnight("to", days=1)
        if first:
            queryset = queryset.filter(**{f"{self.parameter_name}__gte": first})
        if after_last:
            queryset = queryset.filter(**{f"{self.parameter_name}__lt": after_last})
        return queryset

    def _midnight(self, end: str, *, days: int) -> datetime | None:
        text = self.used_parameters.get(f"{self.parameter_name}_{end}") or ""
        try:
            day = parse_date(str(text).strip().replace("/", "-"))
        except ValueError:
            return None
        if day is None:
            return None
        start = datetime.combine(day, time.min, tzinfo=timezone.get_current_timezone())
        return start + timedelta(days=days)
