"""Rows copied in are the rows that the ORM would have written."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

import pytest
from django.db import DataError, IntegrityError, connection, models, transaction

from oms import bulk
from oms.models import Order, OrderHold, Receiver, RouteDecision, Sku
from oms.services.orders.receivers import build_receiver
from tests.factories.basics import NOW, SkuFactory, plain_receiver
from tests.factories.incoming import Shop, incoming_order

MANY = 30


@pytest.fixture
def shop(db: None) -> Shop:
    return Shop()


@pytest.fixture
def needs_postgresql() -> None:
    """Elsewhere there is one way only, and a text may be of any length."""
    if connection.vendor != "postgresql":
        pytest.skip("only PostgreSQL has another way")


def receivers(shop: Shop) -> list[Receiver]:
    return [build_receiver(plain_receiver(n), now=NOW) for n in range(MANY)]


def orders(shop: Shop) -> list[Order]:
    first = shop.take_in(incoming_order("first", buyer=None, buyer_memo="请轻放\t\\N \"'\n换行"))
    rows = list(Order.objects.filter(pk=first.pk)) * MANY
    copies = [Order(**_values(row)) for row in rows]
    for n, row in enumerate(copies):
        row.pk, row.order_no, row.channel_order_no = None, f"SO{n:06d}", f"C{n:06d}"
        row.invoice_request = {"title": f"公司{n}"} if n % 2 else None
    return copies


def decisions(shop: Shop) -> list[RouteDecision]:
    order = shop.take_in(incoming_order("first"))
    table = [{"warehouse": "x", "missing": {"1": 2}}]
    return [
        RouteDecision(order=order, reason=f"r{n}", alternatives=table, decided_at=NOW)
        for n in range(MANY)
    ]


def holds(shop: Shop) -> list[OrderHold]:
    order = shop.take_in(incoming_order("first"))
    system = OrderHold.Owner.SYSTEM
    return [
        OrderHold(order=order, code=f"code-{n}", owner=system, placed_at=NOW) for n in range(MANY)
    ]


def _values(row: models.Model) -> dict[str, Any]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


Make = Callable[[Shop], Sequence[models.Model]]


@pytest.mark.parametrize("make", [receivers, orders, decisions, holds])
def test_rows_come_back_as_they_were_given(shop: Shop, make: Make) -> None:
    rows = make(shop)
    bulk.insert(rows)
    given = [_values(row) for row in rows]
    assert len({row.pk for row in rows}) == MANY
    stored = type(rows[0])._default_manager.in_bulk([row.pk for row in rows])
    assert [_values(stored[row.pk]) for row in rows] == given


@pytest.mark.parametrize("make", [decisions, holds])
def test_appended_rows_are_those_that_were_given(shop: Shop, make: Make) -> None:
    rows = make(shop)
    given = [_without_identity(row) for row in rows]
    bulk.append(rows)
    stored = type(rows[0])._default_manager.order_by("pk")
    assert [_without_identity(row) for row in stored] == given


@pytest.mark.parametrize("make", [receivers, orders, decisions, holds])
def test_both_ways_leave_the_same_rows(
    shop: Shop, make: Make, needs_postgresql: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = []
    for few in (0, MANY + 1):
        monkeypatch.setattr(bulk, "_FEW", few)
        with transaction.atomic():
            rows = make(shop)
            bulk.insert(rows)
            stored = type(rows[0])._default_manager.filter(pk__in=[row.pk for row in rows])
            found.append([_without_identity(row) for row in stored.order_by("pk")])
            transaction.set_rollback(True)
    assert found[0] == found[1]
    assert len(found[0]) == MANY


def _without_identity(row: models.Model) -> dict[str, Any]:
    drawn = ("id", "order_id", "receiver_id")
    return {name: value for name, value in _values(row).items() if name not in drawn}


def test_copied_rows_can_be_saved_again(shop: Shop) -> None:
    rows = receivers(shop)
    bulk.insert(rows)
    rows[0].province = "江苏省"
    rows[0].save()
    assert Receiver.objects.count() == MANY
    assert Receiver.objects.get(pk=rows[0].pk).province == "江苏省"


def test_ids_after_a_copy_go_on(shop: Shop) -> None:
    rows = receivers(shop)
    bulk.insert(rows)
    one_more = build_receiver(plain_receiver(0), now=NOW)
    one_more.save()
    assert one_more.pk > max(row.pk for row in rows)


def test_row_that_is_there_already_refuses_them_all(shop: Shop) -> None:
    SkuFactory.create(code="S7")
    rows = [Sku(code=f"S{n}", name="x") for n in range(MANY)]
    with pytest.raises(IntegrityError), transaction.atomic():
        bulk.insert(rows)
    assert Sku.objects.count() == 1


def test_personal_data_is_encrypted_on_this_way_too(shop: Shop) -> None:
    bulk.insert(receivers(shop))
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, street FROM oms_receiver")
        stored = [bytes(value) for row in cursor.fetchall() for value in row]
    names = [plain_receiver(n).name.encode() for n in range(MANY)]
    assert len(stored) == 2 * MANY
    assert not any(name in value for name in names for value in stored)


def test_nothing_to_write_writes_nothing(db: None) -> None:
    bulk.insert([])


def test_rows_of_two_tables_are_written_together(shop: Shop) -> None:
    [decision, *_], [sku, *_] = decisions(shop), [Sku(code="NEW", name="新品", weight_g=1)]
    bulk.insert_together([decision, sku])
    for row in (decision, sku):
        assert _values(type(row).objects.get(pk=row.pk)) == _values(row)


def test_of_rows_written_together_one_that_exists_keeps_out_the_other(shop: Shop) -> None:
    known = SkuFactory.create()
    [decision, *_] = decisions(shop)
    with pytest.raises(IntegrityError):
        bulk.insert_together([decision, Sku(code=known.code, name="x", weight_g=1)])
    assert not RouteDecision.objects.filter(reason=decision.reason).exists()


def test_what_is_written_together_goes_back_with_the_transaction_around_it(shop: Shop) -> None:
    with transaction.atomic():
        bulk.insert_together([Sku(code="NEW", name="新品", weight_g=1)])
        transaction.set_rollback(True)
    assert not Sku.objects.filter(code="NEW").exists()


def test_changed_columns_come_back_as_they_were_given(shop: Shop) -> None:
    rows = orders(shop)
    bulk.insert(rows)
    for n, row in enumerate(rows[1:]):
        row.buyer_memo, row.raw_status = f"第{n}个'\\N{{}}\"", f"{{{n}}}" if n % 2 else ""
        row.invoice_request = {"title": f"公司{n}"} if n % 3 else None
        row.goods_amount, row.ship_by = Decimal(n) / 4, NOW if n % 2 else None
    bulk.update_columns(
        rows[1:], ["buyer_memo", "raw_status", "invoice_request", "goods_amount", "ship_by"]
    )
    stored = Order.objects.in_bulk([row.pk for row in rows])
    assert [_values(stored[row.pk]) for row in rows] == [_values(row) for row in rows]


def test_json_and_keys_are_changed_too(shop: Shop) -> None:
    rows = decisions(shop)
    bulk.insert(rows)
    for n, row in enumerate(rows):
        row.alternatives = [{"n": n, "words": ["a,b", "'{}'"]}] if n % 2 else []
        row.order_id = rows[0].order_id
    bulk.update_columns(rows, ["alternatives", "order"])
    stored = RouteDecision.objects.in_bulk([row.pk for row in rows])
    assert [_values(stored[row.pk]) for row in rows] == [_values(row) for row in rows]


def test_only_the_named_columns_are_changed(shop: Shop) -> None:
    [first, *_] = rows = holds(shop)
    bulk.insert(rows)
    first.code, first.release_note = "other", "looked"
    bulk.update_columns([first], ["release_note"])
    stored = OrderHold.objects.get(pk=first.pk)
    assert (stored.code, stored.release_note) == ("code-0", "looked")


def test_text_that_is_too_long_is_refused_and_not_cut(shop: Shop, needs_postgresql: None) -> None:
    [first, *_] = rows = holds(shop)
    bulk.insert(rows)
    first.code = "x" * 1000
    with pytest.raises(DataError), transaction.atomic():
        bulk.update_columns([first], ["code"])
    assert OrderHold.objects.get(pk=first.pk).code == "code-0"


def test_change_of_nothing_changes_nothing(db: None) -> None:
    bulk.update_columns([], ["release_note"])
