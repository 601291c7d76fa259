"""Remind whoever may decide, before a platform decides in our place: once per vote and person."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from smtplib import SMTPException

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone
from django.utils.timesince import timeuntil
from django.utils.translation import gettext, override

from aftersales.flows import Approval, CaseStatus
from aftersales.models import AfterSalesCase, TermReminder
from aftersales.services.approval import open_step
from oms.access.checks import holders
from oms.audit import timeline
from oms.models import ApprovalStep, Delegation, User
from oms.services.messages import BY_MAIL, Send

log = logging.getLogger(__name__)
_PAGE = 500
_WAITING = "not tried yet"
"""Whatever stands as the last error of a mail that has not left: it is tried again."""


def remind_due(*, now: datetime, send: Send = BY_MAIL) -> int:
    """Remind of the cases whose platform decides soon; return how many mails left.

    A person without an address of his own sees it on the board and in his list only.
    """
    return sum(_remind(case, now=now, send=send) for case in _due(now))


def _due(now: datetime) -> Sequence[AfterSalesCase]:
    before = timedelta(hours=settings.TERM_REMINDER_HOURS)
    told = TermReminder.objects.filter(case=OuterRef("pk"), respond_by=OuterRef("respond_by"))
    rows = AfterSalesCase.objects.filter(
        status=CaseStatus.OPEN,
        approval=Approval.PENDING,
        respond_by__gt=now,
        respond_by__lte=now + before,
    )
    # Cases nobody was told of come first, so that a page of others never stands before them.
    ranked = rows.annotate(is_told=Exists(told)).select_related("store", "order")
    return list(ranked.order_by("is_told", "respond_by", "pk")[:_PAGE])


def _remind(case: AfterSalesCase, *, now: datetime, send: Send) -> int:
    """Whom to remind is committed, then each mail's intent, then what became of it."""
    step = open_step(case)
    if step is None or case.respond_by is None:
        return 0
    reminders = _note(case, step, now=now)
    return sum(_send(reminder, now=now, send=send) for reminder in reminders)


@transaction.atomic
def _note(case: AfterSalesCase, step: ApprovalStep, *, now: datetime) -> list[TermReminder]:
    """Write down whom to remind; return whose mail has not left. Nobody stands there a second time
    for the same vote and term."""
    assert case.respond_by is not None  # noqa: S101  # chosen so
    about = {"case": case, "level": step.level, "respond_by": case.respond_by}
    told = set(TermReminder.objects.filter(**about).values_list("user_id", flat=True))
    people = _deciders(step, now=now)
    fresh = [
        TermReminder(user=person, reminded_at=now, last_error=_WAITING, **about)
        for person in people
        if person.pk not in told
    ]
    TermReminder.objects.bulk_create(fresh, ignore_conflicts=True)
    if fresh:
        note = ", ".join(str(reminder.user) for reminder in fresh)
        timeline.record(case.SUBJECT, case.pk, "reminded", at=now, note=note[:500])
    waiting = TermReminder.objects.filter(**about, user__in=people, sent_at=None)
    rows = waiting.exclude(last_error="").select_related("user", "case__store", "case__order")
    return list(rows.order_by("pk"))


def _deciders(step: ApprovalStep, *, now: datetime) -> list[User]:
    """Return who may cast the vote and has an address: by right, or standing in for somebody.

    Who asked has no vote, neither has whoever stands in for him.
    """
    people = holders(step.permission, store_id=step.request.store_id)
    asking = step.request.requested_by_id
    others = people.exclude(pk=asking) if asking else people
    running = Delegation.objects.filter(
        from_user__in=others, revoked_at=None, starts_at__lte=now, ends_at__gt=now
    )
    able = people | User.objects.filter(pk__in=running.values("to_user"), is_active=True)
    chosen = able.exclude(email="").order_by("pk").distinct()
    return [person for person in chosen if person.pk != asking]


def _send(reminder: TermReminder, *, now: datetime, send: Send) -> bool:
    mine = TermReminder.objects.filter(pk=reminder.pk)
    # From here on it is not known whether the mail left, until that is noted.
    if not mine.exclude(last_error="").update(last_error=""):
        return False
    subject, text = render(reminder.case, now=now)
    try:
        send(reminder.user.email, subject, text)
    except (OSError, SMTPException) as error:
        log.warning("reminder of %s did not leave: %s", reminder.case, type(error).__name__)
        mine.update(last_error=type(error).__name__[:100])
        return False
    mine.update(sent_at=now)
    return True


def render(case: AfterSalesCase, *, now: datetime) -> tuple[str, str]:
    """Return subject and text, in the shop's language; nothing in them is personal."""
    assert case.respond_by is not None  # noqa: S101  # chosen so
    path = reverse("aftersales:decide_case", kwargs={"case_no": case.case_no})
    with override("zh-hans"):
        told = {
            "case": case.case_no,
            "store": case.store.name,
            "order": case.order.order_no,
            "kind": case.get_kind_display(),
            "left": timeuntil(case.respond_by, now, depth=1),
            "until": timezone.localtime(case.respond_by).strftime("%Y-%m-%d %H:%M"),
            "url": f"{settings.BASE_URL.rstrip('/')}{path}",
        }
        subject = gettext("%(case)s waits for your decision: the platform decides in %(left)s")
        text = gettext(
            "Store: %(store)s\nOrder: %(order)s\nKind: %(kind)s\n"
            "The platform decides at %(until)s in our place.\n%(url)s"
        )
        return subject % told, text % told
