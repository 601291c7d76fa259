"""The database that the benchmarks share: one store, a catalog, stock, and a million old orders."""

import os
import sys
from datetime import UTC, datetime

from django.core.management import call_command
from django.db import connection

from oms.models import Channel, Listing, Sku, StockLevel, Store, Warehouse
from oms.models.inventory import Condition

NOW = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
OLD_ORDERS = int(os.environ.get("OMS_TEST_BENCH_ORDERS", "1000000"))
SKUS = 100

_OLD = """
INSERT INTO oms_order (order_no, kind, store_id, channel_order_no, parent_channel_no,
    channel_status, raw_status, channel_modified_at, revision, payment_terms, currency,
    goods_amount, freight, seller_discount, platform_discount, paid_amount, receivable,
    promised_carrier, fulfilled_by, is_urgent, is_presale, is_kept_apart, ordered_at, paid_at,
    ingested_at, merge_key, merge_key_version, buyer_memo, seller_memo, seller_flag, status,
    status_at)
SELECT 'OLD' || n, 'sale', %(store)s, 'old-' || n, '', 'completed', '', at, 1, 'prepaid', 'CNY',
    100, 0, 0, 0, 100, 0, '', 'us', false, false, false, at, at, at, 'm1:' || md5(n::text), 1,
    ''::bytea, ''::bytea, '', 'closed_external', at
FROM (SELECT n, timestamptz '2026-02-01' - n * interval '30 seconds' AS at
      FROM generate_series(1, %(count)s) AS n) AS old
"""


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
    with connection.cursor() as cursor:
        cursor.execute(_OLD, {"store": store.pk, "count": OLD_ORDERS})
        cursor.execute("VACUUM ANALYZE")


def store() -> Store:
    return Store.objects.get(code="bench")


def warehouse() -> Warehouse:
    return Warehouse.objects.get(code="W")
