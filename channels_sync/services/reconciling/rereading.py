"""What is read again so that a finding may heal: the order, and refunds that either side names."""

from collections import defaultdict
from collections.abc import Collection, Mapping

from django.db.models import Q

from channels_sync.connectors.knocks import Hint, Subject
from channels_sync.connectors.ledgers import Standing
from channels_sync.connectors.pulling import Puller
from channels_sync.connectors.pulling_installed import pullers
from channels_sync.models import ChannelHint, Finding, StoreConnection
from oms.models import ChannelRefund

Readings = Mapping[int, frozenset[Hint]]
"""By finding; one that no reading can heal is not in it."""
_BY_ORDER = (Finding.Kind.THEIRS_ONLY, Finding.Kind.STATUS, Finding.Kind.AMOUNT)
_REFUND = Finding.Kind.REFUND


def readings(findings: Collection[Finding], *, told: Mapping[str, Standing]) -> Readings:
    """Return what to read for findings of one day; nothing where the store cannot be asked.

    ``told`` is the platform's list, by order.
    """
    rows = [row for row in findings if row.kind in (*_BY_ORDER, _REFUND)]
    puller = _puller(rows[0].store_id) if rows else None
    if puller is None:
        return {}
    refunds = _refunds([row for row in rows if row.kind == _REFUND], told, puller)
    return {row.pk: frozenset({_order(row), *refunds.get(row.pk, ())}) for row in rows}


def tries(store_id: int, *, hints: Collection[Hint]) -> dict[Hint, int]:
    """Return how often each was tried that still waits to be read."""
    of_orders = {hint.channel_no for hint in hints if hint.subject is Subject.ORDER}
    of_refunds = {hint.channel_no for hint in hints if hint.subject is Subject.REFUND}
    waiting = ChannelHint.objects.filter(
        Q(subject=Subject.ORDER, channel_no__in=of_orders)
        | Q(subject=Subject.REFUND, channel_no__in=of_refunds),
        store=store_id,
    )
    return {
        Hint(subject=Subject(subject), channel_no=number): count
        for subject, number, count in waiting.values_list("subject", "channel_no", "attempts")
    }


def _puller(store_id: int) -> type[Puller] | None:
    line = StoreConnection.objects.filter(store=store_id, is_active=True).first()
    return pullers.get(line.kind) if line is not None and line.kind in pullers else None


def _order(row: Finding) -> Hint:
    return Hint(subject=Subject.ORDER, channel_no=row.channel_order_no)


def _refunds(
    rows: list[Finding], told: Mapping[str, Standing], puller: type[Puller]
) -> dict[int, set[Hint]]:
    """Theirs, one of which may never have come, and ours, one of which may have ended otherwise."""
    numbers: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        there = told.get(row.channel_order_no)
        numbers[row.channel_order_no] |= there.refund_nos if there else frozenset()
    ours = ChannelRefund.objects.filter(
        store__in={row.store_id for row in rows}, channel_order_no__in=list(numbers)
    )
    for order_no, number in ours.values_list("channel_order_no", "channel_refund_no"):
        numbers[order_no].add(number)
    return {
        row.pk: {
            Hint(subject=Subject.REFUND, channel_no=number)
            for number in numbers[row.channel_order_no]
            if puller.reads_refund(number)
        }
        for row in rows
    }
