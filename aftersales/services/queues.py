"""The queues that people work off: what waits for whom, since when."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, F, Min, OrderBy, OuterRef, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from aftersales.flows import Approval, CaseStatus, Money, Receipt
from aftersales.models import AfterSalesCase, CaseLine
from aftersales.services.settlement import BOTH_FACTS, GRACE
from oms.access.checks import scope
from oms.models import User

VIEW = ("view_cases", "approve_returns", "open_cases")
CLAIM_AFTER = timedelta(days=14)

SOONEST, SOON = timedelta(hours=4), timedelta(hours=12)

_OPEN = Q(status=CaseStatus.OPEN)
# Between our yes and the parcel it is the buyer's term, not ours.
_OUR_TURN = Q(approval=Approval.PENDING) | Q(receipt=Receipt.RECEIVED, money=Money.NONE)
_DIFFERS = CaseLine.objects.filter(case=OuterRef("pk"), is_settled=False).exclude(difference=0)


@dataclass(frozen=True, slots=True)
class Queue:
    """``since`` is the column that tells how long a row has been waiting; ``tone`` its color;
    ``due`` the column by which what is in it comes first."""

    key: str
    label: Promise | str
    where: Callable[[datetime], Q]
    since: str
    tone: str
    due: str = "deadline_at"


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many wait in a queue, since when the oldest, and when the first of them is due."""

    queue: Queue
    count: int
    oldest_at: datetime | None
    due_at: datetime | None


def _term(after: timedelta | None, before: timedelta) -> Callable[[datetime], Q]:
    """The platform decides in our place at ``respond_by``, so long from now."""

    def where(now: datetime) -> Q:
        begun = Q(respond_by__gt=now + after) if after is not None else Q()
        return _OPEN & _OUR_TURN & begun & Q(respond_by__lte=now + before)

    return where


_NOTHING = timedelta(0)
QUEUES = (
    Queue(
        "term_past",
        _("platform's term is past"),
        _term(None, _NOTHING),
        "approval_since",
        "red",
        "respond_by",
    ),
    Queue(
        "term_4",
        _("platform decides within 4 h"),
        _term(_NOTHING, SOONEST),
        "approval_since",
        "red",
        "respond_by",
    ),
    Queue(
        "term_12",
        _("platform decides within 12 h"),
        _term(SOONEST, SOON),
        "approval_since",
        "amber",
        "respond_by",
    ),
    Queue(
        "decide",
        _("to decide"),
        lambda now: _OPEN & Q(approval=Approval.PENDING),
        "approval_since",
        "amber",
    ),
    Queue(
        "coming",
        _("coming back"),
        lambda now: _OPEN & Q(approval=Approval.APPROVED, receipt=Receipt.EXPECTED),
        "receipt_since",
        "blue",
    ),
    Queue(
        "differs",
        _("short, wrong or too much"),
        lambda now: _OPEN & (Q(Exists(_DIFFERS)) | Q(receipt=Receipt.PARTLY_RECEIVED)),
        "receipt_since",
        "red",
    ),
    Queue(
        "inspect",
        _("to inspect"),
        lambda now: (
            _OPEN & Q(inspect_first=True, receipt=Receipt.RECEIVED, inspections__isnull=True)
        ),
        "receipt_since",
        "amber",
    ),
    Queue("stuck", _("due, but no refund asked"), lambda now: _stuck(now), "approved_at", "red"),
    Queue(
        "money",
        _("refund on its way"),
        lambda now: _OPEN & Q(money__in=(Money.ASKED, Money.SENT)),
        "money_since",
        "blue",
    ),
    Queue(
        "failed",
        _("refund failed"),
        lambda now: _OPEN & Q(money=Money.FAILED),
        "money_since",
        "red",
    ),
    Queue(
        "exchange",
        _("replacement to leave"),
        lambda now: _OPEN & Q(exchange_order__isnull=False),
        "received_at",
        "blue",
    ),
    Queue("claims", _("paid, goods never came"), lambda now: _claims(now), "money_since", "red"),
)
_BY_KEY = {queue.key: queue for queue in QUEUES}


def _stuck(now: datetime) -> Q:
    """Both facts are in, and money has not moved: the refund that would be forgotten."""
    waited = Q(approved_at__lte=now - GRACE) & ~Q(received_at__gt=now - GRACE)
    untouched = Q(money=Money.NONE, refund_started_at__isnull=True, exchange_order__isnull=True)
    return _OPEN & BOTH_FACTS & waited & untouched


def _claims(now: datetime) -> Q:
    late = Q(money_since__lte=now - CLAIM_AFTER, receipt=Receipt.EXPECTED)
    return _OPEN & late & Q(money=Money.DONE_BY_PLATFORM)


class UnknownQueue(LookupError):
    """A key that no queue has."""


def in_queue(
    rows: QuerySet[AfterSalesCase], *, key: str, now: datetime
) -> QuerySet[AfterSalesCase]:
    """Keep the rows of one queue.

    :raises UnknownQueue: if there is no queue of this key
    """
    if key not in _BY_KEY:
        raise UnknownQueue(key)
    return rows.filter(_BY_KEY[key].where(now))


def visible_cases(user: User) -> QuerySet[AfterSalesCase]:
    """Return the cases of the stores in which the person may see, open or decide cases."""
    rights = scope(user)
    if rights.everywhere is not None:
        return AfterSalesCase.objects.all()
    stores = frozenset[int]().union(*(rights.ids(name) for name in VIEW))
    return AfterSalesCase.objects.filter(store_id__in=stores)


def concern(user: User) -> bool:
    """Tell whether cases are any of this person's work."""
    rights = scope(user)
    return any(rights.ids(name) for name in VIEW)


def may_scan(case: AfterSalesCase, *, user: User) -> bool:
    """Tell whether the person may know the case: by its store, or at the dock it goes back to."""
    at_the_dock = case.warehouse_id in scope(user).ids("receive_returns")
    return at_the_dock or visible_cases(user).filter(pk=case.pk).exists()


def order_by(key: str) -> tuple[OrderBy, str]:
    """Return how a queue is sorted: what is due first comes first."""
    column = _BY_KEY[key].due if key in _BY_KEY else "deadline_at"
    return F(column).asc(nulls_last=True), "pk"


def counts(user: User, *, now: datetime) -> list[Waiting]:
    """Return per queue how many of the person's cases wait in it, since when, and until when.

    All of them by one question: the board asks it every few seconds.
    """
    sums: dict[str, Any] = {}
    for queue in QUEUES:
        inside = queue.where(now)
        sums[f"{queue.key}_count"] = Count("pk", filter=inside, distinct=True)
        sums[f"{queue.key}_oldest"] = Min(queue.since, filter=inside)
        if queue.due == "respond_by":
            sums[f"{queue.key}_due"] = Min(queue.due, filter=inside)
    found = visible_cases(user).filter(_OPEN).aggregate(**sums)
    return [
        Waiting(
            queue,
            found[f"{queue.key}_count"],
            found[f"{queue.key}_oldest"],
            found.get(f"{queue.key}_due"),
        )
        for queue in QUEUES
    ]


def deciding_stores(user: User, *, now: datetime) -> frozenset[int]:
    """Return the stores in which the person decides: by right, or standing in for somebody."""
    people = [user, *_stood_in_for(user, now=now)]
    return frozenset[int]().union(*(scope(person).ids("approve_returns") for person in people))


def _stood_in_for(user: User, *, now: datetime) -> list[User]:
    running = user.delegations_held.filter(revoked_at=None, starts_at__lte=now, ends_at__gt=now)
    return [held.from_user for held in running.select_related("from_user").order_by("pk")]


def to_decide(user: User, *, now: datetime) -> list[AfterSalesCase]:
    """Return the cases that wait for this person's decision, what is due first."""
    mine = AfterSalesCase.objects.filter(store_id__in=deciding_stores(user, now=now))
    rows = in_queue(mine, key="decide", now=now).select_related("store", "order")
    return list(rows.order_by("deadline_at", "pk")[:100])


def find_case(user: User, *, case_no: str, now: datetime) -> AfterSalesCase:
    """Return a case that the person may look at: the desk, whoever decides, whoever inspects.

    :raises AfterSalesCase.DoesNotExist: missing and forbidden look the same to the caller
    """
    deciding = AfterSalesCase.objects.filter(store_id__in=deciding_stores(user, now=now))
    inspecting = AfterSalesCase.objects.filter(
        warehouse_id__in=scope(user).ids("inspect_returns"), inspect_first=True
    )
    rows = visible_cases(user) | deciding | inspecting
    return rows.select_related("order__store", "order__receiver", "store", "warehouse").get(
        case_no=case_no
    )
