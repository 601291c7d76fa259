"""Every page x everybody: what they see, and that nothing happens to what they do not."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib.admin import site
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from oms.admin.base import BaseAdmin
from oms.admin.pages import PAGES
from oms.models import Delegation, Job, Order, User
from tests.factories.oms import OrderFactory, UserFactory
from tests.oms.admin.rows import ROWS
from tests.oms.admin.table import SHARED, TABLE
from tests.oms.admin.world import World, signed_in

MISSING = 999_999_999


def pages(keep: Callable[[type[Model]], bool] = lambda model: True) -> pytest.MarkDecorator:
    """Run a test for every page, or for those of the models to keep."""
    chosen = [model for model in PAGES if keep(model)]
    return pytest.mark.parametrize("model", chosen, ids=lambda model: model.__name__)


every_page = pages()
every_page_of_places = pages(lambda model: model not in SHARED)
every_page_with_search = pages(lambda model: bool(PAGES[model].search_fields))
every_page_without_changes = pages(lambda model: TABLE[model].changes != TABLE[model].sees)


def url(model: type[Model], view: str, *arguments: object) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{view}", args=arguments)


def person(world: World, role: str) -> User:
    if role == "nobody":
        made: User = UserFactory.create(is_staff=True)
        return made
    return world.person(role) if role else world.root


def shown(client: Client, model: type[Model], **query: str) -> set[Any]:
    """Return the keys of the rows on the list; the test fails if there is no list."""
    response = client.get(url(model, "changelist"), query)
    assert response.status_code == 200, response.status_code
    return {row.pk for row in response.context["cl"].result_list}


def stored(row: Model) -> dict[str, Any]:
    return type(row)._default_manager.filter(pk=row.pk).values().get()


def answers(client: Client, model: type[Model], pk: object) -> Iterator[tuple[int, str]]:
    """Yield how page and history answer, with the key left out of the text."""
    for view in ("change", "history"):
        response = client.get(url(model, view, pk))
        yield response.status_code, response.headers.get("Location", "")


def test_every_page_has_an_expectation_and_a_row() -> None:
    assert set(TABLE) == set(PAGES) == set(ROWS)


def test_only_pages_of_ours_are_registered() -> None:
    foreign = [page for page in site._registry.values() if not isinstance(page, BaseAdmin)]
    assert foreign == []


@every_page
def test_anonymous_visitor_is_sent_to_the_door(world: World, model: type[Model]) -> None:
    row, client = ROWS[model](world), Client()
    before, door = stored(row), (302, reverse("admin:login"))
    change = url(model, "change", row.pk)
    tried = [client.get(url(model, "changelist")), client.get(url(model, "changelist"), {"q": "x"})]
    tried += [client.get(change), client.post(change, {"name": "x"})]
    tried += [client.post(url(model, "changelist"), {"action": "retry", "confirmed": "yes"})]
    for response in tried:
        where = response.headers["Location"].split("?")[0]
        assert (response.status_code, where) == door
    assert stored(row) == before


@every_page
def test_right_role_sees_list_and_page(world: World, model: type[Model]) -> None:
    row = ROWS[model](world)
    client = signed_in(person(world, TABLE[model].sees))
    assert row.pk in shown(client, model)
    assert [status for status, _where in answers(client, model, row.pk)] == [200, 200]


@every_page
def test_role_without_the_right_sees_nothing(world: World, model: type[Model]) -> None:
    row = ROWS[model](world)
    client = signed_in(person(world, TABLE[model].blind))
    assert client.get(url(model, "changelist")).status_code == 403 or not shown(client, model)
    assert client.get(url(model, "change", row.pk)).status_code in (302, 403)
    assert url(model, "changelist") not in client.get(reverse("admin:index")).content.decode()


@every_page
@pytest.mark.parametrize("text", ["ask-for-day", "9" * 30])
def test_address_that_names_no_row_is_like_that_of_a_missing_one(
    world: World, model: type[Model], text: str
) -> None:
    client = signed_in(person(world, TABLE[model].sees))
    assert client.get(url(model, "change", text)).status_code == 302


@every_page_of_places
def test_foreign_row_is_like_a_missing_one(world: World, model: type[Model]) -> None:
    row, client = ROWS[model](world), signed_in(world.stranger())
    if client.get(url(model, "changelist")).status_code == 200:
        assert row.pk not in shown(client, model)
    of_foreign = list(answers(client, model, row.pk))
    assert of_foreign == list(answers(client, model, MISSING))
    assert all(status in (302, 403) for status, _where in of_foreign)


@every_page_with_search
def test_search_finds_only_what_the_list_shows(world: World, model: type[Model]) -> None:
    row = ROWS[model](world)
    field = str(PAGES[model].search_fields[0]).removesuffix("__exact").removesuffix("__istartswith")
    term = str(type(row)._default_manager.filter(pk=row.pk).values_list(field, flat=True)[0])
    assert row.pk in shown(signed_in(person(world, TABLE[model].sees)), model, q=term)
    stranger = signed_in(world.stranger())
    if model not in SHARED and stranger.get(url(model, "changelist")).status_code == 200:
        assert row.pk not in shown(stranger, model, q=term)


def refuses_a_change(world: World, user: User, row: Model) -> bool:
    """Tell whether a person's attempt to change a row was turned down and left it as it was."""
    before, client = stored(row), signed_in(user)
    values = {"name": "x", "code": "x", "status": "x", "title": "x"}
    response = client.post(url(type(row), "change", row.pk), values)
    return response.status_code in (302, 403) and stored(row) == before


@every_page
def test_role_without_the_right_changes_nothing(world: World, model: type[Model]) -> None:
    row = ROWS[model](world)
    assert refuses_a_change(world, person(world, TABLE[model].blind), row)


@every_page_of_places
def test_stranger_changes_nothing(world: World, model: type[Model]) -> None:
    row = ROWS[model](world)
    assert refuses_a_change(world, world.stranger(), row)


@every_page_without_changes
def test_who_may_look_does_not_change(world: World, model: type[Model]) -> None:
    row = ROWS[model](world)
    assert refuses_a_change(world, person(world, TABLE[model].sees), row)


@every_page
def test_nothing_is_ever_deleted(world: World, model: type[Model]) -> None:
    row, client = ROWS[model](world), signed_in(world.root)
    assert client.post(url(model, "delete", row.pk), {"post": "yes"}).status_code == 403
    chosen = {"action": "delete_selected", "_selected_action": row.pk, "post": "yes"}
    client.post(url(model, "changelist"), chosen)
    assert type(row)._default_manager.filter(pk=row.pk).exists()


@every_page
def test_adding_is_for_few(world: World, model: type[Model]) -> None:
    few = [person(world, TABLE[model].blind)]
    if model not in SHARED:
        few.append(world.stranger())
    for client in map(signed_in, few):
        count = model._default_manager.count()
        response = client.post(url(model, "add"), {"code": "x", "name": "x"})
        assert response.status_code == 403
        assert model._default_manager.count() == count


def test_person_who_left_is_out_at_once(world: World) -> None:
    user = world.person("customer_service")
    client = signed_in(user)
    user.is_active = False
    user.save()
    assert client.get(reverse("admin:oms_order_changelist")).status_code == 302


def test_role_taken_away_is_gone_with_the_next_request(world: World) -> None:
    user = world.person("customer_service")
    client = signed_in(user)
    assert client.get(reverse("admin:oms_order_changelist")).status_code == 200
    signed_in(world.root).post(
        reverse("admin:oms_roleassignment_revoke", args=[user.role_assignments.get().pk]),
        {"confirmed": "yes"},
    )
    assert client.get(reverse("admin:oms_order_changelist")).status_code == 403


def test_everybody_sees_the_long_work_he_started(world: World) -> None:
    mine, foreign = ROWS[Job](world), ROWS[Job](world)
    client = signed_in(mine.created_by)
    assert client.get(reverse("admin:index")).status_code == 302  # no member of staff
    mine.created_by.is_staff = True
    mine.created_by.save()
    assert shown(client, Job) == {mine.pk}
    assert list(answers(client, Job, foreign.pk)) == list(answers(client, Job, MISSING))


def test_everybody_sees_who_stands_in_for_him(world: World) -> None:
    row = ROWS[Delegation](world)
    for user in (row.from_user, row.to_user):
        user.is_staff = True
        user.save()
        assert shown(signed_in(user), Delegation) == {row.pk}
    assert signed_in(world.stranger()).get(url(Delegation, "changelist")).status_code == 403


def test_suggestions_are_limited_like_the_list(world: World) -> None:
    asked = {"term": "", "app_label": "oms", "model_name": "department", "field_name": "stores"}
    client = signed_in(world.person("store_manager"))
    answer = client.get(reverse("admin:autocomplete"), asked).json()
    assert [row["id"] for row in answer["results"]] == [str(world.store.pk)]
    refused = signed_in(world.person("customer_service"))
    assert refused.get(reverse("admin:autocomplete"), asked).status_code == 403


def test_filters_offer_only_places_of_ones_own(world: World) -> None:
    client = signed_in(world.person("customer_service"))
    html = client.get(reverse("admin:oms_order_changelist")).content.decode()
    assert world.store.name in html
    assert world.other_store.name not in html
    smuggled = {"store": str(world.other_store.pk)}
    OrderFactory.create(store=world.other_store)
    assert shown(client, Order, **smuggled) == set()


def test_foreign_column_cannot_be_filtered_by(world: World) -> None:
    OrderFactory.create(store=world.store)
    client = signed_in(world.person("customer_service"))
    for lookup in ("receiver__phone_fingerprint__startswith", "receiver__phone__isnull"):
        response = client.get(reverse("admin:oms_order_changelist"), {lookup: "1"})
        assert response.status_code in (302, 400)
