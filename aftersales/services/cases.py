"""Find a case, lock it, take its fingerprint."""

import hashlib
import json

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from aftersales.flows import CaseStatus
from aftersales.models import AfterSalesCase, CaseLine
from oms.models import Order
from oms.models.locking import lock_row
from oms.refusals import Refusal


class CaseClosed(Refusal):
    message = _("This case is closed: nothing can be changed in it any more.")


class TooLateToChange(Refusal):
    message = _("The refund has started: what is asked for cannot be changed any more.")


def in_shop_words(refusal: Refusal) -> str:
    """Return a refusal in the shop's language, to be kept: whoever met it may speak another."""
    with override(settings.LANGUAGE_CODE):
        return str(refusal)[:300]


def lock_case(case_id: int) -> AfterSalesCase:
    """Lock the case's order and then the case: the one order in which everything locks."""
    order_id = AfterSalesCase.objects.values_list("order_id", flat=True).get(pk=case_id)
    lock_row(Order, order_id)
    rows = AfterSalesCase.objects.select_related("order__store", "order__receiver", "store")
    return rows.select_for_update(of=("self",)).get(pk=case_id)


def lock_open_case(case_id: int) -> AfterSalesCase:
    """:raises CaseClosed: if nothing can happen in it any more"""
    case = lock_case(case_id)
    if case.status != CaseStatus.OPEN:
        raise CaseClosed
    return case


def item_lines(case: AfterSalesCase) -> list[CaseLine]:
    """Return the lines that were asked for, without what came by mistake."""
    lines = case.lines.filter(order_item__isnull=False)
    return list(lines.select_related("order_item__line", "sku", "wanted_sku").order_by("pk"))


def asked_units(case: AfterSalesCase) -> dict[int, int]:
    """Return {order item id: units} as asked."""
    rows = case.lines.filter(order_item__isnull=False).values_list("order_item_id", "quantity")
    return {item: units for item, units in rows if item is not None}


def digest(case: AfterSalesCase) -> str:
    """Return the fingerprint of what is asked for: another one means that it changed since."""
    asked = {
        "case": case.case_no,
        "revision": case.revision,
        "kind": case.kind,
        "reason": case.reason,
        "amount": str(case.proposed_amount),
        "currency": case.currency,
        "before_shipping": case.is_before_shipping,
        "lines": sorted(asked_units(case).items()),
    }
    wanted = case.lines.exclude(wanted_sku=None).order_by("pk")
    instead = list(wanted.values_list("pk", "wanted_sku_id"))
    if instead:
        asked["instead"] = instead
    return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()
