"""The books of a warehouse, re-added after every story; refusals, rolled back as in real life."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import transaction

from oms.models import Sku, StockLevel, Warehouse
from warehouse.models import Bin, BinStock
from warehouse.services.stock import bins_against_on_hand, promises_against_pick_lines


def assert_books_are_right() -> None:
    """Σ bins = on hand, and what bins promised is what pick lists ask for (I2)."""
    assert bins_against_on_hand() == {}
    assert promises_against_pick_lines() == {}


def on_hand(warehouse: Warehouse, sku: Sku) -> int:
    rows = StockLevel.objects.filter(warehouse=warehouse, sku=sku, condition="good")
    return sum(rows.values_list("on_hand", flat=True))


def in_bin(place: Bin, sku: Sku) -> int:
    rows = BinStock.objects.filter(bin=place, sku=sku)
    return sum(rows.values_list("quantity", flat=True))


def in_kind(warehouse: Warehouse, kind: str, sku: Sku) -> int:
    rows = BinStock.objects.filter(bin__warehouse=warehouse, bin__kind=kind, sku=sku)
    return sum(rows.values_list("quantity", flat=True))


@contextmanager
def refused(error: type[Exception], match: str | None = None) -> Iterator[None]:
    """Expect a service to refuse; what it did until then is undone, as its own transaction would.

    A test's transaction is open already, so that services only join it.
    """
    with pytest.raises(error, match=match), transaction.atomic():
        yield
