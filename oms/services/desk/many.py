"""One act on many orders: first what would come of it, then order by order, each for itself."""

import logging
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import DatabaseError
from django.utils.translation import gettext_lazy as _

from oms.access.checks import NotAllowed, scope
from oms.models import Order, User
from oms.queries.orders import visible_orders
from oms.refusals import Refusal
from oms.services.desk.acts import Act, Asked, perform
from oms.services.standing import Standing, standings

MOST = 1000
_log = logging.getLogger(__name__)


class TooMany(Refusal):
    message = _("%(n)d orders are chosen; at most %(most)d go at once. Narrow the list down.")


class NoneChosen(Refusal):
    message = _("None of the chosen orders is in your stores.")


class NotNow(Refusal):
    message = _("The database was too busy: nothing was changed on it. Try it once more.")


@dataclass(frozen=True, slots=True)
class Outlook:
    """What an act would do now, or has done: to which orders, and to which not, by reason."""

    will: Sequence[Standing] = ()
    wont: Mapping[str, Sequence[Order]] = field(default_factory=dict)
    rest: Sequence[Order] = ()
    """Not begun yet, because the time was over: they wait for the next call."""

    @property
    def wont_count(self) -> int:
        return sum(len(orders) for orders in self.wont.values())


def outlook(act: Act, *, ids: Sequence[int], actor: User, now: datetime) -> Outlook:
    """Tell what an act would do to the orders of these that the person sees; writes nothing.

    :raises TooMany: if more than ``MOST`` are chosen
    :raises NoneChosen: if the person sees none of them
    """
    if len(ids) > MOST:
        raise TooMany(n=len(ids), most=MOST)
    found = standings(visible_orders(actor).filter(pk__in=ids).order_by("-pk"))
    if not found:
        raise NoneChosen
    allowed = scope(actor).stores(act.permission)
    will: list[Standing] = []
    wont: dict[str, list[Order]] = defaultdict(list)
    for standing in found:
        refusal = act.against(standing, now=now)
        if standing.order.store_id not in allowed:
            refusal = NotAllowed(permission=act.permission)
        if refusal is None:
            will.append(standing)
        else:
            wont[str(refusal)].append(standing.order)
    return Outlook(will, dict(wont))


def _always() -> bool:
    return True


def perform_many(
    act: Act, *, ids: Sequence[int], asked: Asked, go_on: Callable[[], bool] = _always
) -> Outlook:
    """Do an act to many orders, each in a transaction of its own; tell what came of each.

    What is refused, or meets a fault of the database, is in ``wont`` with its reason; the others
    are done all the same. ``go_on`` is asked before each but the first: once it says no, what is
    left is in ``rest``, untouched.

    :raises TooMany: if more than ``MOST`` are chosen; nothing is done then
    :raises NoneChosen: if the person sees none of them
    """
    before = outlook(act, ids=ids, actor=asked.actor, now=asked.now)
    done: list[Standing] = []
    wont = {reason: list(orders) for reason, orders in before.wont.items()}
    for place, standing in enumerate(before.will):
        if place and not go_on():
            return Outlook(done, wont, [one.order for one in before.will[place:]])
        refusal = _try(act, standing.order, asked=asked)
        if refusal is None:
            done.append(standing)
        else:
            wont.setdefault(str(refusal), []).append(standing.order)
    return Outlook(done, wont)


def _try(act: Act, order: Order, *, asked: Asked) -> Refusal | None:
    try:
        perform(act, order_id=order.pk, asked=asked)
    except Refusal as refusal:
        return refusal
    except DatabaseError:
        # The others must not be left undone without a word because of one.
        _log.exception("%s of order %s failed", act.key, order.order_no)
        return NotNow()
    return None
