"""The field for a file on the pages."""

from django import forms
from django.utils.translation import gettext_lazy as _


class FileDrop(forms.FileInput):
    """A box to drop a file on or to choose one by; without scripts it is the browser's own field,
    whose words are in the browser's language and not in the person's."""

    def __init__(self, *, accept: str) -> None:
        choose = _("Choose a file, or drop it here")
        super().__init__({"accept": accept, "class": "oms-file", "data-choose": choose})
