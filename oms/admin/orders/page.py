"""The panels of the order page: what is in it, where it is, why, and everything that happened."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from oms import registries
from oms.admin import show
from oms.admin.orders import beside, columns, papers, relatives, seller_note
from oms.admin.orders.happened import timeline_html
from oms.admin.reach import person
from oms.admin.record import Fact, Panel, Table
from oms.models import MergeGroup, Order, OrderItem, OrderLine
from oms.privacy.filters import redact
from oms.queries.order_page import OrderPage

Ways = Sequence[tuple[str | Promise, str]]


def main_panels(page: OrderPage, request: HttpRequest, now: datetime) -> Iterator[Panel]:
    """Yield the wide column, from what is bought to what happened."""
    yield goods(page)
    yield papers.documents(page, request, now)
    if page.merge is not None:
        yield merge(page, now)
    apart = beside.panel(page.order, actor=person(request), now=now)
    if apart is not None:
        yield apart
    if page.routes:
        yield papers.routes(page, now)
    yield from _contributed(page, request)
    yield Panel(_("Timeline"), html=timeline_html(page.timeline, now), empty=_("Nothing yet."))


def side_panels(
    page: OrderPage, now: datetime, *, ways: Ways = (), note_ways: Ways = ()
) -> Iterator[Panel]:
    """Yield the narrow column: who, how much, what stands in the way."""
    yield holds(page, now)
    yield receiver(page, ways=ways)
    yield money(page)
    related = relatives.panel(page.order)
    if related is not None:
        yield related
    if page.refunds:
        yield refunds(page, now)
    yield promises(page, now)
    yield from notes(page, ways=note_ways)


def goods(page: OrderPage) -> Panel:
    heads = (_("goods"), "SKU", _("quantity"), _("unit price"), _("amount paid"), _("standing"))
    rows = [_goods_row(page, line) for line in page.lines]
    return Panel(_("Goods"), table=Table(heads, rows, frozenset({2, 3, 4})), empty=_("No lines."))


def _goods_row(page: OrderPage, line: OrderLine) -> list[SafeString | str]:
    items = list(line.items.all())
    currency = page.order.currency
    kind = [show.chip(line.get_kind_display())] if line.kind != OrderLine.Kind.GOODS else []
    codes = [
        show.stack(show.copyable(item.sku.code), f"{item.sku.name} × {item.quantity}")
        for item in items
    ]
    quantity = str(line.quantity)
    if line.cancelled_quantity:
        cancelled = _("%(count)d cancelled") % {"count": line.cancelled_quantity}
        quantity = f"{quantity} ({cancelled})"
    return [
        show.stack(line.title, show.row(kind)),
        show.stack(*codes) if codes else show.NOTHING,
        quantity,
        show.amount(line.unit_price, currency),
        show.amount(line.paid_share, currency),
        show.row(chip for item in items for chip in _item_chips(item)) or show.NOTHING,
    ]


def _item_chips(item: OrderItem) -> Iterator[SafeString]:
    waiting = item.quantity - item.cancelled_quantity - item.assigned_quantity
    counts = (
        (waiting, _("not routed"), "grey"),
        (item.assigned_quantity - item.shipped_quantity, _("on documents"), "blue"),
        (item.shipped_quantity, _("shipped"), "green"),
        (item.returned_quantity, _("returned"), "amber"),
        (item.refunded_quantity, _("refunded"), "amber"),
    )
    for count, label, tone in counts:
        if count:
            yield show.chip(f"{label} {count}", tone)


def holds(page: OrderPage, now: datetime) -> Panel:
    active = [hold for hold in page.holds if hold.released_at is None]
    past = [hold for hold in page.holds if hold.released_at is not None]
    facts = [
        Fact(
            columns.hold_chip(hold),
            show.stack(
                redact(hold.detail),
                format_html(
                    "{} · {}",
                    hold.placed_by or hold.get_owner_display(),
                    show.moment(hold.placed_at, now),
                ),
            ),
        )
        for hold in active
    ]
    note = ""
    if past:
        count = len(past)
        note = ngettext("%(n)d released before", "%(n)d released before", count) % {"n": count}
    return Panel(_("Holds"), facts, note=note, empty=_("Nothing holds it."))


def receiver(page: OrderPage, *, ways: Ways = ()) -> Panel:
    """Show the masks; ``ways`` lead on whoever may see or change more: (title, address)."""
    links = show.row(show.link(title, url) for title, url in ways)
    row = page.order.receiver
    if row is None:
        note = _("The channel gave no receiver.")
        return Panel(_("Receiver"), html=links, note=note if links else "", empty=note)
    facts = [
        Fact(_("Name"), row.name_mask or show.NOTHING),
        Fact(_("Phone"), row.phone_mask or show.NOTHING),
        Fact(_("Address"), row.street_mask or f"{row.province}{row.city}{row.district}{row.town}"),
        Fact(_("Kept as"), row.get_kind_display()),
    ]
    return Panel(
        _("Receiver"), facts, html=links, note=_("Masked: nothing is decrypted to show it.")
    )


def money(page: OrderPage) -> Panel:
    order = page.order
    amounts = (
        (_("Goods"), order.goods_amount),
        (_("Freight"), order.freight),
        (_("Seller's discount"), -order.seller_discount),
        (_("Platform's discount"), -order.platform_discount),
        (_("Paid"), order.paid_amount),
        (_("Receivable"), order.receivable),
    )
    always = {_("Goods"), _("Paid")}
    facts = [
        Fact(label, show.amount(value, order.currency))
        for label, value in amounts
        if value or label in always
    ]
    facts += [
        Fact(share.payment.payment_no, show.amount(share.amount, share.payment.currency))
        for share in page.allocations
    ]
    return Panel(_("Money"), facts, note=order.get_payment_terms_display(), key="money")


def refunds(page: OrderPage, now: datetime) -> Panel:
    facts = [
        Fact(
            show.stack(refund.refund_no, show.moment(refund.asked_at, now)),
            show.stack(
                show.amount(refund.amount, refund.currency),
                show.status_chip(refund.status, refund.get_status_display()),
            ),
        )
        for refund in page.refunds
    ]
    return Panel(_("Refunds"), facts, key="money")


def promises(page: OrderPage, now: datetime) -> Panel:
    order = page.order
    times = (
        (_("Ordered"), order.ordered_at),
        (_("Paid at"), order.paid_at),
        (_("Came in"), order.ingested_at),
        (_("Ready since"), order.eligible_at),
        (_("Ship by"), order.ship_by),
        (_("Collect by"), order.collect_by),
        (_("Deliver from"), order.deliver_from),
        (_("Deliver to"), order.deliver_to),
        (_("Not before"), order.not_before),
        (_("Waits until"), order.release_at),
    )
    facts = [Fact(label, show.exact(at)) for label, at in times if at is not None]
    words = (
        (_("Promised carrier"), order.promised_carrier),
        (_("Appointed warehouse"), str(order.appointed_warehouse or "")),
        (_("Shipped by"), order.get_fulfilled_by_display()),
    )
    facts += [Fact(label, word) for label, word in words if word]
    return Panel(_("Promises and times"), facts)


def merge(page: OrderPage, now: datetime) -> Panel:
    assert page.merge is not None  # noqa: S101  # the caller asked
    group = page.merge.membership.group
    rows = [
        [
            show.copyable(sibling.order_no, url=columns.order_url(sibling.pk)),
            sibling.store.name,
            show.status_chip(sibling.status, sibling.get_status_display()),
            show.amount(sibling.paid_amount, sibling.currency),
        ]
        for sibling in page.merge.siblings
    ]
    heads = (_("order"), _("store"), _("status"), _("amount paid"))
    facts = [
        Fact(_("Merge"), _merge_no(page.order, group)),
        Fact(_("Merged by"), str(group.made_by or _("system"))),
        Fact(_("Since"), show.moment(page.merge.membership.joined_at, now)),
    ]
    note = "" if rows else _("The others have left this parcel again.")
    if page.merge.unseen:
        count = page.merge.unseen
        note = ngettext(
            "and %(n)d order of a store that you do not see",
            "and %(n)d orders of stores that you do not see",
            count,
        ) % {"n": count}
    return Panel(_("In one parcel with"), facts, Table(heads, rows, frozenset({3})), note=note)


def _merge_no(order: Order, group: MergeGroup) -> SafeString | str:
    """Who sees an order sees the merges of its store; those of another may be out of reach."""
    if group.store_id != order.store_id:
        return group.group_no
    return show.link(group.group_no, reverse("admin:oms_mergegroup_change", args=[group.pk]))


def notes(page: OrderPage, *, ways: Ways = ()) -> Iterator[Panel]:
    """Yield the panel of what buyer and seller wrote, if there is anything or somebody may."""
    facts = seller_note.facts(page.order)
    if page.order.buyer_memo:
        facts.insert(0, Fact(_("Buyer"), redact(page.order.buyer_memo)))
    links = show.row(show.link(title, url) for title, url in ways)
    if facts or ways:
        note = _("Phone numbers in notes are masked.") if facts else ""
        yield Panel(_("Notes"), facts, html=links, note=note)


def _contributed(page: OrderPage, request: HttpRequest) -> Iterator[Panel]:
    for panel in registries.order_panels:
        html = panel.render(page.order, person(request))
        if html:
            yield Panel(panel.title, html=SafeString(html), key=panel.key)


def strip_html(parts: list[tuple[str, str, str, str]]) -> SafeString:
    """Draw the stations: (state, label, time spent, since when)."""
    return format_html(
        '<ol class="oms-strip">{}</ol>',
        format_html_join(
            "",
            '<li class="is-{}" title="{}"><b>{}</b><span>{}</span></li>',
            ((state, since, label, spent) for state, label, spent, since in parts),
        ),
    )
