"""What an account consists of, as data: a form is drawn from it and what is entered is checked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise

Credentials = Mapping[str, str]
Label = str | Promise


@dataclass(frozen=True, slots=True, kw_only=True)
class CredentialField:
    """One thing a person enters to connect an account."""

    name: str
    label: Label
    secret: bool = False
    required: bool = True
    default: str = ""
    choices: tuple[tuple[str, Label], ...] = ()


class BadCredentials(ValueError):
    """The account is not filled in so that it could work; the text is for the operator."""


def complete(credentials: Credentials, fields: Sequence[CredentialField]) -> dict[str, str]:
    """Fill in defaults and drop nothing.

    :raises BadCredentials: a required value is missing, or a choice is none of the choices
    """
    full = {**credentials}
    for entry in fields:
        value = full.get(entry.name, "").strip() or entry.default
        if not value and entry.required:
            raise BadCredentials(f"缺少{entry.label}（{entry.name}）")
        if entry.choices and value not in {choice for choice, _ in entry.choices}:
            raise BadCredentials(f"{entry.label}的值 {value!r} 不在可选范围内")
        full[entry.name] = value
    return full
