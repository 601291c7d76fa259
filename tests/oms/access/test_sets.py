"""Roles on named sets: departments with what is below them, and projects."""

from datetime import datetime

import pytest

from oms.access import grants
from oms.access.checks import may
from oms.models import Department, Project, Store, StoreUserPermission, User, Warehouse
from tests.factories.oms import StoreFactory, UserFactory, grant
from tests.oms.access.conftest import again

pytestmark = pytest.mark.django_db


def department(code: str, *stores: Store, parent: Department | None = None) -> Department:
    row = Department.objects.create(code=code, name=code, parent=parent)
    row.stores.set(stores)
    return row


def test_role_on_a_department_covers_the_departments_below(
    user: User, store: Store, other: Store, warehouse: Warehouse
) -> None:
    company = department("company")
    east = department("east", store, parent=company)
    hangzhou = department("hangzhou", other, parent=east)
    hangzhou.warehouses.add(warehouse)
    grant(user, "store_manager", company)
    assert may(user, "edit_orders", store)
    assert may(user, "edit_orders", other)
    assert may(user, "view_stock", warehouse)


def test_role_on_a_department_does_not_reach_upward_or_sideways(
    user: User, store: Store, other: Store
) -> None:
    company = department("company", store)
    east = department("east", parent=company)
    department("west", other, parent=company)
    grant(user, "store_manager", east)
    assert not may(user, "edit_orders", store)
    assert not may(user, "edit_orders", other)


def test_departments_in_a_circle_are_still_answered(user: User, store: Store) -> None:
    east = department("east", store)
    west = department("west", parent=east)
    east.parent = west
    east.save()
    grant(user, "finance", west)
    assert may(user, "view_finance", store)


def test_store_that_joins_reaches_everybody_with_the_role(
    user: User, store: Store, other: Store, now: datetime
) -> None:
    company = department("company", store)
    east = department("east", parent=company)
    colleague, outsider = UserFactory.create_batch(2)
    grant(user, "finance", company)
    grant(colleague, "auditor", east)
    grant(outsider, "finance", StoreFactory.create())
    east.stores.add(other)
    assert grants.recompute_all(now=now, place=east) == 2
    assert may(again(user), "view_finance", other)
    assert may(again(colleague), "view_finance", other)
    assert not may(again(outsider), "view_finance", other)


def test_store_that_leaves_is_closed_to_everybody_with_the_role(
    user: User, store: Store, other: Store, now: datetime
) -> None:
    company = department("company", store, other)
    grant(user, "finance", company)
    company.stores.remove(other)
    assert grants.recompute_all(now=now, place=company) == 1
    assert may(again(user), "view_finance", store)
    assert not may(again(user), "view_finance", other)


def test_department_that_moves_takes_its_stores_along(
    user: User, store: Store, now: datetime
) -> None:
    east, west = department("east"), department("west")
    moved = department("hangzhou", store, parent=east)
    colleague = UserFactory.create()
    grant(user, "finance", east)
    grant(colleague, "finance", west)
    moved.parent = west
    moved.save()
    assert grants.recompute_all(now=now) == 2
    assert not may(again(user), "view_finance", store)
    assert may(again(colleague), "view_finance", store)


def test_person_with_two_roles_on_a_set_is_counted_once(
    user: User, store: Store, other: Store, now: datetime
) -> None:
    company = department("company", store)
    for role in ("finance", "auditor", "customer_service"):
        grant(user, role, company)
    company.stores.add(other)
    assert grants.recompute_all(now=now, place=company) == 1


def test_role_on_a_project_opens_its_members(
    user: User, store: Store, other: Store, warehouse: Warehouse, now: datetime
) -> None:
    festival = Project.objects.create(code="festival", name="Festival")
    festival.stores.add(store)
    festival.warehouses.add(warehouse)
    grant(user, "customer_service", festival)
    assert may(user, "view_orders", store)
    assert may(user, "view_fulfillment", warehouse)
    festival.stores.add(other)
    assert grants.recompute_all(now=now, place=festival) == 1
    assert may(again(user), "view_orders", other)


def test_set_and_project_of_one_id_are_not_confused(user: User, store: Store) -> None:
    festival = Project.objects.create(pk=77, code="festival", name="Festival")
    festival.stores.add(store)
    grant(user, "finance", Department.objects.create(pk=77, code="east", name="East"))
    assert not may(user, "view_finance", store)


def test_nothing_is_written_where_nothing_changed(user: User, store: Store, now: datetime) -> None:
    grant(user, "store_manager", department("company", store))
    before = list(StoreUserPermission.objects.order_by("pk").values())
    assert grants.recompute_all(now=now) == 0
    assert list(StoreUserPermission.objects.order_by("pk").values()) == before
