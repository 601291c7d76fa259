"""The one way to check a right. Missing and forbidden look the same to whoever asks."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from oms.access.roles import STORE_PERMISSIONS, check_permission
from oms.models import (
    Order,
    Store,
    StoreGroupPermission,
    StoreUserPermission,
    User,
    Warehouse,
    WarehouseGroupPermission,
    WarehouseUserPermission,
)
from oms.refusals import Refusal
from oms.statements import Template

Person = User | AnonymousUser


class NotAllowed(Refusal):
    message = _("You do not have the right to do this here (%(permission)s).")


@dataclass(frozen=True, slots=True)
class Scope:
    """A person's rights as sets of ids: ``stores("view_orders")``. Made once per request."""

    by_permission: Mapping[str, frozenset[int]]
    everywhere: Mapping[str, frozenset[int]] | None = None
    """For a superuser: all stores under "store", all warehouses under "warehouse"."""

    def ids(self, permission: str) -> frozenset[int]:
        """Ids of the stores (or warehouses, as the right says) in which the person holds it.

        :raises UnknownPermission: if the right does not exist
        """
        check_permission(permission)
        if self.everywhere is not None:
            return self.everywhere["store" if permission in STORE_PERMISSIONS else "warehouse"]
        return self.by_permission.get(permission, frozenset())

    def allows(self, permission: str, place: Store | Warehouse) -> bool:
        """:raises UnknownPermission: if the right does not exist
        :raises WrongPlace: if it is one of stores and the place a warehouse, or so
        """
        allowed = self.stores if isinstance(place, Store) else self.warehouses
        return place.pk in allowed(permission)

    def stores(self, permission: str) -> frozenset[int]:
        """:raises WrongPlace: if the right is not one of stores"""
        if check_permission(permission) not in STORE_PERMISSIONS:
            raise WrongPlace(permission)
        return self.ids(permission)

    def warehouses(self, permission: str) -> frozenset[int]:
        """:raises WrongPlace: if the right is not one of warehouses"""
        if check_permission(permission) in STORE_PERMISSIONS:
            raise WrongPlace(permission)
        return self.ids(permission)


class WrongPlace(TypeError):
    """A store's right asked of a warehouse: ids would be compared that mean different things."""


_NOTHING = Scope({})


def scope(user: Person) -> Scope:
    """Return the person's rights, looked up once per user object (so once per request)."""
    if isinstance(user, AnonymousUser) or not user.is_active:
        return _NOTHING
    known: Scope | None = user.__dict__.get("_scope")
    if known is None:
        known = user.__dict__["_scope"] = _look_up(user)
    return known


def forget(user: User) -> None:
    """Look up anew next time: for tests and for whoever just changed the person's rights."""
    user.__dict__.pop("_scope", None)


_OWN = (StoreUserPermission, WarehouseUserPermission)
_ANYBODY = -1
_GROUPS = (StoreGroupPermission, WarehouseGroupPermission)


def _look_up(user: User) -> Scope:
    if user.is_superuser:
        everywhere = {
            "store": frozenset(Store.objects.values_list("pk", flat=True)),
            "warehouse": frozenset(Warehouse.objects.values_list("pk", flat=True)),
        }
        return Scope({}, everywhere)
    found: dict[str, set[int]] = defaultdict(set)
    for codename, place_id in _rights().rows({_ANYBODY: user.pk}):
        found[codename].add(place_id)
    return Scope({codename: frozenset(ids) for codename, ids in found.items()})


@cache
def _rights() -> Template:
    """A right's name tells whether the id is a store's or a warehouse's, so one query has them all;
    every request asks it, so it is built once."""
    columns = ("permission__codename", "content_object_id")
    first, *others = (
        *(own.objects.filter(user=_ANYBODY).values_list(*columns) for own in _OWN),
        *(group.objects.filter(group__user=_ANYBODY).values_list(*columns) for group in _GROUPS),
    )
    return Template.of(first.union(*others))


def holders(permission: str, *, store_id: int) -> QuerySet[User]:
    """Return who holds a right in a store, by his own or by a group's: people who can sign in.

    Superusers hold every right and are not meant: the right is nobody's work of theirs.

    :raises WrongPlace: if the right is not one of stores
    """
    if check_permission(permission) not in STORE_PERMISSIONS:
        raise WrongPlace(permission)
    given = {"permission__codename": permission, "content_object": store_id}
    own = StoreUserPermission.objects.filter(user=OuterRef("pk"), **given)
    by_group = StoreGroupPermission.objects.filter(group__user=OuterRef("pk"), **given)
    return User.objects.filter(Exists(own) | Exists(by_group), is_active=True)


def may(user: Person, permission: str, place: Store | Warehouse) -> bool:
    return scope(user).allows(permission, place)


def require(user: Person, permission: str, place: Store | Warehouse) -> None:
    """:raises NotAllowed: if the person does not hold the right in this store or warehouse"""
    if not may(user, permission, place):
        raise NotAllowed(permission=permission)


def require_at(user: Person, permission: str, *, warehouse_id: int) -> None:
    """Check a right in a warehouse of which only the id is at hand.

    :raises NotAllowed: if the person does not hold the right in this warehouse
    """
    if warehouse_id not in scope(user).warehouses(permission):
        raise NotAllowed(permission=permission)


def access_order(user: Person, order_id: int, *, permission: str) -> Order:
    """:raises Order.DoesNotExist: missing and forbidden look the same to the caller"""
    allowed = scope(user).stores(permission)
    return Order.objects.select_related("store").get(pk=order_id, store_id__in=allowed)
