"""Messages to buyers: one per occasion, written with the occasion, sent afterwards."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from smtplib import SMTPException

from django.core.mail import send_mail
from django.db import transaction
from django.utils.translation import gettext, override

from oms.models import BuyerMessage, Order, Shipment

SHIPPED = "shipped"
MAX_ATTEMPTS = 5
_FIRST_WAIT = timedelta(minutes=2)
# A worker that vanished while sending: whether the mail left is not known, so a person looks.
_LOST_AFTER = timedelta(minutes=10)
_PAGE = 100

State = BuyerMessage.State
Send = Callable[[str, str, str], None]
"""(address, subject, text): the port. It raises OSError or SMTPException when it could not."""


def shipping_message(shipment_ids: Iterable[int], *, now: datetime) -> None:
    """Write one message per parcel, whatever the number of merged orders; it names them all.

    The parcel's number is the key: told twice it stays one message. Orders whose buyer is told by
    the platform itself are left out; a parcel of such orders alone has no message.
    """
    shipments = Shipment.objects.filter(pk__in=list(shipment_ids)).order_by("pk")
    told = [(shipment, _orders_to_tell_of(shipment)) for shipment in shipments]
    BuyerMessage.objects.bulk_create(
        (_message(shipment, orders, now=now) for shipment, orders in told if orders),
        ignore_conflicts=True,
    )


def _message(shipment: Shipment, orders: Sequence[Order], *, now: datetime) -> BuyerMessage:
    return BuyerMessage(
        dedupe_key=f"{SHIPPED}:{shipment.package_no}",
        store_id=orders[0].store_id,
        order=orders[0],
        template=SHIPPED,
        facts={
            "carrier": shipment.carrier,
            "waybill_no": shipment.waybill_no or "",
            "orders": [_number(order) for order in orders],
        },
        not_before=now,
        created_at=now,
    )


def _orders_to_tell_of(shipment: Shipment) -> list[Order]:
    orders = Order.objects.filter(
        items__fulfillment_lines__shipment_lines__shipment=shipment, store__notifies_buyer=False
    )
    return list(orders.only("store_id", "order_no", "channel_order_no").distinct().order_by("pk"))


def _number(order: Order) -> str:
    return order.channel_order_no or order.order_no


def _send_by_mail(address: str, subject: str, text: str) -> None:
    send_mail(subject, text, from_email=None, recipient_list=[address])


BY_MAIL: Send = _send_by_mail
"""The port's usual other side, for whoever has messages of his own."""


def send_due(*, now: datetime, send: Send = _send_by_mail) -> int:
    """Send what waits; return how many went out. Nothing goes out twice without a person's word."""
    lost = BuyerMessage.objects.filter(state=State.SENDING, not_before__lt=now - _LOST_AFTER)
    lost.update(state=State.FAILED, last_error="the worker vanished while sending")
    due = BuyerMessage.objects.filter(state=State.WAITING, not_before__lte=now)
    ids = list(due.order_by("pk").values_list("pk", flat=True)[:_PAGE])
    return sum(_send_one(pk, now=now, send=send) for pk in ids)


def _send_one(pk: int, *, now: datetime, send: Send) -> bool:
    """Intent committed, then the call, then the result committed."""
    message = _claim(pk, now=now)
    if message is None:
        return False
    receiver = message.order.receiver
    address = receiver.email if receiver else ""
    if not address or "*" in address:
        _finish(message, State.SKIPPED, error="no address to write to")
        return False
    subject, text = render(message)
    try:
        send(address, subject, text)
    except (OSError, SMTPException) as error:
        again = message.attempts < MAX_ATTEMPTS
        message.not_before = now + _FIRST_WAIT * 2 ** (message.attempts - 1)
        _finish(message, State.WAITING if again else State.FAILED, error=type(error).__name__)
        return False
    message.sent_at = now
    _finish(message, State.SENT)
    return True


@transaction.atomic
def _claim(pk: int, *, now: datetime) -> BuyerMessage | None:
    row = BuyerMessage.objects.select_for_update().filter(pk=pk, state=State.WAITING).first()
    if row is not None:
        row.state, row.attempts, row.not_before = State.SENDING, row.attempts + 1, now
        row.save(update_fields=["state", "attempts", "not_before"])
    return row


def _finish(message: BuyerMessage, state: str, *, error: str = "") -> None:
    message.state, message.last_error = state, error[:300]
    message.save(update_fields=["state", "last_error", "not_before", "sent_at"])


def render(message: BuyerMessage) -> tuple[str, str]:
    """Return subject and text, in the shop's language. No personal data but the buyer's own."""
    numbers = message.facts.get("orders") or [_number(message.order)]
    with override("zh-hans"):
        subject = gettext("Your order %(order)s is on its way") % {
            "order": gettext(", ").join(numbers)
        }
        text = gettext("Carrier: %(carrier)s\nWaybill: %(waybill_no)s") % message.facts
    return subject, text
