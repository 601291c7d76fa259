"""The buyers' part of the tour, played by the simulated shop, and what it is told in the end."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from channels_sync.flows import PushStatus
from channels_sync.management.demo.shop import SHOP
from channels_sync.management.demo.simulated import NotDone, press
from channels_sync.models import PushJob, RawOrder
from oms.management.demo.tour import BURST, BUYER, SCARCE, UNITS, burst_orders, orders
from oms.models import Order
from oms.registries import Story, TourStep, tour_steps

_EARPHONES = "EARB-"


def _buy_twice() -> None:
    press("buy_twice", {"buyer": str(BUYER)})


def _ask_back() -> None:
    """Let whoever got earphones last, and has not complained yet, ask for the money back."""
    sold = Order.objects.filter(store__code=SHOP, items__sku__code__startswith=_EARPHONES)
    asked = RawOrder.objects.filter(event="refund.created").values("channel_order_no")
    left = sold.filter(status="shipped").exclude(channel_order_no__in=asked)
    number = left.order_by("-pk").values_list("channel_order_no", flat=True).first()
    if number is None:
        raise NotDone
    press("act", {"act": "ask_refund", "order_id": number})


def _rush() -> None:
    for buyer in range(BURST):
        fields = {"buyer": str(buyer), "sku_code": SCARCE, "quantity": str(UNITS), "is_paid": "1"}
        press("place", fields)


def _both_were_told() -> bool:
    told = PushJob.objects.filter(order__in=orders(), kind=PushJob.Kind.SHIPMENT)
    return told.filter(status__in=(PushStatus.DONE, PushStatus.ACCEPTED)).count() > 1


STEPS = (
    TourStep(
        "merge.bought",
        Story.MERGE,
        10,
        _("A buyer orders, and orders again two minutes later. The first order waits meanwhile."),
        "kefu",
        lambda: f"{reverse('admin:oms_order_changelist')}?queue=merge",
        lambda: orders().count() > 1,
        act=_buy_twice,
        act_label=_("Buyer: place two orders two minutes apart"),
    ),
    TourStep(
        "merge.told",
        Story.MERGE,
        50,
        _("The shop is told twice, once for each order, with one waybill number."),
        "kefu",
        lambda: f"{reverse('admin:channels_sync_pushjob_changelist')}?kind__exact=shipment",
        _both_were_told,
    ),
    TourStep(
        "return.asked",
        Story.RETURN,
        10,
        _("A buyer wants to send a pair of earphones back and says so on the platform."),
        "kefu",
        lambda: f"{reverse('admin:aftersales_aftersalescase_changelist')}?source__exact=platform",
        lambda: RawOrder.objects.filter(event="refund.created", status="ingested").exists(),
        act=_ask_back,
        act_label=_("Buyer: ask for the money back"),
    ),
    TourStep(
        "burst.came",
        Story.BURST,
        10,
        _("A live stream: twelve buyers want more keyboards at once than both warehouses have."),
        "kefu",
        lambda: f"{reverse('admin:oms_order_changelist')}?sku_code={SCARCE}",
        lambda: burst_orders().count() >= BURST,
        act=_rush,
        act_label=_("Buyers: order all at once"),
    ),
)
for _step in STEPS:
    tour_steps.register(_step)
