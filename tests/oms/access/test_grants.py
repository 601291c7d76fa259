from datetime import datetime, timedelta

import pytest

from oms.access import grants
from oms.access.checks import may
from oms.access.roles import UnknownRole
from oms.models import (
    EvidenceEntry,
    RoleAssignment,
    Store,
    StoreUserPermission,
    User,
    Warehouse,
    WarehouseUserPermission,
)
from tests.factories.oms import UserFactory, grant
from tests.oms.access.conftest import again

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def rows() -> tuple[int, int, int]:
    tables = (RoleAssignment, StoreUserPermission, WarehouseUserPermission)
    assignments, stores, warehouses = (table._default_manager.count() for table in tables)
    return assignments, stores, warehouses


def test_assignment_tells_who_gave_what_when_until_when(
    user: User, store: Store, now: datetime
) -> None:
    boss = UserFactory.create()
    given = grants.assign_role(
        user.pk, role="finance", place=store, now=now, granted_by=boss, ends_at=now + DAY
    )
    given.refresh_from_db()
    assert (given.user, given.role, given.store) == (user, "finance", store)
    assert (given.granted_by, given.granted_at, given.ends_at) == (boss, now, now + DAY)


def test_given_and_taken_roles_are_evidence(user: User, store: Store, now: datetime) -> None:
    boss = UserFactory.create()
    given = grants.assign_role(user.pk, role="finance", place=store, now=now, granted_by=boss)
    grants.revoke_role(given.pk, now=now + DAY, revoked_by=boss)
    where = {"store": store.pk, "warehouse": None, "department": None, "project": None}
    entries = EvidenceEntry.objects.order_by("pk").values_list("kind", "subject", "facts", "at")
    assert list(entries) == [
        ("role.assign", f"user:{user.pk}", {"role": "finance", **where}, now),
        ("role.revoke", f"user:{user.pk}", {"role": "finance", **where}, now + DAY),
    ]
    assert set(EvidenceEntry.objects.values_list("actor_id", flat=True)) == {boss.pk}


def test_same_role_twice_changes_nothing(user: User, store: Store, now: datetime) -> None:
    first = grants.assign_role(user.pk, role="finance", place=store, now=now, granted_by=None)
    before = rows()
    second = grants.assign_role(
        user.pk, role="finance", place=store, now=now + DAY, granted_by=None
    )
    assert second == first
    assert rows() == before
    assert EvidenceEntry.objects.count() == 1


def test_unknown_role_is_refused(user: User, store: Store, now: datetime) -> None:
    with pytest.raises(UnknownRole):
        grants.assign_role(user.pk, role="owner", place=store, now=now, granted_by=None)
    assert rows() == (0, 0, 0)
    assert not EvidenceEntry.objects.exists()


def test_role_of_a_person_who_does_not_exist_is_refused(store: Store, now: datetime) -> None:
    with pytest.raises(User.DoesNotExist):
        grants.assign_role(0, role="finance", place=store, now=now, granted_by=None)
    assert rows() == (0, 0, 0)


def test_revoked_role_vanishes_and_stays_on_record(
    user: User, store: Store, other: Store, now: datetime
) -> None:
    given = grant(user, "finance", store)
    grant(user, "finance", other)
    grants.revoke_role(given.pk, now=now, revoked_by=None)
    assert not may(again(user), "view_finance", store)
    assert may(again(user), "view_finance", other)
    given.refresh_from_db()
    assert given.revoked_at == now


def test_role_revoked_twice_keeps_its_first_end(user: User, store: Store, now: datetime) -> None:
    given = grant(user, "finance", store)
    for days in (0, 1):
        grants.revoke_role(given.pk, now=now + days * DAY, revoked_by=None)
    given.refresh_from_db()
    assert given.revoked_at == now
    assert EvidenceEntry.objects.filter(kind="role.revoke").count() == 1


def test_revoked_role_can_be_given_again(user: User, store: Store, now: datetime) -> None:
    given = grant(user, "finance", store)
    grants.revoke_role(given.pk, now=now, revoked_by=None)
    assert grant(user, "finance", store) != given
    assert may(again(user), "view_finance", store)


def test_right_that_another_role_gives_stays(user: User, store: Store, now: datetime) -> None:
    given = grant(user, "finance", store)
    grant(user, "auditor", store)
    grants.revoke_role(given.pk, now=now, revoked_by=None)
    assert may(again(user), "view_finance", store)
    assert not may(again(user), "confirm_transfers", store)


def test_role_that_was_over_when_given_gives_nothing(
    user: User, store: Store, now: datetime
) -> None:
    grants.assign_role(user.pk, role="finance", place=store, now=now, granted_by=None, ends_at=now)
    assert not may(again(user), "view_finance", store)


def test_ended_role_vanishes_with_the_next_sweep(user: User, store: Store, now: datetime) -> None:
    grants.assign_role(
        user.pk, role="finance", place=store, now=now, granted_by=None, ends_at=now + DAY
    )
    assert grants.recompute_all(now=now + DAY - timedelta(seconds=1)) == 0
    assert may(again(user), "view_finance", store)
    assert grants.recompute_all(now=now + DAY) == 1
    assert not may(again(user), "view_finance", store)


def test_ended_role_can_be_given_again(user: User, store: Store, now: datetime) -> None:
    grants.assign_role(
        user.pk, role="finance", place=store, now=now, granted_by=None, ends_at=now + DAY
    )
    grants.recompute_all(now=now + DAY)
    grants.assign_role(user.pk, role="finance", place=store, now=now + 2 * DAY, granted_by=None)
    assert may(again(user), "view_finance", store)


def test_role_for_a_time_can_be_prolonged(user: User, store: Store, now: datetime) -> None:
    for ends_at in (now + DAY, now + 9 * DAY):
        grants.assign_role(
            user.pk, role="finance", place=store, now=now, granted_by=None, ends_at=ends_at
        )
    grants.recompute_all(now=now + 2 * DAY)
    assert may(again(user), "view_finance", store)


def test_prolonged_role_is_evidence_of_whoever_prolonged_it(
    user: User, store: Store, now: datetime
) -> None:
    boss = UserFactory.create()
    for ends_at in (now + DAY, now + DAY, None):
        grants.assign_role(
            user.pk, role="finance", place=store, now=now, granted_by=boss, ends_at=ends_at
        )
    assert RoleAssignment.objects.get().ends_at is None
    kinds = EvidenceEntry.objects.order_by("pk").values_list("kind", "actor_id")
    assert list(kinds) == [("role.assign", boss.pk), ("role.prolong", boss.pk)]


def test_role_whose_end_is_moved_to_now_vanishes_at_once(
    user: User, store: Store, now: datetime
) -> None:
    for ends_at in (now + DAY, now):
        grants.assign_role(
            user.pk, role="finance", place=store, now=now, granted_by=None, ends_at=ends_at
        )
    assert not may(again(user), "view_finance", store)


def test_role_that_left_the_table_gives_nothing_and_stops_nobody(
    user: User, store: Store, now: datetime
) -> None:
    old = grant(user, "finance", store)
    old.role = "cashier"
    old.save()
    colleague = UserFactory.create()
    grants.assign_role(
        colleague.pk, role="auditor", place=store, now=now, granted_by=None, ends_at=now + DAY
    )
    assert grants.recompute_all(now=now + DAY) == 2
    assert not may(again(user), "view_finance", store)
    assert not may(again(colleague), "view_finance", store)


def test_role_on_one_place_gives_rights_of_that_kind_only(
    user: User, store: Store, warehouse: Warehouse
) -> None:
    grant(user, "store_manager", store)
    grant(user, "warehouse_staff", warehouse)
    stores = StoreUserPermission.objects.values_list("content_object", flat=True)
    warehouses = WarehouseUserPermission.objects.values_list("permission__codename", flat=True)
    assert set(stores) == {store.pk}
    assert "view_stock" not in warehouses
    assert "pick" in warehouses


def test_grants_of_others_are_left_alone(user: User, store: Store, now: datetime) -> None:
    colleague = UserFactory.create()
    grant(colleague, "finance", store)
    given = grant(user, "finance", store)
    grants.revoke_role(given.pk, now=now, revoked_by=None)
    assert may(again(colleague), "view_finance", store)


def test_grant_written_past_the_roles_is_taken_away(
    user: User, store: Store, other: Store, now: datetime
) -> None:
    grant(user, "finance", store)
    stray = StoreUserPermission.objects.first()
    assert stray is not None
    StoreUserPermission.objects.create(user=user, permission=stray.permission, content_object=other)
    assert grants.recompute_all(now=now) == 1
    assert scope_of(user) == {store.pk}


def scope_of(user: User) -> set[int]:
    rows = StoreUserPermission.objects.filter(user=user)
    return set(rows.values_list("content_object_id", flat=True))
