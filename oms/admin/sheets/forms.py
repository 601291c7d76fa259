"""The upload of a list."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from oms.admin.base import UnfoldAdminSelectWidget
from oms.admin.uploads import FileDrop
from oms.services.sheets.kinds import SheetKind, Where
from oms.services.sheets.rights import Place

_PLACES = {Where.STORE: _("Store"), Where.WAREHOUSE: _("Warehouse")}


class UploadForm(forms.Form):
    """A file, and the store or warehouse it is for; one that is the only one is chosen already."""

    place = forms.TypedChoiceField(coerce=int, empty_value=None, widget=UnfoldAdminSelectWidget)
    file = forms.FileField(
        label=_("File"),
        widget=FileDrop(accept=".xlsx,.csv,.txt,.tsv"),
        help_text=_("XLSX or CSV, at most 20 MB and 100,000 rows."),
    )

    def __init__(self, *args: Any, kind: SheetKind, places: list[Place], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if kind.where is Where.EVERYWHERE:
            del self.fields["place"]
            return
        choices: list[tuple[Any, str]] = [(place.pk, place.name) for place in places]
        if len(places) > 1:
            choices.insert(0, ("", "—"))
        field = self.fields["place"]
        field.label = _PLACES[kind.where]
        if isinstance(field, forms.TypedChoiceField):
            field.choices = choices
