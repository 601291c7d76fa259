"""People, what they may do where, and who stands in for whom."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Prefetch, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from oms.access import grants
from oms.access.roles import ROLES
from oms.admin import show
from oms.admin.base import (
    AdminPasswordChangeForm,
    BaseAdmin,
    DropdownFilter,
    UnfoldAdminSelectWidget,
    UserCreationForm,
    page_action,
)
from oms.admin.confirm import Question, ask, is_confirmed, submitted
from oms.admin.menu import Group, Place, Tab
from oms.admin.reach import person, sees_everything
from oms.models import Delegation, RoleAssignment, User

_PLACES = ("store", "warehouse", "department", "project")


def role_label(code: str) -> str:
    role = ROLES.get(code)
    return str(role.label) if role else code


class UserAdmin(BaseAdmin):
    menu = Place(Group.TRUST, "group", 10)
    superuser_adds = superuser_changes = True
    list_display = ("name", "username", "department", "badge_no", "roles", "last_seen", "is_active")
    list_display_links = ("name",)
    list_filter = ("is_active", "is_superuser")
    list_select_related = ("department",)
    search_fields = ("username", "first_name", "last_name", "badge_no__exact")
    ordering = ("username",)
    actions_detail = ("set_password",)
    fieldsets = (
        (None, {"fields": ("username", ("last_name", "first_name"), "email")}),
        (_("Work"), {"fields": ("department", "badge_no")}),
        (_("Account"), {"fields": ("is_active", "is_staff", "is_superuser", "last_login")}),
    )
    add_fieldsets = (
        (None, {"fields": ("username", ("last_name", "first_name"), "password1", "password2")}),
        (_("Work"), {"fields": ("department", "badge_no")}),
        (_("Account"), {"fields": ("is_staff",)}),
    )
    readonly_fields = ("last_login",)

    def get_form(
        self, request: HttpRequest, obj: User | None = None, change: bool = False, **kwargs: Any
    ) -> Any:
        if obj is None:
            kwargs["form"] = UserCreationForm
        return super().get_form(request, obj, change=change, **kwargs)

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        active = RoleAssignment.objects.filter(revoked_at=None).order_by("role")
        rows: QuerySet[User] = super().get_queryset(request)
        return rows.prefetch_related(Prefetch("role_assignments", active, to_attr="active_roles"))

    @page_action(_("Set password"), icon="key", url_path="password")
    def set_password(self, request: HttpRequest, object_id: str) -> HttpResponse:
        user = self.get_object(request, object_id)
        back = reverse("admin:oms_user_changelist")
        if user is None:
            return HttpResponseRedirect(back)
        back = reverse("admin:oms_user_change", args=[user.pk])
        form = AdminPasswordChangeForm(user, submitted(request))
        form.fields.pop("usable_password", None)
        if is_confirmed(request) and form.is_valid():
            form.save()
            messages.success(request, gettext("The password of %(name)s is set.") % {"name": user})
            return HttpResponseRedirect(back)
        question = Question(
            title=gettext("New password for %(name)s") % {"name": user},
            text=_("Tell the person in private; sessions that are open end at once."),
            yes=_("Set password"),
            back=back,
            form=form,
        )
        return ask(request, self, question)

    @admin.display(description=_("full name"), ordering="last_name")
    def name(self, user: User) -> str:
        return f"{user.last_name}{user.first_name}" or user.username

    @admin.display(description=_("roles"))
    def roles(self, user: User) -> SafeString | str:
        if user.is_superuser:
            return show.chip(_("superuser"), "red")
        codes = dict.fromkeys(one.role for one in getattr(user, "active_roles", ()))
        return show.row(show.chip(role_label(code), "blue") for code in codes) or show.NOTHING

    @admin.display(description=_("last seen"), ordering="last_login")
    def last_seen(self, user: User) -> SafeString:
        return show.moment(user.last_login, timezone.now())


class RoleFilter(DropdownFilter):
    title = _("role")
    parameter_name = "role"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(role.code, role.label) for role in ROLES.values()]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[RoleAssignment]
    ) -> QuerySet[RoleAssignment]:
        return queryset.filter(role=self.value()) if self.value() else queryset


if TYPE_CHECKING:
    _RoleAssignmentForm = forms.ModelForm[RoleAssignment]
else:
    _RoleAssignmentForm = forms.ModelForm


class RoleAssignmentForm(_RoleAssignmentForm):
    role = forms.ChoiceField(
        label=_("role"),
        choices=[(role.code, role.label) for role in ROLES.values()],
        widget=UnfoldAdminSelectWidget,
    )

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if sum(given.get(name) is not None for name in _PLACES) != 1:
            raise ValidationError(
                _("Choose exactly one: a store, a warehouse, a department or a project.")
            )
        ends_at: datetime | None = given.get("ends_at")
        if ends_at is not None and ends_at <= timezone.now():
            self.add_error("ends_at", _("This is in the past."))
        return given

    def validate_constraints(self) -> None:
        """The service finds an assignment that is active already and gives it back."""


class RoleAssignmentAdmin(BaseAdmin):
    """A role is given and taken away by ``oms.access.grants``; a row is never edited."""

    menu = Place(Group.TRUST, "badge", 20)
    superuser_adds = True
    form = RoleAssignmentForm
    list_display = ("user", "role_name", "place", "granted", "granted_by", "until", "state")
    list_display_links = ("user",)
    list_filter = (RoleFilter,)
    list_select_related = ("user", "granted_by", *_PLACES)
    search_fields = ("user__username", "user__first_name", "user__last_name")
    autocomplete_fields = ("user",)
    ordering = ("-pk",)
    actions_detail = ("revoke",)

    def tabs(self, request: HttpRequest) -> Sequence[Tab]:
        return (Tab(_("in force"), ""), Tab(_("all, also ended"), "ended=yes"))

    def get_list_filter(self, request: HttpRequest) -> tuple[Any, ...]:
        return (EndedFilter, RoleFilter)

    def get_fields(self, request: HttpRequest, obj: RoleAssignment | None = None) -> Any:
        if obj is None:
            return ("user", "role", *_PLACES, "ends_at")
        return ("user", "role_name", "place", "granted_at", "granted_by", "ends_at", "state",
                "revoked_at", "revoked_by")  # fmt: skip

    def get_readonly_fields(self, request: HttpRequest, obj: RoleAssignment | None = None) -> Any:
        return self.get_fields(request, obj) if obj else ()

    def save_model(
        self, request: HttpRequest, obj: RoleAssignment, form: Any, change: bool
    ) -> None:
        if change:
            raise PermissionDenied
        place = next(filter(None, (getattr(obj, name) for name in _PLACES)))
        made = grants.assign_role(
            obj.user_id,
            role=obj.role,
            place=place,
            now=timezone.now(),
            granted_by=person(request),
            ends_at=obj.ends_at,
        )
        obj.pk = made.pk
        obj.refresh_from_db()

    def has_revoke_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return sees_everything(person(request))

    @page_action(_("Take away"), permissions=("revoke",), icon="person_remove", primary=True)
    def revoke(self, request: HttpRequest, object_id: str) -> HttpResponse:
        assignment = self.get_object(request, object_id)
        url = reverse("admin:oms_roleassignment_changelist")
        if assignment is None or assignment.revoked_at is not None:
            messages.info(request, gettext("This role has been taken away already."))
            return HttpResponseRedirect(url)
        if is_confirmed(request):
            grants.revoke_role(assignment.pk, now=timezone.now(), revoked_by=person(request))
            messages.success(request, gettext("The role is taken away, in every open session."))
            return HttpResponseRedirect(url)
        facts = {
            "name": assignment.user,
            "role": role_label(assignment.role),
            "place": self.place(assignment),
        }
        question = Question(
            title=_("Take a role away"),
            text=gettext("%(name)s will no longer be %(role)s of %(place)s.") % facts,
            yes=_("Take away"),
            back=reverse("admin:oms_roleassignment_change", args=[assignment.pk]),
            danger=True,
        )
        return ask(request, self, question)

    def title_of(self, row: RoleAssignment) -> str:
        return f"{row.user} · {role_label(row.role)}"

    @admin.display(description=_("role"), ordering="role")
    def role_name(self, assignment: RoleAssignment) -> str:
        return role_label(assignment.role)

    @admin.display(description=_("where"))
    def place(self, assignment: RoleAssignment) -> str:
        return str(next(filter(None, (getattr(assignment, name) for name in _PLACES))))

    @admin.display(description=_("given"), ordering="granted_at")
    def granted(self, assignment: RoleAssignment) -> SafeString:
        return show.moment(assignment.granted_at, timezone.now())

    @admin.display(description=_("until"), ordering="ends_at")
    def until(self, assignment: RoleAssignment) -> SafeString:
        return show.exact(assignment.ends_at)

    @admin.display(description=_("state"))
    def state(self, assignment: RoleAssignment) -> SafeString:
        if assignment.revoked_at is not None:
            return show.chip(_("taken away"), "grey")
        if assignment.ends_at is not None and assignment.ends_at <= timezone.now():
            return show.chip(_("ended"), "grey")
        return show.chip(_("in force"), "green")


class EndedFilter(DropdownFilter):
    """Roles in force, unless the ended ones are asked for."""

    title = _("ended ones")
    parameter_name = "ended"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("shown too"))]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[RoleAssignment]
    ) -> QuerySet[RoleAssignment]:
        if self.value() == "yes":
            return queryset
        lasting = Q(ends_at=None) | Q(ends_at__gt=timezone.now())
        return queryset.filter(lasting, revoked_at=None)


class DelegationAdmin(BaseAdmin):
    """Everybody sees who stands in for them and for whom they stand in; superusers see all."""

    menu = Place(Group.TRUST, "swap_horiz", 50)
    list_display = ("from_user", "to_user", "starts", "ends", "reason", "state")
    list_display_links = ("from_user",)
    list_select_related = ("from_user", "to_user")
    ordering = ("-starts_at",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Delegation]:
        rows: QuerySet[Delegation] = super(BaseAdmin, self).get_queryset(request)
        user = person(request)
        return rows if sees_everything(user) else rows.filter(Q(from_user=user) | Q(to_user=user))

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        user = person(request)
        if sees_everything(user):
            return True
        if obj is not None:
            return user.pk in (obj.from_user_id, obj.to_user_id)
        mine = Q(from_user=user) | Q(to_user=user)
        return user.is_active and Delegation.objects.filter(mine).exists()

    def title_of(self, row: Delegation) -> str:
        return f"{row.from_user} → {row.to_user}"

    @admin.display(description=_("starts"), ordering="starts_at")
    def starts(self, delegation: Delegation) -> SafeString:
        return show.exact(delegation.starts_at)

    @admin.display(description=_("ends"), ordering="ends_at")
    def ends(self, delegation: Delegation) -> SafeString:
        return show.exact(delegation.ends_at)

    @admin.display(description=_("state"))
    def state(self, delegation: Delegation) -> SafeString:
        now = timezone.now()
        if delegation.revoked_at is not None or delegation.ends_at <= now:
            return show.chip(_("ended"), "grey")
        if delegation.starts_at > now:
            return show.chip(_("planned"), "blue")
        return show.chip(_("in force"), "green")
