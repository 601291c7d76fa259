"""Two sides of a day, order by order. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from channels_sync.connectors.ledgers import Standing
from oms.dto import ChannelStatus


class Difference(StrEnum):
    """What two sides may disagree on; the same words as ``Finding.Kind``."""

    THEIRS_ONLY = "theirs_only"
    OURS_ONLY = "ours_only"
    STATUS = "status"
    AMOUNT = "amount"
    REFUND = "refund"
    TRACKING = "tracking"


@dataclass(frozen=True, slots=True)
class Disagreement:
    """``ours`` and ``theirs`` are short texts; nothing personal stands in them."""

    channel_order_no: str
    kind: Difference
    ours: str = ""
    theirs: str = ""
    cause: str = ""


NOT_TOLD = "not_told"
_UNDER_WAY = frozenset({ChannelStatus.PARTLY_SHIPPED, ChannelStatus.SHIPPED})


def disagreements(
    ours: Mapping[str, Standing], *, theirs: Mapping[str, Standing], settled_before: datetime
) -> Iterator[Disagreement]:
    """Yield what the sides disagree on.

    An order that the platform changed at ``settled_before`` or later may simply not have come
    through yet: only what was quiet before counts, so that a busy minute raises no alarm.
    """
    for number in sorted(ours.keys() | theirs.keys()):
        here, there = ours.get(number), theirs.get(number)
        if there is not None and _is_moving(there, settled_before):
            continue
        if here is None and there is not None:
            yield Disagreement(number, Difference.THEIRS_ONLY, theirs=_words(there))
        elif there is None and here is not None:
            if not _is_moving(here, settled_before):
                yield Disagreement(number, Difference.OURS_ONLY, ours=_words(here))
        elif here is not None and there is not None:
            yield from _compare(number, here, there)


def _is_moving(side: Standing, settled_before: datetime) -> bool:
    return side.modified_at is not None and side.modified_at >= settled_before


def _compare(number: str, here: Standing, there: Standing) -> Iterator[Disagreement]:
    if here.status != there.status:
        cause = NOT_TOLD if _is_behind(there, here) else "not_heard"
        yield Disagreement(number, Difference.STATUS, here.status.value, there.status.value, cause)
    if here.paid != there.paid:
        yield Disagreement(number, Difference.AMOUNT, f"{here.paid:f}", f"{there.paid:f}")
    if _differ(here.refunded, there.refunded):
        yield Disagreement(number, Difference.REFUND, f"{here.refunded:f}", f"{there.refunded:f}")
    if here.waybill_nos is not None and there.waybill_nos is not None:
        yield from _tracking(number, here.waybill_nos, there.waybill_nos)


def _differ(one: object, other: object) -> bool:
    return one is not None and other is not None and one != other


def _is_behind(there: Standing, here: Standing) -> bool:
    """Tell whether the platform waits for a parcel that has left here."""
    return there.status is ChannelStatus.PAID and here.status in _UNDER_WAY


def _tracking(number: str, ours: frozenset[str], theirs: frozenset[str]) -> Iterator[Disagreement]:
    if ours == theirs:
        return
    cause = NOT_TOLD if ours - theirs else "told_elsewhere"
    yield Disagreement(number, Difference.TRACKING, _list(ours), _list(theirs), cause)


def _list(numbers: frozenset[str]) -> str:
    return ", ".join(sorted(numbers))[:120]


def _words(side: Standing) -> str:
    return f"{side.status.value} {side.paid:f}"
