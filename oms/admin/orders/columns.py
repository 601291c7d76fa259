"""What a row of the order list shows. All of it comes from ``queries.orders.list_rows``."""

from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from oms.admin import show
from oms.flows.order import SHIPPABLE, OrderStatus
from oms.models import Order, OrderHold, OrderLine, Receiver, Store
from oms.privacy.filters import redact
from oms.queries.orders import documents_of
from oms.services.hold_words import LABELS as HOLD_LABELS

_SHOWN_HOLDS = 2


def order_url(order_id: int) -> str:
    return reverse("admin:oms_order_change", args=[order_id])


def store(store: Store) -> SafeString:
    """Show a shop with its channel's sign, so that the eye finds one's own shop in a long list."""
    channel = store.channel
    return format_html(
        '<span class="oms-store"><span class="oms-sign oms-sign-{}" title="{}">{}</span>'
        "<span>{}</span></span>",
        channel.pk % 8,
        channel.name,
        channel.name[:1],
        store.name,
    )


def numbers(order: Order, *, has_door: bool = True) -> SafeString:
    """Show both numbers; without a door where the person may not open the order's page."""
    own = show.copyable(order.order_no, url=order_url(order.pk) if has_door else "", strong=True)
    theirs = show.copyable(order.channel_order_no or "")
    return show.stack(own, theirs)


def buyer(order: Order) -> SafeString:
    """Show the receiver as masked as it is stored; the clear text is not even read."""
    receiver = order.receiver
    if receiver is None:
        return show.stack(_("no receiver"))
    person = f"{receiver.name_mask} {receiver.phone_mask}".strip()
    return show.stack(person, f"{receiver.province}{receiver.city}")


def goods(order: Order) -> SafeString:
    lines = list(order.lines.all())
    if not lines:
        return SafeString(show.NOTHING)
    units = sum(line.quantity - line.cancelled_quantity for line in lines)
    first = format_html('<span class="oms-clip" title="{0}">{0}</span>', lines[0].title)
    if len(lines) == 1:
        return show.stack(first, f"× {units}")
    more = ngettext("%(count)d unit in all", "%(count)d units in all", units) % {"count": units}
    return show.stack(first, more)


def status(order: Order, holds: list[OrderHold], now: datetime) -> SafeString:
    """Show where the order stands and why: a status never stands alone."""
    own = show.status_chip(order.status, order.get_status_display())
    if holds:
        return show.stack(own, hold_chips(holds))
    return show.stack(own, _waits(order, now))


def hold_chips(holds: list[OrderHold]) -> SafeString:
    shown = [hold_chip(hold) for hold in holds[:_SHOWN_HOLDS]]
    more = len(holds) - _SHOWN_HOLDS
    if more > 0:
        shown.append(show.chip(f"+{more}", "red"))
    return show.row(shown)


def hold_chip(hold: OrderHold) -> SafeString:
    return show.chip(hold_label(hold.code), "red", title=redact(hold.detail))


def hold_label(code: str) -> str:
    return str(HOLD_LABELS.get(code, code))


def _waits(order: Order, now: datetime) -> SafeString | str:
    if order.status == OrderStatus.WAITING_MERGE and order.release_at:
        if order.release_at <= now:
            return _("about to go on")
        left = show.duration(order.release_at - now)
        return _("%(time)s left") % {"time": left}
    return show.moment(order.status_at, now)


def deadline(order: Order, now: datetime) -> SafeString:
    """Show the time left to ship, as long as it matters."""
    if order.status not in SHIPPABLE or order.ship_by is None:
        return SafeString(show.NOTHING)
    return show.countdown(order.ship_by, now)


def papers(order: Order) -> SafeString:
    """Show the waybills, or the documents while there are none."""
    documents = documents_of(order)
    waybills = [
        show.copyable(shipment.waybill_no)
        for document in documents
        for shipment in document.shipments.all()
        if shipment.waybill_no
    ]
    numbers = waybills or [show.copyable(document.fulfillment_no) for document in documents]
    return show.stack(*numbers[:2]) if numbers else SafeString(show.NOTHING)


def flags(order: Order) -> SafeString:
    return show.row(_flags(order))


def _flags(order: Order) -> Iterator[SafeString]:
    if order.is_urgent:
        yield show.chip(_("urgent"), "red")
    if order.kind != Order.Kind.SALE:
        yield show.chip(order.get_kind_display(), "blue")
    if order.payment_terms == Order.Terms.COD:
        yield show.chip(order.get_payment_terms_display(), "amber")
    receiver = order.receiver
    if order.status in SHIPPABLE and receiver and receiver.kind == Receiver.Kind.CIPHER:
        why = _("The address belongs to the platform: its own tool prints the waybill.")
        yield show.chip(_("platform's waybill"), "grey", title=why)
    if order.is_presale:
        yield show.chip(_("pre-sale"), "grey")
    if any(line.kind == OrderLine.Kind.GIFT for line in order.lines.all()):
        yield show.chip(_("gift"), "grey")
    if getattr(order, "active_memberships", None) and order.status != OrderStatus.MERGED:
        yield show.chip(_("merged"), "blue")
    if order.buyer_memo or order.seller_memo:
        # The memo itself may name a person; the page shows it masked.
        yield show.chip(_("note"), "grey", title=_("There is a note: open the order to read it."))
