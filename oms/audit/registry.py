"""Which tables are logged field by field: those that people edit in forms.

Orders and documents are not: services change them and say so on the timeline, and an entry for each
of 100,000 orders a day would cost more than taking them in. What could name a person is masked.
"""

from collections.abc import Collection
from contextvars import ContextVar
from typing import Any, NamedTuple

from auditlog.context import auditlog_value
from auditlog.registry import auditlog
from auditlog.signals import post_log, pre_log
from django.db.models import Model

from oms import models


class Place(NamedTuple):
    """The store and the warehouse that a change belongs to: by them it is shown to people."""

    store_id: int | None = None
    warehouse_id: int | None = None


_place: ContextVar[Place | None] = ContextVar("place", default=None)


def place_of(row: Model) -> Place:
    if isinstance(row, models.Store):
        return Place(store_id=row.pk)
    if isinstance(row, models.Warehouse):
        return Place(warehouse_id=row.pk)
    return Place(getattr(row, "store_id", None), getattr(row, "warehouse_id", None))


def note_place(instance: Model | None = None, **_signal: Any) -> None:
    """Have the entry that is about to be written carry the place of its row.

    The library copies values of its context into every entry, and calls those that are functions:
    so each entry takes the place of its own row, and one without a row takes none.
    """
    _place.set(place_of(instance) if instance is not None else None)
    context = auditlog_value.get(None)
    if context is not None:
        context["store_id"] = lambda: (_place.get() or Place()).store_id
        context["warehouse_id"] = lambda: (_place.get() or Place()).warehouse_id


def forget_place(**_signal: Any) -> None:
    _place.set(None)


pre_log.connect(note_place, dispatch_uid="oms.audit.place")
post_log.connect(forget_place, dispatch_uid="oms.audit.place")


def register(
    model: type[Model],
    *,
    leave_out: Collection[str] = (),
    mask: Collection[str] = (),
    sets: Collection[str] = (),
) -> None:
    """Log a table's own columns: the library alone would also list what points to a row."""
    columns = [column.name for column in model._meta.concrete_fields if not column.primary_key]
    auditlog.register(
        model,
        include_fields=[name for name in columns if name not in leave_out],
        mask_fields=list(mask),
        m2m_fields=set(sets),
    )


for _edited in (
    models.Barcode,
    models.Bundle,
    models.BundleComponent,
    models.Category,
    models.Channel,
    models.Delegation,
    models.Listing,
    models.RoleAssignment,
    models.Sku,
    models.StockAllotment,
    models.Store,
):
    register(_edited)

for _set in (models.Department, models.Project):
    register(_set, sets=("stores", "warehouses"))

register(models.Warehouse, mask=("contact_name", "contact_phone"))
register(models.User, leave_out=("last_login", "date_joined"), mask=("password", "email"))
