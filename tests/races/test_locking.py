from collections.abc import Callable
from functools import partial
from threading import Barrier

import pytest
from django.db import OperationalError, transaction

from oms.models import Sku
from oms.models.locking import atomic_service, is_conflict, lock_row, lock_rows
from tests.factories.oms import SkuFactory
from tests.races.together import PATIENCE, queued_behind, refusals, together

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


Lock = Callable[[int, int], None]


class Pair:
    """Two services that lock the same two rows in opposite order: a certain deadlock."""

    def __init__(self, service: Callable[[Lock], Lock]) -> None:
        self.both_hold_one = Barrier(2)
        self.tries: list[int] = []
        self.run = service(self._lock_both)

    def _lock_both(self, first: int, second: int) -> None:
        again = first in self.tries
        self.tries.append(first)
        self._heavier(first)
        if not again:
            self.both_hold_one.wait(PATIENCE)
        self._heavier(second)

    @staticmethod
    def _heavier(pk: int) -> None:
        sku = lock_row(Sku, pk)
        sku.weight_g += 1
        sku.save(update_fields=["weight_g"])


def weights() -> list[int]:
    return list(Sku.objects.order_by("pk").values_list("weight_g", flat=True))


def test_deadlock_is_repeated_and_both_finish() -> None:
    one, other = (sku.pk for sku in SkuFactory.create_batch(2, weight_g=0))
    pair = Pair(atomic_service)
    results = together(partial(pair.run, one, other), partial(pair.run, other, one))
    assert refusals(results) == []
    assert len(pair.tries) == 3
    assert weights() == [2, 2]


def test_same_order_of_locks_needs_no_repeat() -> None:
    skus = SkuFactory.create_batch(2, weight_g=0)
    ids = [sku.pk for sku in skus]
    tries = []

    @atomic_service
    def heavier(named: list[int]) -> None:
        tries.append(named)
        for sku in lock_rows(Sku, named):
            sku.weight_g += 1
            sku.save(update_fields=["weight_g"])

    jobs = (partial(heavier, ids), partial(heavier, ids[::-1]))
    assert refusals(queued_behind(skus[0], *jobs)) == []
    assert len(tries) == 2
    assert weights() == [2, 2]


def test_deadlock_of_postgresql_is_known_as_a_conflict() -> None:
    one, other = (sku.pk for sku in SkuFactory.create_batch(2, weight_g=0))
    pair = Pair(transaction.atomic)
    results = together(partial(pair.run, one, other), partial(pair.run, other, one))
    (victim,) = refusals(results)
    assert isinstance(victim, OperationalError)
    assert is_conflict(victim)
    assert weights() == [1, 1]
