"""The merge workbench: who waits for whom, who could share a parcel but does not, and why."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from django.contrib import messages
from django.contrib.admin import site
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.urls.resolvers import URLPattern
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oms.access.checks import scope
from oms.admin import show
from oms.admin.base import BaseAdmin
from oms.admin.confirm import Question, ask, is_confirmed
from oms.admin.menu import Extra, Group, Place, extras
from oms.admin.orders import columns
from oms.admin.orders.beside import merge_url, reasons
from oms.admin.orders.desk.buttons import possible
from oms.admin.orders.desk.one import act_url
from oms.admin.reach import person
from oms.admin.record import Table
from oms.models import MergeGroup, Order, User
from oms.queries.orders import visible_orders
from oms.refusals import Refusal
from oms.services.merging.bench import Bench, Cluster, bench
from oms.services.merging.by_hand import merge_by_hand
from oms.services.merging.companions import Companion
from oms.services.standing import Standing

extras.append(
    Extra(
        Place(Group.ORDERS, "join_inner", 19, gettext_lazy("Merge workbench")),
        "merge_bench",
        lambda user: bool(scope(user).stores("view_orders")),
    )
)
View = Callable[..., HttpResponseBase]
_SHORT = ("release_now", "keep_apart", "take_out", "allow_merging", "release")


@dataclass(frozen=True, slots=True)
class Card:
    """One set of orders as the page draws it."""

    title: SafeString
    table: Table
    waits: SafeString | str
    merge_url: str
    saved: int


def urls(wrap: Callable[[View], View]) -> list[URLPattern]:
    """Return the addresses; ``wrap`` lets only people of the back office through."""
    return [
        path("merges/", wrap(bench_view), name="merge_bench"),
        path("merges/by-hand/", wrap(by_hand_view), name="merge_by_hand"),
    ]


def bench_view(request: HttpRequest) -> HttpResponse:
    user, now = person(request), timezone.now()
    if not scope(user).stores("view_orders"):
        raise PermissionDenied
    found: Bench = bench(actor=user, now=now)
    context = {
        **site.each_context(request),
        "title": _("Merge workbench"),
        "sections": [
            (
                "waiting",
                _("Waiting for siblings"),
                [_card(one, user, now) for one in found.waiting],
            ),
            ("apart", _("Not merged"), [_card(one, user, now) for one in found.apart]),
        ],
        "is_cut": found.is_cut,
        "merges": reverse("admin:oms_mergegroup_changelist"),
    }
    return TemplateResponse(request, "admin/oms/bench.html", context)


def by_hand_view(request: HttpRequest) -> HttpResponse:
    """Ask whether these orders shall share a parcel, and merge them."""
    given = request.POST if request.method == "POST" else request.GET
    orders = _orders(person(request), given.get("orders", ""))
    back = reverse("admin:merge_bench")
    if is_confirmed(request):
        return _merge(request, orders, back)
    question = Question(
        title=_("Merge now"),
        text=_("These orders become one parcel, at once."),
        yes=_("Merge now"),
        back=back,
        will=[_line(order) for order in orders],
        effects=[
            _("Everything is checked again: receiver, payment, holds, stock in one place."),
            _("Orders on documents of their own leave these and join the oldest one."),
            _("Who was kept apart by a person no longer is."),
        ],
        hidden=(("orders", ",".join(str(order.pk) for order in orders)),),
    )
    page = cast("BaseAdmin", site._registry[MergeGroup])
    return ask(request, page, question)


def _merge(request: HttpRequest, orders: Sequence[Order], back: str) -> HttpResponse:
    try:
        group = merge_by_hand(
            [order.pk for order in orders], actor=person(request), now=timezone.now()
        )
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return HttpResponseRedirect(back)
    messages.success(request, _("Merged as %(no)s.") % {"no": group.group_no})
    return HttpResponseRedirect(reverse("admin:oms_mergegroup_change", args=[group.pk]))


def _orders(user: User, text: str) -> list[Order]:
    parts = [part for part in text.split(",") if part.isascii() and part.isdecimal()]
    ids = {int(part) for part in parts if len(part) < 19}
    rows = visible_orders(user).filter(pk__in=ids).select_related("store", "receiver")
    allowed = scope(user).stores("merge_orders")
    found = list(rows.order_by("pk"))
    if not found or len(found) != len(ids):
        raise Http404
    if any(order.store_id not in allowed for order in found):
        raise PermissionDenied
    return found


def _line(order: Order) -> str:
    receiver = order.receiver
    whom = f"{receiver.name_mask} {receiver.street_mask}" if receiver else ""
    amount = show.plain_amount(order.paid_amount, order.currency)
    return f"{order.order_no} · {order.store.name} · {whom} · {amount}"


def _card(cluster: Cluster, user: User, now: datetime) -> Card:
    rows = [_row(cluster, cluster.base, None, user, now)]
    rows += [_row(cluster, one.standing, one, user, now) for one in cluster.others]
    heads = (_("order"), _("receiver"), _("status"), _("amount paid"), _("with the first"), "")
    allowed = scope(user).stores("merge_orders")
    fitting = [order for order in cluster.mergeable if order.store_id in allowed]
    end = cluster.waits_until
    return Card(
        title=columns.buyer(cluster.base.order),
        table=Table(heads, rows, frozenset({3})),
        waits=show.countdown(end, now) if end is not None and end > now else "",
        merge_url=merge_url(fitting) if len(fitting) > 1 else "",
        saved=cluster.saved,
    )


def _row(
    cluster: Cluster, standing: Standing, one: Companion | None, user: User, now: datetime
) -> list[Any]:
    order = standing.order
    return [
        show.stack(
            show.copyable(order.order_no, url=columns.order_url(order.pk)), order.store.name
        ),
        _receiver(cluster, order),
        columns.status(order, list(standing.holds), now),
        show.amount(order.paid_amount, order.currency),
        _verdict(one),
        show.row(_links(standing, user, now)),
    ]


def _receiver(cluster: Cluster, order: Order) -> SafeString:
    """Mark where it differs from the first: that is what the eye looks for."""
    first, receiver = cluster.base.order.receiver, order.receiver
    if receiver is None:
        return show.chip(_("no receiver"), "red")
    same = first is not None and first.address_key == receiver.address_key != ""
    where = receiver.street_mask or f"{receiver.province}{receiver.city}{receiver.district}"
    shown = where if same else show.chip(where, "amber", title=_("Differs from the first"))
    return show.stack(f"{receiver.name_mask} {receiver.phone_mask}", shown)


def _verdict(one: Companion | None) -> SafeString:
    if one is None:
        return show.chip(_("first"), "grey")
    if one.together:
        return show.chip(_("in one parcel"), "blue")
    return reasons(one.against)


def _links(standing: Standing, user: User, now: datetime) -> Iterator[SafeString]:
    for button in possible(user, standing, now):
        if button.act.key in _SHORT:
            yield show.link(button.title, act_url(standing.order, button))
