"""Database columns that hold personal data encrypted; in Python they are clear text.

A column cannot be searched, sorted or made unique: equal texts are stored as different bytes. Put
the fingerprint of a value in a column of its own and search that.
"""

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

from django.core.checks import CheckMessage, Error
from django.core.exceptions import FieldError
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model
from django.db.models.lookups import Exact, Lookup

from oms.privacy.keys import keyring

_ST = TypeVar("_ST", contravariant=True)
_GT = TypeVar("_GT", covariant=True)

if TYPE_CHECKING:
    _Field = models.Field
    _Exact = Exact[Any]
else:
    _Exact = Exact

    class _Field(models.Field):
        def __class_getitem__(cls, _types: object) -> type:
            return cls


class ClearTextRefused(Exception):
    """Something asked a model to write personal data in clear, such as ``dumpdata``."""


class SealedField(_Field[_ST, _GT]):
    """Keep what ``_to_text`` makes of a value, encrypted for this column alone.

    ``context`` binds the stored bytes to "app.Model.field"; name the old one when a model or field
    is renamed, or the rows written before cannot be read. No form offers the field unless it is
    made editable: personal data is masked, and revealed one at a time.
    """

    def __init__(self, *args: Any, context: str = "", **kwargs: Any) -> None:
        self._given_context = context
        super().__init__(*args, **{"editable": False} | kwargs)

    @property
    def context(self) -> str:
        """What the cipher authenticates with every value of this column."""
        return self._given_context or f"{self.model._meta.label}.{self.name}"

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        """Describe the field for migrations."""
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("editable", None)
        if self.editable:
            kwargs["editable"] = True
        if self._given_context:
            kwargs["context"] = self._given_context
        return name, path, args, kwargs

    def check(self, **kwargs: Any) -> list[CheckMessage]:
        """Refuse what random ciphertext cannot give: uniqueness and an index."""
        found = super().check(**kwargs)
        if self.unique or getattr(self, "db_index", False):
            hint = "Make the column of its fingerprint unique or indexed instead."
            found.append(Error("An encrypted column has no order.", hint, self, "privacy.E001"))
        return found

    def get_internal_type(self) -> str:
        """Return the type of column: bytes."""
        return "BinaryField"

    def value_to_string(self, obj: Model) -> NoReturn:
        """Refuse to serialize.

        :raises ClearTextRefused: always; back up the database instead, where it stays encrypted
        """
        raise ClearTextRefused(f"{self.context} is encrypted and is never serialized.")

    def get_prep_value(self, value: Any) -> bytes | None:
        """Return the encrypted value, or None for None.

        :raises TypeError: if the value is of another type
        """
        value = super().get_prep_value(value)
        if value is None:
            return None
        # An added column that may be blank is filled with b"" by migrations.
        return keyring().encrypt("" if value == b"" else self._to_text(value), self.context)

    def from_db_value(self, value: Any, expression: object, connection: BaseDatabaseWrapper) -> Any:
        """Return the clear value of stored bytes.

        :raises UndecryptableValue: if key, column or bytes do not fit
        """
        if value is None:
            return None
        return self._from_text(keyring().decrypt(bytes(value), self.context))

    def get_lookup(self, lookup_name: str) -> "type[Lookup[Any]] | None":
        """Return a lookup for None only; every other one raises FieldError when it is used."""
        found = super().get_lookup(lookup_name)
        if found is None or lookup_name == "isnull":
            return found
        return _OnlyNone

    def _to_text(self, value: Any) -> str:
        raise NotImplementedError

    def _from_text(self, text: str) -> Any:
        raise NotImplementedError


class EncryptedTextField(SealedField[_ST, _GT]):
    """Text, encrypted. An empty text stays an empty text; None is NULL."""

    description = "Encrypted text"
    _pyi_private_set_type: str
    _pyi_private_get_type: str

    def _to_text(self, value: Any) -> str:
        if not isinstance(value, str):
            raise TypeError(f"{self.context} takes text, not {type(value).__name__}.")
        return value

    def _from_text(self, text: str) -> str:
        return text


class EncryptedJSONField(SealedField[_ST, _GT]):
    """A small dict of JSON values, encrypted as a whole."""

    description = "Encrypted JSON"
    empty_strings_allowed = False
    _pyi_private_set_type: dict[str, Any]
    _pyi_private_get_type: dict[str, Any]

    def _to_text(self, value: Any) -> str:
        if not isinstance(value, dict):
            raise TypeError(f"{self.context} takes a dict, not {type(value).__name__}.")
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)

    def _from_text(self, text: str) -> dict[str, Any]:
        value: dict[str, Any] = json.loads(text)
        return value


class _OnlyNone(_Exact):
    """``field=None``; anything else would compare with bytes that differ every time."""

    def __init__(self, lhs: Any, rhs: Any) -> None:
        if rhs is not None:
            raise FieldError(
                f"{lhs.output_field.context} is encrypted: only isnull works. "
                "Search the column that holds its fingerprint."
            )
        super().__init__(lhs, rhs)
