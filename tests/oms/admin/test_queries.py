"""A list asks the database the same number of questions for 3 rows and for 30."""

from collections.abc import Callable, Iterator
from functools import partial

import pytest
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from oms.admin.pages import PAGES
from oms.models import Store, Warehouse
from tests.factories.oms import StoreFactory, WarehouseFactory
from tests.oms.admin.rows import ROWS
from tests.oms.admin.world import World, signed_in

ONE_EACH: dict[type[Model], Callable[[], object]] = {
    Store: StoreFactory.create,
    Warehouse: WarehouseFactory.create,
}
"""Tables of which a world has only so many: the rest is made without it."""


def fill(world: World, model: type[Model], count: int) -> None:
    make = ONE_EACH.get(model) or partial(ROWS[model], world)
    for _row in range(count):
        make()


def questions(client: Client, path: str) -> int:
    client.get(path)  # content types and the like are looked up once per process
    with CaptureQueriesContext(
        connection,
    ) as asked:
        response = client.get(path)
    assert response.status_code == 200
    return len(asked)


def paths(model: type[Model]) -> Iterator[str]:
    yield reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


@pytest.mark.parametrize("model", list(PAGES), ids=lambda model: model.__name__)
def test_more_rows_do_not_mean_more_questions(world: World, model: type[Model]) -> None:
    client = signed_in(world.root)
    fill(world, model, 3)
    few = [questions(client, path) for path in paths(model)]
    fill(world, model, 27)
    assert [questions(client, path) for path in paths(model)] == few
