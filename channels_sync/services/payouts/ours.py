"""What our record says of the orders that a statement names, in bounded queries."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from decimal import Decimal

from django.db.models import Q, Sum
from django.db.models.functions import Coalesce

from channels_sync.connectors.payouts.comparing import Ours
from oms.flows.refund import RefundStatus as R
from oms.models import Order, Payment, Refund

DONE = (R.CONFIRMED, R.DONE_BY_PLATFORM)
_UNDER_WAY = (R.ASKED, R.SENT, R.FAILED)
_NOTHING = Decimal(0)


def ours_of(store_id: int, *, numbers: Collection[str], until: datetime) -> dict[str, Ours]:
    """Return our side by the number that the statement has.

    A number may be an order's, that of an order which the platform split, or that of a payment. Of
    refunds those count that were done before ``until``, where the statements end.
    """
    found: dict[str, list[tuple[int, Decimal, Decimal]]] = defaultdict(list)
    for column in ("channel_order_no", "parent_channel_no"):
        missing = set(numbers) - found.keys()
        rows = Order.objects.filter(Q(**{f"{column}__in": missing}), store=store_id)
        named = rows.values_list(column, "pk", "paid_amount", "platform_discount")
        for number, pk, paid, discount in named:
            found[str(number)].append((pk, paid, discount))
    back, under_way = refunds({pk for rows in found.values() for pk, *_ in rows}, until=until)
    sides = {
        number: Ours(
            paid=sum((paid for _pk, paid, _discount in rows), _NOTHING),
            refunded=sum((back.get(pk, _NOTHING) for pk, *_ in rows), _NOTHING),
            under_way=sum((under_way.get(pk, _NOTHING) for pk, *_ in rows), _NOTHING),
            platform_discount=sum((discount for *_, discount in rows), _NOTHING),
        )
        for number, rows in found.items()
    }
    return sides | _payments(store_id, numbers=set(numbers) - found.keys())


def refunds(
    order_ids: Iterable[int], *, until: datetime
) -> tuple[dict[int, Decimal], dict[int, Decimal]]:
    """Return what went back to the buyer of each order before a moment, and what is on its way."""
    rows = Refund.objects.filter(order__in=order_ids).annotate(
        done_at=Coalesce("confirmed_at", "asked_at")
    )
    done = rows.filter(status__in=DONE, done_at__lte=until).values_list("order")
    waiting = rows.filter(status__in=_UNDER_WAY).values_list("order")
    return (
        dict(done.annotate(total=Sum("amount"))),
        dict(waiting.annotate(total=Sum("amount"))),
    )


def _payments(store_id: int, *, numbers: Collection[str]) -> dict[str, Ours]:
    rows = Payment.objects.filter(store=store_id, payment_no__in=numbers)
    return {
        number: Ours(paid=amount, refunded=refunded)
        for number, amount, refunded in rows.values_list("payment_no", "amount", "refunded")
    }
