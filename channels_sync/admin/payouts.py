"""Payout statements: brought, read, compared, explained, signed."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase, StreamingHttpResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from channels_sync.admin.payout_forms import ColumnsForm, UploadForm
from channels_sync.admin.payout_panels import panels
from channels_sync.models import PayoutFinding, PayoutStatement
from channels_sync.services.payouts import downloads, settling, uploading
from channels_sync.services.payouts.rights import VIEW, actable
from oms.admin import show
from oms.admin.base import StoreScopedAdmin, page_action
from oms.admin.confirm import Question, confirmed
from oms.admin.filters import StoreFilter
from oms.admin.menu import Group, Place
from oms.admin.orders import columns
from oms.admin.reach import person
from oms.admin.record import Panel, Record
from oms.models import Store
from oms.refusals import Refusal

_LIST = "admin:channels_sync_payoutstatement_changelist"


class PayoutStatementAdmin(StoreScopedAdmin):
    menu = Place(Group.CHANNELS, "payments", 60)
    view_permissions = (VIEW,)
    list_display = ("file", "store_sign", "period", "standing", "agreed", "open_count", "signed")
    list_display_links = ("file",)
    list_filter = (StoreFilter,)
    list_select_related = ("store__channel", "signed_by", "job", "uploaded_by")
    ordering = ("-pk",)
    empty_hint = _("Bring the bill that a platform offers for download: it is compared at once.")
    actions_list = ("bring",)
    actions_detail = ("compare_again", "take_csv", "take_workbook", "discard_it", "sign_it")
    fields = (
        *("store_sign", "period", "standing", "agreed", "open_count", "uploaded", "why", "signed"),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        waiting = PayoutFinding.objects.filter(
            store=OuterRef("store"),
            day__gte=OuterRef("first_day"),
            day__lte=OuterRef("last_day"),
            state=PayoutFinding.State.OPEN,
        )
        count = waiting.order_by().values("store").annotate(n=Count("pk")).values("n")
        waiting_count = Coalesce(Subquery(count), 0)
        rows: QuerySet[Any] = super().get_queryset(request).annotate(open_findings=waiting_count)
        return rows

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.columns_view)
        name = "channels_sync_payoutstatement_columns"
        return [path("<int:pk>/columns/", view, name=name), *super().get_urls()]

    def panels(self, request: HttpRequest, obj: PayoutStatement) -> Sequence[Panel]:
        return [*Record(self, request, obj).panels(), *panels(obj)]

    def has_act_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        stores = actable(person(request))
        if object_id is None:
            return bool(stores)
        rows = PayoutStatement.objects.filter(pk=object_id, store__in=stores, signed_at=None)
        return rows.exclude(compared_at=None).exists()

    def has_take_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self.get_queryset(request).filter(pk=object_id or 0).exists()

    @page_action(_("Bring a statement"), permissions=("act",), icon="upload_file", primary=True)
    def bring(self, request: HttpRequest) -> HttpResponse:
        stores = Store.objects.filter(pk__in=actable(person(request))).order_by("name")
        posted = request.method == "POST"
        told = (request.POST, request.FILES) if posted else ()
        form = UploadForm(*told, stores=stores)
        if posted and form.is_valid():
            answer = self._upload(request, form)
            if answer is not None:
                return answer
        context = self._context(request, _("Bring a statement")) | {"form": form}
        return TemplateResponse(request, "channels_sync/payout_upload.html", context)

    def _upload(self, request: HttpRequest, form: UploadForm) -> HttpResponse | None:
        try:
            statement, is_new = uploading.upload(
                form.cleaned_data["store"].pk,
                file=form.cleaned_data["file"],
                actor=person(request),
                now=timezone.now(),
            )
        except Refusal as refusal:
            form.add_error("file", str(refusal))
            return None
        if not statement.options:
            return HttpResponseRedirect(_columns_of(statement.pk))
        if not is_new:
            messages.info(request, gettext("This file was brought before: here it is."))
        return HttpResponseRedirect(_page_of(statement.pk))

    def columns_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Say what the columns mean, see how the first rows are read, start."""
        rows = PayoutStatement.objects.filter(store__in=actable(person(request)))
        statement = rows.select_related("store", "job").filter(pk=pk).first()
        if statement is None:
            raise PermissionDenied
        try:
            seen = uploading.glance(statement)
            form = _columns_form(request, statement, seen)
            is_told = form.is_valid()
            if is_told and "start" in request.POST:
                options, user, now = form.options(), person(request), timezone.now()
                uploading.start(statement.pk, options=options, actor=user, now=now)
                return HttpResponseRedirect(_page_of(statement.pk))
        except uploading.ColumnsMissing as refusal:
            form.add_error(None, str(refusal))
            is_told = False
        except Refusal as refusal:
            messages.error(request, str(refusal))
            return HttpResponseRedirect(reverse(_LIST))
        options = form.options() if is_told else uploading.suggested(statement.store, seen=seen)
        context = self._context(request, _("What the columns mean")) | {
            "form": form,
            "statement": statement,
            "examples": uploading.examples(seen, options=options),
        }
        return TemplateResponse(request, "channels_sync/payout_columns.html", context)

    @page_action(_("Compare again"), permissions=("act",), icon="replay")
    def compare_again(self, request: HttpRequest, object_id: int) -> HttpResponse:
        text = gettext("Its entries are held against the record as it is now.")

        def do() -> None:
            settling.compare_again(object_id, actor=person(request), now=timezone.now())

        return confirmed(request, self, _question(object_id, _("Compare again"), text), do)

    @page_action(_("Sign"), permissions=("act",), icon="draw", primary=True)
    def sign_it(self, request: HttpRequest, object_id: int) -> HttpResponse:
        text = gettext("Your name goes under this statement. It stays as it is from then on.")

        def do() -> None:
            settling.sign(object_id, actor=person(request), now=timezone.now())

        return confirmed(request, self, _question(object_id, _("Sign"), text), do)

    def has_discard_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        rows = PayoutStatement.objects.filter(pk=object_id or 0, signed_at=None)
        return rows.filter(store__in=actable(person(request))).exists()

    @page_action(_("Discard"), permissions=("discard",), icon="delete")
    def discard_it(self, request: HttpRequest, object_id: int) -> HttpResponse:
        text = gettext("Its entries and differences go; the file can then be brought again.")

        def do() -> None:
            settling.discard(object_id, actor=person(request), now=timezone.now())

        answer = confirmed(request, self, _question(object_id, _("Discard"), text), do)
        is_gone = not PayoutStatement.objects.filter(pk=object_id).exists()
        return HttpResponseRedirect(reverse(_LIST)) if is_gone else answer

    @page_action(_("Differences as CSV"), permissions=("take",), icon="download")
    def take_csv(self, request: HttpRequest, object_id: int) -> HttpResponseBase:
        statement = self.get_queryset(request).get(pk=object_id)
        lines = downloads.as_csv(statement, actor=person(request), now=timezone.now())
        response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="payout-{statement.pk}.csv"'
        response["Cache-Control"] = "no-store"
        return response

    @page_action(_("Differences as Excel"), permissions=("take",), icon="download")
    def take_workbook(self, request: HttpRequest, object_id: int) -> HttpResponseBase:
        statement = self.get_queryset(request).get(pk=object_id)
        name = f"payout-{statement.pk}.xlsx"
        book = downloads.as_workbook(statement, actor=person(request), now=timezone.now())
        response = FileResponse(book, as_attachment=True, filename=name)
        response["Cache-Control"] = "no-store"
        return response

    @admin.display(description=_("statement"), ordering="label")
    def file(self, row: PayoutStatement) -> SafeString:
        return show.stack(row.label, show.moment(row.uploaded_at, timezone.now()))

    @admin.display(description=_("store"), ordering="store")
    def store_sign(self, row: PayoutStatement) -> SafeString:
        return columns.store(row.store)

    @admin.display(description=_("days"), ordering="first_day")
    def period(self, row: PayoutStatement) -> str:
        return f"{row.first_day} – {row.last_day}" if row.first_day else show.NOTHING

    @admin.display(description=_("state"))
    def standing(self, row: PayoutStatement) -> SafeString:
        if not row.options:
            return show.link(_("say what the columns mean"), _columns_of(row.pk))
        return show.status_chip(row.job.state, row.job.get_state_display())

    @admin.display(description=_("orders that agree"))
    def agreed(self, row: PayoutStatement) -> str:
        return f"{row.matched:,}" if row.compared_at else show.NOTHING

    @admin.display(description=_("open differences"))
    def open_count(self, row: Any) -> SafeString:
        if row.compared_at is None:
            return show.chip(_("not compared yet"), "grey")
        return show.chip(str(row.open_findings), "red" if row.open_findings else "green")

    @admin.display(description=_("brought"))
    def uploaded(self, row: PayoutStatement) -> SafeString:
        return show.stack(str(row.uploaded_by), show.exact(row.uploaded_at))

    @admin.display(description=_("last error"))
    def why(self, row: PayoutStatement) -> str:
        return row.job.error or show.NOTHING

    @admin.display(description=_("signed"), ordering="signed_at")
    def signed(self, row: PayoutStatement) -> SafeString | str:
        if row.signed_at is None:
            return show.NOTHING
        return show.stack(str(row.signed_by), show.exact(row.signed_at))

    def _context(self, request: HttpRequest, title: Any) -> dict[str, Any]:
        return {
            **self.admin_site.each_context(request),
            "title": title,
            "opts": self.model._meta,
            "home_url": reverse(_LIST),
        }


def _columns_form(
    request: HttpRequest, statement: PayoutStatement, seen: uploading.Glance
) -> ColumnsForm:
    """Another statement chosen fills the columns in anew."""
    chosen = request.POST.get("preset", "") if "guess" in request.POST else ""
    options = uploading.suggested(statement.store, seen=seen, preset=chosen)
    posted = request.POST if request.method == "POST" and not chosen else None
    return ColumnsForm(posted, seen=seen, options=options)


def _question(object_id: int, title: Any, text: str) -> Question:
    return Question(title=title, text=text, yes=title, back=_page_of(object_id))


def _page_of(pk: int) -> str:
    return reverse("admin:channels_sync_payoutstatement_change", args=[pk])


def _columns_of(pk: int) -> str:
    return reverse("admin:channels_sync_payoutstatement_columns", args=[pk])
