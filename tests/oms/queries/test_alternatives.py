import pytest
from django.db.models import Q

from oms.models import FulfillmentOrder, Shipment, StockMovement, TimelineEntry
from oms.queries.alternatives import ids_of_any, with_exactly
from tests.factories.oms import (
    NOW,
    FulfillmentOrderFactory,
    OrderFactory,
    StockLevelFactory,
)

pytestmark = pytest.mark.django_db
COLUMNS = ("fulfillment_no", "order__order_no", "shipments__waybill_no")


def parcel(document: FulfillmentOrder, waybill_no: str) -> None:
    Shipment.objects.create(
        package_no=f"PK-{document.pk}",
        fulfillment=document,
        waybill_no=waybill_no,
        status="labelled",
        created_at=NOW,
    )


def numbers(term: str) -> list[str]:
    rows = with_exactly(FulfillmentOrder.objects.order_by("pk"), term, columns=COLUMNS)
    return list(rows.values_list("fulfillment_no", flat=True))


def test_each_column_finds_its_rows_and_none_finds_others() -> None:
    one, two, three = (FulfillmentOrderFactory.create() for _document in range(3))
    parcel(two, "SF1")
    assert one.order is not None
    assert numbers(one.fulfillment_no) == numbers(one.order.order_no) == [one.fulfillment_no]
    assert numbers("SF1") == [two.fulfillment_no]
    assert numbers("SF") == []
    assert numbers(three.fulfillment_no.lower()) == []


def test_row_that_fits_twice_is_found_once_and_scope_stays() -> None:
    document = FulfillmentOrderFactory.create(fulfillment_no="SAME")
    parcel(document, "SAME")
    assert numbers("SAME") == ["SAME"]
    nobody = FulfillmentOrder.objects.exclude(pk=document.pk)
    assert not with_exactly(nobody, "SAME", columns=COLUMNS)


def test_term_that_a_column_cannot_hold_is_not_in_it() -> None:
    order = OrderFactory.create()
    entry = TimelineEntry.objects.create(
        subject="order", subject_id=order.pk, action="note", correlation_id="abc", at=NOW
    )
    rows, columns = TimelineEntry.objects.all(), ("subject_id", "correlation_id")
    assert list(with_exactly(rows, "abc", columns=columns)) == [entry]
    assert list(with_exactly(rows, str(order.pk), columns=columns)) == [entry]
    assert not with_exactly(rows, "abc", columns=("subject_id",))


def test_one_condition_needs_no_union() -> None:
    level = StockLevelFactory.create()
    ids = ids_of_any(StockMovement, [Q(sku=level.sku)])
    assert StockMovement.objects.filter(pk__in=ids).count() == 1
