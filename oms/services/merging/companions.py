"""With whom an order could share its parcel, and for each why it does or does not."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from oms.flows.order import NOTHING_LEFT_THE_BUILDING
from oms.models import MergeMembership, Order, TimelineEntry, User
from oms.queries.orders import visible_orders
from oms.rules.merge_key import reasons_against
from oms.services.merging.facts import FREE, facts_of, settings_of
from oms.services.merging.words import for_good, not_now, spoken
from oms.services.standing import Standing, standings

MOST = 20


@dataclass(frozen=True, slots=True)
class Companion:
    """Another open order of the same buyer or receiver, seen from one order.

    ``against`` holds every reason in words; with none, and not ``together``, the next scan merges
    them. ``by_hand``: a person may merge them in spite of the reasons.
    """

    standing: Standing
    together: bool
    against: Sequence[str]
    by_hand: bool

    @property
    def order(self) -> Order:
        return self.standing.order


def near(order: Order) -> Q:
    """Return which orders are of the same buyer, receiver or key."""
    wanted = Q(pk__in=())
    if order.buyer_id is not None:
        wanted |= Q(buyer=order.buyer_id)
    if order.receiver is not None and order.receiver.address_key:
        wanted |= Q(receiver__address_key=order.receiver.address_key)
    if order.merge_key:
        wanted |= Q(merge_key=order.merge_key)
    return wanted


@dataclass(frozen=True, slots=True)
class Ties:
    """What the database knows of many orders together: who is in which merge, and whom the scan
    could not merge because no warehouse had everything."""

    groups: Mapping[int, int]
    tried: Collection[int]

    def joins(self, own: Standing, other: Standing) -> bool:
        group = self.groups.get(own.order.pk)
        return group is not None and group == self.groups.get(other.order.pk)


def companions(order: Order, *, actor: User, now: datetime) -> list[Companion]:
    """Return the open orders beside this one that the person sees, newest first."""
    open_rows = visible_orders(actor).filter(status__in=NOTHING_LEFT_THE_BUILDING)
    rows = open_rows.filter(near(order)).exclude(pk=order.pk).order_by("-pk")[:MOST]
    [own], others = judged(Order.objects.filter(pk=order.pk)), judged(rows)
    return compare(own, others=others, ties=ties_of([own, *others]), now=now)


def judged(orders: QuerySet[Order]) -> list[Standing]:
    """Load what decides about merging, beside how far the orders have come."""
    return standings(orders.select_related("receiver").defer(*_SEALED))


_SEALED = tuple(
    f"receiver__{part}"
    for part in ("name", "phone", "street", "postcode", "email", "platform_cipher")
)


def ties_of(everybody: Collection[Standing]) -> Ties:
    ids = [one.order.pk for one in everybody]
    active = MergeMembership.objects.filter(order__in=ids, left_at=None)
    open_ids = [one.order.pk for one in everybody if one.order.status in FREE or one.parts]
    tried = TimelineEntry.objects.filter(
        subject=Order.SUBJECT, subject_id__in=open_ids, action="not_merged"
    )
    return Ties(
        dict(active.values_list("order", "group")),
        set(tried.values_list("subject_id", flat=True)),
    )


def compare(
    own: Standing, *, others: Sequence[Standing], ties: Ties, now: datetime
) -> list[Companion]:
    """Tell for each of the others whether it shares the parcel of this one, and why not."""
    facts = facts_of(own.order)
    mine = [_of(own, why) for why in not_now(own, now=now)]
    found = []
    for other in others:
        together = ties.joins(own, other)
        theirs = facts_of(other.order)
        in_the_way = [*mine, *not_now(other, now=now)]
        against = [*spoken(reasons_against(facts, theirs)), *in_the_way]
        against = against or list(_later(own, other, ties))
        by_hand = not together and not in_the_way and not for_good(facts, other=theirs)
        found.append(Companion(other, together, () if together else against, by_hand))
    return found


def _of(standing: Standing, why: str) -> str:
    return _("%(no)s: %(why)s") % {"no": standing.order.order_no, "why": why}


def _later(own: Standing, other: Standing, ties: Ties) -> Iterator[str]:
    """Yield why two that fit are not together: how things came, not what they are."""
    pair = (own, other)
    if all(one.parts for one in pair):
        yield _("each stands on a document of its own already")
    elif any(one.order.pk in ties.tried for one in pair):
        yield _("no warehouse had everything for both")
    most = settings_of(own.order.store).max_orders
    if most and any(one.siblings + 1 >= most for one in pair):
        yield _("the parcel is full (%(most)d orders)") % {"most": most}
