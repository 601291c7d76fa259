"""With whom an order shares its parcel, with whom not and why: the question a buyer asks."""

from collections.abc import Sequence
from datetime import datetime

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from oms.access.checks import scope
from oms.admin import show
from oms.admin.orders import columns
from oms.admin.record import Panel, Table
from oms.flows.order import NOTHING_LEFT_THE_BUILDING
from oms.models import Order, User
from oms.services.merging.companions import MOST, Companion, companions


def panel(order: Order, *, actor: User, now: datetime) -> Panel | None:
    """Return the panel of an order that has not left; None for one whose parcel is decided."""
    if order.status not in NOTHING_LEFT_THE_BUILDING:
        return None
    found = [one for one in companions(order, actor=actor, now=now) if not one.together]
    heads = (_("order"), _("store"), _("receiver"), _("status"), _("why not in one parcel"), "")
    allowed = scope(actor).stores("merge_orders")
    may_merge = order.store_id in allowed
    rows = [
        _row(order, one, now, may_merge=may_merge and one.order.store_id in allowed)
        for one in found
    ]
    count = len(found)
    note = ngettext("%(n)d open order", "%(n)d open orders", count) % {"n": count} if count else ""
    if count >= MOST:
        note = _("the newest %(n)d") % {"n": count}
    empty = _("The buyer has no other open order that is not in this parcel already.")
    return Panel(_("Not in one parcel with"), table=Table(heads, rows), note=note, empty=empty)


def _row(order: Order, one: Companion, now: datetime, *, may_merge: bool) -> list[SafeString | str]:
    other = one.order
    receiver = other.receiver
    return [
        show.copyable(other.order_no, url=columns.order_url(other.pk)),
        other.store.name,
        f"{receiver.name_mask} {receiver.street_mask}" if receiver else show.NOTHING,
        columns.status(other, list(one.standing.holds), now),
        reasons(one.against),
        show.link(_("Merge now"), merge_url([order, other])) if may_merge and one.by_hand else "",
    ]


def reasons(against: Sequence[str]) -> SafeString:
    if not against:
        return show.chip(_("nothing: the next scan merges them"), "green")
    rows = format_html_join("", "<li>{}</li>", ((why,) for why in against))
    return format_html('<ul class="oms-reasons">{}</ul>', rows)


def merge_url(orders: Sequence[Order]) -> str:
    ids = ",".join(str(order.pk) for order in orders)
    return f"{reverse('admin:merge_by_hand')}?orders={ids}"
