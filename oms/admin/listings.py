"""How a shop's listings become what lies on the shelf: one by one, or from the review list."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from oms.admin import listing_review, show
from oms.admin.base import DropdownFilter, StoreScopedAdmin
from oms.admin.confirm import ask, is_confirmed
from oms.admin.filters import StoreFilter
from oms.admin.listing_questions import question_of
from oms.admin.menu import Group, Place, Shortcut, Tab
from oms.admin.orders import columns
from oms.admin.reach import person
from oms.models import Listing
from oms.refusals import Refusal
from oms.services.listings import changing
from oms.services.listings.changing import Target

_MAPPING = ("sku", "bundle", "ratio")


class MappedFilter(DropdownFilter):
    title = _("mapping")
    parameter_name = "mapped"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("no", _("not mapped yet")), ("sku", _("to a SKU")), ("bundle", _("to a bundle"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Listing]) -> QuerySet[Listing]:
        match self.value():
            case "no":
                return queryset.filter(sku__isnull=True, bundle__isnull=True)
            case "sku":
                return queryset.filter(sku__isnull=False)
            case "bundle":
                return queryset.filter(bundle__isnull=False)
        return queryset


if TYPE_CHECKING:
    _ListingForm = forms.ModelForm[Listing]
else:
    _ListingForm = forms.ModelForm


class ListingForm(_ListingForm):
    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if given.get("sku") and given.get("bundle"):
            raise ValidationError(_("Choose a SKU or a bundle, not both."))
        return given


class ListingAdmin(StoreScopedAdmin):
    """A person maps a shop's goods once; their waiting orders can then be taken in. Before a change
    touches open orders, it is asked about with their number."""

    menu = Place(Group.CHANNELS, "list_alt", 20)
    shortcuts = (Shortcut(_("Not mapped yet"), "mapped=no", "link_off"),)
    form = ListingForm
    change_permissions = ("import_orders",)
    list_display = ("store_sign", "name", "ids", "merchant_code", "stands_for", "ratio")
    list_display_links = ("name",)
    list_filter = (MappedFilter, StoreFilter)
    list_select_related = ("store__channel", "sku", "bundle")
    search_fields = ("channel_product_id__exact", "channel_sku_id__exact", "merchant_code__exact",
                     "title")  # fmt: skip
    search_help_text = _("Channel product or SKU number, merchant code, title")
    autocomplete_fields = ("sku", "bundle")
    ordering = ("-pk",)
    readonly_fields = ("store", "channel_product_id", "channel_sku_id", "title", "merchant_code",
                       "effective_from")  # fmt: skip
    fieldsets = (
        (_("As the shop calls it"), {"fields": readonly_fields[:-1]}),
        (_("What lies on the shelf"), {"fields": ("sku", "bundle", "ratio", "effective_from")}),
    )

    def tabs(self, request: HttpRequest) -> Sequence[Tab]:
        unmapped = self.get_queryset(request).filter(sku__isnull=True, bundle__isnull=True)
        return (Tab(_("not mapped yet"), "mapped=no", unmapped.count()), Tab(_("all"), ""))

    def get_urls(self) -> list[Any]:
        return [
            path("review/", self.admin_site.admin_view(self._review), name="listing_review"),
            path("undo/<uuid:batch>/", self.admin_site.admin_view(self._undo), name="listing_undo"),
            *super().get_urls(),
        ]

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Ask first where open orders would follow, or stay behind."""
        listing = self.get_object(request, object_id or "")
        may_change = listing is not None and self.has_change_permission(request, listing)
        if request.method == "POST" and may_change and not is_confirmed(request):
            form = self.get_form(request, listing, change=True)(request.POST, instance=listing)
            if form.is_valid() and set(form.changed_data) & set(_MAPPING):
                preview = changing.preview_change(
                    {listing.pk: _target(form.cleaned_data)}, actor=person(request)
                )
                if preview.touches:
                    here = reverse("admin:oms_listing_change", args=[listing.pk])
                    kept = [(name, request.POST.get(name, "")) for name in _MAPPING]
                    return ask(request, self, question_of(preview, back=here, hidden=kept))
        page: HttpResponse = super().changeform_view(request, object_id, form_url, extra_context)
        return page

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if not set(form.changed_data) & set(_MAPPING):
            return
        targets = {obj.pk: _target(form.cleaned_data)}
        try:
            changing.change(targets, actor=person(request), now=timezone.now())
        except Refusal as refusal:
            messages.error(request, str(refusal))

    def _review(self, request: HttpRequest) -> HttpResponse:
        return listing_review.review(request, self)

    def _undo(self, request: HttpRequest, batch: Any) -> HttpResponse:
        return listing_review.undo(request, self, batch=batch)

    @admin.display(description=_("store"), ordering="store")
    def store_sign(self, listing: Listing) -> SafeString:
        return columns.store(listing.store)

    @admin.display(description=_("title"), ordering="title")
    def name(self, listing: Listing) -> str:
        return str(listing)

    @admin.display(description=_("channel product"))
    def ids(self, listing: Listing) -> SafeString:
        return show.stack(
            show.copyable(listing.channel_product_id), show.copyable(listing.channel_sku_id)
        )

    @admin.display(description=_("stands for"))
    def stands_for(self, listing: Listing) -> SafeString:
        if listing.sku is not None:
            return show.stack(listing.sku.code, listing.sku.name)
        if listing.bundle is not None:
            return show.stack(show.chip(_("bundle"), "blue"), listing.bundle.name)
        return show.chip(_("not mapped yet"), "amber")


def _target(given: dict[str, Any]) -> Target:
    sku, bundle = given.get("sku"), given.get("bundle")
    return Target(sku.pk if sku else None, bundle.pk if bundle else None, given.get("ratio") or 1)
