"""The database itself refuses what must never stand in it, whoever writes it."""

from collections.abc import Iterable, Mapping
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, models, transaction
from django.db.models import CheckConstraint, UniqueConstraint

from tests.oms.models.checks import ALLOWED, CHECKS
from tests.oms.models.samples import SAMPLES

pytestmark = pytest.mark.django_db

Model = type[models.Model]
MODELS = list(apps.get_app_config("oms").get_models())
OWN = [(model, constraint) for model in MODELS for constraint in model._meta.constraints]
OF_CHECK = {c.name: model for model, c in OWN if isinstance(c, CheckConstraint)}
UNIQUE = {c.name: (model, c) for model, c in OWN if isinstance(c, UniqueConstraint)}
# An expression names its columns only inside functions.
EXPRESSED = {
    "role_once_while_active": ("user", "role", "store", "warehouse", "department", "project"),
    "allotment_once": ("sku", "kind", "store", "channel"),
}
COLUMNS = [
    (model, field.name)
    for model in MODELS
    for field in model._meta.fields
    if field.unique and not field.primary_key
]
TOGETHER = [(model, tuple(names)) for model in MODELS for names in model._meta.unique_together]
COUNTERS = [
    (model, field.name)
    for model in SAMPLES
    for field in model._meta.fields
    if isinstance(field, models.PositiveIntegerField | models.PositiveSmallIntegerField)
]


def everything(model: Model) -> list[dict[str, Any]]:
    return list(model._base_manager.order_by("pk").values())


def write(row: models.Model, values: Mapping[str, Any]) -> None:
    """Write past every validator; a savepoint keeps the test's transaction usable."""
    with transaction.atomic():
        ready = {name: value() if callable(value) else value for name, value in values.items()}
        type(row)._base_manager.filter(pk=row.pk).update(**ready)


def refusal(row: models.Model, values: Mapping[str, Any]) -> str:
    """Return the database's complaint, having seen that nothing changed."""
    before = everything(type(row))
    with pytest.raises(IntegrityError) as refused:
        write(row, values)
    assert everything(type(row)) == before
    diagnosis = getattr(refused.value.__cause__, "diag", None)
    return str(refused.value if diagnosis is None else diagnosis.constraint_name)


def same(row: models.Model, names: Iterable[str]) -> dict[str, Any]:
    values = {name: getattr(row, name) for name in names}
    assert any(value is not None for value in values.values()), "the sample shows nothing"
    return values


def columns_of(constraint: UniqueConstraint) -> tuple[str, ...]:
    return tuple(constraint.fields) or EXPRESSED[constraint.name]


def column_of(model: Model, field: str) -> str:
    column = model._meta.get_field(field).column  # type: ignore[union-attr]  # ours are columns
    return str(column)


def names_it(complaint: str, model: Model, name: str, fields: Iterable[str]) -> bool:
    """SQLite names a unique index by its columns, unless an expression is in it."""
    if connection.vendor == "postgresql" or name in complaint:
        return name in complaint
    table = model._meta.db_table
    listed = (f"{table}.{column_of(model, field)}" for field in fields)
    return complaint == f"UNIQUE constraint failed: {', '.join(listed)}"


@pytest.mark.parametrize(
    ("name", "values"),
    [pytest.param(n, v, id=f"{n}-{'-'.join(v)}") for n, each in CHECKS.items() for v in each],
)
def test_check_refuses(name: str, values: Mapping[str, Any]) -> None:
    assert name in refusal(SAMPLES[OF_CHECK[name]](), values)


@pytest.mark.parametrize("name", UNIQUE)
def test_second_one_is_refused(name: str) -> None:
    model, constraint = UNIQUE[name]
    first, second = SAMPLES[model](), SAMPLES[model]()
    fields = columns_of(constraint)
    assert names_it(refusal(second, same(first, fields)), model, name, fields)


@pytest.mark.parametrize("name", ALLOWED)
def test_second_one_is_allowed_where_it_does_not_count(name: str) -> None:
    model, constraint = UNIQUE[name]
    first, second = SAMPLES[model](), SAMPLES[model]()
    write(second, {**same(first, columns_of(constraint)), **ALLOWED[name]})
    assert model._base_manager.filter(pk__in=[first.pk, second.pk]).count() == 2


@pytest.mark.parametrize(("model", "field"), COLUMNS)
def test_column_is_unique(model: Model, field: str) -> None:
    first, second = SAMPLES[model](), SAMPLES[model]()
    assert column_of(model, field) in refusal(second, same(first, [field]))


@pytest.mark.parametrize(("model", "fields"), TOGETHER)
def test_columns_are_unique_together(model: Model, fields: tuple[str, ...]) -> None:
    first, second = SAMPLES[model](), SAMPLES[model]()
    assert "permission_id" in refusal(second, same(first, fields))


@pytest.mark.parametrize(("model", "field"), COUNTERS)
def test_count_never_falls_below_zero(model: Model, field: str) -> None:
    refusal(SAMPLES[model](), {field: -1})


def test_no_check_is_untested() -> None:
    assert set(CHECKS) == set(OF_CHECK)


def test_every_allowance_is_of_a_constraint_of_ours() -> None:
    conditional = {name for name, (_m, c) in UNIQUE.items() if c.condition is not None}
    assert conditional <= set(ALLOWED) <= set(UNIQUE)


def test_every_guarded_table_has_a_sample() -> None:
    guarded = {model for model, *_ in (*OWN, *COLUMNS, *TOGETHER)}
    assert guarded <= set(SAMPLES)
