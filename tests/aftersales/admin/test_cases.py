"""The back office: lists, one case, opening one for a buyer, each by the person's rights."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from aftersales.flows import CaseStatus
from aftersales.models import AfterSalesCase, CaseLink, Source
from aftersales.services.queues import QUEUES
from oms.models import User
from tests.aftersales import acts
from tests.aftersales.portal.buyer import text_of
from tests.factories.aftersales import (
    open_case,
    service_person,
    shipped_order,
    supervisor,
)
from tests.factories.oms import UserFactory, grant

pytestmark = pytest.mark.django_db

LIST = "admin:aftersales_aftersalescase_changelist"
ADD = "admin:aftersales_aftersalescase_add"


def page(case: AfterSalesCase, name: str = "change") -> str:
    return reverse(f"admin:aftersales_aftersalescase_{name}", args=[case.pk])


def finance(case: AfterSalesCase) -> User:
    user = UserFactory.create(is_staff=True)
    grant(user, "finance", case.store)
    return user


def foreign(_case: AfterSalesCase) -> User:
    return service_person(shipped_order())


def dock(case: AfterSalesCase) -> User:
    user = UserFactory.create(is_staff=True)
    assert case.warehouse is not None
    grant(user, "warehouse_staff", case.warehouse)
    return user


Who = Callable[[AfterSalesCase], User]


@pytest.mark.parametrize("who", [service_person, supervisor, finance])
def test_people_of_the_store_see_its_cases(client: Client, who: Who) -> None:
    case, other = open_case(), open_case()
    client.force_login(who(case))
    listed = text_of(client.get(reverse(LIST)))
    assert case.case_no in listed
    assert other.case_no not in listed
    assert case.case_no in text_of(client.get(page(case)))


@pytest.mark.parametrize("who", [foreign, dock])
def test_others_do_not(client: Client, who: Who) -> None:
    case = open_case()
    client.force_login(who(case))
    listed = client.get(reverse(LIST))
    assert listed.status_code == 403 or case.case_no not in text_of(listed)
    assert client.get(page(case)).status_code in (302, 403)
    found = client.get(reverse(LIST), {"q": case.case_no})
    assert found.status_code == 403 or "0 " in text_of(found)
    for name in ("withdraw", "decide_page"):
        response = client.post(page(case, name), {"confirmed": "yes", "reason": "x"})
        assert response.status_code in (302, 403, 404)
    assert acts.fresh(case).status == CaseStatus.OPEN


def test_no_door_leads_to_an_order_that_the_person_may_not_open(client: Client) -> None:
    case, inspector = open_case(), UserFactory.create(is_staff=True)
    grant(inspector, "inspector", case.store)
    order = reverse("admin:oms_order_change", args=[case.order_id])
    for person, expected in ((inspector, False), (service_person(case), True)):
        client.force_login(person)
        for address in (reverse(LIST), page(case)):
            html = client.get(address).content.decode()
            assert case.order.order_no in html
            assert (order in html) is expected, (person, address)


def test_signed_out_people_see_the_sign_in(client: Client) -> None:
    case = open_case()
    for address in (reverse(LIST), reverse(ADD), page(case), page(case, "withdraw")):
        assert "login" in client.get(address)["Location"]


@pytest.mark.parametrize("queue", [queue.key for queue in QUEUES])
def test_every_queue_opens(client: Client, queue: str) -> None:
    case = open_case()
    client.force_login(supervisor(case))
    listed = text_of(client.get(reverse(LIST), {"queue": queue}))
    assert (case.case_no in listed) is (queue == "decide")


def test_queue_that_is_none_is_empty(client: Client) -> None:
    case = open_case()
    client.force_login(supervisor(case))
    assert case.case_no not in text_of(client.get(reverse(LIST), {"queue": "nope"}))


def test_case_is_found_by_its_numbers(client: Client) -> None:
    case, other = open_case(), open_case()
    person = service_person(case)
    grant(person, "customer_service", other.store)
    client.force_login(person)
    for term in (case.case_no, case.order.order_no, str(case.order.channel_order_no)):
        listed = text_of(client.get(reverse(LIST), {"q": term}))
        assert case.case_no in listed
        assert other.case_no not in listed


def test_buyers_words_stand_in_no_list(client: Client) -> None:
    case = open_case(words="call 13800001234")
    client.force_login(service_person(case))
    assert "13800001234" not in text_of(client.get(reverse(LIST)))
    assert "13800001234" not in text_of(client.get(page(case)))


def test_list_takes_as_many_queries_for_many_as_for_one(
    client: Client, django_assert_max_num_queries: Callable[[int], Any]
) -> None:
    order = shipped_order(lines=6)
    for item in order.items.all():
        open_case(order, units={item.pk: 1}, source=Source.PLATFORM, channel_refund_no=f"{item.pk}")
    client.force_login(service_person(order))
    client.get(reverse(LIST))
    with django_assert_max_num_queries(45):
        client.get(reverse(LIST))


def test_withdrawing_asks_first_and_then_does_it(client: Client) -> None:
    case = open_case()
    client.force_login(service_person(case))
    assert client.get(page(case, "withdraw")).status_code == 200
    client.post(page(case, "withdraw"), {"reason": "keeps it"})
    assert acts.fresh(case).status == CaseStatus.OPEN
    client.post(page(case, "withdraw"), {"reason": "keeps it", "confirmed": "yes"})
    assert acts.fresh(case).status == CaseStatus.WITHDRAWN


def test_refusal_is_told_instead_of_a_fault(client: Client) -> None:
    case = acts.receive(acts.approve(open_case()))
    client.force_login(service_person(case))
    data = {"reason": "x", "confirmed": "yes"}
    response = client.post(page(case, "withdraw"), data, follow=True)
    assert response.status_code == 200
    assert acts.fresh(case).status == CaseStatus.OPEN


def test_button_leads_to_the_page_of_the_decision(client: Client) -> None:
    case = open_case()
    client.force_login(supervisor(case))
    response = client.get(page(case, "decide_page"))
    assert response["Location"] == reverse("aftersales:decide_case", args=[case.case_no])


def answers(order: Any, **changed: str) -> dict[str, str]:
    item = order.items.get()
    return {
        f"pick_{item.pk}": "on",
        f"units_{item.pk}": "1",
        "reason": "changed_mind",
        "kind": "return_refund",
        "source": "phone",
        "words": "she called",
        "form_token": "t",
        **changed,
    }


def test_customer_service_opens_a_case_for_a_caller(client: Client) -> None:
    order = shipped_order()
    person = service_person(order)
    client.force_login(person)
    address = f"{reverse(ADD)}?order={order.pk}"
    assert client.get(address).status_code == 200
    for _click in range(2):
        assert client.post(address, answers(order)).status_code == 302
    case = AfterSalesCase.objects.get()
    assert (case.source, case.opened_by, case.words) == (Source.PHONE, person, "she called")


def test_refused_request_comes_back_with_the_reason(client: Client) -> None:
    order = shipped_order()
    client.force_login(service_person(order))
    address = f"{reverse(ADD)}?order={order.pk}"
    response = client.post(address, answers(order, kind="refund_only"))
    assert response.status_code == 200
    assert not AfterSalesCase.objects.exists()
    assert "she called" in text_of(response)


def test_order_is_found_by_its_number(client: Client) -> None:
    order = shipped_order()
    client.force_login(service_person(order))
    for number in (order.order_no, str(order.channel_order_no)):
        found = client.get(reverse(ADD), {"order_no": number})
        assert order.items.get().sku.code in text_of(found)
    missing = client.get(reverse(ADD), {"order_no": "nothing"})
    assert missing.status_code == 200


@pytest.mark.parametrize("order", ["x", "9" * 30, "\0", "-1", ""])
def test_address_that_names_no_order_asks_for_one(client: Client, order: str) -> None:
    client.force_login(service_person(shipped_order()))
    assert client.get(reverse(ADD), {"order": order}).status_code == 200


def test_order_of_another_store_cannot_be_opened_for(client: Client) -> None:
    order = shipped_order()
    client.force_login(service_person(shipped_order()))
    address = f"{reverse(ADD)}?order={order.pk}"
    assert order.order_no not in text_of(client.get(address))
    client.post(address, answers(order))
    client.post(address, {"act": "link"})
    assert not AfterSalesCase.objects.exists()
    assert not CaseLink.objects.exists()


def test_finance_opens_nothing(client: Client, now: datetime) -> None:
    case = open_case()
    client.force_login(finance(case))
    order = shipped_order(store=case.store)
    assert client.get(reverse(ADD)).status_code == 403
    assert client.post(f"{reverse(ADD)}?order={order.pk}", answers(order)).status_code == 403
    assert AfterSalesCase.objects.count() == 1


def test_link_for_the_buyer_is_shown_once_and_works(client: Client) -> None:
    order = shipped_order()
    client.force_login(service_person(order))
    shown = text_of(client.post(f"{reverse(ADD)}?order={order.pk}", {"act": "link"}))
    path = reverse("aftersales:form", kwargs={"token": "TOKEN"}).split("TOKEN")[0]
    token = shown.split(path)[1].split("/")[0]
    client.logout()
    assert client.get(f"{path}{token}/").status_code == 200


def test_nobody_edits_or_deletes_a_case(client: Client) -> None:
    case = open_case()
    client.force_login(UserFactory.create(superuser=True))
    client.post(page(case), {"proposed_amount": "1", "status": "closed"})
    assert client.post(page(case, "delete"), {"post": "yes"}).status_code == 403
    fresh = acts.fresh(case)
    assert (fresh.status, fresh.proposed_amount) == (CaseStatus.OPEN, case.proposed_amount)
