"""What people do about messages that did not get through: asked first, then done and told."""

from collections.abc import Sequence

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from channels_sync.models import PushJob
from channels_sync.services.push import by_hand
from oms.admin.base import StoreScopedAdmin, UnfoldAdminTextInputWidget
from oms.admin.confirm import Question, ask, is_confirmed, submitted
from oms.admin.reach import person
from oms.models import Refund
from oms.refusals import Refusal

_SHOWN = 50


class NoteForm(forms.Form):
    note = forms.CharField(
        label=_("What was done"), max_length=200, widget=UnfoldAdminTextInputWidget()
    )


class TransferForm(forms.Form):
    note = forms.CharField(
        label=_("How the money went back"), max_length=200, widget=UnfoldAdminTextInputWidget()
    )


def back_to(job_id: int) -> HttpResponse:
    return HttpResponseRedirect(reverse("admin:channels_sync_pushjob_change", args=[job_id]))


def try_again(
    request: HttpRequest, page: StoreScopedAdmin, ids: Sequence[int], *, action: str = ""
) -> HttpResponse | None:
    """Ask, or put back in the queue and say how many; None means "done, go back"."""
    if is_confirmed(request):
        try:
            count = by_hand.retry(ids, actor=person(request), now=timezone.now())
        except Refusal as refusal:
            messages.error(request, str(refusal))
        else:
            text = gettext("Tried again within the next minute: %(n)d.") % {"n": count}
            messages.success(request, text)
        return None
    waiting = by_hand.stuck(person(request)).filter(pk__in=ids).select_related("order")
    question = Question(
        title=_("Try again"),
        text=_("Sent under the same number: what the channel did already is not done twice."),
        yes=_("Try again"),
        back=_queue(),
        will=[_name(job) for job in waiting[:_SHOWN]],
        hidden=_hidden(action, ids),
    )
    return ask(request, page, question)


def settle(request: HttpRequest, page: StoreScopedAdmin, job_id: int) -> HttpResponse | None:
    """Ask what was done at the channel by hand, and note it; None means "done, go back"."""
    form = NoteForm(submitted(request))
    if is_confirmed(request) and form.is_valid():
        note, actor = form.cleaned_data["note"], person(request)
        try:
            by_hand.settle(job_id, note=note, actor=actor, now=timezone.now())
        except Refusal as refusal:
            messages.error(request, str(refusal))
        return None
    jobs = by_hand.stuck(person(request)).filter(pk=job_id).select_related("order")
    question = Question(
        title=_("Done by hand"),
        text=_("The channel is not told by us any more. Your name and note are kept."),
        yes=_("It is done"),
        back=reverse("admin:channels_sync_pushjob_change", args=[job_id]),
        will=[_name(job) for job in jobs],
        form=form,
        danger=True,
    )
    return ask(request, page, question)


def confirm_transfer(
    request: HttpRequest, page: StoreScopedAdmin, job_id: int
) -> HttpResponse | None:
    """Ask how the money was given back by hand, and note it; None means "done, go back"."""
    form = TransferForm(submitted(request))
    if is_confirmed(request) and form.is_valid():
        note, actor = form.cleaned_data["note"], person(request)
        try:
            by_hand.confirm_transfer(job_id, note=note, actor=actor, now=timezone.now())
        except Refusal as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, gettext("The money is booked as paid back."))
        return None
    jobs = by_hand.unpaid(person(request)).filter(pk=job_id).select_related("order")
    question = Question(
        title=_("Confirm the transfer"),
        text=_("You gave the money back by hand. Check first that the channel did not pay it too."),
        yes=_("The money went back"),
        back=reverse("admin:channels_sync_pushjob_change", args=[job_id]),
        will=[_money(job) for job in jobs],
        effects=[
            _("The refund counts as paid back and the channel is not asked for it any more."),
            _("Its case goes on. Your name and note are kept; this cannot be taken back."),
        ],
        form=form,
        danger=True,
    )
    return ask(request, page, question)


def _money(job: PushJob) -> str:
    refund = Refund.objects.get(pk=job.payload["refund"])
    return f"{_name(job)} · {refund.amount} {refund.currency}"


def _name(job: PushJob) -> str:
    return f"{job.get_kind_display()} {job.reference} · {job.order.order_no}"


def _hidden(action: str, ids: Sequence[int]) -> tuple[tuple[str, str], ...]:
    """An action of the list is answered to the list, which wants the chosen rows again."""
    if not action:
        return ()
    return (("action", action), *(("_selected_action", str(pk)) for pk in ids))


def _queue() -> str:
    return reverse("admin:channels_sync_pushjob_changelist") + "?status__exact=needs_person"
