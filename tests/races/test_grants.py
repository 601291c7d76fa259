from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial

import pytest
from django.db import connection, transaction

from oms.access import grants
from oms.access.checks import may
from oms.models import (
    Department,
    EvidenceEntry,
    Order,
    RoleAssignment,
    StoreUserPermission,
    TimelineEntry,
    User,
)
from oms.transitions import fire_many
from tests.factories.oms import OrderFactory, StoreFactory, UserFactory, grant
from tests.races.together import closing, queued_behind, refusals, together

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


def test_role_given_twice_at_once_is_one_assignment(now: datetime) -> None:
    user, store = UserFactory.create(), StoreFactory.create()
    give = partial(
        grants.assign_role, user.pk, role="finance", place=store, now=now, granted_by=None
    )
    first, second = queued_behind(user, give, give)
    assert first == second == RoleAssignment.objects.get()
    assert EvidenceEntry.objects.count() == 1


def test_two_roles_given_at_once_both_hold(now: datetime) -> None:
    user, store = UserFactory.create(), StoreFactory.create()
    give = partial(grants.assign_role, user.pk, place=store, now=now, granted_by=None)
    results = queued_behind(
        user, partial(give, role="customer_service"), partial(give, role="auditor")
    )
    assert refusals(results) == []
    assert may(user, "edit_orders", store)
    assert may(user, "view_finance", store)


def test_role_taken_while_another_is_given_leaves_the_other(now: datetime) -> None:
    user, store = UserFactory.create(), StoreFactory.create()
    old = grant(user, "finance", store)
    results = queued_behind(
        user,
        partial(grants.revoke_role, old.pk, now=now, revoked_by=None),
        partial(grants.assign_role, user.pk, role="auditor", place=store, now=now, granted_by=None),
    )
    assert refusals(results) == []
    person = User.objects.get(pk=user.pk)
    assert may(person, "view_finance", store)
    assert not may(person, "confirm_transfers", store)


def test_sweep_does_not_hold_up_the_work_of_people(now: datetime) -> None:
    """Whatever names its actor asks that person's row to stay: a sweep must not forbid that."""
    person, store, order = UserFactory.create(), StoreFactory.create(), OrderFactory.create()
    grant(person, "finance", store)

    def approve() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '5s'")
        fire_many(Order, [order.pk], "approve", now=now, actor=person)

    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        grants.recompute_all(now=now)
        pool.submit(closing, approve).result()
    assert TimelineEntry.objects.get(action="approve").actor == person


def test_sweep_and_a_new_role_at_once_lose_nothing(now: datetime) -> None:
    company = Department.objects.create(code="company", name="Company")
    people = UserFactory.create_batch(3)
    for person in people:
        grant(person, "finance", company)
    store, own = StoreFactory.create_batch(2)
    company.stores.add(store)
    give = partial(grants.assign_role, people[0].pk, role="auditor", place=own)
    results = together(
        partial(grants.recompute_all, now=now, place=company),
        partial(grants.recompute_all, now=now),
        partial(give, now=now, granted_by=None),
    )
    assert refusals(results) == []
    rows = StoreUserPermission.objects.filter(permission__codename="view_finance")
    held = set(rows.values_list("user", "content_object"))
    expected = {(person.pk, store.pk) for person in people} | {(people[0].pk, own.pk)}
    assert held == expected
