"""The order that this one was made for, and those that were made for it."""

from django.utils.translation import gettext as _

from oms.admin import show
from oms.admin.orders.columns import order_url
from oms.admin.record import Fact, Panel
from oms.models import Order


def panel(order: Order) -> Panel | None:
    """Return the panel of an order's exchanges and of what was sent again; None if there are none.

    All of them belong to one store: whoever sees one sees the others.
    """
    facts = [_fact(str(row.get_kind_display()), row) for row in order.follow_ups.order_by("pk")]
    if order.origin_order is not None:
        facts.insert(0, _fact(_("made for"), order.origin_order))
    return Panel(_("Belongs together"), facts) if facts else None


def _fact(label: str, row: Order) -> Fact:
    number = show.copyable(row.order_no, url=order_url(row.pk))
    standing = show.status_chip(row.status, row.get_status_display())
    return Fact(label, show.stack(number, show.row([standing, row.made_for])))
