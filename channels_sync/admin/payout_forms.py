"""The forms of a payout statement: whose it is, and which column means what."""

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from channels_sync.connectors.payouts.codes import PRESETS
from channels_sync.connectors.payouts.options import Basis, PayoutField, PayoutOptions
from channels_sync.services.payouts.uploading import Glance
from oms.admin.base import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget
from oms.admin.uploads import FileDrop
from oms.models import Store

F = PayoutField
LABELS = {
    F.ORDER_NO: _("order number"),
    F.AT: _("time of the entry"),
    F.AMOUNT: _("amount with its sign"),
    F.INCOME: _("money in"),
    F.OUTGO: _("money out"),
    F.REFUND: _("refund"),
    F.FEE: _("fee"),
    F.WORD: _("kind of the entry"),
    F.DIRECTION: _("direction (in or out)"),
    F.TRANSACTION_NO: _("transaction number"),
    F.REFUND_NO: _("refund number"),
    F.CURRENCY: _("currency"),
}


class UploadForm(forms.Form):
    store = forms.ModelChoiceField(
        Store.objects.none(), label=_("Store"), widget=UnfoldAdminSelectWidget(), empty_label=None
    )
    file = forms.FileField(
        label=_("File"),
        widget=FileDrop(accept=".csv,.txt,.xlsx,.parquet"),
    )

    def __init__(self, *args: Any, stores: QuerySet[Store], **told: Any) -> None:
        super().__init__(*args, **told)
        self.fields["store"].queryset = stores  # type: ignore[attr-defined]


class ColumnsForm(forms.Form):
    """``columns()`` are the selects of the columns, ``settings()`` the fields beside them."""

    preset = forms.ChoiceField(
        label=_("Statement of"),
        choices=[(preset.key, preset.label) for preset in PRESETS],
        widget=UnfoldAdminSelectWidget(),
    )
    basis = forms.ChoiceField(
        label=_("An order stands in it"),
        choices=(
            (Basis.SETTLEMENT.value, _("once it is completed and settled")),
            (Basis.PAYMENT.value, _("as soon as it is paid")),
        ),
        widget=UnfoldAdminSelectWidget(),
    )
    timezone = forms.CharField(
        label=_("Time zone of the file"), max_length=64, widget=UnfoldAdminTextInputWidget()
    )
    date_format = forms.CharField(
        label=_("Date format"),
        required=False,
        max_length=40,
        help_text=_("Empty for 2026-11-11 09:30 or 2026/11/11; else like %d/%m/%Y %H:%M."),
        widget=UnfoldAdminTextInputWidget(),
    )
    fees_deducted = forms.BooleanField(
        label=_("Fees in their column are negative where they are taken"), required=False
    )

    def __init__(self, *args: Any, seen: Glance, options: PayoutOptions, **told: Any) -> None:
        self._currency = options.currency
        initial = {
            "preset": options.preset,
            "basis": options.basis.value,
            "timezone": options.timezone,
            "date_format": options.date_format,
            "fees_deducted": options.fees_deducted,
        }
        super().__init__(*args, **{"initial": initial} | told)
        choices = [("", "—"), *((name, name) for name in seen.header)]
        for field, label in LABELS.items():
            self.fields[f"column_{field}"] = forms.ChoiceField(
                label=label,
                choices=choices,
                required=False,
                initial=options.columns.get(field, ""),
                widget=UnfoldAdminSelectWidget(),
            )

    def clean_timezone(self) -> str:
        zone: str = self.cleaned_data["timezone"].strip()
        if zone not in available_timezones():
            unknown = forms.ChoiceField.default_error_messages["invalid_choice"]
            raise forms.ValidationError(unknown, params={"value": zone})
        return zone

    def columns(self) -> list[forms.BoundField]:
        return [self[f"column_{field}"] for field in LABELS]

    def settings(self) -> list[forms.BoundField]:
        return [self[name] for name in ("preset", "basis", "timezone", "date_format")] + [
            self["fees_deducted"]
        ]

    def options(self) -> PayoutOptions:
        """Return what a valid form says; whether it is enough, ``start`` tells."""
        told = self.cleaned_data
        columns = {field: told[f"column_{field}"] for field in LABELS}
        return PayoutOptions(
            columns={field: name for field, name in columns.items() if name},
            preset=told["preset"],
            basis=Basis(told["basis"]),
            timezone=told["timezone"],
            currency=self._currency,
            date_format=told["date_format"],
            fees_deducted=told["fees_deducted"],
        )
