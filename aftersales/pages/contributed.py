"""What after-sales adds to the pages of the core: panel, counts, search, barcodes."""

import re
from collections.abc import Sequence
from datetime import datetime

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from aftersales.flows import Approval, Money, Receipt
from aftersales.models import AfterSalesCase
from aftersales.pages.words import WORDS
from aftersales.services import proving, queues
from oms import registries
from oms.access.checks import may
from oms.admin import show
from oms.models import Order, User
from oms.registries import BarcodeKind, BarcodeMatch, BoardCount, Lane, ProofPhotos, SearchHit

CASE_NO = re.compile(r"AS\d{6}-[0-9A-HJKMNP-TV-Z]{8}")
TONES = {
    Approval.PENDING: "amber",
    Approval.APPROVED: "green",
    Approval.REJECTED: "red",
    Receipt.EXPECTED: "blue",
    Receipt.PARTLY_RECEIVED: "amber",
    Receipt.RECEIVED: "green",
    Money.ASKED: "blue",
    Money.SENT: "blue",
    Money.CONFIRMED: "green",
    Money.FAILED: "red",
    Money.DONE_BY_PLATFORM: "green",
}
"""Colors of the three axes, as everywhere: what waits without being late is grey."""


def case_url(case_no: str) -> str:
    return reverse("aftersales:decide_case", kwargs={"case_no": case_no})


def axis_chips(case: AfterSalesCase) -> str:
    """Show where each of the three facts stands."""
    axes = (
        (case.approval, case.get_approval_display()),
        (case.receipt, case.get_receipt_display()),
        (case.money, case.get_money_display()),
    )
    return show.row(show.chip(label, TONES.get(value, "grey")) for value, label in axes)  # type: ignore[call-overload]


def order_panel(order: Order, user: User) -> str:
    """Show an order's cases, and the way to open one."""
    cases = queues.visible_cases(user).filter(order=order).order_by("-pk")
    rows = [
        (case_url(case.case_no), case.case_no, case.get_kind_display(), axis_chips(case))
        for case in cases
    ]
    shown = format_html_join("", '<li><a class="oms-link" href="{}">{}</a> {} {}</li>', rows)
    parts = format_html("<ul>{}</ul>", shown) if rows else SafeString("")
    if may(user, "open_cases", order.store):
        add = reverse("admin:aftersales_aftersalescase_add")
        label = gettext("Open a case")
        parts += format_html(
            '<p><a class="oms-link" href="{}?order={}">{}</a></p>', add, order.pk, label
        )
    return parts


def board_counts(user: User, now: datetime) -> Sequence[BoardCount]:
    """Count the queues of whoever works on cases; nobody else is told."""
    if not queues.concern(user):
        return []
    address = reverse("admin:aftersales_aftersalescase_changelist")
    return [
        BoardCount(
            key=f"cases.{one.queue.key}",
            label=one.queue.label,
            count=one.count,
            oldest_at=one.oldest_at,
            url=f"{address}?queue={one.queue.key}",
            tone=one.queue.tone,
            lane=Lane.RETURNS,
            due_at=one.due_at,
        )
        for one in queues.counts(user, now=now)
    ]


def search(user: User, term: str, limit: int) -> Sequence[SearchHit]:
    """Find cases by their own number or the platform's, exactly."""
    wanted = queues.visible_cases(user).select_related("order")
    if CASE_NO.fullmatch(term.upper()):
        rows = wanted.filter(case_no=term.upper())
    elif term.isascii() and term.isprintable():
        rows = wanted.filter(channel_refund_no=term)
    else:
        return []
    return [
        SearchHit(
            case.case_no,
            f"{case.get_kind_display()} · {case.order.order_no}",
            case_url(case.case_no),
            "assignment_return",
        )
        for case in rows.order_by("-pk")[:limit]
    ]


def resolve_barcode(user: User, code: str) -> BarcodeMatch | None:
    """Recognize a scanned case number; whoever receives returns scans it from the parcel."""
    if not CASE_NO.fullmatch(code.upper()):
        return None
    case = AfterSalesCase.objects.filter(case_no=code.upper()).first()
    if case is None or not queues.may_scan(case, user=user):
        return None
    return BarcodeMatch("case", case.pk, case.case_no)


def register() -> None:
    """Called once, when the apps are ready."""
    registries.order_panels.register(
        registries.OrderPanel("aftersales", _("After-sales"), order_panel)
    )
    registries.board_counters.register(registries.BoardCounter("aftersales", board_counts))
    registries.search_providers.register(registries.SearchProvider("aftersales", search))
    registries.barcode_kinds.register(BarcodeKind("case", _("case number"), resolve_barcode))
    registries.proof_photos.register(ProofPhotos("aftersales", proving.of_case, is_chosen=True))
    for spoken in WORDS:
        registries.words.register(spoken)
