from functools import partial
from random import Random

import pytest
from django.db.models import F

from oms.models import StockLevel, StockMovement
from oms.services.inventory.stock import Change, Kind, NotEnoughStock, apply
from tests.factories.basics import NOW
from tests.factories.oms import StockLevelFactory
from tests.races.together import refusals, together

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


def test_fifty_who_want_one_of_five_units_get_five() -> None:
    level = StockLevelFactory.create(on_hand=5)

    def reserve_one() -> int:
        free = StockLevel.objects.filter(pk=level.pk, on_hand__gte=F("reserved") + 1)
        return free.update(reserved=F("reserved") + 1)

    results = together(*[reserve_one] * 50)
    assert refusals(results) == []
    assert sum(results) == 5  # type: ignore[arg-type]
    level.refresh_from_db()
    assert (level.on_hand, level.reserved) == (5, 5)


def test_even_a_careless_reservation_is_stopped_by_the_table() -> None:
    level = StockLevelFactory.create(on_hand=5)

    def reserve_blindly() -> int:
        return StockLevel.objects.filter(pk=level.pk).update(reserved=F("reserved") + 1)

    results = together(*[reserve_blindly] * 12)
    refused = refusals(results)
    assert len(refused) == 7
    assert all("stock_reserved_within_on_hand" in str(each) for each in refused)
    level.refresh_from_db()
    assert (level.on_hand, level.reserved) == (5, 5)


@pytest.mark.parametrize("wanted", [1, 3])
def test_many_who_want_several_things_at_once_get_them_whole_or_not_at_all(wanted: int) -> None:
    levels = [StockLevelFactory.create(on_hand=5) for _level in range(4)]
    dice = Random(wanted)
    jobs = []
    for _buyer in range(40):
        # In any order: the service locks in its own.
        chosen = dice.sample(levels, wanted)
        jobs.append(
            [Change(row.warehouse_id, row.sku_id, Kind.RESERVE, reserved=1) for row in chosen]
        )
    results = together(*[partial(apply, changes, now=NOW) for changes in jobs])
    refused = refusals(results)
    assert {type(error) for error in refused} == {NotEnoughStock}
    served = len(jobs) - len(refused)
    reserved = list(StockLevel.objects.values_list("reserved", flat=True))
    assert sum(reserved) == served * wanted
    assert StockMovement.objects.filter(kind="reserve").count() == served * wanted
    # Nobody was refused who could have been served: fewer SKUs are left than a buyer wants.
    assert sum(units < 5 for units in reserved) < wanted
