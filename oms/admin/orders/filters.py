"""The filters that people who look for orders use."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from oms.admin.base import DropdownFilter, RangeNumericFilter
from oms.admin.codes import PROVINCES
from oms.admin.filters import Choice, ExactFilter
from oms.models import Order, OrderHold, OrderItem, Receiver
from oms.queries.orders import QUEUES, UnknownQueue, in_queue
from oms.services.hold_words import LABELS as HOLD_LABELS


class QueueFilter(DropdownFilter):
    """The queue whose tab is open."""

    title = _("queue")
    parameter_name = "queue"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Sequence[Choice]:
        return [(queue.key, queue.label) for queue in QUEUES]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Order]) -> QuerySet[Order]:
        key = self.value()
        if not key:
            return queryset
        try:
            return in_queue(queryset, key, now=timezone.now())
        except UnknownQueue:
            return queryset.none()


class HoldFilter(DropdownFilter):
    title = _("hold reason")
    parameter_name = "hold"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Sequence[Choice]:
        return list(HOLD_LABELS.items())

    def queryset(self, request: HttpRequest, queryset: QuerySet[Order]) -> QuerySet[Order]:
        code = self.value()
        if not code:
            return queryset
        held = OrderHold.objects.filter(code=code, released_at__isnull=True)
        return queryset.filter(pk__in=held.values("order_id"))


class ProvinceFilter(DropdownFilter):
    title = _("province")
    parameter_name = "province"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Sequence[Choice]:
        return [(name, name) for name in PROVINCES]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Order]) -> QuerySet[Order]:
        name = self.value()
        if name not in PROVINCES:
            return queryset
        there = Receiver.objects.filter(province__startswith=name)
        return queryset.filter(receiver__in=there)


class AmountFilter(RangeNumericFilter):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.title = _("amount paid")


class OrderedSkuFilter(ExactFilter):
    title = _("SKU code")
    parameter_name = "sku_code"

    def queryset(self, request: HttpRequest, queryset: QuerySet[Order]) -> QuerySet[Order]:
        code = (self.value() or "").strip()
        if not code:
            return queryset
        bought = OrderItem.objects.filter(sku__code=code)
        return queryset.filter(pk__in=bought.values("order_id"))
