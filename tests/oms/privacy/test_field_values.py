"""What an encrypted field does with a value, without a table."""

from typing import Any, TypeAlias

import pytest
from django.apps.registry import Apps
from django.core.exceptions import ValidationError
from django.db import connection, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.utils.module_loading import import_string
from hypothesis import given
from hypothesis import strategies as st

from oms.privacy.cipher import UndecryptableValue
from oms.privacy.fields import EncryptedJSONField, EncryptedTextField

AnyField: TypeAlias = "models.Field[Any, Any]"
FLAT = st.none() | st.booleans() | st.integers() | st.text()
DICTS = st.dictionaries(st.text(), FLAT | st.lists(FLAT, max_size=3), max_size=4)


def on_a_model(field: AnyField, *, model: str = "Note", name: str = "secret") -> AnyField:
    """Give the field a model outside the registry of the project."""
    meta = type("Meta", (), {"apps": Apps(), "app_label": "notes"})
    type(model, (models.Model,), {"__module__": __name__, "Meta": meta, name: field})
    return field


def stored(field: AnyField, value: Any) -> Any:
    return field.get_db_prep_save(value, connection)


def read(field: Any, blob: Any) -> Any:
    return field.from_db_value(blob, None, connection)


TEXT = on_a_model(EncryptedTextField(null=True))
FACTS = on_a_model(EncryptedJSONField(null=True))


@given(st.text())
def test_text_comes_back(text: str) -> None:
    blob = stored(TEXT, text)
    assert isinstance(blob, bytes)
    assert read(TEXT, memoryview(blob)) == text


@given(DICTS)
def test_dict_comes_back(facts: dict[str, Any]) -> None:
    assert read(FACTS, stored(FACTS, facts)) == facts


@pytest.mark.parametrize("field", [TEXT, FACTS])
def test_none_is_null(field: AnyField) -> None:
    assert stored(field, None) is None
    assert read(field, None) is None


def test_empty_text_is_not_null() -> None:
    assert read(TEXT, stored(TEXT, "")) == ""


@pytest.mark.parametrize(
    "other",
    [
        on_a_model(EncryptedTextField(), name="other"),
        on_a_model(EncryptedTextField(), model="Letter"),
        on_a_model(EncryptedJSONField(), name="other"),
    ],
)
def test_value_of_another_column_is_refused(other: AnyField) -> None:
    with pytest.raises(UndecryptableValue):
        read(other, stored(TEXT, "{}"))


def test_renamed_column_reads_old_values_by_its_old_context() -> None:
    renamed = on_a_model(EncryptedTextField(context="notes.Note.secret"), model="Letter", name="x")
    assert read(renamed, stored(TEXT, "张三")) == "张三"


@pytest.mark.parametrize(
    ("field", "value"), [(TEXT, 13800138000), (TEXT, b"138"), (FACTS, "138"), (FACTS, ["138"])]
)
def test_value_of_another_type_is_refused_and_not_quoted(field: AnyField, value: Any) -> None:
    with pytest.raises(TypeError, match=type(value).__name__) as refused:
        stored(field, value)
    assert "138" not in str(refused.value)


def test_dict_that_is_no_json_is_refused() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        stored(FACTS, {"weight": float("nan")})


@pytest.mark.parametrize(
    "field",
    [
        EncryptedTextField(),
        EncryptedTextField("name", blank=True, default="", context="notes.Old.name"),
        EncryptedTextField(null=True, editable=True),
        EncryptedJSONField(default=dict, blank=True),
    ],
)
def test_migration_rebuilds_the_field(field: AnyField) -> None:
    _, path, args, kwargs = field.deconstruct()
    rebuilt = import_string(path)(*args, **kwargs)
    assert rebuilt.deconstruct()[1:] == (path, args, kwargs)
    assert (rebuilt.null, rebuilt.blank, rebuilt.editable) == (
        field.null,
        field.blank,
        field.editable,
    )


def test_plain_field_adds_nothing_to_a_migration() -> None:
    _, path, args, kwargs = EncryptedTextField().deconstruct()
    assert (path, list(args), kwargs) == ("oms.privacy.fields.EncryptedTextField", [], {})


def test_added_column_is_filled_with_empty_text() -> None:
    added = on_a_model(EncryptedTextField(blank=True))
    filling = BaseDatabaseSchemaEditor._effective_default(added)  # type: ignore[attr-defined]
    assert read(added, stored(added, filling)) == ""


@pytest.mark.parametrize(
    "field",
    [
        EncryptedTextField(unique=True),
        EncryptedTextField(db_index=True),
        EncryptedTextField(primary_key=True),
    ],
)
def test_order_over_ciphertext_is_refused_by_the_checks(field: AnyField) -> None:
    assert "privacy.E001" in [found.id for found in on_a_model(field).check()]


def test_sound_field_passes_the_checks() -> None:
    assert TEXT.check() == []


def test_empty_text_is_blank() -> None:
    with pytest.raises(ValidationError):
        on_a_model(EncryptedTextField(editable=True)).clean("", None)
    assert on_a_model(EncryptedTextField(editable=True, blank=True)).clean("", None) == ""


def test_form_leaves_the_field_out_unless_asked() -> None:
    assert not EncryptedTextField().editable
    assert EncryptedTextField(editable=True).editable


def test_field_is_named_without_its_value() -> None:
    assert repr(TEXT) == "<oms.privacy.fields.EncryptedTextField: secret>"
