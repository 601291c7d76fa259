"""What a packer may do to a parcel from its page: enter a waybill by hand, take it off again."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
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
from oms.admin.confirm import Question, confirmed, submitted
from oms.admin.reach import person
from oms.admin.reasons import ReasonForm
from oms.admin.words import CARRIERS as NAMES
from oms.flows.shipment import ShipmentStatus
from oms.models import Shipment
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
        form = TypedForm(submitted(request))
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

        def do() -> str:
            done = type_waybill(
                int(object_id), **form.cleaned_data, actor=person(request), now=timezone.now()
            )
            return _told(done)

        return confirmed(request, self, question, do)

    @page_action(_("Take the number off"), permissions=("pack",), icon="undo", url_path="take_off")
    def take_off(self, request: HttpRequest, object_id: str) -> HttpResponse:
        form = ReasonForm(submitted(request))
        question = Question(
            title=_("Take the number off"),
            text=gettext("The parcel cannot leave until it has a new one. Say why."),
            yes=_("Take the number off"),
            back=_page(object_id),
            suggestions=(_("Wrong number"), _("Wrong carrier"), _("Printed anew")),
            form=form,
            danger=True,
        )

        def do() -> str:
            done = take_off_typed(
                int(object_id), **form.cleaned_data, actor=person(request), now=timezone.now()
            )
            return _told(done)

        return confirmed(request, self, question, do)

    @page_action(_("Enter the weight"), permissions=("pack",), icon="scale", url_path="weigh")
    def weigh(self, request: HttpRequest, object_id: str) -> HttpResponse:
        form = WeightForm(submitted(request))
        question = Question(
            title=_("Enter the weight"),
            text=gettext("What the scale shows, in grams. A store may tell its channel then."),
            yes=_("Enter"),
            back=_page(object_id),
            form=form,
        )

        def do() -> str:
            done = weigh(
                int(object_id), **form.cleaned_data, actor=person(request), now=timezone.now()
            )
            return _told(done)

        return confirmed(request, self, question, do)


def _told(parcel: Shipment) -> str:
    return f"{parcel.package_no}: {parcel.get_status_display()} {parcel.waybill_no or ''}"


def _page(shipment_id: str) -> str:
    return reverse("admin:oms_shipment_change", args=[shipment_id])
