"""Who may import which list, and for which stores or warehouses."""

from django.utils.translation import gettext_lazy as _

from oms.access.checks import NotAllowed, Person, scope
from oms.models import Store, User, Warehouse
from oms.refusals import Refusal
from oms.services.sheets.kinds import SheetKind, Where

Place = Store | Warehouse
_RIGHT = {
    Where.EVERYWHERE: "manage_store",
    Where.STORE: "manage_store",
    Where.WAREHOUSE: "manage_warehouse",
}


class NoPlace(Refusal):
    message = _("Say for which store or warehouse the list is.")


def may_import(kind: SheetKind, *, user: Person, place_id: int | None) -> bool:
    """Tell whether a person may import a list; goods belong to no store, so one anywhere counts."""
    if kind.where is Where.EVERYWHERE:
        is_superuser = isinstance(user, User) and user.is_active and user.is_superuser
        return is_superuser or bool(scope(user).ids(_RIGHT[kind.where]))
    return place_id in scope(user).ids(_RIGHT[kind.where])


def may_import_any(kind: SheetKind, *, user: Person) -> bool:
    """Tell whether there is any place for which the person may import the list."""
    if kind.where is Where.EVERYWHERE:
        return may_import(kind, user=user, place_id=None)
    return bool(scope(user).ids(_RIGHT[kind.where]))


def require_import(kind: SheetKind, *, user: Person, place_id: int | None) -> None:
    """:raises NotAllowed: if the person may not import the list for this place
    :raises NoPlace: if it is one of a place and none is named
    """
    check_place(kind, place_id=place_id)
    if not may_import(kind, user=user, place_id=place_id):
        raise NotAllowed(permission=_RIGHT[kind.where])


def check_place(kind: SheetKind, *, place_id: int | None) -> None:
    """:raises NoPlace: if a place is named where none belongs, or the other way round"""
    if (place_id is None) is not (kind.where is Where.EVERYWHERE):
        raise NoPlace


def places(kind: SheetKind, *, user: Person) -> list[Place]:
    """Return the stores or warehouses for which the person may import the list."""
    if kind.where is Where.EVERYWHERE:
        return []
    model = Store if kind.where is Where.STORE else Warehouse
    allowed = scope(user).ids(_RIGHT[kind.where])
    return list(model.objects.filter(pk__in=allowed, is_active=True).order_by("code"))


def place_of(kind: SheetKind, *, place_id: int | None) -> Place | None:
    if place_id is None:
        return None
    model = Store if kind.where is Where.STORE else Warehouse
    return model.objects.filter(pk=place_id).first()
