"""The desk changes an exchange: what is sent instead, or money instead of goods."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from aftersales.admin.opening import ReasonForm
from aftersales.models import AfterSalesCase
from aftersales.services import exchange_changes
from aftersales.services.cases import item_lines
from oms.admin.base import StoreScopedAdmin, UnfoldAdminTextInputWidget
from oms.admin.confirm import Question, confirmed, submitted
from oms.admin.reach import person


class InsteadForm(forms.Form):
    """One SKU code per line; empty sends the same again."""

    def __init__(self, *args: Any, case: AfterSalesCase, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for line in item_lines(case):
            title = line.order_item.line.title if line.order_item else line.sku.name
            self.fields[f"line_{line.pk}"] = forms.CharField(
                label=f"{title} × {line.quantity}",
                help_text=gettext("Came as %(code)s. Empty: the same again.")
                % {"code": line.sku.code},
                required=False,
                max_length=64,
                initial=line.wanted_sku.code if line.wanted_sku else "",
                widget=UnfoldAdminTextInputWidget(),
            )

    def codes(self) -> dict[int, str]:
        """Return {case line id: SKU code}."""
        data = self.cleaned_data
        return {int(name.removeprefix("line_")): code for name, code in data.items()}


def choose_view(page: StoreScopedAdmin, request: HttpRequest, case: AfterSalesCase) -> HttpResponse:
    """Ask what is sent instead, and have it approved anew."""
    form = InsteadForm(submitted(request), case=case)

    def act() -> str:
        exchange_changes.choose(
            case.pk, codes=form.codes(), actor=person(request), now=timezone.now()
        )
        return gettext("Noted. The exchange is asked about anew.")

    question = Question(
        title=gettext("What %(case)s sends instead") % {"case": case},
        text=_("It is ordered when the goods have come back and somebody has agreed."),
        yes=_("Send this"),
        back=_url(case),
        form=form,
    )
    return confirmed(request, page, question, act)


def pay_back_view(
    page: StoreScopedAdmin, request: HttpRequest, case: AfterSalesCase
) -> HttpResponse:
    """Turn the exchange into a refund, and have that approved."""
    form = ReasonForm(submitted(request))

    def act() -> str:
        exchange_changes.pay_back_instead(
            case.pk,
            reason=form.cleaned_data["reason"],
            actor=person(request),
            now=timezone.now(),
        )
        return gettext("The case is a return with refund now, and is asked about anew.")

    question = Question(
        title=gettext("Pay back instead of %(case)s") % {"case": case},
        text=_("Nothing is sent any more; the buyer gets the money for what came back."),
        yes=_("Pay back"),
        back=_url(case),
        form=form,
    )
    return confirmed(request, page, question, act)


def _url(case: AfterSalesCase) -> str:
    return reverse("admin:aftersales_aftersalescase_change", args=[case.pk])
