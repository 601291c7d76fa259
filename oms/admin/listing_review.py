"""The review list of unmapped listings: sure ones accepted together, doubtful ones one by one."""

import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Min
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from oms.access.checks import scope
from oms.admin import show
from oms.admin.confirm import Question, ask, is_confirmed
from oms.admin.listing_questions import question_of
from oms.admin.menu import Extra, Group, Place, extras
from oms.admin.orders import columns
from oms.admin.reach import person
from oms.models import Listing, ListingChange, User
from oms.refusals import Refusal
from oms.rules.listing_match import Candidate, Match
from oms.services.listings import changing
from oms.services.listings.changing import Target
from oms.services.listings.proposing import AT_ONCE, RIGHT, Proposed, proposals, unmapped

_RECENT = 10
_FIELD = re.compile(r"listing-([0-9]{1,18})")

extras.append(
    Extra(
        Place(Group.CHANNELS, "fact_check", 21, gettext_lazy("Review list of listings")),
        "listing_review",
        lambda user: bool(scope(user).ids(RIGHT)),
    )
)


@dataclass(frozen=True, slots=True)
class Line:
    """One listing with its choices: (value, words)."""

    id: int
    store: SafeString
    name: str
    merchant_code: str
    choices: Sequence[tuple[str, str]]
    is_sure: bool
    url: str


@dataclass(frozen=True, slots=True)
class Done:
    """One change of the last days, with where it is taken back."""

    at: SafeString
    text: str
    url: str


def review(request: HttpRequest, page: "ModelAdmin[Listing]") -> HttpResponse:
    """Show the proposals; a POST asks about the chosen ones, and confirmed changes them."""
    user = person(request)
    if not scope(user).ids(RIGHT):
        raise PermissionDenied
    targets = _chosen(request, user) if request.method == "POST" else {}
    if targets:
        return _accept(request, page, targets)
    if request.method == "POST":
        messages.warning(request, _("Nothing was chosen."))
    found = proposals(list(unmapped(user)[:AT_ONCE]))
    lines = [_line(one) for one in found if one.match is not Match.NONE]
    context = {
        **page.admin_site.each_context(request),
        "opts": page.model._meta,
        "title": _("Review list of listings"),
        "sure": [line for line in lines if line.is_sure],
        "doubtful": [line for line in lines if not line.is_sure],
        "unknown": sum(one.match is Match.NONE for one in found),
        "left": max(unmapped(user).count() - len(found), 0),
        "list_url": reverse("admin:oms_listing_changelist") + "?mapped=no",
        "done": _recent(user),
    }
    return TemplateResponse(request, "admin/oms/listing_review.html", context)


def undo(request: HttpRequest, page: "ModelAdmin[Listing]", *, batch: uuid.UUID) -> HttpResponse:
    """Ask, then take a change back."""
    user = person(request)
    rows = ListingChange.objects.filter(batch=batch, undone_at=None)
    mine = rows.filter(listing__store__in=scope(user).ids(RIGHT)).select_related("listing")
    if not mine:
        raise PermissionDenied
    if is_confirmed(request):
        try:
            count = changing.undo(batch, actor=user, now=timezone.now())
        except Refusal as refusal:
            messages.error(request, str(refusal))
        else:
            text = ngettext("%(n)d listing is as before.", "%(n)d listings are as before.", count)
            messages.success(request, text % {"n": count})
        return HttpResponseRedirect(_here())
    question = Question(
        title=_("Take the change back"),
        text=_("These listings stand again for what they stood for, and open orders follow."),
        yes=_("Take it back"),
        back=_here(),
        will=[str(row.listing) for row in islice(mine, 50)],
        danger=True,
    )
    return ask(request, page, question)


def _accept(
    request: HttpRequest, page: "ModelAdmin[Listing]", targets: Mapping[int, Target]
) -> HttpResponse:
    try:
        if is_confirmed(request):
            changing.change(targets, actor=person(request), now=timezone.now())
            text = ngettext("%(n)d listing is mapped.", "%(n)d listings are mapped.", len(targets))
            messages.success(request, text % {"n": len(targets)})
            return HttpResponseRedirect(_here())
        preview = changing.preview_change(targets, actor=person(request))
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return HttpResponseRedirect(_here())
    text = ngettext("%(n)d listing is mapped.", "%(n)d listings are mapped.", len(targets))
    hidden = [(f"listing-{pk}", _value(target)) for pk, target in targets.items()]
    told = [text % {"n": len(targets)}]
    return ask(request, page, question_of(preview, back=_here(), hidden=hidden, listings=told))


def _chosen(request: HttpRequest, user: User) -> dict[int, Target]:
    """Read {listing: choice}; what is not waiting (any more), or is not one of the proposals made
    for it, is passed over: a form is only somebody's word."""
    ids = [
        int(found[1])
        for name, value in request.POST.items()
        if value and (found := _FIELD.fullmatch(name))
    ]
    waiting = proposals(list(unmapped(user).filter(pk__in=ids[:AT_ONCE])))
    allowed = {one.listing.pk: {_of(pair): pair for pair in one.candidates} for one in waiting}
    return {
        pk: Target(
            sku_id=None if choice[0].is_bundle else choice[0].id,
            bundle_id=choice[0].id if choice[0].is_bundle else None,
        )
        for pk, choices in allowed.items()
        if (choice := choices.get(request.POST.get(f"listing-{pk}", ""))) is not None
    }


def _of(choice: tuple[Candidate, str, str]) -> str:
    candidate = choice[0]
    return f"{'bundle' if candidate.is_bundle else 'sku'}-{candidate.id}"


def _value(target: Target) -> str:
    return f"bundle-{target.bundle_id}" if target.bundle_id else f"sku-{target.sku_id}"


def _line(one: Proposed) -> Line:
    return Line(
        id=one.listing.pk,
        store=columns.store(one.listing.store),
        name=str(one.listing),
        merchant_code=one.listing.merchant_code,
        choices=[(_of(choice), f"{choice[1]} · {choice[2]}") for choice in one.candidates],
        is_sure=one.match is Match.SURE,
        url=reverse("admin:oms_listing_change", args=[one.listing.pk]),
    )


def _recent(user: User) -> list[Done]:
    rows = ListingChange.objects.filter(
        undone_at=None, listing__store__in=scope(user).ids(RIGHT)
    ).order_by()
    grouped = rows.values("batch", "changed_by__username").annotate(
        n=Count("pk"), at=Min("changed_at"), first=Min("listing__title")
    )
    found = []
    for row in grouped.order_by("-at")[:_RECENT]:
        text = ngettext("%(n)d listing: %(first)s", "%(n)d listings: %(first)s …", row["n"])
        facts = {"n": row["n"], "first": row["first"] or "-"}
        who = f"{row['changed_by__username'] or '-'} · {text % facts}"
        url = reverse("admin:listing_undo", args=[row["batch"]])
        found.append(Done(show.moment(row["at"], timezone.now()), who, url))
    return found


def _here() -> str:
    return reverse("admin:listing_review")
