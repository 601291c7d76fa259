"""The approver's pages: who may open and press what; a decision with all it takes on one page."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from aftersales.flows import Approval, CaseStatus, Money, Receipt
from aftersales.models import AfterSalesCase, Inspection, Reason, Source
from aftersales.pages.showing import clock
from aftersales.portal.guard import MAX_FORM_BYTES, POLICY
from aftersales.portal.showing import status_context
from aftersales.services import photos, refusing
from aftersales.services.cases import digest
from aftersales.services.links import make_form_link
from oms.models import Category, Delegation, Refund, User
from oms.registries import Contributions, RefusalChoice, RefusalList
from oms.services import refunds
from tests.aftersales import acts
from tests.aftersales.portal.buyer import jpeg, text_of
from tests.factories.aftersales import (
    NOW,
    open_case,
    refund_only_case,
    service_person,
    shipped_order,
    supervisor,
)
from tests.factories.oms import UserFactory, grant

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _surroundings(settings: Settings, tmp_path: Path) -> object:
    settings.MEDIA_ROOT = tmp_path
    with time_machine.travel(NOW, tick=False):
        yield


def page(case: AfterSalesCase) -> str:
    return reverse("aftersales:decide_case", args=[case.case_no])


def press(client: Client, case: AfterSalesCase, act: str, text: str = "") -> Any:
    data = {"act": act, "text": text, "seen": digest(acts.fresh(case))}
    return client.post(page(case), data)


def auditor(case: AfterSalesCase) -> User:
    user = UserFactory.create()
    grant(user, "auditor", case.store)
    return user


def dock(case: AfterSalesCase) -> User:
    user = UserFactory.create()
    assert case.warehouse is not None
    grant(user, "warehouse_staff", case.warehouse)
    return user


def foreign(case: AfterSalesCase) -> User:
    return supervisor(shipped_order())


def nobody(case: AfterSalesCase) -> User:
    return UserFactory.create()


Who = Callable[[AfterSalesCase], User]
READERS = (supervisor, service_person, auditor)
STRANGERS = (foreign, nobody, dock)


@pytest.mark.parametrize("who", READERS)
def test_whoever_works_on_the_store_may_look(client: Client, who: Who) -> None:
    case = open_case(words="too small")
    client.force_login(who(case))
    response = client.get(page(case))
    assert response.status_code == 200
    assert response["Content-Security-Policy"] == POLICY
    assert "too small" in text_of(response)


@pytest.mark.parametrize("who", STRANGERS)
def test_others_see_no_difference_to_a_case_that_is_not_there(client: Client, who: Who) -> None:
    case = open_case()
    client.force_login(who(case))
    missing = reverse("aftersales:decide_case", args=["AS000000-00000000"])
    for address in (page(case), missing):
        assert client.get(address).status_code == 404
        assert client.post(address, {"act": "approve"}).status_code == 404
    assert acts.fresh(case).approval == Approval.PENDING


def test_without_a_sign_in_there_is_only_the_way_to_it(client: Client) -> None:
    case = open_case()
    for address in (page(case), reverse("aftersales:decide")):
        for ask in (client.get, client.post):
            response = ask(address)
            assert response.status_code == 302
            assert "login" in response["Location"]
    assert acts.fresh(case).approval == Approval.PENDING


@pytest.mark.parametrize("who", [service_person, auditor])
@pytest.mark.parametrize("act", ["approve", "reject", "accept", "close", "confirm", "try_again"])
def test_readers_decide_nothing(client: Client, who: Who, act: str) -> None:
    case = open_case()
    client.force_login(who(case))
    assert 'name="act"' not in text_of(client.get(page(case)))
    assert press(client, case, act, "because").status_code == 422
    fresh = acts.fresh(case)
    assert (fresh.approval, fresh.status, fresh.money) == (
        Approval.PENDING,
        CaseStatus.OPEN,
        Money.NONE,
    )


def test_yes_is_one_press(client: Client) -> None:
    case = open_case()
    client.force_login(supervisor(case))
    assert press(client, case, "approve").status_code == 302
    assert acts.fresh(case).approval == Approval.APPROVED
    assert case.case_no in text_of(client.get(page(case)))


def test_no_without_a_reason_comes_back(client: Client) -> None:
    case = open_case()
    client.force_login(supervisor(case))
    assert press(client, case, "reject").status_code == 422
    assert press(client, case, "reject", "worn outside").status_code == 302
    assert acts.fresh(case).approval == Approval.REJECTED


def test_page_that_was_opened_before_the_change_decides_nothing(client: Client) -> None:
    case = open_case()
    client.force_login(supervisor(case))
    old = digest(case)
    acts.ask_less(case, amount=case.proposed_amount - 1)
    response = client.post(page(case), {"act": "approve", "seen": old})
    assert response.status_code == 422
    assert acts.fresh(case).approval == Approval.PENDING


def test_requester_has_no_buttons(client: Client) -> None:
    order = shipped_order()
    person = supervisor(order)
    case = open_case(order, source=Source.PHONE, actor=person)
    client.force_login(person)
    assert 'value="approve"' not in text_of(client.get(page(case)))
    assert press(client, case, "approve").status_code == 422
    assert acts.fresh(case).approval == Approval.PENDING


def test_deputy_sees_the_queue_and_decides(client: Client) -> None:
    case = open_case()
    deputy = UserFactory.create()
    Delegation.objects.create(
        from_user=supervisor(case), to_user=deputy, starts_at=NOW, ends_at=NOW + timedelta(days=1)
    )
    client.force_login(deputy)
    assert case.case_no in text_of(client.get(reverse("aftersales:decide")))
    assert press(client, case, "approve").status_code == 302
    assert acts.fresh(case).approval == Approval.APPROVED


def test_queue_shows_only_what_waits_for_this_person(client: Client) -> None:
    mine, theirs = open_case(), open_case()
    client.force_login(supervisor(mine))
    listed = text_of(client.get(reverse("aftersales:decide")))
    assert mine.case_no in listed
    assert theirs.case_no not in listed


def test_technician_sees_and_inspects_only_what_comes_to_his_warehouse(client: Client) -> None:
    category = Category.objects.create(code="audio", name="音频")
    order = shipped_order(lines__item__sku__category=category)
    case = open_case(order, reason=Reason.FAULT, source=Source.CHAT, actor=service_person(order))
    acts.receive(acts.approve(case))
    technician = UserFactory.create()
    assert case.warehouse is not None
    grant(technician, "inspector", case.warehouse)
    client.force_login(technician)
    assert 'value="confirm"' in text_of(client.get(page(case)))
    assert client.get(page(open_case())).status_code == 404
    assert press(client, case, "confirm").status_code == 422
    assert press(client, case, "confirm", "no sound").status_code == 302
    assert Inspection.objects.get().note == "no sound"
    assert acts.fresh(case).money == Money.ASKED


def test_short_receipt_is_settled_here(client: Client) -> None:
    case = acts.approve(open_case(shipped_order(lines__quantity=2)))
    expected = acts.expected_of(case)
    acts.dock_receives(expected, units={expected.lines.get().pk: 1})
    acts.deliver()
    client.force_login(supervisor(case))
    shown = text_of(client.get(page(case)))
    assert "¥50.00" in shown
    assert press(client, case, "accept", "one is lost").status_code == 302
    assert (acts.fresh(case).receipt, Refund.objects.get().amount) == (Receipt.RECEIVED, 50)


def test_failed_refund_is_tried_again(client: Client) -> None:
    case = acts.approve(refund_only_case())
    refund = Refund.objects.get()
    refunds.mark_failed(refund.pk, error="account closed", now=NOW)
    acts.follow(refund)
    client.force_login(supervisor(case))
    assert "account closed" in text_of(client.get(page(case)))
    assert press(client, case, "try_again").status_code == 302
    sent = acts.published("aftersales.refund.requested")
    assert sent == [{"refund_ids": [refund.pk]}] * 2
    acts.confirm_refund(case)
    assert press(client, case, "try_again").status_code == 422


def test_case_is_closed_by_hand_with_a_reason(client: Client) -> None:
    case = open_case()
    client.force_login(supervisor(case))
    assert press(client, case, "close").status_code == 422
    assert press(client, case, "close", "she keeps it").status_code == 302
    assert acts.fresh(case).status == CaseStatus.CLOSED


@pytest.mark.parametrize("act", ["", "delete", "approve\0", "Approve"])
def test_button_that_is_not_there_does_nothing(client: Client, act: str) -> None:
    case = open_case()
    client.force_login(supervisor(case))
    assert press(client, case, act).status_code == 422
    assert acts.fresh(case).approval == Approval.PENDING


def test_comment_may_hold_anything(client: Client) -> None:
    case = open_case()
    client.force_login(supervisor(case))
    assert press(client, case, "reject", "\0💥" + "x" * 2000).status_code == 302
    assert acts.fresh(case).approval == Approval.REJECTED


def test_press_without_the_forms_token_does_nothing() -> None:
    case = open_case()
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(supervisor(case))
    assert press(strict, case, "approve").status_code == 403
    assert acts.fresh(case).approval == Approval.PENDING


def case_with_photo() -> AfterSalesCase:
    order = shipped_order()
    link = make_form_link(order.pk, actor=service_person(order), now=NOW).link
    photos.keep(link, uploads=[jpeg()], now=NOW)
    return open_case(order, reason=Reason.DAMAGED, link=link)


def photo_address(case: AfterSalesCase, of: AfterSalesCase) -> str:
    return reverse("aftersales:photo", args=[case.case_no, of.photos.get().pk])


@pytest.mark.parametrize("who", READERS)
def test_photo_is_sent_to_whoever_may_see_the_case(client: Client, who: Who) -> None:
    case = case_with_photo()
    client.force_login(who(case))
    response = client.get(photo_address(case, case))
    assert response["Content-Type"] == "image/jpeg"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert b"".join(response).startswith(b"\xff\xd8")


@pytest.mark.parametrize("who", STRANGERS)
def test_photo_is_sent_to_nobody_else(client: Client, who: Who) -> None:
    case = case_with_photo()
    assert client.get(photo_address(case, case)).status_code == 302
    client.force_login(who(case))
    assert client.get(photo_address(case, case)).status_code == 404


def test_photo_of_another_case_is_not_reached_through_mine(client: Client) -> None:
    mine, foreign_case = open_case(), case_with_photo()
    client.force_login(supervisor(mine))
    assert client.get(photo_address(mine, foreign_case)).status_code == 404


def test_page_takes_a_bounded_number_of_queries(
    client: Client, django_assert_max_num_queries: Callable[[int], object]
) -> None:
    case = open_case(shipped_order(lines=5))
    client.force_login(supervisor(case))
    client.get(page(case))
    with django_assert_max_num_queries(50):  # type: ignore[attr-defined]
        client.get(page(case))


@pytest.mark.parametrize(("hours", "tone"), [(-1, "red"), (1, "amber"), (30, "grey")])
def test_clock_turns_amber_then_red(hours: int, tone: str) -> None:
    shown = clock(NOW + timedelta(hours=hours), now=NOW)
    assert shown is not None
    assert shown.tone == tone
    assert clock(None, now=NOW) is None


def test_platforms_reasons_are_chosen_from_a_list(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    lists: Contributions[RefusalList] = Contributions("reasons to refuse")
    offered = [
        RefusalChoice("101", "影响二次销售", needs_photo=True),
        RefusalChoice("102", "已签收"),
    ]
    lists.register(RefusalList("scripted", lambda _store, *, number: offered))
    monkeypatch.setattr(refusing, "refusal_lists", lists)
    case = open_case(source=Source.PLATFORM, channel_refund_no="R-5")
    client.force_login(supervisor(case))
    shown = text_of(client.get(page(case)))
    assert "影响二次销售" in shown
    assert press(client, case, "reject", "worn").status_code == 422
    data = {"act": "reject", "text": "worn", "seen": digest(acts.fresh(case)), "refusal": "102"}
    assert client.post(page(case), data).status_code == 302
    assert acts.fresh(case).refusal_code == "102"
    assert "已签收" in text_of(client.get(page(case)))


def refuse_with(client: Client, case: AfterSalesCase, text: str, *uploads: object) -> int:
    data = {"act": "reject", "text": text, "seen": digest(acts.fresh(case)), "photos": uploads}
    return int(client.post(page(case), data).status_code)


def test_photo_that_proves_a_no_is_kept_although_the_words_were_forgotten(client: Client) -> None:
    case = open_case()
    actor = supervisor(case)
    client.force_login(actor)
    assert refuse_with(client, case, "", jpeg()) == 422
    assert refuse_with(client, case, "worn outside") == 302
    assert (case.photos.get().uploaded_by, acts.fresh(case).approval) == (actor, Approval.REJECTED)
    assert str(actor) in text_of(client.get(page(case)))


def test_file_that_is_no_photo_stops_the_no(client: Client) -> None:
    case = open_case()
    client.force_login(supervisor(case))
    assert refuse_with(client, case, "worn", SimpleUploadedFile("x.svg", b"<svg/>")) == 422
    assert acts.fresh(case).approval == Approval.PENDING


def test_no_that_is_too_long_is_not_read(client: Client) -> None:
    case = open_case()
    client.force_login(supervisor(case))
    response = client.post(page(case), {"act": "reject"}, CONTENT_LENGTH=str(MAX_FORM_BYTES + 1))
    assert response.status_code == 413


def test_buyer_is_told_of_his_own_photos_only(client: Client) -> None:
    case = case_with_photo()
    client.force_login(supervisor(case))
    assert refuse_with(client, case, "worn", jpeg(color="red")) == 302
    assert case.photos.count() == 2
    assert status_context(acts.fresh(case))["photo_count"] == 1
