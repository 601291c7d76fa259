"""Change where an order goes: the new address is typed, the old one is never shown for it."""

from dataclasses import fields
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from oms.access.checks import scope
from oms.admin.base import BaseAdmin, UnfoldAdminTextInputWidget
from oms.admin.confirm import Question, ask, is_confirmed, submitted
from oms.admin.orders.columns import order_url
from oms.admin.orders.desk.effects import of_readdress
from oms.admin.reach import person
from oms.models import Order, Receiver, User
from oms.refusals import Refusal
from oms.services.orders.readdressing import NewAddress, against_readdress, change_address
from oms.services.standing import standing_of

_PERMISSION = "edit_orders"


def _text(label: Any, length: int, *, required: bool = False) -> forms.CharField:
    widget = UnfoldAdminTextInputWidget(attrs={"autocomplete": "off"})
    return forms.CharField(label=label, max_length=length, required=required, widget=widget)


class AddressForm(forms.Form):
    """Region names are no secret and stand there; name and phone left empty stay as they are."""

    province = _text(_("province"), 64)
    city = _text(_("city"), 64, required=True)
    district = _text(_("district"), 64)
    town = _text(_("town"), 64)
    street = _text(_("street and house"), 200, required=True)
    postcode = _text(_("postcode"), 16)
    name = _text(_("receiver's name"), 64)
    phone = _text(_("phone"), 32)
    reason = _text(_("Why it changes"), 200, required=True)

    def __init__(self, data: Any, *, old: Receiver | None) -> None:
        region = ("province", "city", "district", "town")
        super().__init__(data, initial={part: getattr(old, part, "") for part in region})
        for part, mask in (("name", "name_mask"), ("phone", "phone_mask")):
            known = getattr(old, mask, "")
            self.fields[part].required = not known
            if known:
                text = gettext("Left empty, it stays %(known)s.") % {"known": known}
                self.fields[part].help_text = text

    def address(self) -> NewAddress:
        names = [field.name for field in fields(NewAddress)]
        return NewAddress(**{name: self.cleaned_data[name] for name in names})


def may_readdress(user: User, order: Order) -> bool:
    allowed = order.store_id in scope(user).stores(_PERMISSION)
    return allowed and against_readdress(order) is None


def readdress_url(order: Order) -> str:
    return reverse("admin:oms_order_readdress", args=[order.pk])


def readdress_view(page: BaseAdmin, request: HttpRequest, object_id: str) -> HttpResponse:
    order: Order | None = page.get_object(request, object_id)
    if order is None:
        raise Http404
    if order.store_id not in scope(person(request)).stores(_PERMISSION):
        raise PermissionDenied
    refusal = against_readdress(order)
    if refusal is not None:
        messages.error(request, str(refusal))
        return HttpResponseRedirect(order_url(order.pk))
    form = AddressForm(submitted(request), old=order.receiver)
    if is_confirmed(request) and form.is_valid():
        try:
            return _change(request, order, form)
        except Refusal as said:
            form.add_error(None, str(said))
    question = Question(
        title=_("Change address"),
        text=f"{order.order_no} · {_masked(order.receiver)}",
        yes=_("Change address"),
        back=order_url(order.pk),
        effects=list(of_readdress(standing_of(order.pk), timezone.now())),
        form=form,
    )
    return ask(request, page, question)


def _change(request: HttpRequest, order: Order, form: AddressForm) -> HttpResponse:
    """:raises Refusal: if the service does not take the address"""
    change_address(
        order.pk,
        address=form.address(),
        actor=person(request),
        reason=form.cleaned_data["reason"],
        now=timezone.now(),
    )
    text = gettext("The address of order %(no)s is changed.") % {"no": order.order_no}
    messages.success(request, text)
    return HttpResponseRedirect(order_url(order.pk))


def _masked(receiver: Receiver | None) -> str:
    if receiver is None:
        return gettext("no receiver")
    return f"{receiver.name_mask} {receiver.phone_mask} {receiver.street_mask}"
