"""What an act will do to an order, said before it is done."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from oms.admin import show
from oms.admin.orders.columns import hold_label
from oms.flows.order import OrderStatus
from oms.models import Order, OrderHold
from oms.privacy.filters import redact
from oms.services.desk.judging import endable
from oms.services.standing import Part, Standing


def of_hold(standing: Standing, now: datetime) -> Iterator[str]:
    """A hold may end again: what the warehouse has begun stays where it is."""
    if standing.is_claimed:
        for part in standing.parts:
            yield _stopped(part) if part.is_frozen else _taken_off(part)
    else:
        yield from map(_taken_off, standing.parts)
        yield from _siblings_stay(standing)
    yield _("It goes nowhere until the hold is ended; the time to ship runs on.")
    yield from _due(standing.order, now)


def of_release(standing: Standing, now: datetime) -> Iterator[str]:
    ending = endable(standing)
    stay = [hold for hold in standing.holds if hold not in ending]
    if len(ending) == 1:
        yield _("Ends: %(holds)s.") % {"holds": _named(ending)}
    if stay:
        yield _("Stays held by the platform: %(holds)s.") % {"holds": _named(stay)}
    yield _("When its last hold ends it goes on by itself: %(next)s.") % {"next": _next(standing)}


def of_approve(standing: Standing, now: datetime) -> Iterator[str]:
    yield _("It passes the review whatever the automatic checks say.")
    if standing.order.is_urgent:
        yield _("It is urgent: it waits for no siblings.")
    else:
        yield _("Then it waits for orders that could share its parcel, and goes on.")
    yield from _due(standing.order, now)


def of_unapprove(standing: Standing, now: datetime) -> Iterator[str]:
    yield from map(_taken_off, standing.parts)
    yield from _siblings_stay(standing)
    yield _("It waits for review again, held under your name with your reason.")


def of_release_now(standing: Standing, now: datetime) -> Iterator[str]:
    order = standing.order
    if order.not_before is not None and order.not_before > now:
        at = timezone.localtime(order.not_before)
        yield _("Careful: it should not leave before %(at)s.") % {"at": f"{at:%Y-%m-%d %H:%M}"}
    if standing.siblings:
        yield ngettext(
            "The %(n)d order in the same parcel goes with it.",
            "The %(n)d orders in the same parcel go with it.",
            standing.siblings,
        ) % {"n": standing.siblings}
    else:
        yield _("It goes to the warehouse within a minute; siblings that come later ship apart.")


def of_cancel(standing: Standing, now: datetime) -> Iterator[str]:
    for part in standing.parts:
        yield _put_back(part) if part.is_frozen else _taken_off(part)
    yield from _siblings_stay(standing)
    if standing.order.channel_order_no:
        yield _("The platform is not told: cancel it there too.")
    if standing.order.paid_amount:
        amount = show.plain_amount(standing.order.paid_amount, standing.order.currency)
        text = _("%(amount)s was paid; no money goes back by itself.")
        yield text % {"amount": amount}
    yield _("A cancelled order does not come back.")


def of_readdress(standing: Standing, now: datetime) -> Iterator[str]:
    for part in standing.parts:
        yield _put_back(part) if part.is_frozen else _taken_off(part)
    yield from _siblings_stay(standing)
    yield _("It is routed anew to the new address, and waits for siblings of that address.")
    if standing.order.channel_order_no:
        yield _("The platform is not told; if it tells the old address again, yours stays.")


def of_take_out(standing: Standing, now: datetime) -> Iterator[str]:
    yield from map(_taken_off, standing.parts)
    yield from _siblings_stay(standing)
    yield _("It gets a document of its own within a minute, and joins no other order.")


def of_keep_apart(standing: Standing, now: datetime) -> Iterator[str]:
    if standing.parts:
        yield _("It stays on its document; nobody joins it there.")
    else:
        yield _("It waits for nobody and goes on within a minute.")
    yield _("It joins no other order until somebody lets it merge again.")


def of_allow_merging(standing: Standing, now: datetime) -> Iterator[str]:
    yield _("It is lined up anew and waits for orders that could share its parcel.")
    yield from _due(standing.order, now)


def _taken_off(part: Part) -> str:
    return ngettext(
        "%(n)d piece comes off document %(no)s (%(at)s); its stock is free again.",
        "%(n)d pieces come off document %(no)s (%(at)s); their stock is free again.",
        part.units,
    ) % _of(part, part.units)


def _stopped(part: Part) -> str:
    return _("Document %(no)s is %(at)s: it is stopped there as a whole, and waits.") % _of(part, 0)


def _put_back(part: Part) -> str:
    if part.is_packed:
        return ngettext(
            "Document %(no)s is packed: its parcel is opened and %(n)d piece put back.",
            "Document %(no)s is packed: its parcel is opened and %(n)d pieces put back.",
            part.units,
        ) % _of(part, part.units)
    if not part.picked:
        return ngettext(
            "Document %(no)s is %(at)s: the picker is told to leave %(n)d piece on the shelf.",
            "Document %(no)s is %(at)s: the picker is told to leave %(n)d pieces on the shelf.",
            part.units,
        ) % _of(part, part.units)
    return ngettext(
        "Document %(no)s is %(at)s: the picker is told to put back %(n)d piece.",
        "Document %(no)s is %(at)s: the picker is told to put back %(n)d pieces.",
        part.picked,
    ) % _of(part, part.picked)


def _of(part: Part, count: int) -> dict[str, object]:
    document = part.document
    return {"n": count, "no": document.fulfillment_no, "at": document.get_status_display()}


def _siblings_stay(standing: Standing) -> Iterator[str]:
    if standing.siblings and standing.parts:
        yield ngettext(
            "The %(n)d other order of the parcel stays in it, with its stock and its place.",
            "The %(n)d other orders of the parcel stay in it, with their stock and their place.",
            standing.siblings,
        ) % {"n": standing.siblings}


def _due(order: Order, now: datetime) -> Iterator[str]:
    if order.ship_by is not None:
        at = timezone.localtime(order.ship_by)
        left = order.ship_by - now
        late = show.duration(abs(left))
        text = _("To ship by %(at)s: %(time)s left.") if left.total_seconds() > 0 else ""
        text = text or _("It should have left at %(at)s: %(time)s late.")
        yield text % {"at": f"{at:%m-%d %H:%M}", "time": late}


def _next(standing: Standing) -> str:
    if standing.order.status == OrderStatus.UNPAID:
        return _("it waits for the payment")
    if standing.order.status == OrderStatus.PENDING_REVIEW:
        return _("the automatic review looks at it again")
    return _("the warehouse goes on with it") if standing.is_claimed else _("it is lined up anew")


def _named(holds: Iterable[OrderHold]) -> str:
    names = (f"{hold_label(hold.code)} {redact(hold.detail)}".strip() for hold in holds)
    return _(", ").join(names)
