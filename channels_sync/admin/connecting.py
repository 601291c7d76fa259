"""The forms of a connection: which keys are asked for depends on the platform."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from channels_sync.connectors.installed import connectors
from channels_sync.models import StoreConnection
from channels_sync.services.connecting import merged
from oms.admin.base import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget
from oms.admin.credentials import credential_fields, entered, field_name
from oms.integration.credentials import CredentialField
from oms.refusals import Refusal


def keys_of(kind: str) -> tuple[CredentialField, ...]:
    """List what the platform wants entered."""
    return connectors.get(kind).credential_fields if kind in connectors else ()


class NewConnectionForm(forms.ModelForm):  # type: ignore[type-arg]
    """Which store goes to which platform; its keys are asked for on the next page."""

    class Meta:
        model = StoreConnection
        fields = ("store", "kind")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"] = forms.ChoiceField(
            label=_("platform"),
            choices=[(one.kind, _(one.label)) for one in connectors],
            widget=UnfoldAdminSelectWidget(),
        )


class ConnectionForm(forms.ModelForm):  # type: ignore[type-arg]
    """Address, switch and the platform's keys."""

    keys: dict[str, str]
    """What was entered, once the form is valid."""
    base_url = forms.URLField(
        label=_("address"),
        required=False,
        assume_scheme="https",
        help_text=_("Empty: the platform's own address."),
        widget=UnfoldAdminTextInputWidget(),
    )

    class Meta:
        model = StoreConnection
        fields = ("base_url", "is_active")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._asked = keys_of(self.instance.kind)
        self.fields.update(credential_fields(self._asked, known=self.instance.credentials))

    @staticmethod
    def key_names(kind: str) -> tuple[str, ...]:
        return tuple(field_name(entry) for entry in keys_of(kind))

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        self.keys = entered(self._asked, data=data)
        try:
            merged(
                self.instance,
                entered=self.keys,
                base_url=data.get("base_url") or "",
                is_active=bool(data.get("is_active")),
            )
        except Refusal as refusal:
            raise ValidationError(str(refusal)) from refusal
        return data
