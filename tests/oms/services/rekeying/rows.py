"""A row of every table that holds anything sealed, with a secret in each of its sealed columns."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

from django.db.models import Field, Model

from oms.models import Order
from oms.privacy.fields import EncryptedJSONField, SealedField
from oms.services.rekeying.columns import Table
from tests.factories.basics import NOW
from tests.factories.oms import OrderFactory
from tests.factories.warehouse import CarrierAccountFactory
from warehouse.models import CarrierAccount

SECRET = "敏感内容-13800001234"
_NOBODY = 987_654_321
"""A row that is not there: such a key is looked at when the transaction ends, and by then the row
that named it is gone again."""
_PLAIN: dict[str, Any] = {
    "DateTimeField": NOW,
    "DateField": NOW.date(),
    "UUIDField": "00000000-0000-4000-8000-000000000000",
    "DecimalField": Decimal(1),
    "BooleanField": False,
    "JSONField": {},
}


def secret_of(field: "SealedField[Any, Any]") -> Any:
    return {"secret": SECRET} if isinstance(field, EncryptedJSONField) else SECRET


_MAKERS: dict[type[Model], Callable[[], Model]] = {
    Order: OrderFactory.create,
    CarrierAccount: CarrierAccountFactory.create,
}


@contextmanager
def row_of(table: Table) -> Iterator[Model]:
    """Write one row, past every rule but those of the database."""
    row = _MAKERS.get(table.model, lambda: _row(table))()
    for field in table.fields:
        setattr(row, field.name, secret_of(field))
    row.save(update_fields=[field.name for field in table.fields])
    yield row
    if table.model not in _MAKERS:
        rows: Any = table.model._base_manager.all()
        rows._raw_delete(using=rows.db)


def _row(table: Table) -> Model:
    values = {
        field.attname: _value(field)
        for field in table.model._meta.concrete_fields
        if not (field.primary_key or field.null or field.has_default())
    }
    row = table.model(**values)
    table.model._base_manager.bulk_create([row])
    return row


def contents(table: Table, row: Model) -> dict[str, Any]:
    """Read its sealed columns the way the shop does."""
    names = [field.name for field in table.fields]
    found: dict[str, Any] = table.model._base_manager.filter(pk=row.pk).values(*names).get()
    return found


def expected(table: Table) -> dict[str, Any]:
    return {field.name: secret_of(field) for field in table.fields}


def _value(field: "Field[Any, Any]") -> Any:
    if field.is_relation:
        return _NOBODY
    kind = field.get_internal_type()
    if kind in ("CharField", "TextField", "SlugField", "BinaryField"):
        return "1"[: field.max_length]
    return _PLAIN.get(kind, 1)
