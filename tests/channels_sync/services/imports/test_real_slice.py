"""The real file's oddities, through the whole of an import, in every kind of file."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.files import File

from channels_sync.models import ExternalCancellationLine, ImportFault, ImportMapping
from channels_sync.services.imports import jobs, running
from channels_sync.services.imports.ledger import proof_lines
from oms.models import Job, Order, OrderLine, User
from tests.factories.oms import NOW

pytestmark = pytest.mark.django_db
SLICES = Path(__file__).parents[3] / "recordings" / "files"
OPTIONS = {
    "columns": {
        "order_no": "InvoiceNo",
        "sku_code": "StockCode",
        "title": "Description",
        "quantity": "Quantity",
        "ordered_at": "InvoiceDate",
        "unit_price": "UnitPrice",
        "buyer_id": "CustomerID",
    },
    "timezone": "Europe/London",
    "currency": "GBP",
    "create_skus": True,
    "history": "closed_external",
    "cancellation_prefix": "C",
    "skipped_prefixes": ["A"],
}
PROOF = [
    "rows read = orders + cancellations + exceptions: 167 = 151 + 11 + 5",
    "GBP read = orders + cancellations + exceptions: -7601.099 = 3749.841 + -288.88 + -11062.06",
]


def take_in(mapping: ImportMapping, clerk: User, suffix: str, **told: Any) -> Job:
    mapping.options = OPTIONS | ({"date_format": "%d/%m/%Y %H:%M"} if suffix == "csv" else {})
    mapping.save()
    name = f"online_retail.{suffix}"
    with (SLICES / name).open("rb") as file:
        job = jobs.start(
            mapping.pk, file=File(file, name), actor=clerk, now=NOW, **({"dry_run": False} | told)
        )
    running.run_slice(job.pk, now=NOW)
    job.refresh_from_db()
    return job


@pytest.fixture
def imported(mapping: ImportMapping, clerk: User) -> Job:
    return take_in(mapping, clerk, "parquet")


@pytest.mark.parametrize("dry_run", [True, False])
@pytest.mark.parametrize("suffix", ["parquet", "csv", "xlsx"])
def test_every_row_is_proved_to_be_somewhere(
    mapping: ImportMapping, clerk: User, suffix: str, dry_run: bool
) -> None:
    job = take_in(mapping, clerk, suffix, dry_run=dry_run)
    assert job.state == "done", job.error
    assert proof_lines(job.result["proof"]) == PROOF
    assert job.result["counts"] == {"new": 14, "cancellations": 7, "faulty": 5}
    assert job.result["causes"] == {"faulty_order": 2, "not_an_order": 3}


@pytest.mark.usefixtures("imported")
def test_lines_in_the_database_add_up_to_the_file() -> None:
    lines = OrderLine.objects.values_list("quantity", "unit_price")
    assert sum((n * price for n, price in lines), Decimal(0)) == Decimal("3749.841")
    assert len(lines) == 151


@pytest.mark.usefixtures("imported")
def test_invoice_whose_lines_are_scattered_is_one_order() -> None:
    assert Order.objects.get(channel_order_no="542806").lines.count() == 39


@pytest.mark.usefixtures("imported")
def test_invoice_with_two_time_stamps_was_placed_at_the_first() -> None:
    order = Order.objects.get(channel_order_no="544926")
    assert order.ordered_at < order.channel_modified_at


@pytest.mark.usefixtures("imported")
def test_invoice_without_a_customer_has_no_buyer() -> None:
    assert Order.objects.get(channel_order_no="536555").buyer is None


@pytest.mark.usefixtures("imported")
def test_cancellation_is_linked_only_where_one_line_fits() -> None:
    linked = ExternalCancellationLine.objects.exclude(order_line=None)
    numbers = set(linked.values_list("cancellation__number", flat=True))
    assert "C536737" in numbers
    assert not numbers & {"C538670", "C536379", "C537572"}
    for line in linked.select_related("order_line__order__buyer", "cancellation"):
        bought = line.order_line
        assert bought is not None
        assert bought.order.buyer is not None
        assert bought.order.buyer.channel_buyer_id == line.cancellation.buyer_ref
        assert (bought.merchant_code, bought.unit_price) == (line.merchant_code, line.unit_price)
        assert bought.order.ordered_at <= line.cancellation.cancelled_at


def test_faults_are_told_apart(imported: Job) -> None:
    causes = ImportFault.objects.filter(job=imported).values_list("channel_order_no", "cause")
    assert dict(causes) == {
        "536589": "faulty_order",
        "536764": "faulty_order",
        "A563185": "not_an_order",
        "A563186": "not_an_order",
        "A563187": "not_an_order",
    }
