"""The demo's ten-minute tour: three stories, each step with a tick once it really happened."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from oms.access.roles import ROLES
from oms.management.demo.people import ACCOUNTS
from oms.refusals import Refusal
from oms.registries import Story, TourStep, tour_steps

TITLES: dict[Story, Promise | str] = {
    Story.MERGE: _("Two orders, one parcel"),
    Story.RETURN: _("A returned pair of earphones"),
    Story.BURST: _("A live-stream burst without overselling"),
}
_ROLE_OF = {username: ROLES[role].label for username, _name, role in ACCOUNTS}


@require_safe
def tour(request: HttpRequest) -> HttpResponse:
    """Show the stories; outside demo mode this page does not exist."""
    if not settings.DEMO:
        raise Http404
    told = [(title, list(_steps(story))) for story, title in TITLES.items()]
    context = {
        "stories": [{"title": title, "steps": steps} for title, steps in told],
        "done": sum(bool(step["is_done"]) for _title, steps in told for step in steps),
        "total": sum(len(steps) for _title, steps in told),
        "simulator": f"{settings.SIMULATED_SHOPS}/_control",
    }
    return render(request, "tour.html", context)


@require_POST
def play(request: HttpRequest, key: str) -> HttpResponse:
    """Let the simulated shop do the buyer's part of a step."""
    if not settings.DEMO:
        raise Http404
    act = next((step.act for step in tour_steps if step.key == key and step.act), None)
    if act is None:
        raise Http404
    try:
        act()
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The buyer did it. The system takes it in within seconds."))
    return redirect("demo_tour")


def _steps(story: Story) -> Iterator[dict[str, Any]]:
    mine = [step for step in tour_steps if step.story is story]
    for number, step in enumerate(sorted(mine, key=lambda step: step.order), start=1):
        yield _shown(step, number)


def _shown(step: TourStep, number: int) -> dict[str, Any]:
    return {
        "key": step.key,
        "number": number,
        "text": step.text,
        "is_done": step.is_done(),
        "username": step.username,
        "role": _ROLE_OF.get(step.username, step.username),
        "link": step.link(),
        "act_label": step.act_label if step.act else "",
    }
