"""The form: three steps, no script, nothing lost on a mistake, one case in the end."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from aftersales.models import AfterSalesCase, CaseLink, Evidence, Kind, Reason, Source
from aftersales.portal import views
from aftersales.services.links import make_form_link
from oms.models import ApprovalRequest, Category
from tests.aftersales.portal.buyer import answers, form_url, jpeg, send_form, text_of
from tests.factories.aftersales import (
    NOW,
    open_case,
    photo,
    service_person,
    shipped_order,
    unshipped_order,
)

pytestmark = pytest.mark.django_db


def test_sent_form_makes_one_case_and_leads_to_its_status(client: Client, now: datetime) -> None:
    order = shipped_order(lines__quantity=2)
    response = send_form(client, order, now, words="too large")
    assert response.status_code == 302
    case = AfterSalesCase.objects.get()
    assert (case.source, case.kind, case.reason, case.words) == (
        Source.PORTAL,
        Kind.RETURN_REFUND,
        Reason.CHANGED_MIND,
        "too large",
    )
    assert case.lines.get().quantity == 2
    assert case.case_no in text_of(client.get(response["Location"]))


def test_fewer_than_all_may_be_chosen(client: Client, now: datetime) -> None:
    order = shipped_order(lines__quantity=3)
    units = {f"units_{order.items.get().pk}": "1"}
    send_form(client, order, now, **units)
    assert AfterSalesCase.objects.get().lines.get().quantity == 1


def test_double_click_is_one_case(client: Client, now: datetime) -> None:
    order = shipped_order()
    url = form_url(order, now)
    first = client.post(url, answers(order, photos=jpeg()))
    second = client.post(url, answers(order, photos=jpeg()))
    assert (first.status_code, second.status_code) == (302, 302)
    case = AfterSalesCase.objects.get()
    for response in (first, second):
        assert case.case_no in text_of(client.get(response["Location"]))
    assert (case.photos.count(), ApprovalRequest.objects.count()) == (1, 1)


def test_used_link_is_gone_for_another_form(client: Client, now: datetime) -> None:
    order = shipped_order(lines__quantity=2)
    url = form_url(order, now)
    client.post(url, answers(order))
    assert client.get(url).status_code == 404
    assert client.post(url, answers(order, form_token="another")).status_code == 404
    assert AfterSalesCase.objects.count() == 1


def test_link_runs_out(client: Client, now: datetime) -> None:
    order = shipped_order()
    url = form_url(order, now)
    with time_machine.travel(NOW + timedelta(hours=3), tick=False):
        assert client.get(url).status_code == 404
        assert client.post(url, answers(order)).status_code == 404
    assert not AfterSalesCase.objects.exists()


def test_links_that_lead_nowhere_all_look_the_same(client: Client, now: datetime) -> None:
    order = shipped_order()
    used = form_url(order, now)
    client.post(used, answers(order))
    never = reverse("aftersales:form", kwargs={"token": "A" * 22})
    assert text_of(client.get(used)) == text_of(client.get(never))


@pytest.mark.parametrize(
    "missing", [{"reason": None}, {"kind": None}, {"form_token": None}, {"reason": "bribe"}]
)
def test_unfinished_form_comes_back_with_what_was_typed(
    client: Client, now: datetime, missing: dict[str, Any]
) -> None:
    response = send_form(client, shipped_order(), now, words="keep this text", **missing)
    assert response.status_code == 422
    assert "keep this text" in text_of(response)
    assert not AfterSalesCase.objects.exists()


def test_nothing_picked_is_asked_for(client: Client, now: datetime) -> None:
    order = shipped_order(lines=2)
    response = send_form(client, order, now, **{f"pick_{order.items.order_by('pk')[0].pk}": None})
    assert response.status_code == 422
    assert not AfterSalesCase.objects.exists()


def test_single_item_is_picked_already(client: Client, now: datetime) -> None:
    assert "checked" in text_of(client.get(form_url(shipped_order(), now)))


@pytest.mark.parametrize("units", ["0", "-1", "4", "1e3", "9" * 40, "two"])
def test_impossible_units_are_refused(client: Client, now: datetime, units: str) -> None:
    order = shipped_order(lines__quantity=3)
    response = send_form(client, order, now, **{f"units_{order.items.get().pk}": units})
    assert response.status_code == 422
    assert not AfterSalesCase.objects.exists()


def test_photos_are_asked_for_and_kept_while_the_form_is_unfinished(
    client: Client, now: datetime
) -> None:
    order = shipped_order()
    url = form_url(order, now)
    asked = client.post(url, answers(order, reason="damaged"))
    assert asked.status_code == 422
    unfinished = client.post(url, answers(order, reason=None, photos=jpeg()))
    assert unfinished.status_code == 422
    assert Evidence.objects.get().case is None
    assert client.post(url, answers(order, reason="damaged")).status_code == 302
    case = AfterSalesCase.objects.get()
    assert (case.playbook, case.photos.count()) == ("sellers_fault", 1)


def test_several_photos_arrive_together(client: Client, now: datetime) -> None:
    order = shipped_order()
    photos = [jpeg(color=color) for color in ("red", "green", "blue")]
    send_form(client, order, now, photos=photos)
    assert AfterSalesCase.objects.get().photos.count() == 3


def test_bad_photo_is_named_and_the_good_one_is_kept(client: Client, now: datetime) -> None:
    order = shipped_order()
    bad = SimpleUploadedFile("holiday.jpg", photo()[:100])
    response = send_form(client, order, now, photos=[bad, jpeg()])
    assert response.status_code == 422
    assert "holiday.jpg" in text_of(response)
    assert Evidence.objects.count() == 1
    assert not AfterSalesCase.objects.exists()


def test_page_is_only_told_what_the_playbooks_want_to_see(client: Client, now: datetime) -> None:
    category = Category.objects.create(code="audio", name="音频")
    page = text_of(client.get(form_url(shipped_order(lines__item__sku__category=category), now)))
    assert "for-fault" in page
    assert "for-changed_mind" not in page


def test_open_case_is_offered_to_whoever_comes_again(client: Client, now: datetime) -> None:
    order = shipped_order(lines__quantity=2)
    case = open_case(order, units={order.items.get().pk: 1})
    url = form_url(order, now)
    assert case.case_no in text_of(client.get(url))
    response = client.post(f"{url}case/{case.case_no}/")
    assert case.case_no in text_of(client.get(response["Location"]))


def test_used_link_follows_nothing_any_more(client: Client, now: datetime) -> None:
    order = shipped_order(lines__quantity=2)
    case = open_case(order, units={order.items.get().pk: 1})
    url = form_url(order, now)
    client.post(url, answers(order, **{f"units_{order.items.get().pk}": "1"}))
    assert client.post(f"{url}case/{case.case_no}/").status_code == 404


def test_case_of_another_order_is_not_offered(client: Client, now: datetime) -> None:
    foreign = open_case()
    response = client.post(f"{form_url(shipped_order(), now)}case/{foreign.case_no}/")
    assert response.status_code == 404
    assert not CaseLink.objects.filter(case=foreign).exists()


def test_same_goods_again_lead_to_the_open_case(client: Client, now: datetime) -> None:
    order = shipped_order()
    url = form_url(order, now)
    case = open_case(order)
    page = text_of(client.get(url))
    assert case.case_no in page
    assert "pick_" not in page


def test_order_that_has_not_left_offers_the_money_only(client: Client, now: datetime) -> None:
    order = unshipped_order(lines__unit_price=Decimal("900.00"))
    made = make_form_link(order.pk, actor=service_person(order), now=now)
    url = reverse("aftersales:form", kwargs={"token": made.token})
    page = text_of(client.get(url))
    assert 'value="refund_only"' in page
    assert 'value="return_refund"' not in page
    assert client.post(url, answers(order, kind="refund_only")).status_code == 302
    assert AfterSalesCase.objects.get().is_before_shipping


def test_kind_that_is_not_done_for_the_reason_is_explained(client: Client, now: datetime) -> None:
    response = send_form(client, shipped_order(), now, kind="refund_only")
    assert response.status_code == 422
    assert not AfterSalesCase.objects.exists()


def test_too_many_forms_are_refused(client: Client, now: datetime) -> None:
    order = shipped_order()
    url = form_url(order, now)
    for _n in range(views.FORMS_PER_ADDRESS):
        assert client.post(url, answers(order, reason=None)).status_code == 422
    assert client.post(url, answers(order)).status_code == 429
    assert not AfterSalesCase.objects.exists()


def test_set_is_told_apart_by_its_parts(client: Client, now: datetime) -> None:
    order = shipped_order()
    page = text_of(client.get(form_url(order, now)))
    assert order.lines.get().title in page
    assert order.items.get().sku.name not in page.replace(order.lines.get().title, "")
