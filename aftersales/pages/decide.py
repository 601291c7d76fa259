"""The approver's pages: what waits, one case with all that it takes to decide, its photos."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ObjectDoesNotExist
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from aftersales.models import AfterSalesCase
from aftersales.pages.acts import Told, act_named
from aftersales.pages.showing import case_context, clock
from aftersales.portal.guard import guarded, limited
from aftersales.services import queues
from oms.models import User
from oms.refusals import Refusal


def _person(request: HttpRequest) -> User:
    """Return who is signed in.

    :raises Http404: for nobody, which ``login_required`` has ruled out
    """
    if isinstance(request.user, User):
        return request.user
    raise Http404


def _find(user: User, case_no: str) -> AfterSalesCase:
    """:raises Http404: missing and forbidden look the same"""
    try:
        return queues.find_case(user, case_no=case_no, now=timezone.now())
    except ObjectDoesNotExist:
        raise Http404 from None


@guarded
@login_required
@require_GET
def waiting(request: HttpRequest) -> HttpResponse:
    """List what waits for this person's decision, what is due first."""
    now = timezone.now()
    rows = queues.to_decide(_person(request), now=now)
    cases = [(case, clock(case.deadline_at, now=now)) for case in rows]
    return render(request, "aftersales/decide/list.html", {"cases": cases, "now": now})


@guarded
@limited
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def case_page(request: HttpRequest, case_no: str) -> HttpResponse:
    """Show a case with all that a decision needs; do what was decided."""
    user = _person(request)
    case = _find(user, case_no)
    if request.method != "POST":
        return _show(request, case, user)
    try:
        act = act_named(request.POST.get("act", ""))
        act.do(
            Told(
                case_id=case.pk,
                actor=user,
                text=request.POST.get("text", "").replace("\0", "").strip(),
                seen=request.POST.get("seen", ""),
                now=timezone.now(),
                refusal=request.POST.get("refusal", "").replace("\0", ""),
                photos=request.FILES.getlist("photos"),
            )
        )
    except Refusal as refusal:
        return _show(request, _find(user, case_no), user, error=refusal)
    messages.success(request, f"{case.case_no}: {act.done}")
    return redirect("aftersales:decide_case", case_no=case_no)


def _show(
    request: HttpRequest, case: AfterSalesCase, user: User, *, error: Refusal | None = None
) -> HttpResponse:
    context = case_context(case, user=user, now=timezone.now()) | {"error": error}
    if error is not None:
        context["text"] = request.POST.get("text", "")
        context["usual_refusal"] = request.POST.get("refusal", "")
    status = 422 if error else 200
    return render(request, "aftersales/decide/case.html", context, status=status)


@guarded
@login_required
@require_GET
def photo(request: HttpRequest, case_no: str, photo_id: int) -> HttpResponseBase:
    """Send a photo of a case to whoever may see the case. There is no other way to it."""
    found = _find(_person(request), case_no).photos.filter(pk=photo_id).first()
    if found is None:
        raise Http404
    response = FileResponse(found.file.open("rb"), content_type=found.mime)
    response["X-Content-Type-Options"] = "nosniff"
    return response
