import pytest
from django.db.models import F

from oms.models import StockLevel
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
