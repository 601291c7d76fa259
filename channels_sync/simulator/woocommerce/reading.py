"""What may be asked: orders by change or creation, their notes and refunds, what is in stock."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from channels_sync.simulator.market.market import Market
from channels_sync.simulator.market.orders import Order
from channels_sync.simulator.market.refunds import Refund
from channels_sync.simulator.market.store import Stock
from channels_sync.simulator.replies import Reply, json_reply
from channels_sync.simulator.woocommerce.orders import (
    STATUSES,
    status_of,
    to_order,
    to_refunds,
    variation_of,
)
from channels_sync.simulator.woocommerce.words import (
    No,
    invalid,
    not_found,
    number_of,
    read_moment,
)

Query = Mapping[str, str]
LARGEST_PAGE = 100
_FIRST, _LAST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


class Reading:
    """Answers questions about one shop."""

    def __init__(self, market: Market) -> None:
        self._store = market.store

    def orders(self, query: Query) -> Reply:
        """List orders by creation; both ends of a filter are left out."""
        is_gmt = query.get("dates_are_gmt") == "true"
        bounds = {
            name: read_moment(query[name], name, is_gmt=is_gmt)
            for name in ("after", "before", "modified_after", "modified_before")
            if name in query
        }
        wanted = set(query.get("status", "any").split(","))
        rows = []
        for order in self._store.created((_FIRST, _LAST)):
            refunds = self.refunds_of(order)
            is_wanted = "any" in wanted or status_of(order, refunds) in wanted
            if is_wanted and _is_between(order, bounds):
                rows.append(order)
        if query.get("order", "desc") == "desc":
            rows.reverse()
        return paged([self.document(order) for order in rows], query)

    def document(self, order: Order) -> dict[str, Any]:
        return to_order(order, self.refunds_of(order), self._store.remembered(order.number))

    def refunds(self, number: str) -> list[dict[str, Any]]:
        order = self.order(number)
        return to_refunds(order, self.refunds_of(order), self._store.remembered(number))

    def refund(self, number: str, refund: str) -> dict[str, Any]:
        found = [each for each in self.refunds(number) if str(each["id"]) == refund]
        if not found:
            raise not_found("shop_order_refund")
        return found[0]

    def notes(self, number: str) -> list[dict[str, Any]]:
        self.order(number)
        return list(reversed(self._store.remembered(number).get("notes", [])))

    def totals(self) -> list[dict[str, Any]]:
        """Count all orders by status."""
        orders = self._store.created((_FIRST, _LAST))
        found = [status_of(order, self.refunds_of(order)) for order in orders]
        return [{"slug": word, "name": word, "total": found.count(word)} for word in STATUSES]

    def products(self, query: Query) -> Reply:
        """Simple products tell their stock; others only that it is counted below them."""
        rows = [product(row) for row in self._store.stock()]
        return paged(_included(rows, query), query)

    def variations(self, product_id: str, query: Query) -> Reply:
        rows = [
            variation(row)
            for row in self._store.stock()
            if row.product_id == product_id and variation_of(product_id, row.sku_id) != "0"
        ]
        if not rows:
            raise not_found("product")
        return paged(_included(rows, query), query)

    def order(self, number: str) -> Order:
        """:raises No: if there is none"""
        found = self._store.order(number)
        if found is None:
            raise not_found()
        return found

    def refunds_of(self, order: Order) -> list[Refund]:
        return self._store.refunds_of(order.number)

    def stock_of(self, product_id: str, variation_id: str = "0") -> Stock:
        """:raises No: if nothing of that number counts stock"""
        for row in self._store.stock():
            if row.product_id == product_id and variation_id == variation_of(
                product_id, row.sku_id
            ):
                return row
        raise not_found("product_variation" if variation_id != "0" else "product")


def product(row: Stock) -> dict[str, Any]:
    is_simple = variation_of(row.product_id, row.sku_id) == "0"
    return {
        "id": int(row.product_id),
        "type": "simple" if is_simple else "variable",
        "sku": row.merchant_code if is_simple else "",
        "manage_stock": is_simple,
        "stock_quantity": row.quantity if is_simple else None,
    }


def variation(row: Stock) -> dict[str, Any]:
    return {
        "id": int(row.sku_id),
        "sku": row.merchant_code,
        "manage_stock": True,
        "stock_quantity": row.quantity,
    }


def paged(rows: list[dict[str, Any]], query: Query) -> Reply:
    """Cut a page out; how many there are stands in the headers.

    :raises No: if the page is too large, or after the last
    """
    page, size = number_of(query, "page", 1), number_of(query, "per_page", 10)
    if not 0 < size <= LARGEST_PAGE or not page:
        raise invalid("per_page")
    pages = -(-len(rows) // size)
    if page > max(pages, 1):
        raise No(
            400,
            "rest_post_invalid_page_number",
            "The page number requested is larger than the number of pages available.",
        )
    headers = {"X-WP-Total": str(len(rows)), "X-WP-TotalPages": str(pages)}
    return json_reply(rows[(page - 1) * size : page * size], headers=headers)


def _included(rows: list[dict[str, Any]], query: Query) -> list[dict[str, Any]]:
    wanted = set(filter(None, query.get("include", "").split(",")))
    return [row for row in rows if not wanted or str(row["id"]) in wanted]


def _is_between(order: Order, bounds: Mapping[str, datetime]) -> bool:
    created, modified = order.created_at, order.modified_at
    return bounds.get("after", _FIRST) < created < bounds.get("before", _LAST) and bounds.get(
        "modified_after", _FIRST
    ) < modified < bounds.get("modified_before", _LAST)
