"""The pages themselves; each makes one call of a service."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.admin import site
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
)
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.urls.resolvers import URLPattern
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from oms.admin import uploaded
from oms.admin.menu import Extra, Group, Place, extras
from oms.admin.reach import person
from oms.admin.sheets import look
from oms.admin.sheets.forms import UploadForm
from oms.models import Job
from oms.refusals import Refusal
from oms.services.sheets import jobs
from oms.services.sheets.blank import blank
from oms.services.sheets.faults import faulty_file
from oms.services.sheets.kinds import SheetKind, UnknownKind, kind_of, kinds
from oms.services.sheets.rights import may_import_any, places

extras.append(
    Extra(
        Place(Group.STOCK, "upload_file", 45, gettext_lazy("Import lists (Excel)")),
        "sheets",
        lambda user: any(may_import_any(kind, user=user) for kind in kinds()),
    )
)

View = Callable[..., HttpResponseBase]
_WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_TYPES = {"xlsx": _WORKBOOK, "csv": "text/csv; charset=utf-8"}


def urls(wrap: Callable[[View], View]) -> list[URLPattern]:
    """Return the addresses; ``wrap`` lets only people of the back office through."""
    return [
        path("sheets/", wrap(start), name="sheets"),
        path("sheets/jobs/<int:job_id>/", wrap(job_page), name="sheet_job"),
        path("sheets/jobs/<int:job_id>/import/", wrap(take_over), name="sheet_import"),
        path("sheets/jobs/<int:job_id>/stop/", wrap(stop), name="sheet_stop"),
        path("sheets/jobs/<int:job_id>/faulty/", wrap(faulty_rows), name="sheet_faulty"),
        path("sheets/<slug:key>/", wrap(upload), name="sheet_upload"),
        path("sheets/<slug:key>/blank/", wrap(blank_file), name="sheet_blank"),
    ]


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    user = person(request)
    steps = look.steps(user)
    if not steps:
        raise Http404
    context = {"steps": steps, "recent": look.jobs_table(jobs.recent(user))}
    return _page(request, "start", _("Import lists"), context)


def upload(request: HttpRequest, key: str) -> HttpResponse:
    """Take a file and try it out; what is wrong with it as a whole is said beside the field."""
    kind = _kind(request, key)
    mine = places(kind, user=person(request))
    form = UploadForm(request.POST or None, request.FILES or None, kind=kind, places=mine)
    if request.method == "POST" and form.is_valid():
        try:
            job = jobs.try_out(
                key,
                place_id=form.cleaned_data.get("place"),
                file=form.cleaned_data["file"],
                actor=person(request),
                now=timezone.now(),
            )
        except Refusal as refusal:
            form.add_error("file", str(refusal))
        else:
            return _to_job(job)
    context = {
        "kind": kind,
        "form": form,
        "columns": look.columns_table(kind),
        "promise": uploaded.promise(),
    }
    return _page(request, "upload", str(kind.label), context)


@require_safe
def blank_file(request: HttpRequest, key: str) -> HttpResponse:
    kind = _kind(request, key)
    response = HttpResponse(blank(kind), content_type=_WORKBOOK)
    response["Content-Disposition"] = _attached(f"{kind.label}.xlsx")
    return response


@require_safe
def job_page(request: HttpRequest, job_id: int) -> HttpResponse:
    job = _job(request, job_id)
    return _page(request, "job", job.label, look.job_context(job, user=person(request)))


@require_POST
def take_over(request: HttpRequest, job_id: int) -> HttpResponse:
    try:
        job = jobs.take_over(job_id, actor=person(request), now=timezone.now())
    except Job.DoesNotExist as error:
        raise Http404 from error
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return HttpResponseRedirect(reverse("admin:sheet_job", args=[job_id]))
    return _to_job(job)


@require_POST
def stop(request: HttpRequest, job_id: int) -> HttpResponse:
    try:
        jobs.stop(job_id, actor=person(request), now=timezone.now())
    except Job.DoesNotExist as error:
        raise Http404 from error
    except Refusal as refusal:
        messages.warning(request, str(refusal))
    return HttpResponseRedirect(reverse("admin:sheet_job", args=[job_id]))


@require_safe
def faulty_rows(request: HttpRequest, job_id: int) -> FileResponse:
    job = _job(request, job_id)
    ending, content = faulty_file(job)
    response = FileResponse(content, content_type=_TYPES[ending])
    response["Content-Disposition"] = _attached(f"{_('faulty rows')}-{job.pk}.{ending}")
    return response


def _kind(request: HttpRequest, key: str) -> SheetKind:
    try:
        kind = kind_of(key)
    except UnknownKind as error:
        raise Http404 from error
    if not may_import_any(kind, user=person(request)):
        raise Http404
    return kind


def _job(request: HttpRequest, job_id: int) -> Job:
    try:
        return jobs.job_of(job_id, user=person(request))
    except Job.DoesNotExist as error:
        raise Http404 from error


def _to_job(job: Job) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("admin:sheet_job", args=[job.pk]))


def _attached(name: str) -> str:
    return content_disposition_header(True, name) or "attachment"


def _page(
    request: HttpRequest, template: str, title: str, context: dict[str, Any]
) -> TemplateResponse:
    whole = {**site.each_context(request), "title": title, **context}
    return TemplateResponse(request, f"admin/sheets/{template}.html", whole)
