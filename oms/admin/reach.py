"""How far a person's rights reach into a table: by the store or warehouse each row belongs to."""

from collections.abc import Iterable
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, TypeVar, cast

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest

from oms.access.checks import scope
from oms.models import User

M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class Reach:
    """Rows whose ``path`` ("store_id", "order__store_id") is a place in which the person holds one
    of ``permissions``; rights on stores and on warehouses are never mixed in one reach."""

    path: str
    permissions: tuple[str, ...]

    def ids(self, user: User) -> frozenset[int]:
        rights = scope(user)
        return frozenset().union(*(rights.ids(name) for name in self.permissions))

    def place_of(self, row: Model) -> Any:
        """Return the id of the row's store or warehouse; None if it has none."""
        try:
            return attrgetter(self.path.replace("__", "."))(row)
        except (AttributeError, ObjectDoesNotExist):
            return None


def person(request: HttpRequest) -> User:
    """Return who is signed in: the admin lets nobody else this far."""
    return cast("User", request.user)


def holds(request: HttpRequest, place_id: int, permission: str) -> bool:
    """Tell whether the person has a right in this store or warehouse."""
    return place_id in scope(person(request)).ids(permission)


def sees_everything(user: User) -> bool:
    return user.is_active and user.is_superuser


def reaches_any(user: User, reaches: Iterable[Reach]) -> bool:
    return sees_everything(user) or any(reach.ids(user) for reach in reaches)


def covers(user: User, row: Model, reaches: Iterable[Reach]) -> bool:
    if sees_everything(user):
        return True
    return any(reach.place_of(row) in reach.ids(user) for reach in reaches)


def visible(rows: QuerySet[M], user: User, reaches: Iterable[Reach]) -> QuerySet[M]:
    """Return the rows that the person may see; none if no right reaches them."""
    if sees_everything(user):
        return rows
    wanted = Q(pk__in=[])
    for reach in reaches:
        wanted |= Q(**{f"{reach.path}__in": sorted(reach.ids(user))})
    return rows.filter(wanted)
