"""What every page of the back office has in common; the only module that knows the theme.

A page shows and changes only what its class allows, by the person's rights on stores and
warehouses; rights on models, which Django would ask for, count nowhere. Nothing is ever deleted.
"""

from collections.abc import Callable, Sequence
from typing import Any, ClassVar, TypeVar, cast

from auditlog.registry import auditlog
from django.contrib import admin
from django.contrib.admin import ShowFacets
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import ForeignKey, ManyToManyField, Model, Q, QuerySet
from django.forms import ModelChoiceField, ModelMultipleChoiceField
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.admin import ModelAdmin, TabularInline
from unfold.contrib.filters.admin import (
    ChoicesDropdownFilter,
    DropdownFilter,
    FieldTextFilter,
    RangeDateFilter,
    RangeNumericFilter,
    TextFilter,
)
from unfold.decorators import action as theme_action
from unfold.enums import ActionVariant
from unfold.forms import AdminPasswordChangeForm, UserCreationForm
from unfold.sites import UnfoldAdminSite as BaseAdminSite
from unfold.widgets import (
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from oms.access.checks import scope
from oms.access.roles import STORE_PERMISSIONS
from oms.admin.changes import history
from oms.admin.doors import close_dead_doors
from oms.admin.menu import Place, Shortcut, Tab
from oms.admin.reach import Reach, covers, person, reaches_any, sees_everything, visible
from oms.admin.record import Panel, Record
from oms.models import Store, User, Warehouse
from oms.queries.alternatives import with_exactly

__all__ = [
    "ActionVariant",
    "AdminPasswordChangeForm",
    "AnybodyAdmin",
    "BaseAdmin",
    "BaseAdminSite",
    "BaseInline",
    "ChoicesDropdownFilter",
    "DropdownFilter",
    "FieldTextFilter",
    "RangeDateFilter",
    "RangeNumericFilter",
    "ReadOnlyAdmin",
    "StoreScopedAdmin",
    "TextFilter",
    "UnfoldAdminSelectWidget",
    "UnfoldAdminTextInputWidget",
    "UnfoldAdminTextareaWidget",
    "UserCreationForm",
    "WarehouseScopedAdmin",
    "page_action",
]

_WHOLE = "__exact"
Method = TypeVar("Method", bound=Callable[..., Any])


def page_action(
    description: Any,
    *,
    permissions: Sequence[str] = ("change",),
    icon: str = "",
    url_path: str = "",
    primary: bool = False,
) -> Callable[[Method], Method]:
    """Make a method a button of the page (``actions_detail``) or of the list (``actions_list``).

    The button is a link, so the method must ask first (``oms.admin.confirm``) and act by POST only.
    ``permissions`` name the page's ``has_..._permission`` methods; all of them must agree.
    """
    variant = ActionVariant.PRIMARY if primary else ActionVariant.DEFAULT
    decorate = theme_action(
        description=description,
        permissions=permissions,
        icon=icon or None,
        url_path=url_path or None,
        variant=variant,
    )
    return cast("Callable[[Method], Method]", decorate)


class BaseAdmin(ModelAdmin):
    """A page that only superusers see and nobody changes, until a subclass says more."""

    menu: ClassVar[Place | None] = None
    shortcuts: ClassVar[Sequence[Shortcut]] = ()
    superuser_adds: ClassVar[bool] = False
    superuser_changes: ClassVar[bool] = False

    list_per_page = 50
    list_max_show_all = 200
    show_full_result_count = False
    show_facets = ShowFacets.NEVER
    list_filter_submit = True
    list_fullwidth = True
    compressed_fields = True
    warn_unsaved_form = True
    empty_value_display = "—"
    empty_hint: ClassVar[Any] = ""
    """What to do when the list is empty although nothing is filtered."""

    # --- rights -------------------------------------------------------------------------------

    def view_reaches(self) -> tuple[Reach, ...]:
        """Tell by which places of a row a person may see it."""
        return ()

    def change_reaches(self) -> tuple[Reach, ...]:
        return ()

    def add_reaches(self) -> tuple[Reach, ...]:
        return ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Leave out what the person may not see: for list, page, history, search and choices."""
        return visible(super().get_queryset(request), person(request), self.view_reaches())

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return _allows(person(request), self.view_reaches(), obj, superuser=True)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return _allows(person(request), self.add_reaches(), None, superuser=self.superuser_adds)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        user, changes = person(request), self.superuser_changes
        return _allows(user, self.change_reaches(), obj, superuser=changes)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def formfield_for_foreignkey(
        self, db_field: "ForeignKey[Any, Any]", request: HttpRequest, **kwargs: Any
    ) -> "ModelChoiceField[Any] | None":
        """Offer, and accept, only rows that the person may use here."""
        kwargs.setdefault("queryset", self._choices(db_field.remote_field.model, request))
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        return cast("ModelChoiceField[Any] | None", field)

    def formfield_for_manytomany(
        self, db_field: "ManyToManyField[Any, Any]", request: HttpRequest, **kwargs: Any
    ) -> "ModelMultipleChoiceField[Any] | None":
        kwargs.setdefault("queryset", self._choices(db_field.remote_field.model, request))
        field = super().formfield_for_manytomany(db_field, request, **kwargs)
        return cast("ModelMultipleChoiceField[Any] | None", field)

    def _choices(self, model: type[Model], request: HttpRequest) -> QuerySet[Any]:
        rows = model._default_manager.all()
        user = person(request)
        if issubclass(model, Store | Warehouse) and not sees_everything(user):
            return rows.filter(pk__in=self._places(user, of_stores=issubclass(model, Store)))
        page = self.admin_site._registry.get(model)
        return page.get_queryset(request) if isinstance(page, BaseAdmin) else rows

    def _places(self, user: User, *, of_stores: bool) -> frozenset[int]:
        rights = scope(user)
        reaches = (*self.add_reaches(), *self.change_reaches())
        names = {name for reach in reaches for name in reach.permissions}
        fitting = [name for name in names if (name in STORE_PERMISSIONS) is of_stores]
        return frozenset().union(*(rights.ids(name) for name in fitting))

    @admin.display(description=gettext_lazy("correlation id"))
    def correlation(self, row: Any) -> str:
        """Show which rows were written by one and the same request or task."""
        return (
            getattr(row, "correlation_id", "")
            or getattr(row, "cid", "")
            or self.empty_value_display
        )

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Take a term as one where only the whole fits: a name with a space in it is one name."""
        term = search_term.strip().replace('"', "")
        fields = [str(field) for field in self.get_search_fields(request)]
        if term and fields and all(field.endswith(_WHOLE) for field in fields):
            columns = [field.removesuffix(_WHOLE) for field in fields]
            within = self.searched_within()
            return with_exactly(queryset, term, columns=columns, within=within), False
        found = super().get_search_results(request, queryset, search_term)
        return cast("tuple[QuerySet[Any], bool]", found)

    def searched_within(self) -> Q:
        """Return what is true of every row and lets a search begin at an index's first column."""
        return Q()

    # --- look ---------------------------------------------------------------------------------

    def tabs(self, request: HttpRequest) -> Sequence[Tab]:
        """Return the queues above the list."""
        return ()

    def title_of(self, row: Any) -> str:
        """Return how the head of its page calls a row."""
        return str(row)

    def panels(self, request: HttpRequest, obj: Any) -> Sequence[Panel]:
        """Return what the page of a row shows to whoever may look but not change."""
        return Record(self, request, obj).panels()

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """Show a row's page; an address that names no row at all is like that of a missing one."""
        if object_id is not None and not self._is_key(unquote(object_id)):
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        return super().changeform_view(request, object_id, form_url, extra_context)

    def _is_key(self, text: str) -> bool:
        try:
            self.opts.pk.to_python(text)
        except ValidationError:
            return False
        return True

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the field-by-field log of a row to whoever may see the row."""
        row = self.get_object(request, unquote(object_id))
        if row is None:
            gone = self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
            return cast("HttpResponse", gone)
        if not self.has_view_permission(request, row):
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": row,
            "title": _("History"),
            "record_title": self.title_of(row),
            "panels": [history(row)],
        }
        return TemplateResponse(request, "admin/oms/history.html", context)

    def page_context(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        return {"panels": self.panels(request, obj)}

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any = None,
    ) -> TemplateResponse:
        looks_only = obj is not None and not self.has_change_permission(request, obj)
        if looks_only:
            context |= self.page_context(request, obj)
        close_dead_doors(context["adminform"], self.model, self, request)
        context["show_history"] = auditlog.contains(self.model)
        context["record_title"] = self.title_of(obj) if obj is not None else ""
        response = super().render_change_form(request, context, add, change, form_url, obj)
        if looks_only and not self.change_form_template:
            response.template_name = "admin/oms/record.html"
        return cast("TemplateResponse", response)


class ReadOnlyAdmin(BaseAdmin):
    """A log: superusers look, nobody changes."""

    superuser_adds: ClassVar[bool] = False
    superuser_changes: ClassVar[bool] = False


class StoreScopedAdmin(BaseAdmin):
    """Rows of stores. A person sees those of the stores in which they hold a view right."""

    store_path: ClassVar[str] = "store_id"
    view_permissions: ClassVar[tuple[str, ...]] = ("view_orders",)
    change_permissions: ClassVar[tuple[str, ...]] = ()
    add_permissions: ClassVar[tuple[str, ...]] = ()

    def view_reaches(self) -> tuple[Reach, ...]:
        return (Reach(self.store_path, self.view_permissions),)

    def change_reaches(self) -> tuple[Reach, ...]:
        return (Reach(self.store_path, self.change_permissions),)

    def add_reaches(self) -> tuple[Reach, ...]:
        return (Reach(self.store_path, self.add_permissions),)


class WarehouseScopedAdmin(BaseAdmin):
    """Rows of warehouses, by the person's rights on those."""

    warehouse_path: ClassVar[str] = "warehouse_id"
    view_permissions: ClassVar[tuple[str, ...]] = ("view_fulfillment",)
    change_permissions: ClassVar[tuple[str, ...]] = ()
    add_permissions: ClassVar[tuple[str, ...]] = ()

    def view_reaches(self) -> tuple[Reach, ...]:
        return (Reach(self.warehouse_path, self.view_permissions),)

    def change_reaches(self) -> tuple[Reach, ...]:
        return (Reach(self.warehouse_path, self.change_permissions),)

    def add_reaches(self) -> tuple[Reach, ...]:
        return (Reach(self.warehouse_path, self.add_permissions),)


class AnybodyAdmin(BaseAdmin):
    """Rows that belong to no place (goods): whoever holds any right anywhere may look, and one of
    ``change_permissions`` anywhere is needed to add or change."""

    change_permissions: ClassVar[tuple[str, ...]] = ()
    superuser_adds = True
    superuser_changes = True

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        # Not BaseAdmin's: these rows belong to no place by which to choose.
        rows = super(BaseAdmin, self).get_queryset(request)
        return cast("QuerySet[Any]", rows if self.has_view_permission(request) else rows.none())

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        user = person(request)
        return sees_everything(user) or any(scope(user).by_permission.values())

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self._may_change(request)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self._may_change(request)

    def _may_change(self, request: HttpRequest) -> bool:
        user = person(request)
        return sees_everything(user) or any(
            scope(user).ids(name) for name in self.change_permissions
        )


class BaseInline(TabularInline):
    """Rows below another row; whoever may change that one may change these."""

    extra = 0
    show_change_link = False

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return bool(self._parent.has_view_permission(request, obj))

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.has_change_permission(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        if obj is None:
            return self._parent.has_add_permission(request)
        return self._parent.has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    @property
    def _parent(self) -> BaseAdmin:
        return cast("BaseAdmin", self.admin_site._registry[self.parent_model])


def _allows(user: User, reaches: Sequence[Reach], obj: Model | None, *, superuser: bool) -> bool:
    if sees_everything(user):
        return superuser or any(reach.permissions for reach in reaches)
    return reaches_any(user, reaches) if obj is None else covers(user, obj, reaches)
