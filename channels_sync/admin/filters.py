"""Filters of the list of raw orders."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from channels_sync.services.exceptions import awake
from channels_sync.services.troubles import CAUSES
from oms.admin.base import DropdownFilter
from oms.admin.filters import ExactFilter
from oms.admin.reach import person

Choice = tuple[str, str | Promise]


class CauseFilter(DropdownFilter):
    title = _("cause")
    parameter_name = "cause"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Sequence[Choice]:
        return [(str(cause), label) for cause, label in CAUSES.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(cause=self.value()) if self.value() else queryset


class ExplanationFilter(ExactFilter):
    """One group of the inbox."""

    title = _("explanation")
    parameter_name = "why"
    lookup = "explanation"


class AttentionFilter(DropdownFilter):
    title = _("attention")
    parameter_name = "attention"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Sequence[Choice]:
        return [
            ("now", _("wanted now")),
            ("snoozed", _("put off")),
            ("mine", _("assigned to me")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        match self.value():
            case "now":
                return awake(queryset, now=timezone.now())
            case "snoozed":
                return queryset.filter(snoozed_until__gt=timezone.now())
            case "mine":
                return queryset.filter(assigned_to=person(request))
        return queryset
