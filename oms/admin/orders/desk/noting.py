"""Write the seller's note and flag: what the page masks is added to, never rewritten unseen."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from oms.access.checks import scope
from oms.admin.base import BaseAdmin, UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget
from oms.admin.confirm import Question, ask, is_confirmed, submitted
from oms.admin.orders.columns import order_url
from oms.admin.orders.seller_note import flag_label
from oms.admin.reach import person
from oms.models import Order, User
from oms.privacy.filters import redact
from oms.refusals import Refusal
from oms.registries import NoteRules, note_rules
from oms.services.orders.seller_notes import RIGHT, Note, change_note


class NoteForm(forms.Form):
    """Where phone numbers are masked the old text is not shown for editing: a line is added."""

    memo = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=2000,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 4}),
    )
    flag = forms.ChoiceField(label=_("Flag"), required=False, widget=UnfoldAdminSelectWidget())

    def __init__(self, data: Any, *, note: Note, rules: NoteRules) -> None:
        self.note, self.is_adding = note, redact(note.memo) != note.memo
        first = "" if self.is_adding else note.memo
        super().__init__(data, initial={"memo": first, "flag": note.flag})
        if self.is_adding:
            self.fields["memo"].label = gettext("Add to the note")
            self.fields["memo"].help_text = gettext(
                "It stands below what is there; masked numbers stay as they are."
            )
        flags = dict.fromkeys((note.flag, *rules.flags))
        choices = [(flag, str(flag_label(flag)) or gettext("no flag")) for flag in flags]
        self.fields["flag"].choices = choices  # type: ignore[attr-defined]

    def written(self) -> Note:
        """Return note and flag as they are to be."""
        text = self.cleaned_data["memo"].replace("\r\n", "\n").replace("\x00", "")
        if self.is_adding:
            text = f"{self.note.memo}\n{text}".strip()
        return Note(text, self.cleaned_data["flag"])


def may_note(user: User, order: Order) -> bool:
    return order.store_id in scope(user).stores(RIGHT)


def note_url(order: Order) -> str:
    return reverse("admin:oms_order_note", args=[order.pk])


def note_view(page: BaseAdmin, request: HttpRequest, object_id: str) -> HttpResponse:
    order: Order | None = page.get_object(request, object_id)
    if order is None:
        raise Http404
    if not may_note(person(request), order):
        raise PermissionDenied
    rules, note = note_rules(order.store_id), Note.of(order)
    form = NoteForm(submitted(request), note=note, rules=rules)
    if is_confirmed(request) and form.is_valid():
        try:
            return _write(request, order, form)
        except Refusal as said:
            form.add_error(None, str(said))
    question = Question(
        title=_("Note and flag"),
        text=" · ".join(filter(None, (order.order_no, redact(note.memo)))),
        yes=_("Save the note"),
        back=order_url(order.pk),
        effects=_effects(order, rules),
        form=form,
        hidden=[("seen", note.mark)],
    )
    return ask(request, page, question)


def _write(request: HttpRequest, order: Order, form: NoteForm) -> HttpResponse:
    """:raises Refusal: if the service does not take the note"""
    change_note(
        order.pk,
        note=form.written(),
        seen=request.POST.get("seen", ""),
        actor=person(request),
        now=timezone.now(),
    )
    text = gettext("The note of order %(no)s is saved.") % {"no": order.order_no}
    messages.success(request, text)
    return HttpResponseRedirect(order_url(order.pk))


def _effects(order: Order, rules: NoteRules) -> list[str]:
    if not order.channel_order_no or not rules.is_told:
        return [gettext("This channel takes no notes from us: it stays here.")]
    return [
        gettext("The channel is told within a minute; colleagues see it there too."),
        gettext("It takes %(most)d characters at most.") % {"most": rules.longest},
        gettext("Whoever changes it there meanwhile loses nothing: both texts are kept."),
    ]
