"""A fixed statement answers alike on both databases, and its errors are Django's."""

import pytest
from django.db import IntegrityError, transaction

from oms.statements import rows
from tests.factories.basics import SkuFactory

pytestmark = pytest.mark.django_db


def test_rows_come_as_tuples_in_their_order() -> None:
    first, second = SkuFactory.create(code="A"), SkuFactory.create(code="B")
    statement = "SELECT id, code FROM oms_sku WHERE code <> %s ORDER BY code"
    assert [tuple(row) for row in rows(statement, [""])] == [(first.pk, "A"), (second.pk, "B")]


def test_no_row_is_an_empty_list() -> None:
    assert rows("SELECT id FROM oms_sku WHERE code = %s", ["none"]) == []


def test_value_stays_a_value() -> None:
    SkuFactory.create(code="A")
    assert rows("SELECT id FROM oms_sku WHERE code = %s", ["x' OR '1'='1"]) == []


def test_broken_constraint_is_an_integrity_error() -> None:
    known = SkuFactory.create(code="A")
    again = "INSERT INTO oms_sku (id, code) VALUES (%s, %s) RETURNING id"
    with pytest.raises(IntegrityError), transaction.atomic():
        rows(again, [known.pk, "B"])
