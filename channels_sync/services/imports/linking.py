"""Link a cancellation's lines to what was bought, only where there is one line it can be."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Q, Sum

from channels_sync.models import ExternalCancellationLine
from oms.models import Job, OrderLine
from oms.models.locking import atomic_service

PAGE = 200
Key = tuple[str, str, str, Decimal]
"""(buyer, merchant code, currency, unit price)"""


@dataclass(slots=True)
class _Bought:
    line_id: int
    ordered_at: datetime
    left: int


@atomic_service
def link_page(job: Job, *, after: int) -> int | None:
    """Look at the next lines of the import's cancellations; return the last one's id, or None when
    there are no more.

    A line fits if the same buyer bought the same code at the same price earlier, and not fewer
    units than are still to be taken back. Two that fit are none: which it was nobody can know.
    """
    lines = ExternalCancellationLine.objects.filter(
        cancellation__job=job, order_line=None, pk__gt=after
    )
    page = list(lines.select_related("cancellation").order_by("pk")[:PAGE])
    bought = _bought(job.params["store_id"], page)
    linked = []
    for line in page:
        fitting = [
            each
            for each in bought[_key(line)]
            if each.ordered_at <= line.cancellation.cancelled_at and each.left >= line.quantity
        ]
        if len(fitting) == 1:
            fitting[0].left -= line.quantity
            line.order_line_id = fitting[0].line_id
            linked.append(line)
    ExternalCancellationLine.objects.bulk_update(linked, ["order_line"])
    return page[-1].pk if page else None


def _bought(store_id: int, lines: Iterable[ExternalCancellationLine]) -> dict[Key, list[_Bought]]:
    """Return what the buyers of these lines bought; a line without a buyer is nobody's."""
    wanted = {_key(line) for line in lines if line.cancellation.buyer_ref}
    found: dict[Key, list[_Bought]] = defaultdict(list)
    rows = OrderLine.objects.filter(
        order__store=store_id,
        order__buyer__channel_buyer_id__in={buyer for buyer, *_rest in wanted},
        merchant_code__in={code for _buyer, code, *_rest in wanted},
    ).exclude(order__status="cancelled")
    columns = (
        "order__buyer__channel_buyer_id",
        "merchant_code",
        "order__currency",
        "unit_price",
        "pk",
        "order__ordered_at",
        "quantity",
    )
    back = Sum("external_cancellations__quantity", filter=~Q(external_cancellations=None))
    for *key, pk, ordered_at, quantity, taken in rows.annotate(back=back).values_list(
        *columns, "back"
    ):
        bought = _Bought(pk, ordered_at, quantity - (taken or 0))
        if tuple(key) in wanted:
            found[tuple(key)].append(bought)
    return found


def _key(line: ExternalCancellationLine) -> Key:
    told = line.cancellation
    return (told.buyer_ref, line.merchant_code, told.currency, line.unit_price)
