"""`merge`: 450 groups among 5,000 live orders, on top of a million old ones."""

from datetime import datetime, timedelta

from django.db import connection, transaction

from oms.models import Order
from oms.services.dispatch import dispatch
from oms.services.merging.scan import scan
from oms.services.orders.ingest import ingest_many
from tests.benchmarks.harness import Bar, Result, compare
from tests.benchmarks.orders import incoming
from tests.benchmarks.world import NOW, store, warehouse
from tests.factories.warehouse import stand_at

LIVE, PAIRS, TRIPLES = 5_000, 350, 100

# Detect, lock, and write groups, memberships, documents, lines, reservations, movements and the
# timeline in one statement, as a person would who forgets everything else that a merge must know.
_BY_HAND = """
WITH found AS (
    SELECT merge_key, array_agg(id ORDER BY id) AS ids, min(ship_by) AS ship_by,
        min(release_at) AS release_at, min(receiver_id) AS receiver_id, min(store_id) AS store_id,
        nextval(pg_get_serial_sequence('oms_mergegroup', 'id')) AS group_id,
        nextval(pg_get_serial_sequence('oms_fulfillmentorder', 'id')) AS document_id
    FROM oms_order
    WHERE status IN ('approved', 'waiting_merge') AND eligible_at >= %(since)s AND merge_key <> ''
    GROUP BY merge_key HAVING count(*) > 1
), member AS (
    SELECT unnest(ids) AS order_id, group_id, document_id FROM found
), locked AS (
    SELECT id FROM oms_order WHERE id IN (SELECT order_id FROM member) ORDER BY id FOR UPDATE
), groups AS (
    INSERT INTO oms_mergegroup (id, group_no, merge_key, merge_key_version, reasons, settings,
        made_at, undo_note, store_id)
    OVERRIDING SYSTEM VALUE
    SELECT group_id, 'H' || group_id, merge_key, 1, '[]', '{}', %(now)s, '', store_id FROM found
    RETURNING id
), memberships AS (
    INSERT INTO oms_mergemembership (group_id, order_id, joined_at, left_reason)
    SELECT group_id, order_id, %(now)s, '' FROM member
), documents AS (
    INSERT INTO oms_fulfillmentorder (id, fulfillment_no, merge_group_id, store_id, warehouse_id,
        receiver_id, carrier, ship_by, is_urgent, created_at, release_at, frozen_reason, status,
        status_at)
    OVERRIDING SYSTEM VALUE
    SELECT document_id, 'H' || document_id, group_id, store_id, %(warehouse)s, receiver_id, '',
        ship_by, false, %(now)s, release_at, '', 'allocated', %(now)s FROM found
), lines AS (
    INSERT INTO oms_fulfillmentline (fulfillment_id, order_item_id, sku_id, quantity,
        picked_quantity, packed_quantity, cancel_reason)
    SELECT member.document_id, item.id, item.sku_id, item.quantity, 0, 0, ''
    FROM member JOIN oms_orderitem item ON item.order_id = member.order_id
    RETURNING id, order_item_id, sku_id, quantity
), units AS (
    SELECT sku_id, sum(quantity) AS quantity FROM lines GROUP BY sku_id
), stock AS (
    UPDATE oms_stocklevel level SET reserved = reserved + units.quantity
    FROM units WHERE level.sku_id = units.sku_id AND level.warehouse_id = %(warehouse)s
    RETURNING level.id, level.sku_id
), reservations AS (
    INSERT INTO oms_reservation (fulfillment_line_id, stock_level_id, quantity, created_at)
    SELECT lines.id, stock.id, lines.quantity, %(now)s
    FROM lines JOIN stock ON stock.sku_id = lines.sku_id
), movements AS (
    INSERT INTO oms_stockmovement (warehouse_id, sku_id, condition, kind, on_hand_delta,
        reserved_delta, reference, note, at)
    SELECT %(warehouse)s, sku_id, 'good', 'reserve', 0, quantity, '', '', %(now)s FROM lines
), items AS (
    UPDATE oms_orderitem item SET assigned_quantity = assigned_quantity + lines.quantity
    FROM lines WHERE lines.order_item_id = item.id
), demand AS (
    UPDATE oms_demand demand SET quantity = demand.quantity - lines.quantity
    FROM lines WHERE lines.order_item_id = demand.order_item_id
), timeline AS (
    INSERT INTO oms_timelineentry (subject, subject_id, action, from_status, to_status, note,
        detail, correlation_id, at)
    SELECT 'order', order_id, 'merge', 'waiting_merge', 'merged', '', '{}', '', %(now)s FROM member
)
UPDATE oms_order SET status = 'merged', status_at = %(now)s
WHERE id IN (SELECT order_id FROM member)
"""


def run() -> list[Result]:
    """The scan through the real service, beside one statement that does the bare writing."""
    result = compare(
        "merge",
        product=_by_service,
        baseline=_by_hand,
        prepare=_live_orders,
        work=1,
        unit="s",
        bar=Bar(at_most=5),
        note=f"{PAIRS + TRIPLES} groups among {LIVE} live orders",
    )
    return [result]


def _by_service(number: int) -> None:
    now = _time_of(number)
    merged = scan(now=now + timedelta(minutes=2))
    _prove(merged)


def _by_hand(number: int) -> None:
    now = _time_of(number)
    values: dict[str, datetime | int] = {
        "since": now,
        "now": now + timedelta(minutes=2),
        "warehouse": warehouse().pk,
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_BY_HAND, values)
        merged = cursor.rowcount
    _prove(merged)


def _prove(merged: int) -> None:
    expected = 2 * PAIRS + 3 * TRIPLES
    if merged != expected:
        raise AssertionError(f"{merged} orders were merged instead of {expected}")


def _time_of(number: int) -> datetime:
    """Each round lives a day later, outside the others' windows."""
    return NOW + timedelta(days=number + 1)


def _live_orders(number: int) -> None:
    """Let the orders come in and wait; the last round's, and another benchmark's that nobody has
    reviewed, are out of the way."""
    now = _time_of(number)
    waiting = Order.objects.filter(status__in=("pending_review", "approved", "waiting_merge"))
    stand_at(waiting, "closed_external")
    prefix = f"m{number}"
    orders = [incoming(n, prefix=prefix, buyer=_buyer(n), at=now) for n in range(LIVE)]
    ingest_many(store().pk, orders=orders, now=now)
    dispatch(now=now)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE oms_order")


def _buyer(number: int) -> int:
    """The first 700 orders are pairs, the next 300 triples, the others stand alone."""
    if number < 2 * PAIRS:
        return number // 2
    if number < 2 * PAIRS + 3 * TRIPLES:
        return PAIRS + (number - 2 * PAIRS) // 3
    return number
