"""The one admin site: its pages, its search, its first page."""

from typing import Any

from django.contrib.admin import ModelAdmin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.urls.resolvers import URLPattern
from django.utils.translation import gettext_lazy as _

from oms.admin import bench, dashboard
from oms.admin.base import BaseAdmin, BaseAdminSite
from oms.admin.menu import sidebar
from oms.admin.pages import PAGES
from oms.admin.search import find_everywhere
from oms.admin.sheets import pages as sheets


class OmsAdminSite(BaseAdminSite):
    """Holds its pages from the start. A page that is not built on ``BaseAdmin`` is left out: it
    would show all rows to whoever holds a right on the model, so that merely installing a library
    could open a hole."""

    index_title = _("Workbench")
    index_template = "admin/oms/index.html"

    def __init__(self, name: str = "admin") -> None:
        super().__init__(name)
        self.disable_action("delete_selected")
        for model, page in PAGES.items():
            self.register(model, page)

    def register(
        self,
        model_or_iterable: Any,
        admin_class: "type[ModelAdmin[Any]] | None" = None,
        **options: Any,
    ) -> None:
        if admin_class is not None and issubclass(admin_class, BaseAdmin):
            super().register(model_or_iterable, admin_class, **options)

    def app_index(
        self, request: HttpRequest, app_label: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Lead to the first page: which app a table belongs to is nobody's business here."""
        return HttpResponseRedirect(reverse("admin:index"))

    def extra_urls(self) -> list[URLPattern]:
        """Return the pages that are not of one table; the theme asks for them by this name."""
        wall = path("wall/", self.admin_view(dashboard.wall), name="wall")
        return [wall, *sheets.urls(self.admin_view), *bench.urls(self.admin_view)]

    def get_sidebar_list(self, request: HttpRequest) -> list[dict[str, Any]]:
        # The theme's own would also mark every entry whose link is one of the open list's tabs.
        return sidebar(request)

    def search(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Find rows by what a person types. Nothing is cached: rights may end in between."""
        term = request.GET.get("s", "").strip()
        if not term:
            return HttpResponse()
        hits = find_everywhere(request, term)
        context = {"results": hits, "term": term}
        response = TemplateResponse(request, "admin/oms/search_results.html", context)
        response["HX-Trigger"] = "search"
        return response
