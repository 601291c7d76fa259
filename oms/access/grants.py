"""Turns role assignments into grants on stores and warehouses: the only writer of either."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q

from oms.access.checks import forget
from oms.access.roles import ROLES
from oms.access.roles import role as role_of
from oms.evidence.append import append
from oms.models import (
    Department,
    Project,
    RoleAssignment,
    Store,
    StoreUserPermission,
    User,
    Warehouse,
    WarehouseUserPermission,
)
from oms.models.locking import atomic_service, lock_row

Place = Store | Warehouse | Department | Project
Grant = tuple[str, int]
"""(codename, id of the store or warehouse)"""

_SCOPE_FIELD: dict[type[Place], str] = {
    Store: "store",
    Warehouse: "warehouse",
    Department: "department",
    Project: "project",
}


@atomic_service
def assign_role(
    user_id: int,
    *,
    role: str,
    place: Place,
    now: datetime,
    granted_by: User | None,
    ends_at: datetime | None = None,
) -> RoleAssignment:
    """Give a person a role on a store, a warehouse or a set of both.

    Given again, it now ends when the new one says (never, for None); an ended one starts anew.

    :raises UnknownRole: if the table of roles does not have it
    """
    role_of(role)
    user = lock_row(User, user_id)
    where = {_SCOPE_FIELD[type(place)]: place}
    active = RoleAssignment.objects.filter(user=user, role=role, revoked_at=None, **where)
    existing = active.first()
    if existing is not None and (existing.ends_at is None or existing.ends_at > now):
        _prolong(existing, ends_at=ends_at, now=now, actor=granted_by)
        recompute(user, now=now)
        return existing
    if existing is not None:
        _end(existing, now=now, actor=granted_by)
    assignment = RoleAssignment.objects.create(
        user=user, role=role, granted_by=granted_by, granted_at=now, ends_at=ends_at, **where
    )
    _note("role.assign", assignment, now=now, actor=granted_by)
    recompute(user, now=now)
    return assignment


@atomic_service
def revoke_role(assignment_id: int, *, now: datetime, revoked_by: User | None) -> None:
    """Take a role away; what it allowed is gone with the next request, in every session."""
    user_id = RoleAssignment.objects.values_list("user_id", flat=True).get(pk=assignment_id)
    user = lock_row(User, user_id)
    assignment = RoleAssignment.objects.get(pk=assignment_id)
    if assignment.revoked_at is None:
        _end(assignment, now=now, actor=revoked_by)
    recompute(user, now=now)


def _end(assignment: RoleAssignment, *, now: datetime, actor: User | None) -> None:
    assignment.revoked_at, assignment.revoked_by = now, actor
    assignment.save(update_fields=["revoked_at", "revoked_by"])
    _note("role.revoke", assignment, now=now, actor=actor)


def _prolong(
    assignment: RoleAssignment, *, ends_at: datetime | None, now: datetime, actor: User | None
) -> None:
    if assignment.ends_at != ends_at:
        assignment.ends_at = ends_at
        assignment.save(update_fields=["ends_at"])
        _note("role.prolong", assignment, now=now, actor=actor)


@atomic_service
def recompute_all(*, now: datetime, place: Department | Project | None = None) -> int:
    """Bring everybody's grants in line, or of those with a role on a set whose members changed.

    Runs on a schedule too, so that a role with an end ends. Return how many people changed.
    """
    assignments = RoleAssignment.objects.all()
    if place is not None:
        above = _with_parents(place.pk) if isinstance(place, Department) else [place.pk]
        assignments = assignments.filter(**{f"{_SCOPE_FIELD[type(place)]}__in": above})
    people = User.objects.filter(pk__in=assignments.values("user")).order_by("pk")
    return sum(recompute(user, now=now) for user in people.select_for_update(no_key=True))


def recompute(user: User, *, now: datetime) -> bool:
    """Make the person's grants equal to what the assignments say; return whether any changed."""
    stores, warehouses = set[Grant](), set[Grant]()
    assignments = RoleAssignment.objects.filter(user=user, revoked_at=None).filter(
        Q(ends_at=None) | Q(ends_at__gt=now)
    )
    for assignment in assignments:
        role = ROLES.get(assignment.role)
        if role is None:
            continue  # it left the table: it gives nothing, and stops nobody else's sweep
        members = _members(assignment)
        stores |= {(name, pk) for name in role.on_stores for pk in members.stores}
        warehouses |= {(name, pk) for name in role.on_warehouses for pk in members.warehouses}
    changed = _sync(StoreUserPermission, Store, user, stores)
    changed |= _sync(WarehouseUserPermission, Warehouse, user, warehouses)
    forget(user)
    return changed


@dataclass(frozen=True, slots=True)
class _Members:
    stores: frozenset[int]
    warehouses: frozenset[int]


def _members(assignment: RoleAssignment) -> _Members:
    if assignment.store_id:
        return _Members(frozenset({assignment.store_id}), frozenset())
    if assignment.warehouse_id:
        return _Members(frozenset(), frozenset({assignment.warehouse_id}))
    if assignment.project_id:
        return _members_of(Project, [assignment.project_id])
    assert assignment.department_id is not None  # noqa: S101  # the table's constraint says so
    return _members_of(Department, _with_children(assignment.department_id))


def _members_of(model: type[Department] | type[Project], ids: Iterable[int]) -> _Members:
    of_these = {f"{_SCOPE_FIELD[model]}__in": list(ids)}
    return _Members(
        frozenset(Store.objects.filter(**of_these).values_list("pk", flat=True)),
        frozenset(Warehouse.objects.filter(**of_these).values_list("pk", flat=True)),
    )


def _with_children(department_id: int) -> list[int]:
    found, level = [department_id], [department_id]
    while level:
        below = Department.objects.filter(parent__in=level).exclude(pk__in=found)
        level = list(below.values_list("pk", flat=True))
        found += level
    return found


def _with_parents(department_id: int) -> list[int]:
    found: list[int] = []
    current: int | None = department_id
    while current is not None and current not in found:
        found.append(current)
        parents = Department.objects.filter(pk=current)
        current = parents.values_list("parent_id", flat=True).first()
    return found


def _sync(
    table: type[StoreUserPermission] | type[WarehouseUserPermission],
    model: type[Store] | type[Warehouse],
    user: User,
    wanted: set[Grant],
) -> bool:
    """Write the difference only: rows that stay right are never touched."""
    rows = table.objects.filter(user=user)
    columns = ("pk", "permission__codename", "content_object_id")
    held = {(codename, place): pk for pk, codename, place in rows.values_list(*columns)}
    table.objects.filter(pk__in=[pk for grant, pk in held.items() if grant not in wanted]).delete()
    content_type = ContentType.objects.get_for_model(model)
    permissions = dict(
        Permission.objects.filter(content_type=content_type).values_list("codename", "pk")
    )
    table.objects.bulk_create(
        table(user=user, permission_id=permissions[codename], content_object_id=place)
        for codename, place in sorted(wanted - held.keys())
    )
    return held.keys() != wanted


def _note(kind: str, assignment: RoleAssignment, *, now: datetime, actor: User | None) -> None:
    facts = {
        "role": assignment.role,
        "store": assignment.store_id,
        "warehouse": assignment.warehouse_id,
        "department": assignment.department_id,
        "project": assignment.project_id,
    }
    append(kind, f"user:{assignment.user_id}", at=now, actor=actor, facts=facts)
