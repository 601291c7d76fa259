"""Accounts at carriers: what to enter comes from the carrier itself, secrets are never shown."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from oms.admin import show
from oms.admin.base import (
    BaseAdmin,
    UnfoldAdminSelectWidget,
    page_action,
)
from oms.admin.confirm import Question, confirmed, submitted
from oms.admin.credentials import credential_fields, entered, field_name
from oms.admin.menu import Group, Place
from oms.admin.reach import Reach, person
from oms.admin.words import carrier_label
from oms.dto import WaybillBranch, WaybillTemplate
from oms.integration.credentials import BadCredentials, CredentialField, complete
from oms.refusals import Refusal
from oms.services.fulfillment.typed_waybills import CARRIERS
from warehouse.admin import push_address
from warehouse.carriers.installed import carriers
from warehouse.models import CarrierAccount
from warehouse.services.waybills.accounts import credentials_of
from warehouse.services.waybills.branches import choose, offered
from warehouse.services.waybills.issuers import service_for
from warehouse.services.waybills.probing import probe

_TRY = (
    gettext_noop("Ask the carrier about an order that does not exist: changes nothing."),
    gettext_noop("Ask the platform for the branch and what is left of it: changes nothing."),
)
OWN_COLUMNS = frozenset({"monthly_card", "sign_mode", "base_url"})


def asked_for() -> list[CredentialField]:
    """List what any carrier wants entered, beside the columns of the account itself."""
    return [
        entry
        for kind in carriers
        for entry in kind.credential_fields
        if entry.name not in OWN_COLUMNS
    ]


def carrier_choices() -> list[tuple[str, str]]:
    """List the carriers we speak to, then those that only platforms issue numbers of."""
    ours = [(kind.kind, str(kind.label)) for kind in carriers]
    others = [(code, carrier_label(code)) for code in CARRIERS if code not in carriers]
    return ours + others


class BranchForm(forms.Form):
    """What the platform lists for the account's carrier."""

    def __init__(
        self,
        data: dict[str, Any] | None,
        *,
        branches: Sequence[WaybillBranch],
        templates: Sequence[WaybillTemplate],
    ) -> None:
        super().__init__(data)
        self.known = {_key(branch): branch for branch in branches}
        self.fields["branch"] = forms.ChoiceField(
            label=_("Carrier's branch"),
            choices=[(key, _branch_text(branch)) for key, branch in self.known.items()],
            widget=UnfoldAdminSelectWidget(),
        )
        self.fields["template"] = forms.ChoiceField(
            label=_("Label template"),
            choices=[(each.url, each.name) for each in templates],
            widget=UnfoldAdminSelectWidget(),
        )


class AccountForm(forms.ModelForm):  # type: ignore[type-arg]
    """A secret is only ever replaced: an empty field leaves the one that is there."""

    class Meta:
        model = CarrierAccount
        fields = (
            "name",
            "issuer",
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
            choices=carrier_choices(),
            widget=UnfoldAdminSelectWidget(),
        )
        self.fields.update(credential_fields(asked_for(), known=known))

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if not data.get("warehouse") and not data.get("store"):
            raise ValidationError(_("Say whose account it is: a warehouse's or a store's."))
        if data.get("issuer") == CarrierAccount.Issuer.PLATFORM:
            return self._of_platform(data)
        kept = dict(self.instance.credentials) if self.instance.pk else {}
        self.instance.credentials = kept | entered(asked_for(), data=data)
        self._check(data)
        return data

    def _of_platform(self, data: dict[str, Any]) -> dict[str, Any]:
        """The connection of the store holds the keys: nothing is entered here."""
        store = data.get("store")
        service = service_for(store.pk) if store else None
        if store is None or service is None:
            raise ValidationError(
                _("Choose a store whose platform has e-waybills, and connect it first.")
            )
        if data.get("carrier") not in service.carriers(store.pk):
            raise ValidationError(_("The platform of this store has no e-waybills of the carrier."))
        return data

    def _check(self, data: dict[str, Any]) -> None:
        draft = CarrierAccount(
            credentials=self.instance.credentials,
            **{name: data.get(name) or "" for name in OWN_COLUMNS},
        )
        if data.get("carrier") not in carriers:
            raise ValidationError(
                _("We do not speak to this carrier. Its numbers come from a store's platform.")
            )
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
    actions_detail = ("choose_branch", "try_out", "push_address")
    readonly_fields = ("branch",)

    def view_reaches(self) -> tuple[Reach, ...]:
        return (Reach("warehouse_id", ("manage_warehouse",)), Reach("store_id", ("manage_store",)))

    change_reaches = view_reaches
    add_reaches = view_reaches

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        names = [field_name(entry) for entry in asked_for()]
        contract = ("product", "monthly_card", "base_url", "sign_mode", *names)
        if _is_platforms(obj) and request.method != "POST":
            # Its keys are those of the store's connection; who changes the kind is asked for ours.
            contract = ("product", "monthly_card")
        return (
            (
                None,
                {
                    "fields": (
                        *("name", "issuer", "carrier", "warehouse", "store"),
                        *("branch", "priority", "is_active"),
                    )
                },
            ),
            (
                _("Contract"),
                {"fields": contract},
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

    def has_branch_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        rows = self.get_queryset(request).filter(issuer=CarrierAccount.Issuer.PLATFORM)
        return bool(object_id and rows.filter(pk=object_id).exists())

    @page_action(_("Choose the branch"), permissions=("branch",), icon="storefront", primary=True)
    def choose_branch(self, request: HttpRequest, object_id: int) -> HttpResponse:
        account, user = self.get_queryset(request).get(pk=object_id), person(request)
        back = reverse("admin:warehouse_carrieraccount_change", args=[object_id])
        try:
            branches, templates = offered(account.pk, actor=user)
        except Refusal as refusal:
            messages.error(request, str(refusal))
            return HttpResponseRedirect(back)
        form = BranchForm(submitted(request), branches=branches, templates=templates)
        question = Question(
            title=_("Choose the branch"),
            text=gettext("As the platform lists them for this store, with what is left of each."),
            yes=_("Keep"),
            back=back,
            form=form,
        )

        def do() -> str:
            chosen = form.known[form.cleaned_data["branch"]]
            template = form.cleaned_data["template"]
            choose(account.pk, branch=chosen, template_url=template, actor=user)
            return gettext("Kept. Parcels of this store get their numbers from this branch.")

        return confirmed(request, self, question, do)

    @page_action(_("Try it out"), permissions=("setup",), icon="electrical_services")
    def try_out(self, request: HttpRequest, object_id: int) -> HttpResponse:
        account = self.get_queryset(request).get(pk=object_id)
        question = Question(
            title=_("Try it out"),
            text=gettext(_TRY[_is_platforms(account)]),
            yes=_("Try it out"),
            back=reverse("admin:warehouse_carrieraccount_change", args=[object_id]),
        )

        def do() -> str:
            probe(account.pk, actor=person(request))
            return gettext("The carrier answers. The account works.")

        return confirmed(request, self, question, do)

    def has_pushes_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        pushing = [kind.kind for kind in carriers if kind.capabilities.pushes_tracks]
        own = CarrierAccount.Issuer.CARRIER
        rows = self.get_queryset(request).filter(pk=object_id, carrier__in=pushing, issuer=own)
        return bool(object_id and rows.exists())

    @page_action(
        _("Address for pushes"), permissions=("pushes",), icon="link", url_path="push_address"
    )
    def push_address(self, request: HttpRequest, object_id: int) -> HttpResponse:
        return push_address.answer(self, request, object_id)

    @admin.display(description=_("carrier"), ordering="carrier")
    def carrier_name(self, account: CarrierAccount) -> SafeString | str:
        known = account.carrier in carriers
        name = str(carriers.get(account.carrier).label if known else carrier_label(account.carrier))
        platforms = _is_platforms(account)
        return show.stack(name, account.get_issuer_display()) if platforms else name

    @admin.display(description=_("carrier's branch"))
    def branch(self, account: CarrierAccount) -> str:
        if not _is_platforms(account):
            return show.NOTHING
        place = "".join(account.branch_place.values())
        return f"{account.branch_code} {place}".strip() or gettext("not chosen yet")

    @admin.display(description=_("belongs to"))
    def belongs_to(self, account: CarrierAccount) -> str:
        return " · ".join(str(place) for place in (account.warehouse, account.store) if place)

    @admin.display(description=_("state"), ordering="is_active")
    def working(self, account: CarrierAccount) -> SafeString:
        on = account.is_active
        return show.chip(_("on") if on else _("off"), "green" if on else "grey")


def _is_platforms(account: CarrierAccount | None) -> bool:
    return account is not None and account.issuer == CarrierAccount.Issuer.PLATFORM


def _key(branch: WaybillBranch) -> str:
    """One branch may know a shop by several addresses."""
    return f"{branch.branch_code}·{branch.town}{branch.street}"


def _branch_text(branch: WaybillBranch) -> str:
    place = branch.province + branch.city + branch.district + branch.town + branch.street
    if branch.balance is None:
        return f"{branch.branch_name} · {place}"
    left = gettext("%(count)s left") % {"count": branch.balance}
    return f"{branch.branch_name} · {left} · {place}"
