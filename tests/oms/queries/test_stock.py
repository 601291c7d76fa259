"""What may be sold falls the moment an order arrives, and every part of the sum is shown."""

import pytest

from oms.models import Demand, StockAllotment
from oms.models.inventory import Condition
from oms.queries.stock import Sellable, sellable
from tests.factories.oms import OrderFactory, SkuFactory, StockLevelFactory, StoreFactory

pytestmark = pytest.mark.django_db


def test_unknown_stock_is_nothing() -> None:
    sku = SkuFactory.create()
    assert sellable([sku.pk]) == {sku.pk: Sellable()}


def test_only_good_units_count_less_what_is_promised_or_kept_back() -> None:
    sku = SkuFactory.create()
    StockLevelFactory.create(sku=sku, on_hand=10, reserved=3)
    StockLevelFactory.create(sku=sku, on_hand=5, reserved=0)
    StockLevelFactory.create(sku=sku, on_hand=7, reserved=0, condition=Condition.DEFECTIVE)
    kinds = StockAllotment.Kind
    StockAllotment.objects.create(sku=sku, kind=kinds.SAFETY, quantity=2)
    StockAllotment.objects.create(
        sku=sku, kind=kinds.EXCLUSIVE, quantity=4, store=StoreFactory.create()
    )
    found = sellable([sku.pk])[sku.pk]
    assert found == Sellable(on_hand=15, reserved=3, safety=2, exclusive=4)
    assert found.units == 6


def test_what_is_owed_counts_and_may_be_a_shortage() -> None:
    order = OrderFactory.create(pending_review=True, lines=1, lines__quantity=3)
    demand = Demand.objects.get(order_item__order=order)
    assert sellable([demand.sku_id])[demand.sku_id].units == -3
