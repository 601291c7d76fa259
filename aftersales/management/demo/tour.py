"""After-sales' steps of the tour: from the supervisor's yes to the money."""

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from aftersales.flows import GOODS_DONE, MONEY_DONE, Approval
from aftersales.models import AfterSalesCase, Source
from oms.registries import Story, TourStep, tour_steps


def _cases() -> QuerySet[AfterSalesCase]:
    earphones = {"lines__order_item__sku__code__startswith": "EARB-"}
    return AfterSalesCase.objects.filter(source=Source.PLATFORM, **earphones)


STEPS = (
    TourStep(
        "return.decided",
        Story.RETURN,
        20,
        _("The supervisor looks at the request and at the buyer's history, and agrees."),
        "kefuzhuguan",
        lambda: reverse("aftersales:decide"),
        lambda: _cases().filter(approval=Approval.APPROVED).exists(),
    ),
    TourStep(
        "return.received",
        Story.RETURN,
        30,
        _("The parcel comes to the dock: scan it, count what is in it, say in which condition."),
        "cangku",
        lambda: reverse("warehouse:home"),
        lambda: _cases().filter(approval=Approval.APPROVED, receipt__in=GOODS_DONE).exists(),
    ),
    TourStep(
        "return.paid",
        Story.RETURN,
        40,
        _("Agreed to and arrived: the money goes back by itself, once."),
        "caiwu",
        lambda: f"{reverse('admin:aftersales_aftersalescase_changelist')}?source__exact=platform",
        lambda: _cases().filter(money__in=MONEY_DONE).exists(),
    ),
)
for _step in STEPS:
    tour_steps.register(_step)
