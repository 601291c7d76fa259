"""What the database itself refuses, whatever a service may get wrong."""

from datetime import datetime
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from aftersales.models import AfterSalesCase, CaseLine, CaseLink, Evidence
from tests.factories.aftersales import open_case, refund_only_case, shipped_order

pytestmark = pytest.mark.django_db


def refused(case: AfterSalesCase, **columns: Any) -> str:
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        AfterSalesCase.objects.filter(pk=case.pk).update(**columns)
    return str(caught.value)


def test_refund_cannot_start_before_approval(now: datetime) -> None:
    assert "case_refund_needs_both_facts" in refused(open_case(), refund_started_at=now)


def test_refund_cannot_start_before_the_goods_came(now: datetime) -> None:
    case = open_case()
    columns = {"approved_at": now, "refund_started_at": now}
    assert "case_refund_needs_both_facts" in refused(case, **columns)


def test_refund_only_may_start_without_goods(now: datetime) -> None:
    case = refund_only_case()
    AfterSalesCase.objects.filter(pk=case.pk).update(approved_at=now, refund_started_at=now)


def test_money_cannot_move_without_a_refund() -> None:
    assert "case_money_has_refund" in refused(open_case(), money="asked")


def test_goods_that_came_are_not_expected_any_more(now: datetime) -> None:
    assert "case_received_is_not_expected" in refused(open_case(), received_at=now)


def test_one_open_case_per_refund_number_of_a_store() -> None:
    order = shipped_order(lines=2)
    first, second = order.items.order_by("pk")
    open_case(order, units={first.pk: 1}, channel_refund_no="R-1")
    other = open_case(order, units={second.pk: 1})
    message = refused(other, channel_refund_no="R-1")
    # SQLite names the columns, PostgreSQL the constraint.
    assert "channel_refund_no" in message or "case_open_once_per_refund_no" in message


def test_amount_is_never_negative() -> None:
    assert "case_amount_not_negative" in refused(open_case(), proposed_amount=-1)


@pytest.mark.parametrize(
    ("columns", "constraint"),
    [
        ({"quantity": 0}, "case_quantity_of_an_item"),
        ({"received_quantity": 2}, "case_received_in_range"),
    ],
)
def test_line_speaks_of_units_that_were_asked_for(columns: dict[str, int], constraint: str) -> None:
    case = open_case()
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        CaseLine.objects.filter(case=case).update(**columns)


def test_status_link_belongs_to_a_case(now: datetime) -> None:
    order = shipped_order()
    with pytest.raises(IntegrityError, match="status_link_has_case"), transaction.atomic():
        CaseLink.objects.create(
            token_hash="x", purpose="status", order=order, created_at=now, expires_at=now
        )


def test_photo_belongs_to_a_form_or_a_case(now: datetime) -> None:
    columns = {"sha256": "x", "size": 1, "mime": "image/jpeg", "width": 1, "height": 1}
    with pytest.raises(IntegrityError, match="photo_belongs_somewhere"), transaction.atomic():
        Evidence.objects.create(uploaded_at=now, **columns)


def test_buyers_words_are_not_in_the_table_in_clear() -> None:
    case = open_case(words="please call 13800001234")
    with connection.cursor() as cursor:
        cursor.execute("SELECT words FROM aftersales_aftersalescase WHERE id = %s", [case.pk])
        (stored,) = cursor.fetchone()
    assert b"13800001234" not in bytes(stored)
    assert AfterSalesCase.objects.get(pk=case.pk).words == "please call 13800001234"
