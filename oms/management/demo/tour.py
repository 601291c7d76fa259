"""The core's steps of the tour, and whom the tour is about."""

from django.db.models import QuerySet, Sum
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from oms.flows.order import SHIPPABLE, OrderStatus
from oms.models import MergeMembership, Order, OrderHold, OrderItem, StockLevel
from oms.registries import Story, TourStep, tour_steps

BUYER = 60
"""The simulated shop's buyer who buys only when the tour says so."""
SCARCE = "KEYB-02"
"""What everybody wants at once in the third story."""
BURST, UNITS = 12, 9
"""So many orders of so many units each: more than lie in both warehouses."""


def orders() -> QuerySet[Order]:
    """Return what the tour's buyer bought, the newest first."""
    return Order.objects.filter(buyer__channel_buyer_id=f"demo-buyer-{BUYER:03d}").order_by("-pk")


def burst_orders() -> QuerySet[Order]:
    items = OrderItem.objects.filter(sku__code=SCARCE, quantity=UNITS)
    return Order.objects.filter(pk__in=items.values("order"))


def _order_page() -> str:
    newest = orders().values_list("pk", flat=True).first()
    return reverse("admin:oms_order_change", args=[newest]) if newest else _order_list()


def _order_list() -> str:
    return reverse("admin:oms_order_changelist")


def _are_merged() -> bool:
    inside = MergeMembership.objects.filter(order__in=orders()).values_list("group", flat=True)
    groups = list(inside)
    return any(groups.count(group) > 1 for group in groups)


def _is_released() -> bool:
    on_their_way = (OrderStatus.RELEASED, OrderStatus.SHIPPED, OrderStatus.PARTLY_SHIPPED)
    documents = orders().filter(memberships__group__fulfillments__released_at__isnull=False)
    return documents.exists() or orders().filter(status__in=on_their_way).exists()


def _nothing_oversold() -> bool:
    """Every unit that was promised lies on a shelf, and who came too late waits, held."""
    levels = StockLevel.objects.filter(sku__code=SCARCE)
    sums = levels.aggregate(on_hand=Sum("on_hand"), reserved=Sum("reserved"))
    late = OrderHold.objects.filter(order__in=burst_orders(), released_at=None, code="shortage")
    fits = (sums["reserved"] or 0) <= (sums["on_hand"] or 0)
    return fits and late.exists() and burst_orders().filter(status__in=SHIPPABLE).exists()


STEPS = (
    TourStep(
        "merge.together",
        Story.MERGE,
        20,
        _("See that the second order joined the first: the list of merges says with whom and why."),
        "kefu",
        lambda: reverse("admin:oms_mergegroup_changelist"),
        _are_merged,
    ),
    TourStep(
        "merge.released",
        Story.MERGE,
        30,
        _("Do not wait for further siblings: press “release now” on the order's page."),
        "kefu",
        _order_page,
        _is_released,
    ),
    TourStep(
        "burst.held",
        Story.BURST,
        20,
        _("Compare what lies there with what is promised; who came too late is held: shortage."),
        "cangkuzhuguan",
        lambda: f"{reverse('admin:oms_stocklevel_changelist')}?q={SCARCE}",
        _nothing_oversold,
    ),
)
for _step in STEPS:
    tour_steps.register(_step)
