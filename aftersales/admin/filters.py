"""The filters that people who look for cases use."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from aftersales.models import AfterSalesCase
from aftersales.services.queues import QUEUES, UnknownQueue, in_queue, order_by
from oms.admin.base import DropdownFilter
from oms.admin.filters import Choice


class QueueFilter(DropdownFilter):
    """The queue whose tab is open. Work queues run from what is due first."""

    title = _("queue")
    parameter_name = "queue"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Sequence[Choice]:
        return [(queue.key, queue.label) for queue in QUEUES]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[AfterSalesCase]
    ) -> QuerySet[AfterSalesCase]:
        key = self.value()
        if not key:
            return queryset
        try:
            rows = in_queue(queryset, key=key, now=timezone.now())
        except UnknownQueue:
            return queryset.none()
        return rows.order_by(*order_by(key))
