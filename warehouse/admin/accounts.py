"""Accounts at carriers: what to enter comes from the carrier itself, secrets are never shown."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from oms.admin import show
from oms.admin.base import (
    BaseAdmin,
    UnfoldAdminSelectWidget,
    page_action,
)
from oms.admin.confirm import Question
from oms.admin.credentials import credential_fields, entered, field_name
from oms.admin.menu import Group, Place
from oms.admin.reach import Reach, person
from oms.integration.credentials import BadCredentials, CredentialField, complete
from warehouse.admin.acts import confirmed
from warehouse.carriers.installed import carriers
from warehouse.models import CarrierAccount
from warehouse.services.waybills.accounts import credentials_of
from warehouse.services.waybills.probing import probe

OWN_COLUMNS = frozenset({"monthly_card", "sign_mode", "base_url"})


def asked_for() -> list[CredentialField]:
    """List what any carrier wants entered, beside the columns of the account itself."""
    return [
        entry
        for kind in carriers
        for entry in kind.credential_fields
        if entry.name not in OWN_COLUMNS
    ]


class AccountForm(forms.ModelForm):  # type: ignore[type-arg]
    """A secret is only ever replaced: an empty field leaves the one that is there."""

    class Meta:
        model = CarrierAccount
        fields = (
            "name",
            "carrier",
            "warehouse",
            "store",
            "product",
            "monthly_card",
            "sign_mode",
            "base_url",
            "priority",
            "is_active",
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = self.instance.credentials if self.instance.pk else {}
        self.fields["carrier"] = forms.ChoiceField(
            label=self.fields["carrier"].label,
            choices=carriers.choices(),
            widget=UnfoldAdminSelectWidget(),
        )
        self.fields.update(credential_fields(asked_for(), known=known))

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if not data.get("warehouse") and not data.get("store"):
            raise ValidationError(_("Say whose account it is: a warehouse's or a store's."))
        kept = dict(self.instance.credentials) if self.instance.pk else {}
        self.instance.credentials = kept | entered(asked_for(), data=data)
        self._check(data)
        return data

    def _check(self, data: dict[str, Any]) -> None:
        draft = CarrierAccount(
            credentials=self.instance.credentials,
            **{name: data.get(name) or "" for name in OWN_COLUMNS},
        )
        if data.get("carrier") in carriers:
            kind = carriers.get(data["carrier"])
            try:
                complete(credentials_of(draft), kind.credential_fields)
            except BadCredentials as problem:
                raise ValidationError(str(problem)) from problem


class CarrierAccountAdmin(BaseAdmin):
    menu = Place(Group.SETTINGS, "contract", 45)
    superuser_adds = superuser_changes = True
    form = AccountForm
    list_display = ("name", "carrier_name", "belongs_to", "product", "priority", "working")
    list_select_related = ("warehouse", "store")
    ordering = ("priority", "name")
    actions_detail = ("try_out",)

    def view_reaches(self) -> tuple[Reach, ...]:
        return (Reach("warehouse_id", ("manage_warehouse",)), Reach("store_id", ("manage_store",)))

    change_reaches = view_reaches
    add_reaches = view_reaches

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        names = [field_name(entry) for entry in asked_for()]
        return (
            (None, {"fields": ("name", "carrier", "warehouse", "store", "priority", "is_active")}),
            (
                _("Contract"),
                {"fields": ("product", "monthly_card", "base_url", "sign_mode", *names)},
            ),
        )

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kw: Any
    ) -> Any:
        """The carriers' fields are made with the form: they are no columns to check."""
        kw["fields"] = AccountForm.Meta.fields
        return super().get_form(request, obj, change, **kw)

    def title_of(self, row: CarrierAccount) -> str:
        return row.name

    def has_setup_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return bool(object_id and self.get_queryset(request).filter(pk=object_id).exists())

    @page_action(_("Try it out"), permissions=("setup",), icon="electrical_services")
    def try_out(self, request: HttpRequest, object_id: int) -> HttpResponse:
        account = self.get_queryset(request).get(pk=object_id)
        question = Question(
            title=_("Try it out"),
            text=gettext("Ask the carrier about an order that does not exist: changes nothing."),
            yes=_("Try it out"),
            back=reverse("admin:warehouse_carrieraccount_change", args=[object_id]),
        )

        def do() -> str:
            probe(account.pk, actor=person(request))
            return gettext("The carrier answers. The account works.")

        return confirmed(request, self, question, do)

    @admin.display(description=_("carrier"), ordering="carrier")
    def carrier_name(self, account: CarrierAccount) -> str:
        known = account.carrier in carriers
        return str(carriers.get(account.carrier).label) if known else account.carrier

    @admin.display(description=_("belongs to"))
    def belongs_to(self, account: CarrierAccount) -> str:
        return " · ".join(str(place) for place in (account.warehouse, account.store) if place)

    @admin.display(description=_("state"), ordering="is_active")
    def working(self, account: CarrierAccount) -> SafeString:
        on = account.is_active
        return show.chip(_("on") if on else _("off"), "green" if on else "grey")
