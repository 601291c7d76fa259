"""What a packer may do to a parcel from its page: enter a waybill by hand, take it off again."""

from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from oms.access.checks import scope
from oms.admin.base import (
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
    WarehouseScopedAdmin,
    page_action,
)
from oms.admin.confirm import Question, ask, is_confirmed
from oms.admin.reach import person
from oms.admin.words import CARRIERS as NAMES
from oms.flows.shipment import ShipmentStatus
from oms.models import Shipment
from oms.refusals import Refusal
from oms.services.fulfillment.parcels import weigh
from oms.services.fulfillment.typed_waybills import (
    CARRIERS,
    is_typed,
    take_off_typed,
    type_waybill,
)

_STILL_HERE = (ShipmentStatus.PACKED, ShipmentStatus.LABELLED)


class TypedForm(forms.Form):
    carrier = forms.ChoiceField(
        label=_("carrier"),
        choices=[("", "—"), *((one, NAMES[one]) for one in CARRIERS)],
        widget=UnfoldAdminSelectWidget(),
    )
    waybill_no = forms.CharField(
        label=_("waybill"), max_length=64, widget=UnfoldAdminTextInputWidget()
    )


class TakeOffForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=200, widget=UnfoldAdminTextInputWidget())


class WeightForm(forms.Form):
    weight_g = forms.IntegerField(
        label=_("weight (g)"), min_value=1, widget=UnfoldAdminTextInputWidget()
    )


class ParcelActs(WarehouseScopedAdmin):
    actions_detail: Sequence[Any] = ("enter_waybill", "take_off", "weigh")

    def has_pack_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        parcel = self.get_object(request, object_id) if object_id is not None else None
        allowed = scope(person(request)).ids("pack")
        return parcel is not None and parcel.fulfillment.warehouse_id in allowed

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> list[Any]:
        """Offer only what the parcel's state allows."""
        parcel = self.get_object(request, object_id)
        fits = {
            "enter_waybill": parcel is not None and parcel.status == ShipmentStatus.PACKED,
            "take_off": parcel is not None and is_typed(parcel),
            "weigh": parcel is not None and parcel.status in _STILL_HERE,
        }
        offered = super().get_actions_detail(request, object_id)
        return [one for one in offered if fits.get(one.path, True)]

    @page_action(
        _("Enter a printed waybill"),
        permissions=("pack",),
        icon="edit_note",
        url_path="enter_waybill",
    )
    def enter_waybill(self, request: HttpRequest, object_id: str) -> HttpResponse:
        form = TypedForm(request.POST if is_confirmed(request) else None)
        question = Question(
            title=_("Enter a printed waybill"),
            text=gettext(
                "Print the waybill with the platform's own tool and stick it on the parcel. Its "
                "number is told to the platform when the parcel leaves."
            ),
            yes=_("Enter"),
            back=_page(object_id),
            form=form,
        )

        def do() -> Shipment:
            return type_waybill(
                int(object_id), **form.cleaned_data, actor=person(request), now=timezone.now()
            )

        return self._answered(request, question, do)

    @page_action(_("Take the number off"), permissions=("pack",), icon="undo", url_path="take_off")
    def take_off(self, request: HttpRequest, object_id: str) -> HttpResponse:
        form = TakeOffForm(request.POST if is_confirmed(request) else None)
        question = Question(
            title=_("Take the number off"),
            text=gettext("The parcel cannot leave until it has a new one. Say why."),
            yes=_("Take the number off"),
            back=_page(object_id),
            suggestions=(_("Wrong number"), _("Wrong carrier"), _("Printed anew")),
            form=form,
            danger=True,
        )

        def do() -> Shipment:
            return take_off_typed(
                int(object_id), **form.cleaned_data, actor=person(request), now=timezone.now()
            )

        return self._answered(request, question, do)

    @page_action(_("Enter the weight"), permissions=("pack",), icon="scale", url_path="weigh")
    def weigh(self, request: HttpRequest, object_id: str) -> HttpResponse:
        form = WeightForm(request.POST if is_confirmed(request) else None)
        question = Question(
            title=_("Enter the weight"),
            text=gettext("What the scale shows, in grams. A store may tell its channel then."),
            yes=_("Enter"),
            back=_page(object_id),
            form=form,
        )

        def do() -> Shipment:
            return weigh(
                int(object_id), **form.cleaned_data, actor=person(request), now=timezone.now()
            )

        return self._answered(request, question, do)

    def _answered(
        self, request: HttpRequest, question: Question, do: Callable[[], Shipment]
    ) -> HttpResponse:
        if not is_confirmed(request) or (question.form and not question.form.is_valid()):
            return ask(request, self, question)
        try:
            done = do()
        except Refusal as refusal:
            messages.error(request, str(refusal))
        else:
            told = f"{done.package_no}: {done.get_status_display()} {done.waybill_no or ''}"
            messages.success(request, told)
        return HttpResponseRedirect(question.back)


def _page(shipment_id: str) -> str:
    return reverse("admin:oms_shipment_change", args=[shipment_id])
