"""What the desk is asked before an act."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from oms.admin.orders.columns import hold_label
from oms.admin.reasons import ReasonForm
from oms.models import OrderHold
from oms.privacy.filters import redact


class HoldIds(forms.MultipleChoiceField):
    """Takes any id: whether that hold is still there the service says, and in its own words."""

    def valid_value(self, value: Any) -> bool:
        text = str(value)
        return text.isascii() and text.isdecimal() and len(text) < 19


class HoldsForm(ReasonForm):
    """Which holds end: those that stood on the page when it was asked, unless one is left out. What
    came or went meanwhile is never ended unseen."""

    holds = HoldIds(
        label=_("holds"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one hold.")},
    )

    def __init__(self, *args: Any, holds: Iterable[OrderHold], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [
            (str(hold.pk), f"{hold_label(hold.code)} {redact(hold.detail)}".strip())
            for hold in holds
        ]
        field = self.fields["holds"]
        field.choices = choices  # type: ignore[attr-defined]
        field.initial = [key for key, _label in choices]
        if len(choices) < 2:
            field.widget = forms.MultipleHiddenInput()
