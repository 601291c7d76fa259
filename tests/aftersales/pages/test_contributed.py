"""What after-sales adds to shared pages, each to its people only."""

from datetime import datetime

import pytest
from django.urls import reverse

from aftersales.models.axes import SUBJECTS
from aftersales.pages import contributed
from aftersales.pages.words import WORDS
from oms import registries
from oms.models import EvidenceEntry, TimelineEntry, User
from oms.registries import resolve_barcode
from tests.aftersales import acts
from tests.factories.aftersales import (
    open_case,
    service_person,
    shipped_order,
    supervisor,
)
from tests.factories.oms import UserFactory, grant

pytestmark = pytest.mark.django_db


def test_everything_is_registered_once() -> None:
    for registry in (
        registries.order_panels,
        registries.board_counters,
        registries.search_providers,
    ):
        assert [one.key for one in registry].count("aftersales") == 1
    contributed.register()


def test_order_shows_its_cases_and_the_way_to_a_new_one() -> None:
    case = open_case()
    shown = contributed.order_panel(case.order, service_person(case))
    assert case.case_no in shown
    assert reverse("admin:aftersales_aftersalescase_add") in shown


def test_order_shows_nothing_to_whoever_may_see_no_cases() -> None:
    case = open_case()
    for stranger in (UserFactory.create(), service_person(shipped_order())):
        assert contributed.order_panel(case.order, stranger) == ""


def test_board_counts_the_persons_own_cases(now: datetime) -> None:
    case = open_case()
    open_case()
    counts = {one.key: one for one in contributed.board_counts(supervisor(case), now)}
    assert (counts["cases.decide"].count, counts["cases.decide"].oldest_at) == (1, now)
    assert counts["cases.decide"].url.endswith("?queue=decide")
    assert contributed.board_counts(UserFactory.create(), now) == []


def test_number_finds_its_case_and_nobody_elses() -> None:
    case = open_case(channel_refund_no="R-77", source="platform")
    person = service_person(case)
    for term in (case.case_no, case.case_no.lower(), "R-77"):
        assert [hit.title for hit in contributed.search(person, term, 5)] == [case.case_no]
    stranger = service_person(shipped_order())
    assert contributed.search(stranger, case.case_no, 5) == []
    assert contributed.search(person, "\0", 5) == []
    assert contributed.search(person, "售后", 5) == []


def scan(user: User, code: str) -> list[int]:
    return [match.id for match in resolve_barcode(user, code) if match.kind == "case"]


def test_dock_scans_the_case_off_the_parcel() -> None:
    case = acts.approve(open_case())
    dock = UserFactory.create()
    assert case.warehouse is not None
    grant(dock, "warehouse_staff", case.warehouse)
    assert scan(dock, f" {case.case_no} ") == [case.pk]
    assert scan(UserFactory.create(), case.case_no) == []
    assert scan(dock, "AS000000-00000000") == []
    assert scan(dock, "SF0000000000001") == []


def test_everything_that_happens_to_a_case_has_words() -> None:
    order = shipped_order(lines__quantity=2)
    case = open_case(order)
    acts.ask_less(case, amount=case.proposed_amount - 1)
    acts.confirm_refund(acts.receive(acts.approve(case)))
    rejected, withdrawn = open_case(), open_case()
    acts.reject(rejected)
    acts.withdraw(withdrawn)
    spoken = {one.key: one for one in WORDS}
    assert set(spoken) == set(SUBJECTS)
    for entry in TimelineEntry.objects.filter(subject__in=SUBJECTS).exclude(action="create"):
        assert entry.action in spoken[entry.subject].actions, entry.action
        assert not entry.to_status or entry.to_status in spoken[entry.subject].statuses
    acts_known = {name for one in WORDS for name in one.acts}
    told = EvidenceEntry.objects.filter(kind__startswith="case.").values_list("kind", flat=True)
    assert set(told) <= acts_known
