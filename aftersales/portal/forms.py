"""What a buyer types and chooses."""

import secrets
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from aftersales.models import Kind, Reason
from aftersales.models.words import ReturnCarrier
from aftersales.services.units import Free

MOST_WORDS = 1000


def number_as_typed(text: str) -> str:
    """Return a number without the spaces and full-width digits that a telephone puts in; its
    letters stay as they are, because a platform's numbers may tell them apart."""
    plain = unicodedata.normalize("NFKC", text)
    return "".join(letter for letter in plain if letter.isprintable() and not letter.isspace())


class LookupForm(forms.Form):
    """The two numbers that a buyer holds in his hands: of the order and on the parcel."""

    order_no = forms.CharField(label=_("Order number"), max_length=64)
    waybill_no = forms.CharField(label=_("Waybill number on the parcel"), max_length=40)

    def clean_order_no(self) -> str:
        return number_as_typed(self.cleaned_data["order_no"])

    def clean_waybill_no(self) -> str:
        return number_as_typed(self.cleaned_data["waybill_no"])


class ParcelForm(forms.Form):
    """Under which number the goods were sent back."""

    carrier = forms.ChoiceField(label=_("Carrier"), choices=ReturnCarrier.choices)
    waybill_no = forms.RegexField(
        r"^[0-9A-Za-z-]{6,40}$",
        label=_("Waybill number"),
        max_length=40,
        error_messages={"invalid": _("A waybill number has 6 to 40 letters and digits.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        attributes = {"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        self.fields["waybill_no"].widget.attrs |= attributes


@dataclass(frozen=True, slots=True)
class Choice:
    """One item on the form, as the buyer sees it."""

    free: Free
    title: str
    detail: str
    is_picked: bool
    units: int

    @property
    def counts(self) -> range:
        return range(1, self.free.units + 1)


class ReturnForm(forms.Form):
    """What, why and how, on one page. The photos are taken care of apart, so that none is lost."""

    reason = forms.ChoiceField(label=_("Reason"), choices=Reason.choices, widget=forms.RadioSelect)
    words = forms.CharField(
        label=_("In your own words"),
        required=False,
        max_length=MOST_WORDS,
        widget=forms.Textarea,
        error_messages={"max_length": _("At most 1000 characters, please.")},
    )
    kind = forms.ChoiceField(label=_("What you would like"), widget=forms.RadioSelect)
    form_token = forms.CharField(max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args: Any, free: Sequence[Free], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._free = [one for one in free if one.units]
        self.initial.setdefault("form_token", secrets.token_urlsafe(16))
        kinds = self.kinds()
        self.initial.setdefault("kind", kinds[0].value)
        self.fields["kind"].choices = [(kind.value, kind.label) for kind in kinds]  # type: ignore[attr-defined]
        for one in self._free:
            self.fields[f"pick_{one.item.pk}"] = forms.BooleanField(required=False)
            self.fields[f"units_{one.item.pk}"] = forms.IntegerField(
                required=False, min_value=1, max_value=one.units
            )

    def kinds(self) -> tuple[Kind, ...]:
        """Return what may be chosen here: nothing comes back that has not left."""
        if not any(one.has_left for one in self._free):
            return (Kind.REFUND_ONLY,)
        return (Kind.RETURN_REFUND, Kind.EXCHANGE, Kind.REFUND_ONLY)

    def choices(self) -> Iterator[Choice]:
        """Yield the items, with what was chosen before a mistake; a single one is chosen."""
        alone = len(self._free) == 1
        for one in self._free:
            units = self[f"units_{one.item.pk}"].value()
            known = str(units or "")
            yield Choice(
                one,
                title=one.item.line.title,
                detail=_detail(one),
                is_picked=bool(self[f"pick_{one.item.pk}"].value()) if self.is_bound else alone,
                units=int(known) if known.isdecimal() and len(known) < 7 else one.units,
            )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        data["units"] = dict(self._chosen(data))
        if not data["units"]:
            self.add_error(None, gettext("Choose at least one item."))
        return data

    def _chosen(self, data: dict[str, Any]) -> Iterable[tuple[int, int]]:
        for one in self._free:
            if data.get(f"pick_{one.item.pk}"):
                yield one.item.pk, data.get(f"units_{one.item.pk}") or one.units


def _detail(one: Free) -> str:
    """Tell the parts of a set apart; a thing sold alone is named by its title."""
    item = one.item
    parts = item.line.items.count()
    return item.sku.name if parts > 1 else ""
