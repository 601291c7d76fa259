from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser, Group, Permission
from django.utils.functional import SimpleLazyObject

from oms.access import checks
from oms.access.checks import NotAllowed, WrongPlace, access_order, may, scope
from oms.access.roles import UnknownPermission
from oms.models import (
    Order,
    Store,
    StoreGroupPermission,
    User,
    Warehouse,
    WarehouseGroupPermission,
)
from tests.factories.oms import (
    OrderFactory,
    StoreFactory,
    UserFactory,
    WarehouseFactory,
    grant,
)
from tests.oms.access.conftest import again

pytestmark = pytest.mark.django_db


def test_role_opens_its_store_and_no_other(user: User, store: Store, other: Store) -> None:
    grant(user, "customer_service", store)
    assert may(user, "view_orders", store)
    assert not may(user, "view_orders", other)
    assert not may(user, "approve_returns", store)
    assert scope(user).ids("view_orders") == {store.pk}
    assert scope(user).ids("pick") == frozenset()


def test_role_on_a_warehouse_opens_no_store(user: User, warehouse: Warehouse) -> None:
    store = StoreFactory.create(pk=warehouse.pk)
    grant(user, "warehouse_manager", warehouse)
    assert may(user, "pick", warehouse)
    assert not may(user, "view_orders", store)


def test_person_without_a_role_may_nothing(user: User, store: Store) -> None:
    assert not may(user, "view_orders", store)
    with pytest.raises(NotAllowed) as refused:
        checks.require(user, "view_orders", store)
    assert refused.value.facts == {"permission": "view_orders"}


def test_requirement_lets_the_right_person_pass(user: User, store: Store) -> None:
    grant(user, "finance", store)
    checks.require(user, "view_finance", store)


def test_inactive_person_may_nothing_at_once(user: User, store: Store) -> None:
    grant(user, "finance", store)
    assert may(user, "view_finance", store)
    user.is_active = False
    assert not may(user, "view_finance", store)
    assert scope(user).ids("view_finance") == frozenset()


def test_inactive_superuser_may_nothing(store: Store) -> None:
    fired = UserFactory.create(superuser=True, is_active=False)
    assert not may(fired, "view_orders", store)


def test_stranger_may_nothing(store: Store) -> None:
    assert not may(AnonymousUser(), "view_orders", store)


def test_superuser_sees_all(store: Store, other: Store, warehouse: Warehouse) -> None:
    boss = UserFactory.create(superuser=True)
    assert scope(boss).ids("view_orders") == {store.pk, other.pk}
    assert scope(boss).ids("adjust_stock") == {warehouse.pk}
    assert may(boss, "confirm_transfers", other)
    new = StoreFactory.create()
    assert may(again(boss), "view_orders", new)


def test_global_right_of_django_opens_no_store(user: User, store: Store) -> None:
    right = Permission.objects.get(codename="view_orders")
    user.user_permissions.add(right)
    group = Group.objects.create(name="everybody")
    group.permissions.add(right)
    user.groups.add(group)
    user = again(user)
    assert user.has_perm("oms.view_orders")
    assert not may(user, "view_orders", store)
    assert scope(user).ids("view_orders") == frozenset()


def test_group_hands_its_grants_to_its_members(
    user: User, store: Store, other: Store, warehouse: Warehouse
) -> None:
    group = Group.objects.create(name="east")
    rights = {right.codename: right for right in Permission.objects.all()}
    StoreGroupPermission.objects.create(
        group=group, permission=rights["view_orders"], content_object=store
    )
    WarehouseGroupPermission.objects.create(
        group=group, permission=rights["pick"], content_object=warehouse
    )
    grant(user, "finance", other)
    assert not may(user, "view_orders", store)
    user.groups.add(group)
    user = again(user)
    assert scope(user).ids("view_orders") == {store.pk, other.pk}
    assert scope(user).ids("pick") == {warehouse.pk}


@pytest.mark.parametrize("superuser", [True, False])
@pytest.mark.parametrize("active", [True, False])
def test_misspelt_right_is_loud_for_everybody(store: Store, superuser: bool, active: bool) -> None:
    person = UserFactory.create(superuser=superuser, is_active=active)
    with pytest.raises(UnknownPermission):
        may(person, "view_order", store)
    with pytest.raises(UnknownPermission):
        scope(person).ids("view_order")


@pytest.mark.parametrize("superuser", [True, False])
def test_right_asked_of_the_wrong_kind_of_place_is_loud(superuser: bool, store: Store) -> None:
    person = UserFactory.create(superuser=superuser)
    with pytest.raises(WrongPlace):
        may(person, "pick", store)
    with pytest.raises(WrongPlace):
        may(person, "view_orders", WarehouseFactory.create())


def test_rights_are_looked_up_once_for_a_request(
    user: User, store: Store, other: Store, django_assert_num_queries: Callable[..., Any]
) -> None:
    grant(user, "store_manager", store)
    request_user = again(user)
    with django_assert_num_queries(1):
        for place in (store, other):
            for permission in ("view_orders", "edit_orders", "merge_orders"):
                assert may(request_user, permission, place) is (place == store)


def test_rights_of_a_request_are_those_of_the_person(user: User, store: Store) -> None:
    grant(user, "finance", store)
    of_request = SimpleLazyObject(lambda: again(user))
    assert may(of_request, "view_finance", store)  # type: ignore[arg-type]
    stranger = SimpleLazyObject(AnonymousUser)
    assert not may(stranger, "view_finance", store)  # type: ignore[arg-type]


def test_missing_and_forbidden_orders_look_the_same(user: User, store: Store) -> None:
    grant(user, "customer_service", store)
    mine, theirs = OrderFactory.create(store=store), OrderFactory.create()
    assert access_order(user, mine.pk, permission="view_orders") == mine
    for order_id, permission in ((theirs.pk, "view_orders"), (0, "view_orders")):
        with pytest.raises(Order.DoesNotExist) as refused:
            access_order(user, order_id, permission=permission)
        assert str(refused.value) == "Order matching query does not exist."


def test_role_without_the_right_reaches_no_order(user: User, store: Store) -> None:
    grant(user, "customer_service", store)
    with pytest.raises(Order.DoesNotExist):
        access_order(user, OrderFactory.create(store=store).pk, permission="export_orders")


def test_ids_of_one_kind_are_never_asked_by_a_right_of_the_other(user: User) -> None:
    rights = scope(user)
    assert not rights.stores("view_orders") | rights.warehouses("pick")
    with pytest.raises(WrongPlace):
        rights.stores("pick")
    with pytest.raises(WrongPlace):
        rights.warehouses("view_orders")
    for ask in (rights.stores, rights.warehouses):
        with pytest.raises(UnknownPermission):
            ask("pikc")


def test_right_on_a_warehouse_never_opens_an_order(user: User, warehouse: Warehouse) -> None:
    """Their ids may be equal: a right of the wrong kind must be loud, not compared."""
    store = StoreFactory.create(pk=warehouse.pk)
    grant(user, "warehouse_manager", warehouse)
    order = OrderFactory.create(store=store)
    with pytest.raises(WrongPlace):
        access_order(user, order.pk, permission="pick")


def test_deleted_store_takes_its_grants_along(user: User, store: Store) -> None:
    group = Group.objects.create(name="east")
    user.groups.add(group)
    StoreGroupPermission.objects.create(
        group=group,
        permission=Permission.objects.get(codename="view_orders"),
        content_object=store,
    )
    old_id = store.pk
    store.delete()
    assert not may(again(user), "view_orders", StoreFactory.create(pk=old_id))


def test_holders_are_who_may_by_themselves_or_by_a_group(
    user: User, store: Store, other: Store
) -> None:
    right = Permission.objects.get(codename="view_orders", content_type__model="store")
    grant(user, "customer_service", store)
    member, boss, gone = UserFactory.create_batch(3)
    group = Group.objects.create(name="east")
    member.groups.add(group)
    StoreGroupPermission.objects.create(group=group, permission=right, content_object=store)
    User.objects.filter(pk=boss.pk).update(is_superuser=True)
    grant(gone, "customer_service", store)
    User.objects.filter(pk=gone.pk).update(is_active=False)
    found = checks.holders("view_orders", store_id=store.pk)
    assert set(found) == {user, member}
    assert not checks.holders("view_orders", store_id=other.pk)
    with pytest.raises(WrongPlace):
        checks.holders("pick", store_id=store.pk)
