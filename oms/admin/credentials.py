"""Form fields for what an account consists of. A secret is only ever replaced, never shown."""

from collections.abc import Iterable, Mapping

from django import forms
from django.utils.translation import gettext_lazy as _

from oms.admin.base import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget
from oms.integration.credentials import CredentialField

_PREFIX = "credential_"
_LONGEST = 1000


def field_name(entry: CredentialField) -> str:
    """Return the name of the form field."""
    return f"{_PREFIX}{entry.name}"


def credential_fields(
    entries: Iterable[CredentialField], *, known: Mapping[str, str]
) -> dict[str, forms.Field]:
    """Draw the fields; what is known of a secret shows only that it is there."""
    return {field_name(entry): _field(entry, known.get(entry.name, "")) for entry in entries}


def entered(entries: Iterable[CredentialField], *, data: Mapping[str, object]) -> dict[str, str]:
    """Return what a person filled in; an empty field leaves what is there."""
    told = {entry.name: str(data.get(field_name(entry)) or "").strip() for entry in entries}
    return {name: text for name, text in told.items() if text}


def _field(entry: CredentialField, known: str) -> forms.Field:
    if entry.choices:
        return forms.ChoiceField(
            label=str(entry.label),
            choices=entry.choices,
            required=False,
            initial=known or entry.default,
            widget=UnfoldAdminSelectWidget(),
        )
    return forms.CharField(
        label=str(entry.label),
        required=False,
        initial="" if entry.secret else known or entry.default,
        help_text=_("Entered. Leave empty to keep it.") if entry.secret and known else "",
        max_length=_LONGEST,
        widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "off"}),
    )
