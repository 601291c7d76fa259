from datetime import datetime, timedelta
from functools import partial

import pytest

from oms.models import Order, TimelineEntry
from oms.transitions import IllegalTransition, fire_many
from tests.factories.oms import OrderFactory
from tests.races.together import queued_behind, refusals, together

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


def test_of_two_who_move_the_same_rows_one_wins(now: datetime) -> None:
    first, second = orders = OrderFactory.create_batch(2)
    ids = [order.pk for order in orders]
    review = partial(fire_many, Order, ids, "approve", now=now)
    results = queued_behind(first, review, review)
    (refused,) = refusals(results)
    assert isinstance(refused, IllegalTransition)
    assert refused.standing == dict.fromkeys(ids, "approved")
    entries = TimelineEntry.objects.filter(action="approve").order_by("subject_id")
    assert list(entries.values_list("subject_id", flat=True)) == [first.pk, second.pk]


def test_cancelling_and_approving_at_once_end_in_one_of_both(now: datetime) -> None:
    order = OrderFactory.create()
    results = queued_behind(
        order,
        partial(fire_many, Order, [order.pk], "approve", now=now),
        partial(fire_many, Order, [order.pk], "close_external", now=now + timedelta(seconds=1)),
    )
    order.refresh_from_db()
    history = TimelineEntry.objects.order_by("pk").values_list("from_status", "to_status")
    if refusals(results):
        assert list(history) == [("pending_review", "closed_external")]
    else:
        # Closing is allowed from both statuses: approved first, closed after.
        assert list(history) == [("pending_review", "approved"), ("approved", "closed_external")]
    assert order.status == "closed_external"


def test_overlapping_sets_named_in_any_order_never_block_each_other(now: datetime) -> None:
    orders = OrderFactory.create_batch(6)
    ids = [order.pk for order in orders]
    for action in ("approve", "unapprove"):
        results = together(
            partial(fire_many, Order, ids, action, now=now),
            partial(fire_many, Order, ids[::-1], action, now=now),
            partial(fire_many, Order, ids[3:] + ids[:3], action, now=now),
        )
        refused = refusals(results)
        assert [type(each) for each in refused] == [IllegalTransition] * 2
    assert TimelineEntry.objects.count() == 2 * len(ids)
