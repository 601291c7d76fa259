"""Search takes anything: numbers first, then what feature apps know. Nothing foreign is found."""

from collections.abc import Iterator, Sequence

from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from oms import registries
from oms.access.checks import scope
from oms.admin.menu import areas
from oms.admin.orders.columns import order_url
from oms.admin.reach import person
from oms.models import FulfillmentOrder, Sku, User
from oms.queries.orders import documents_numbered, matching, visible_orders
from oms.registries import SearchHit

_LIMIT = 8


def find_everywhere(request: HttpRequest, term: str) -> list[SearchHit]:
    user = person(request)
    hits = [hit for find in _OWN for hit in find(user, term, _LIMIT)]
    for provider in registries.search_providers:
        hits += provider.find(user, term, _LIMIT)
    return [*hits, *_pages(request, term)]


def orders(user: User, term: str, limit: int) -> Sequence[SearchHit]:
    rows = visible_orders(user).filter(matching(term)).select_related("store").order_by("-pk")
    return [
        SearchHit(
            row.order_no,
            f"{row.store.name} · {row.get_status_display()}",
            order_url(row.pk),
            "receipt_long",
        )
        for row in rows.defer("buyer_memo", "seller_memo", "invoice_request")[:limit]
    ]


def documents(user: User, term: str, limit: int) -> Sequence[SearchHit]:
    rows = FulfillmentOrder.objects.filter(pk__in=documents_numbered(term))
    if scope(user).everywhere is None:
        rows = rows.filter(warehouse_id__in=scope(user).ids("view_fulfillment"))
    return [
        SearchHit(
            row.fulfillment_no,
            f"{row.warehouse.name} · {row.get_status_display()}",
            reverse("admin:oms_fulfillmentorder_change", args=[row.pk]),
            "assignment",
        )
        for row in rows.select_related("warehouse").order_by("-pk")[:limit]
    ]


def skus(user: User, term: str, limit: int) -> Sequence[SearchHit]:
    rights = scope(user)
    if rights.everywhere is None and not any(rights.by_permission.values()):
        return ()
    rows = Sku.objects.filter(Q(code__iexact=term) | Q(barcodes__code=term) | Q(name=term))
    return [
        SearchHit(row.code, row.name, reverse("admin:oms_sku_change", args=[row.pk]), "sell")
        for row in rows.distinct().order_by("code")[:limit]
    ]


_OWN = (orders, documents, skus)


def _pages(request: HttpRequest, term: str) -> Iterator[SearchHit]:
    """Find the pages of the menu by their name."""
    wanted = term.casefold()
    for _group, entries in areas(request):
        for entry in entries:
            if wanted in entry.title.casefold():
                yield SearchHit(entry.title, _("page"), entry.url, entry.icon)
