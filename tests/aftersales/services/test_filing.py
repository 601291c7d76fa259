"""A form is one case, however often it is sent."""

from datetime import datetime

import pytest

from aftersales.models import AfterSalesCase, CaseLink
from aftersales.services.asking import NothingAsked, NotThatMany
from aftersales.services.filing import file_request, find_filed
from aftersales.services.links import LinkNotValid, look_up
from oms.models import Order
from tests.factories.aftersales import parcel_of, request_for, shipped_order

pytestmark = pytest.mark.django_db


def form_of(order: Order, now: datetime) -> CaseLink:
    made = look_up(str(parcel_of(order).waybill_no), order_no=str(order.channel_order_no), now=now)
    assert made is not None
    return made.link


def test_sent_form_makes_a_case_and_uses_its_link_up(now: datetime) -> None:
    order = shipped_order()
    link = form_of(order, now)
    status = file_request(link.pk, request=request_for(order), form_token="t", now=now)
    case = AfterSalesCase.objects.get()
    assert status.link.case == case
    link.refresh_from_db()
    assert (link.case, link.used_at) == (case, now)


def test_second_click_finds_the_case_of_the_first(now: datetime) -> None:
    order = shipped_order()
    link = form_of(order, now)
    file_request(link.pk, request=request_for(order), form_token="t", now=now)
    with pytest.raises(LinkNotValid):
        file_request(link.pk, request=request_for(order), form_token="t", now=now)
    again = find_filed(link.pk, form_token="t", now=now)
    assert again is not None
    assert again.link.case == AfterSalesCase.objects.get()


def test_used_link_tells_nothing_to_another_form(now: datetime) -> None:
    order = shipped_order()
    link = form_of(order, now)
    assert find_filed(link.pk, form_token="t", now=now) is None
    file_request(link.pk, request=request_for(order), form_token="t", now=now)
    assert find_filed(link.pk, form_token="other", now=now) is None


def test_refused_form_leaves_its_link_open(now: datetime) -> None:
    order = shipped_order()
    link = form_of(order, now)
    item = order.items.get()
    with pytest.raises(NotThatMany):
        file_request(
            link.pk, request=request_for(order, units={item.pk: 9}), form_token="t", now=now
        )
    order.items.update(returned_quantity=1)
    with pytest.raises(NothingAsked):
        file_request(link.pk, request=request_for(order, units={}), form_token="t", now=now)
    link.refresh_from_db()
    assert link.used_at is None
