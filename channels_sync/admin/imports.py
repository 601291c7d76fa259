"""Import a file: upload, columns, trial, import, result. Every step is an address of its own."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
    StreamingHttpResponse,
)
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from channels_sync.admin import import_pages
from channels_sync.admin.import_forms import MappingForm
from channels_sync.admin.import_pages import job_url
from channels_sync.services.imports import jobs, mappings
from channels_sync.services.imports.faulty_rows import faulty_rows
from channels_sync.services.imports.mappings import Glance
from oms.access.checks import scope
from oms.admin import uploaded
from oms.admin.base import StoreScopedAdmin, UnfoldAdminSelectWidget
from oms.admin.menu import Group, Place
from oms.admin.reach import person
from oms.admin.uploads import FileDrop
from oms.models import Job, Store
from oms.refusals import Refusal

View = Callable[..., HttpResponse]
_SHOWN_JOBS = 20


class UploadForm(forms.Form):
    store = forms.ModelChoiceField(
        Store.objects.none(),
        label=_("Store"),
        widget=UnfoldAdminSelectWidget(),
        empty_label=None,
    )
    file = forms.FileField(
        label=_("File"),
        widget=FileDrop(accept=".csv,.txt,.xlsx,.parquet"),
    )

    def __init__(self, *args: Any, stores: Any, **told: Any) -> None:
        super().__init__(*args, **told)
        self.fields["store"].queryset = stores  # type: ignore[attr-defined]


class ImportMappingAdmin(StoreScopedAdmin):
    """Its list is the page from which imports start, and on which they are found again."""

    menu = Place(Group.CHANNELS, "upload_file", 10, _("Import"))
    view_permissions = (jobs.RIGHT,)
    fields = ("store", "name", "options", "updated_at")

    def get_urls(self) -> list[Any]:
        steps: dict[str, View] = {
            "columns": self.columns_view,
            "job": self.job_view,
            "progress": self.progress_view,
            "start": self.start_view,
            "stop": self.stop_view,
            "faulty": self.faulty_view,
        }
        ours = [
            path(
                f"import/<int:job_id>/{step}/",
                self.admin_site.admin_view(view),
                name=f"channels_sync_import_{step}",
            )
            for step, view in steps.items()
        ]
        return [*ours, *super().get_urls()]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the upload and the latest imports; take an upload in."""
        user = person(request)
        stores = Store.objects.filter(pk__in=scope(user).ids(jobs.RIGHT)).order_by("name")
        if not stores:
            raise PermissionDenied
        posted = request.method == "POST"
        form = UploadForm(
            request.POST if posted else None, request.FILES if posted else None, stores=stores
        )
        if posted and form.is_valid():
            answer = self._upload(request, form)
            if answer is not None:
                return answer
        context = self._context(request, _("Import")) | {
            "form": form,
            "lines": import_pages.lines(list(jobs.imports(user)[:_SHOWN_JOBS])),
            "promise": uploaded.promise(),
        }
        return TemplateResponse(request, "channels_sync/import_start.html", context)

    def _upload(self, request: HttpRequest, form: UploadForm) -> HttpResponse | None:
        try:
            job = jobs.upload(
                form.cleaned_data["store"].pk,
                file=form.cleaned_data["file"],
                actor=person(request),
                now=timezone.now(),
            )
        except Refusal as refusal:
            form.add_error("file", str(refusal))
            return None
        return HttpResponseRedirect(job_url(job.pk, step="columns"))

    def columns_view(self, request: HttpRequest, job_id: int) -> HttpResponse:
        """Say what the columns mean, see examples, start the trial."""
        job = _job(request, job_id, or_upload=True)
        store = Store.objects.get(pk=job.params["store_id"])
        try:
            seen = mappings.glance(job)
        except Refusal as refusal:
            return self._away(request, refusal)
        form = self._form(request, job, store, seen)
        posted = request.method == "POST" and form.is_valid()
        if posted and "start" in request.POST and form.options is not None:
            return self._start_trial(request, job, form)
        options, now = form.usable_options(), timezone.now()
        context = self._context(request, _("What the columns mean")) | {
            "form": form,
            "job": job,
            "store": store,
            "examples": mappings.examples(seen, options=options, now=now) if options else [],
        }
        return TemplateResponse(request, "channels_sync/import_columns.html", context)

    def _form(self, request: HttpRequest, job: Job, store: Store, seen: Glance) -> MappingForm:
        known = import_pages.mapping_of(job) or mappings.fitting(store, header=seen.header)
        options = (
            mappings.stored_form(known, seen=seen) if known else mappings.guess(store, seen=seen)
        )
        form = MappingForm(
            request.POST if request.method == "POST" else None, seen=seen, options=options
        )
        form.initial["name"] = known.name if known else gettext("standard")
        return form

    def _start_trial(self, request: HttpRequest, job: Job, form: MappingForm) -> HttpResponse:
        assert form.options is not None  # noqa: S101  # the caller looked
        user, now = person(request), timezone.now()
        try:
            mapping = mappings.remember(
                job.params["store_id"],
                name=form.cleaned_data["name"].strip(),
                options=form.options.to_json(),
                actor=user,
                now=now,
            )
            trial = jobs.start(mapping.pk, file_of=job.pk, actor=user, dry_run=True, now=now)
        except Refusal as refusal:
            return self._away(request, refusal)
        return HttpResponseRedirect(job_url(trial.pk))

    def job_view(self, request: HttpRequest, job_id: int) -> HttpResponse:
        job = _job(request, job_id)
        context = self._context(request, job.label) | import_pages.progress(job)
        context |= self._links(job) | {
            "faults": import_pages.faults(job, request.GET.get("page")),
            "undo_url": import_pages.undo_url(job, user=person(request)),
        }
        return TemplateResponse(request, "channels_sync/import_job.html", context)

    def progress_view(self, request: HttpRequest, job_id: int) -> HttpResponse:
        """Answer what changes while an import runs, for the page that asks every two seconds."""
        job = _job(request, job_id)
        context = import_pages.progress(job) | self._links(job)
        response = TemplateResponse(request, "channels_sync/import_progress.html", context)
        response["X-Import-Over"] = "1" if context["is_over"] else "0"
        return response

    def start_view(self, request: HttpRequest, job_id: int) -> HttpResponse:
        """Import the file of a trial, by the mapping that was tried."""
        job = _job(request, job_id)
        if request.method != "POST":
            return HttpResponseRedirect(job_url(job.pk))
        try:
            started = jobs.start(
                job.params["mapping_id"],
                file_of=job.pk,
                actor=person(request),
                dry_run=False,
                now=timezone.now(),
            )
        except Refusal as refusal:
            return self._away(request, refusal)
        return HttpResponseRedirect(job_url(started.pk))

    def stop_view(self, request: HttpRequest, job_id: int) -> HttpResponse:
        job = _job(request, job_id)
        if request.method == "POST":
            try:
                jobs.stop(job.pk, actor=person(request), now=timezone.now())
            except Refusal as refusal:
                messages.error(request, str(refusal))
        return HttpResponseRedirect(job_url(job.pk))

    def faulty_view(self, request: HttpRequest, job_id: int) -> HttpResponse:
        """Send the faulty rows as a CSV."""
        job = _job(request, job_id)
        try:
            pieces = faulty_rows(job, actor=person(request), now=timezone.now())
        except Refusal as refusal:
            return self._away(request, refusal)
        response = StreamingHttpResponse(pieces, content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="faulty-rows-{job.pk}.csv"'
        response["Cache-Control"] = "no-store"
        return response  # type: ignore[return-value]  # Django's views may stream

    def _links(self, job: Job) -> dict[str, str]:
        return {
            "progress_url": job_url(job.pk, step="progress"),
            "columns_url": job_url(job.pk, step="columns"),
            "start_url": job_url(job.pk, step="start"),
            "stop_url": job_url(job.pk, step="stop"),
            "faulty_url": job_url(job.pk, step="faulty"),
            "inbox_url": reverse("admin:channels_sync_raworder_changelist") + "?view=inbox",
            "orders_url": reverse("admin:oms_order_changelist")
            + f"?store={job.params['store_id']}",
        }

    def _context(self, request: HttpRequest, title: Any) -> dict[str, Any]:
        return {
            **self.admin_site.each_context(request),
            "title": title,
            "home_url": reverse("admin:channels_sync_importmapping_changelist"),
        }

    def _away(self, request: HttpRequest, refusal: Refusal) -> HttpResponse:
        messages.error(request, str(refusal))
        return HttpResponseRedirect(reverse("admin:channels_sync_importmapping_changelist"))


def _job(request: HttpRequest, job_id: int, *, or_upload: bool = False) -> Job:
    """:raises Http404: missing and forbidden look the same to the caller"""
    try:
        job = jobs.job_of(job_id, actor=person(request))
    except Job.DoesNotExist:
        raise Http404 from None
    if job.kind == jobs.UPLOAD and not or_upload:
        raise Http404
    return job
