"""In which warehouse somebody works just now."""

from django.http import HttpRequest

from oms.access.checks import scope
from oms.models import User, Warehouse
from warehouse.mobile.screens.catalogue import STATIONS, Station
from warehouse.mobile.security import worker

SESSION_KEY = "warehouse_id"


def workplaces(user: User) -> list[Warehouse]:
    """Return the warehouses in which the person can use any station."""
    rights = scope(user)
    allowed = frozenset().union(*(rights.ids(row.permission) for row in STATIONS.values()))
    return list(Warehouse.objects.filter(pk__in=allowed, is_active=True).order_by("code"))


def current(request: HttpRequest) -> Warehouse | None:
    """Return the chosen warehouse, or the first one; None if there is none to work in."""
    places = workplaces(worker(request))
    chosen = request.session.get(SESSION_KEY)
    return next((place for place in places if place.pk == chosen), next(iter(places), None))


def choose(request: HttpRequest, warehouse_id: int) -> bool:
    """Work somewhere else from now on; return whether the person may."""
    if all(place.pk != warehouse_id for place in workplaces(worker(request))):
        return False
    request.session[SESSION_KEY] = warehouse_id
    return True


def stations(user: User, warehouse: Warehouse) -> list[Station]:
    """Return what the person can do in a warehouse."""
    rights = scope(user)
    return [row for row in STATIONS.values() if warehouse.pk in rights.ids(row.permission)]
