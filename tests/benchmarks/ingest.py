"""`ingest`: orders of two lines through the real service, on top of a million old ones."""

import os

from oms.dto import IncomingOrder
from oms.models import Order
from oms.services.orders.ingest import Verdict, ingest_many
from tests.benchmarks.copies import Recording
from tests.benchmarks.harness import ROUNDS, Bar, Result, compare, timed
from tests.benchmarks.orders import incoming
from tests.benchmarks.world import NOW, store

ORDERS = int(os.environ.get("OMS_TEST_BENCH_INGEST", "5000"))


def run() -> list[Result]:
    """Ingest, beside the same rows by COPY; then the same orders again: no new row."""
    shop = store()
    ingest_many(shop.pk, orders=_batch("warm"), now=NOW)
    recording = Recording(_ids("warm"))

    def product(number: int) -> None:
        outcomes = ingest_many(shop.pk, orders=_batch(f"r{number}"), now=NOW)
        if any(outcome.verdict is not Verdict.CREATED for outcome in outcomes):
            raise AssertionError("not every order was created")

    first = compare(
        "ingest",
        product=product,
        baseline=recording.write,
        work=ORDERS,
        unit="orders/s",
        bar=Bar(at_least=0.15),
        note=f"{ORDERS} orders a round on {Order.objects.count():,}",
    )
    return [first, _again(first)]


def _again(first: Result) -> Result:
    shop = store()
    before = Order.objects.count()

    def repeat(number: int) -> None:
        ingest_many(shop.pk, orders=_batch(f"r{number}"), now=NOW)

    seconds = min(timed(repeat, 2 * number) for number in range(ROUNDS))
    rows = Order.objects.count() - before
    if rows:
        raise AssertionError(f"the same orders again made {rows} new rows")
    rate = ORDERS / seconds
    return Result(
        "ingest_again", "orders/s", rate, first.value, rate / first.value, ">= 1",
        rate >= first.value, rate,
        "the same orders again: 0 new rows; beside the first time",
    )  # fmt: skip


def _batch(prefix: str) -> list[IncomingOrder]:
    return [incoming(number, prefix=prefix) for number in range(ORDERS)]


def _ids(prefix: str) -> list[int]:
    rows = Order.objects.filter(channel_order_no__startswith=f"{prefix}-")
    return list(rows.values_list("pk", flat=True))
