"""A day is read whole, judged once, healed where it can be, and signed when nothing is open."""

from datetime import timedelta
from decimal import Decimal

import pytest

from channels_sync.models import (
    ChannelHint,
    Finding,
    LineState,
    ListedOrder,
    PushJob,
    ReconciledDay,
)
from channels_sync.services.push import draining
from channels_sync.services.reconciling import running
from channels_sync.services.reconciling.running import (
    BeingChecked,
    BeyondHistory,
    DayIsNotOver,
    DayIsSigned,
    NotRead,
    StillOpen,
)
from oms.access.checks import NotAllowed
from oms.dto import ChannelStatus
from oms.integration.errors import ErrorKind, IntegrationError
from oms.models import Order
from tests.channels_sync.admin.conftest import member
from tests.channels_sync.push.parcels import items_of, parcel
from tests.channels_sync.reconciling.conftest import (
    DAY,
    PAGE,
    PLACED,
    QUIET,
    Books,
    ScriptedLedger,
    listed,
)
from tests.factories.oms import NOW, OrderFactory, StoreFactory

pytestmark = pytest.mark.django_db
Platform = type[ScriptedLedger]
FAULTS = 200


def many(books: Books, prefix: str, count: int, **told: object) -> list[Order]:
    """Write many orders at once: only what is compared matters here."""
    pattern = books.order(f"{prefix}000", **told)
    rows = [
        Order(
            **{
                field.attname: getattr(pattern, field.attname)
                for field in Order._meta.concrete_fields
                if field.name not in ("id", "order_no", "channel_order_no")
            },
            order_no=f"{prefix}{n:05d}",
            channel_order_no=f"{prefix}{n:03d}",
        )
        for n in range(1, count)
    ]
    Order.objects.bulk_create(rows)
    return [pattern, *rows]


def kinds() -> dict[str, int]:
    found: dict[str, int] = {}
    for kind in Finding.objects.values_list("kind", flat=True):
        found[kind] = found.get(kind, 0) + 1
    return found


def test_every_fault_is_found_and_nothing_else(books: Books, platform: Platform) -> None:
    for prefix in ("fine", "doubled", "amount", "status", "refund"):
        many(books, prefix, FAULTS)
    parcels = [books.order(f"track{n:03d}", lines=1) for n in range(FAULTS)]
    for order in parcels:
        parcel({item: item.quantity for item in items_of(order)})
    numbers = [f"{n:03d}" for n in range(FAULTS)]
    platform.rows += [listed(f"fine{n}") for n in numbers]
    platform.rows += [listed(f"lost{n}") for n in numbers]
    platform.rows += [listed(f"amount{n}", paid=Decimal("100.01")) for n in numbers]
    platform.rows += [listed(f"status{n}", status=ChannelStatus.CANCELLED) for n in numbers]
    platform.rows += [listed(f"refund{n}", refunded=Decimal(1)) for n in numbers]
    for order in Order.objects.filter(channel_order_no__startswith="track"):
        platform.rows.append(listed(str(order.channel_order_no), paid=order.paid_amount))
    day = books.run()
    assert kinds() == {
        "theirs_only": FAULTS,
        "ours_only": FAULTS,
        "amount": FAULTS,
        "status": FAULTS,
        "refund": FAULTS,
        "tracking": FAULTS,
    }
    assert (day.matched, day.theirs_count, day.ours_count) == (FAULTS, 6 * FAULTS, 6 * FAULTS)
    theirs = sum(row.paid for row in platform.rows)
    assert (day.theirs_paid, day.theirs_paid == day.ours_paid) == (theirs, False)
    healing = Finding.objects.filter(state="healing")
    assert healing.count() == 5 * FAULTS
    assert not healing.filter(kind="ours_only").exists()
    assert ChannelHint.objects.count() == 4 * FAULTS


def test_days_without_faults_raise_no_alarm(books: Books, platform: Platform) -> None:
    many(books, "fine", 3 * PAGE)
    platform.rows += [listed(f"fine{n:03d}") for n in range(3 * PAGE)]
    day = books.run()
    assert (day.state, day.matched, kinds()) == ("done", 3 * PAGE, {})
    assert [cursor for _since, _until, cursor in platform.asked] == [None, "500", "1000"]
    assert not ListedOrder.objects.exists()


def test_paused_store_is_asked_for_no_list(books: Books, platform: Platform) -> None:
    pause = LineState.objects.create(store=books.store, paused_at=NOW)
    assert books.run().state == "waiting"
    assert platform.asked == []
    pause.delete()
    running.run_due(now=NOW)
    assert ReconciledDay.objects.get().state == "done"


def test_day_is_that_of_the_store(books: Books, platform: Platform) -> None:
    books.order("before", ordered_at=PLACED.replace(hour=0) - timedelta(seconds=1))
    books.order("first", ordered_at=PLACED.replace(hour=0))
    books.order("last", ordered_at=PLACED.replace(hour=23, minute=59, second=59))
    books.order("after", ordered_at=PLACED.replace(hour=0) + timedelta(days=1))
    books.run()
    assert set(Finding.objects.values_list("channel_order_no", flat=True)) == {"first", "last"}


def test_gap_that_was_healed_is_said_to_be(books: Books, platform: Platform) -> None:
    platform.rows.append(listed("1"))
    books.run()
    assert ChannelHint.objects.get().channel_no == "1"
    books.order("1")
    day = books.run(minutes=31)
    found = Finding.objects.get()
    assert (found.state, found.settled_at, day.matched) == ("healed", books.now, 1)


def test_open_day_is_held_against_the_list_again_by_itself(
    books: Books, platform: Platform
) -> None:
    platform.rows.append(listed("1"))
    books.run()
    running.line_up_due(now=NOW + timedelta(minutes=10))
    assert ReconciledDay.objects.get(day=DAY).state == "done"
    running.line_up_due(now=NOW + timedelta(minutes=31))
    assert ReconciledDay.objects.get(day=DAY).state == "waiting"


def test_night_lines_up_yesterday_once(books: Books) -> None:
    at_one = NOW.replace(hour=17, minute=0)  # one in the morning in Shanghai
    assert running.line_up_due(now=at_one) == 1
    before = ReconciledDay.objects.get().day
    assert running.line_up_due(now=at_one) == 0
    assert running.line_up_due(now=at_one + timedelta(hours=1)) == 1
    assert set(ReconciledDay.objects.values_list("day", flat=True)) == {
        before,
        before + timedelta(days=1),
    }


def test_lost_upload_is_told_once_more(books: Books, platform: Platform) -> None:
    order = books.order("1", lines=1)
    sent = parcel({item: item.quantity for item in items_of(order)})
    platform.rows.append(listed("1"))
    books.run()
    job = PushJob.objects.get()
    assert (job.reference, job.status) == (sent.package_no, "waiting")
    for later in (0, 10):
        draining.drain(now=books.now + timedelta(minutes=later))
    job.refresh_from_db()
    assert job.status == "done"
    books.run(minutes=31)
    again = PushJob.objects.exclude(pk=job.pk).get()
    assert (again.reference, again.is_in_doubt) == (sent.package_no, True)
    books.run(minutes=31)
    assert PushJob.objects.count() == 2


def test_worker_that_died_reads_on_where_it_was(books: Books, platform: Platform) -> None:
    many(books, "fine", 2 * PAGE)
    platform.rows += [listed(f"fine{n:03d}") for n in range(2 * PAGE)]
    platform.troubles += [None, SystemExit()]
    with pytest.raises(SystemExit):
        books.run()
    day = ReconciledDay.objects.get()
    assert (day.state, day.listed, day.cursor) == ("reading", PAGE, "500")
    later = books.now + timedelta(minutes=10)
    running.run_due(now=later)
    day.refresh_from_db()
    assert (day.state, day.matched) == ("done", 2 * PAGE)


def test_busy_platform_is_waited_for(books: Books, platform: Platform) -> None:
    busy = IntegrationError(
        "slow", kind=ErrorKind.THROTTLE, code="7", retry_after=timedelta(minutes=5)
    )
    platform.troubles.append(busy)
    day = books.run()
    assert (day.state, day.not_before) == ("reading", NOW + timedelta(minutes=5))
    running.run_due(now=NOW + timedelta(minutes=5))
    day.refresh_from_db()
    assert day.state == "done"


def test_day_that_cannot_be_read_says_why_and_proves_nothing(
    books: Books, platform: Platform
) -> None:
    platform.troubles += [IntegrationError("no right", kind=ErrorKind.FATAL, code="11")] * 20
    books.run()
    for _try in range(19):
        books.now += timedelta(hours=1)
        running.run_due(now=books.now)
    day = ReconciledDay.objects.get()
    assert (day.state, "no right" in day.last_error, day.finished_at) == ("failed", True, None)


def test_order_told_twice_by_a_moving_list_is_one(books: Books, platform: Platform) -> None:
    books.order("1")
    platform.rows += [listed("1", paid=Decimal(1)), listed("1")]
    assert books.run().matched == 1


def test_signed_day_stays_as_it_is(books: Books, platform: Platform) -> None:
    books.order("1")
    platform.rows.append(listed("1"))
    day = books.run()
    running.sign(day.pk, actor=books.manager, now=NOW)
    with pytest.raises(DayIsSigned):
        books.run()
    day.refresh_from_db()
    assert (day.signed_by, day.signed_at) == (books.manager, NOW)


def test_day_with_open_differences_is_not_signed(books: Books, platform: Platform) -> None:
    books.order("1")
    day = books.run()
    with pytest.raises(StillOpen, match="1"):
        running.sign(day.pk, actor=books.manager, now=NOW)
    finding = Finding.objects.get()
    running.explain(finding.pk, note="test order", actor=books.manager, now=NOW)
    running.sign(day.pk, actor=books.manager, now=NOW)


def test_explained_difference_stays_settled_while_it_looks_the_same(
    books: Books, platform: Platform
) -> None:
    books.order("1")
    platform.rows.append(listed("1", paid=Decimal(90)))
    books.run()
    finding = Finding.objects.get()
    running.explain(finding.pk, note="coupon", actor=books.manager, now=NOW)
    books.run(minutes=31)
    finding.refresh_from_db()
    assert finding.state == "explained"
    platform.rows[:] = [listed("1", paid=Decimal(80))]
    books.run(minutes=31)
    finding.refresh_from_db()
    assert finding.state != "explained"


def test_exchange_of_ours_is_none_of_the_platforms_business(
    books: Books, platform: Platform
) -> None:
    sold = books.order("1")
    OrderFactory.create(
        store=books.store,
        kind=Order.Kind.EXCHANGE,
        origin_order=sold,
        channel_order_no=None,
        ordered_at=PLACED,
        channel_modified_at=QUIET,
    )
    platform.rows.append(listed("1"))
    day = books.run()
    assert (day.ours_count, kinds()) == (1, {})


def test_day_older_than_the_platforms_list_is_refused(
    books: Books, platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(platform, "days_back", 5)
    books.order("1")
    books.run()
    for days in (4, 30):
        books.now = NOW + timedelta(days=days)
        with pytest.raises(BeyondHistory):
            books.run()
    assert kinds() == {"ours_only": 1}, "what was found in time stays, nothing is added"


def test_day_that_grew_too_old_while_it_waited_finds_nothing(
    books: Books, platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(platform, "days_back", 5)
    books.order("1")
    running.ask(books.store.pk, day=DAY, actor=books.manager, now=NOW)
    running.run_due(now=NOW + timedelta(days=30))
    day = ReconciledDay.objects.get()
    assert (day.state, day.finished_at, "5" in day.last_error) == ("failed", None, True)
    assert kinds() == {}


def test_day_that_is_being_checked_is_not_checked_twice(books: Books, platform: Platform) -> None:
    running.ask(books.store.pk, day=DAY, actor=books.manager, now=NOW)
    with pytest.raises(BeingChecked):
        running.ask(books.store.pk, day=DAY, actor=books.manager, now=NOW)
    ReconciledDay.objects.update(state="reading", listed=7)
    with pytest.raises(BeingChecked):
        running.ask(books.store.pk, day=DAY, actor=books.manager, now=NOW)
    assert ReconciledDay.objects.get().listed == 7


@pytest.mark.parametrize("state", ["waiting", "reading", "failed"])
def test_day_that_was_not_read_is_not_signed(books: Books, platform: Platform, state: str) -> None:
    day = running.ask(books.store.pk, day=DAY, actor=books.manager, now=NOW)
    ReconciledDay.objects.update(state=state)
    with pytest.raises(NotRead):
        running.sign(day.pk, actor=books.manager, now=NOW)


def test_today_is_not_over(books: Books) -> None:
    with pytest.raises(DayIsNotOver):
        running.ask(books.store.pk, day=NOW.date(), actor=books.manager, now=NOW)


def test_stranger_asks_for_nothing(books: Books) -> None:
    stranger = member(StoreFactory.create(), "store_manager")
    with pytest.raises(NotAllowed):
        running.ask(books.store.pk, day=DAY, actor=stranger, now=NOW)
