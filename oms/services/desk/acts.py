"""THE table of what the desk does to an order: by which right, when it can, through which service.

A page judges with the same function before it asks; here it is judged again under the lock.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from oms.access.checks import require
from oms.models import Order, OrderHold, User
from oms.models.locking import atomic_service, lock_row
from oms.refusals import Refusal
from oms.services.desk import judging
from oms.services.desk.hurrying import release_now
from oms.services.holds import hold_order, release_holds
from oms.services.merging.undoing import allow_merging, keep_apart
from oms.services.orders.cancel import cancel_order
from oms.services.review import approve_order, unapprove_order
from oms.services.standing import Standing, standing_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Who asks for an act, and why. ``hold_ids`` are the holds to end; None = all that can."""

    actor: User
    now: datetime
    reason: str = ""
    hold_ids: frozenset[int] | None = None


class Judge(Protocol):
    def __call__(self, standing: Standing, *, now: datetime) -> Refusal | None: ...


@dataclass(frozen=True, slots=True)
class Act:
    """``against`` tells why it is not possible, None when it is."""

    key: str
    permission: str
    against: Judge
    do: Callable[[Standing, Asked], None]


def _hold(standing: Standing, asked: Asked) -> None:
    hold_order(standing.order.pk, actor=asked.actor, detail=asked.reason, now=asked.now)


def _release(standing: Standing, asked: Asked) -> None:
    _end(standing, judging.endable(standing), asked)


def _release_in_bulk(standing: Standing, asked: Asked) -> None:
    _end(standing, judging.endable_in_bulk(standing), asked)


def _end(standing: Standing, holds: list[OrderHold], asked: Asked) -> None:
    ids = {hold.pk for hold in holds} if asked.hold_ids is None else asked.hold_ids
    release_holds(
        standing.order.pk, hold_ids=ids, actor=asked.actor, note=asked.reason, now=asked.now
    )


def _approve(standing: Standing, asked: Asked) -> None:
    approve_order(standing.order.pk, actor=asked.actor, now=asked.now)


def _unapprove(standing: Standing, asked: Asked) -> None:
    unapprove_order(standing.order.pk, actor=asked.actor, reason=asked.reason, now=asked.now)


def _release_now(standing: Standing, asked: Asked) -> None:
    release_now(standing.order.pk, actor=asked.actor, now=asked.now)


def _cancel(standing: Standing, asked: Asked) -> None:
    cancel_order(standing.order.pk, actor=asked.actor, reason=asked.reason, now=asked.now)


def _keep_apart(standing: Standing, asked: Asked) -> None:
    keep_apart(standing.order.pk, actor=asked.actor, reason=asked.reason, now=asked.now)


def _allow_merging(standing: Standing, asked: Asked) -> None:
    allow_merging(standing.order.pk, actor=asked.actor, now=asked.now)


_TABLE = (
    Act("approve", "review_orders", judging.against_approve, _approve),
    Act("release_now", "review_orders", judging.against_release_now, _release_now),
    Act("release", "review_orders", judging.against_release, _release),
    Act("hold", "review_orders", judging.against_hold, _hold),
    Act("unapprove", "review_orders", judging.against_unapprove, _unapprove),
    Act("take_out", "merge_orders", judging.against_take_out, _keep_apart),
    Act("keep_apart", "merge_orders", judging.against_keep_apart, _keep_apart),
    Act("allow_merging", "merge_orders", judging.against_allow_merging, _allow_merging),
    Act("cancel", "cancel_orders", judging.against_cancel, _cancel),
)
ACTS = {act.key: act for act in _TABLE}
BULK_ACTS = {
    **{key: ACTS[key] for key in ("approve", "release_now", "hold", "cancel")},
    "release": replace(
        ACTS["release"], against=judging.against_release_in_bulk, do=_release_in_bulk
    ),
}


@atomic_service
def perform(act: Act, *, order_id: int, asked: Asked) -> Standing:
    """Do one act to one order; return how it stood before.

    :raises Order.DoesNotExist: if there is no such order
    :raises NotAllowed: if the person does not hold the act's right in the store
    :raises Refusal: if the order as it stands now does not allow it
    """
    order = lock_row(Order, order_id)
    require(asked.actor, act.permission, order.store)
    standing = standing_of(order_id)
    refusal = act.against(standing, now=asked.now)
    if refusal is not None:
        raise refusal
    act.do(standing, asked)
    return standing
