"""Before a platform decides in our place, whoever may decide gets one mail per vote."""

from datetime import timedelta
from smtplib import SMTPException

import pytest
from pytest_django import Settings

from aftersales.models import AfterSalesCase, Source, TermReminder
from aftersales.services import reminding
from oms.models import ApprovalRequest, Delegation, TimelineEntry, User
from tests.aftersales import acts
from tests.factories.aftersales import NOW, open_case, shipped_order, supervisor
from tests.factories.oms import UserFactory

pytestmark = pytest.mark.django_db
Mail = tuple[str, str, str]


@pytest.fixture
def sent() -> list[Mail]:
    return []


def remind(sent: list[Mail], *, hours: float = 0) -> int:
    return reminding.remind_due(
        now=NOW + timedelta(hours=hours), send=lambda *mail: sent.append(mail)
    )


def due(*, hours: float = 3) -> AfterSalesCase:
    case = open_case(shipped_order(), source=Source.PLATFORM, channel_refund_no="R-1")
    AfterSalesCase.objects.filter(pk=case.pk).update(respond_by=NOW + timedelta(hours=hours))
    return acts.fresh(case)


def decider(case: AfterSalesCase, email: str = "boss@example.com") -> User:
    person = supervisor(case)
    person.email = email
    person.save(update_fields=["email"])
    return person


def test_whoever_may_decide_is_told_once(sent: list[Mail]) -> None:
    case = due()
    decider(case)
    assert (remind(sent), remind(sent, hours=1)) == (1, 0)
    ((address, subject, text),) = sent
    assert address == "boss@example.com"
    assert case.case_no in subject
    assert f"/{case.case_no}" in text
    assert case.order.order_no in text
    assert TermReminder.objects.get().sent_at == NOW
    entry = TimelineEntry.objects.get(subject=case.SUBJECT, subject_id=case.pk, action="reminded")
    assert entry.at == NOW


@pytest.mark.parametrize("hours", [4.5, -1])
def test_term_that_is_far_or_past_reminds_nobody(sent: list[Mail], hours: float) -> None:
    decider(due(hours=hours))
    assert remind(sent) == 0


def test_hours_are_a_setting(sent: list[Mail], settings: Settings) -> None:
    decider(due(hours=8))
    settings.TERM_REMINDER_HOURS = 12
    assert remind(sent) == 1


def test_zero_hours_send_none(sent: list[Mail], settings: Settings) -> None:
    decider(due(hours=0.01))
    settings.TERM_REMINDER_HOURS = 0
    assert remind(sent) == 0


def test_new_term_is_another_occasion(sent: list[Mail]) -> None:
    case = due()
    decider(case)
    remind(sent)
    AfterSalesCase.objects.filter(pk=case.pk).update(respond_by=NOW + timedelta(hours=5))
    assert remind(sent, hours=2) == 1


def test_decided_case_reminds_nobody(sent: list[Mail]) -> None:
    case = due()
    boss = decider(case)
    acts.approve(case, actor=boss)
    assert remind(sent) == 0


def test_stranger_and_person_without_an_address_are_not_written_to(sent: list[Mail]) -> None:
    case = due()
    decider(case, email="")
    decider(due(hours=40), email="other@example.com")
    inactive = decider(case, email="gone@example.com")
    User.objects.filter(pk=inactive.pk).update(is_active=False)
    assert remind(sent) == 0


def test_who_stands_in_is_told_too(sent: list[Mail]) -> None:
    case = due()
    boss, deputy = decider(case), UserFactory.create(email="deputy@example.com")
    Delegation.objects.create(
        from_user=boss,
        to_user=deputy,
        starts_at=NOW - timedelta(days=1),
        ends_at=NOW + timedelta(days=1),
    )
    assert remind(sent) == 2
    assert {mail[0] for mail in sent} == {"boss@example.com", "deputy@example.com"}


def test_whoever_asked_cannot_decide_and_is_not_reminded(sent: list[Mail]) -> None:
    case = due()
    boss = decider(case)
    ApprovalRequest.objects.filter(subject=case.case_no).update(requested_by=boss)
    assert remind(sent) == 0


def test_mail_that_did_not_leave_is_noted_and_stops_nobody(sent: list[Mail]) -> None:
    case = due()
    decider(case, email="a@example.com")
    decider(case, email="b@example.com")

    def send(address: str, subject: str, text: str) -> None:
        if address == "a@example.com":
            raise SMTPException
        sent.append((address, subject, text))

    assert reminding.remind_due(now=NOW, send=send) == 1
    assert [mail[0] for mail in sent] == ["b@example.com"]
    failed = TermReminder.objects.get(sent_at=None)
    assert failed.last_error == "SMTPException"


def test_mail_that_did_not_leave_is_tried_again(sent: list[Mail]) -> None:
    decider(due())

    def down(*_mail: str) -> None:
        raise ConnectionRefusedError

    assert reminding.remind_due(now=NOW, send=down) == 0
    assert (remind(sent, hours=0.1), remind(sent, hours=0.2)) == (1, 0)
    assert TimelineEntry.objects.filter(action="reminded").count() == 1


def test_worker_that_vanishes_leaves_the_other_mails_to_the_next(sent: list[Mail]) -> None:
    case = due()
    decider(case, email="a@example.com")
    decider(case, email="b@example.com")

    def vanish(*_mail: str) -> None:
        raise SystemExit

    with pytest.raises(SystemExit):
        reminding.remind_due(now=NOW, send=vanish)
    remind(sent, hours=0.1)
    assert [mail[0] for mail in sent] == ["b@example.com"]


def test_who_stands_in_for_whoever_asked_cannot_decide_and_is_not_reminded(
    sent: list[Mail],
) -> None:
    case = due()
    boss, deputy = decider(case), UserFactory.create(email="deputy@example.com")
    ApprovalRequest.objects.filter(subject=case.case_no).update(requested_by=boss)
    Delegation.objects.create(
        from_user=boss,
        to_user=deputy,
        starts_at=NOW - timedelta(days=1),
        ends_at=NOW + timedelta(days=1),
    )
    assert remind(sent) == 0
