"""Something in every station: a wave that waits, a cart on its way, parcels at every table.

Done through the services, by the demo's own people.
"""

from datetime import datetime, timedelta

from oms.flows.fulfillment import FulfillmentStatus
from oms.models import FulfillmentOrder, User, Warehouse
from oms.services.orders.cancel import cancel_order
from warehouse.management.demo import hands
from warehouse.services.waves import starting

PICKER, SECOND, CLERK = "cangku", "cangkuzhuguan", "kefu"
_PACKED, _LABELLED = 6, 3
_LEAVES_AFTER = timedelta(hours=2)


def send_day(placed_at: datetime) -> None:
    """Send a past day's documents away, two hours after they were released."""
    picker = _person(PICKER)
    now = placed_at + _LEAVES_AFTER
    starting.run(now=now)
    for warehouse in Warehouse.objects.order_by("code"):
        if picker is not None:
            hands.send_away(warehouse, worker=picker, now=now + timedelta(hours=1))


def seed_work(now: datetime) -> None:
    """Start the waves that are due and leave something half done at every station."""
    starting.run(now=now)
    for warehouse in Warehouse.objects.order_by("code"):
        picker, second = _person(PICKER), _person(SECOND)
        if picker is None:
            return
        hands.pick_cart(warehouse, picker=picker, now=now)
        if second is not None:
            hands.pick_cart(warehouse, picker=second, now=now, steps=7)
        hands.pack_picked(warehouse, packer=picker, now=now, most=_PACKED)
        labelled = hands.label_packed(warehouse, packer=picker, now=now, most=_LABELLED)
        for parcel in labelled[:1]:
            hands.collect(warehouse, parcel, worker=picker, now=now)
    _change_of_mind(now=now)


def _change_of_mind(*, now: datetime) -> None:
    """A buyer calls when the goods lie in the tote already: they have to be put back."""
    clerk = _person(CLERK)
    picked = FulfillmentOrder.objects.filter(status=FulfillmentStatus.PICKED, order__isnull=False)
    document = picked.order_by("-pk").first()
    if clerk is None or document is None or document.order_id is None:
        return
    cancel_order(document.order_id, actor=clerk, reason="买家来电取消", now=now)


def _person(username: str) -> User | None:
    return User.objects.filter(username=username).first()
