"""The database that the benchmarks share: one store, a catalog, stock, and a million old orders."""

import os
import sys
from datetime import UTC, datetime

from django.core.management import call_command
from django.db import connection

from oms.flows.order import OrderStatus
from oms.models import Channel, Listing, Order, Sku, StockLevel, Store, Warehouse
from oms.models.inventory import Condition

NOW = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
OLD_ORDERS = int(os.environ.get("OMS_TEST_BENCH_ORDERS", "1000000"))
SKUS = 100

_AT = "timestamptz '2026-02-01' - n * interval '30 seconds'"
_OWN = {
    "order_no": "'OLD' || n",
    "channel_order_no": "'old-' || n",
    "merge_key": "'m1:' || md5(n::text)",
    "channel_modified_at": _AT,
    "ordered_at": _AT,
    "paid_at": _AT,
    "ingested_at": _AT,
    "status_at": _AT,
}
"""What each old order has of its own; everything else is that of the first."""


def build() -> None:
    """Migrate an empty PostgreSQL and fill it; a second time in one process changes nothing."""
    if connection.vendor != "postgresql":
        raise SystemExit("The benchmarks need PostgreSQL: run them by `make bench`.")
    call_command("migrate", verbosity=0)
    if Store.objects.filter(code="bench").exists():
        return
    channel = Channel.objects.create(code="bench", name="bench", kind="webhook")
    store = Store.objects.create(code="bench", name="bench", channel=channel, maps_by_code=True)
    warehouse = Warehouse.objects.create(code="W", name="W", province="浙江省", city="杭州市")
    skus = Sku.objects.bulk_create(
        Sku(code=f"SKU-{n:03d}", name=f"SKU {n}", weight_g=100) for n in range(SKUS)
    )
    Listing.objects.bulk_create(
        Listing(store=store, channel_product_id=sku.code, sku=sku, title=sku.name) for sku in skus
    )
    StockLevel.objects.bulk_create(
        StockLevel(warehouse=warehouse, sku=sku, condition=Condition.GOOD, on_hand=10_000_000)
        for sku in skus
    )
    sys.stdout.write(f"building {OLD_ORDERS:,} old orders ...\n")
    _copy_old(_first_old(store), count=OLD_ORDERS - 1)


def _first_old(store: Store) -> Order:
    return Order.objects.create(
        order_no="OLD0",
        store=store,
        channel_order_no="old-0",
        channel_status="completed",
        channel_modified_at=NOW,
        payment_terms="prepaid",
        goods_amount=100,
        paid_amount=100,
        ordered_at=NOW,
        paid_at=NOW,
        ingested_at=NOW,
        merge_key="m1:0",
        status=OrderStatus.CLOSED_EXTERNAL,
        status_at=NOW,
    )


def _copy_old(order: Order, *, count: int) -> None:
    """Write the others by the database alone, in seconds: as many rows by hand are an hour."""
    columns = [
        str(field.column) for field in Order._meta.local_concrete_fields if field.name != "id"
    ]
    values = ", ".join(_OWN.get(column, f'pattern."{column}"') for column in columns)
    names = ", ".join(f'"{column}"' for column in columns)
    rows = "oms_order AS pattern, generate_series(1, %s) AS n WHERE pattern.id = %s"
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO oms_order ({names}) SELECT {values} FROM {rows}",  # noqa: S608
            [count, order.pk],
        )
        cursor.execute("VACUUM ANALYZE")


def store() -> Store:
    return Store.objects.get(code="bench")


def warehouse() -> Warehouse:
    return Warehouse.objects.get(code="W")
