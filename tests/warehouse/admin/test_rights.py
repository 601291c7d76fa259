"""Every page of the warehouse x everybody: what they see, and that nothing else happens."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from oms.models import User
from tests.factories.oms import UserFactory, grant
from tests.factories.warehouse import Floor
from tests.warehouse.admin.rows import MANAGER, TABLE
from warehouse.admin import PAGES

MISSING = 999_999_999


@pytest.fixture
def floor(db: None) -> Floor:
    return Floor()


def pages(keep: Callable[[type[Model]], bool] = lambda model: True) -> pytest.MarkDecorator:
    chosen = [model for model in PAGES if keep(model)]
    return pytest.mark.parametrize("model", chosen, ids=lambda model: model.__name__)


def url(model: type[Model], view: str, *arguments: object) -> str:
    return reverse(f"admin:warehouse_{model._meta.model_name}_{view}", args=arguments)


def in_office(floor: Floor, role: str) -> Client:
    """Sign in somebody of the back office with a role in this warehouse."""
    user: User = UserFactory.create(is_staff=True)
    if role:
        grant(user, role, floor.warehouse)
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def shown(client: Client, model: type[Model]) -> set[Any]:
    response = client.get(url(model, "changelist"))
    if response.status_code == 403:
        return set()
    assert response.status_code == 200
    return {row.pk for row in response.context["cl"].result_list}


def stored(row: Model) -> dict[str, Any]:
    return type(row)._default_manager.filter(pk=row.pk).values().get()


def test_every_page_has_an_expectation() -> None:
    assert set(TABLE) == set(PAGES)


@pages()
def test_right_roles_see_list_and_page(floor: Floor, model: type[Model]) -> None:
    row = TABLE[model].row(floor)
    for role in TABLE[model].sees:
        client = in_office(floor, role)
        assert row.pk in shown(client, model), role
        assert client.get(url(model, "change", row.pk)).status_code == 200, role


@pages()
def test_others_see_nothing(floor: Floor, model: type[Model]) -> None:
    row = TABLE[model].row(floor)
    for client in (in_office(floor, ""), in_office(floor, TABLE[model].blind)):
        assert row.pk not in shown(client, model)
        assert client.get(url(model, "change", row.pk)).status_code in (302, 403)
    assert Client().get(url(model, "changelist")).status_code == 302


@pages()
def test_foreign_row_is_like_a_missing_one(floor: Floor, model: type[Model]) -> None:
    row, client = TABLE[model].row(floor), in_office(Floor(), MANAGER)
    assert row.pk not in shown(client, model)
    answers = [client.get(url(model, "change", pk)) for pk in (row.pk, MISSING)]
    assert {answer.status_code for answer in answers} == {302}
    assert {answer.headers["Location"] for answer in answers} == {reverse("admin:index")}


@pages(lambda model: not TABLE[model].changes)
def test_records_are_changed_by_nobody(floor: Floor, model: type[Model]) -> None:
    row = TABLE[model].row(floor)
    before = stored(row)
    for role in (MANAGER, TABLE[model].blind):
        client = in_office(floor, role)
        client.post(url(model, "change", row.pk), {"code": "x", "quantity": 1, "status": "x"})
        assert client.get(url(model, "add")).status_code in (302, 403)
        assert client.post(url(model, "delete", row.pk), {"post": "yes"}).status_code in (302, 403)
    assert stored(row) == before


@pages(lambda model: TABLE[model].changes)
def test_setup_is_changed_by_the_manager_alone(floor: Floor, model: type[Model]) -> None:
    row = TABLE[model].row(floor)
    before = stored(row)
    strangers = (in_office(floor, TABLE[model].blind), in_office(Floor(), MANAGER))
    for client in strangers:
        assert client.post(url(model, "change", row.pk), {"name": "x"}).status_code in (302, 403)
    assert stored(row) == before
    assert in_office(floor, MANAGER).get(url(model, "change", row.pk)).status_code == 200


@pages()
def test_more_rows_do_not_mean_more_questions(floor: Floor, model: type[Model]) -> None:
    client = in_office(floor, MANAGER)
    make, path = TABLE[model].row, url(model, "changelist")
    if model._meta.model_name == "warehousesetting":
        return  # one for each warehouse
    make(floor)
    client.get(path)
    counts = []
    for _round in range(2):
        with CaptureQueriesContext(connection) as asked:
            assert client.get(path).status_code == 200
        counts.append(len(asked))
        for _row in range(3):
            make(floor)
    assert counts[0] == counts[1]
